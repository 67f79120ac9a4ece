"""The desk reads without names: no page of staff tells who wrote what is not decided."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.moderation.unshielding import answer, ask, request_of_number
from citizen_diplomat.proposals.coauthors import sign
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import MONDAY, again, decided, submitted
from tests.web.account_pages import post
from tests.writers import joined, link_for

BrowserOf = Callable[[Account], FlaskClient]
PEN_NAME = "آب و باغچه"
LATIN = "Nasrin Bahrami"


@pytest.fixture
def item(session: Session, cast: Cast) -> QueueItem:
    """Nasrin's proposal, which Kamran writes along."""
    waiting = submitted(session, cast.nasrin)
    joined(session, waiting.subject_id, cast.kamran, by=cast.nasrin)
    session.get_one(Profile, cast.nasrin.id).latin_name = LATIN
    session.commit()
    return again(session, waiting)


def switch(browser: FlaskClient, *, on: bool) -> int:
    """Press the switch; the status of the answer."""
    page = browser.get("/en/staff/criteria")
    fields = {"csrf_token": csrf(page), "blind": "y" if on else "n"}
    return browser.post("/en/staff/criteria/blind-review", data=fields).status_code


def pages(item: QueueItem) -> Iterator[str]:
    """All pages of staff that tell something of the item; the directory tells of members alone."""
    for code in ("fa", "en"):
        desk = f"/{code}/staff/queue"
        below = ("", "?view=history", "?view=changes", "/review", "/conflict", "/question")
        yield desk
        yield from (f"{desk}?{query}" for query in ("q=آب", "state=submitted", "state=in_review"))
        yield from (f"{desk}/{item.id}{part}" for part in (*below, "/notes", "/decision"))
        yield f"/{code}/staff/criteria"
        yield f"/{code}/staff/conflicts"
        yield f"/{code}/staff/unshielding"
        yield f"/{code}/staff/log"


def told_of(text: str, cast: Cast) -> list[str]:
    """What a page gives away about those who write it."""
    marks = [LATIN, PEN_NAME]
    for person in (cast.nasrin, cast.kamran):
        marks += [person.display_name, person.display_name.split()[0], person.email]
        marks += [f"members/{person.id}", f"people/{person.id}", f"account {person.id}<"]
        marks.append(f"account {person.id} ")
    return [mark for mark in marks if mark in text]


@pytest.mark.parametrize("name", ["hamid", "soheila", "mina"])
def test_no_page_of_staff_tells_who_writes_it(
    app: Flask, session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf, name: str
) -> None:
    # An administrator who reviews too is told no more than others.
    reader = getattr(cast, name)
    session.add(AccountRole(account_id=reader.id, role=Role.AUDITOR))
    if name == "mina":
        session.add(AccountRole(account_id=reader.id, role=Role.MODERATOR))
    session.commit()
    browser = browser_of(reader)
    shown = [page for page in pages(item) if told_of(browser.get(page).text, cast)]
    assert len(shown) >= 6, "with names the same pages tell"
    assert switch(browser_of(cast.soheila), on=True) == 303
    read = 0
    # The review page is read with its panels: one that tells fails this test.
    for page in pages(item):
        answered = browser.get(page)
        assert told_of(answered.text, cast) == [], page
        read += answered.status_code == 200
    assert read >= 20
    assert f"/staff/queue/{item.id}" in browser.get("/en/staff/queue").text
    for typed in (cast.nasrin.display_name, LATIN, cast.kamran.display_name, cast.kamran.email):
        found = browser.get("/en/staff/queue", query_string={"q": typed}).text
        assert f"/staff/queue/{item.id}" not in found, typed


def test_the_letter_before_it_is_sent_names_nobody_and_after_the_decision_all_do(
    session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf
) -> None:
    switch(browser_of(cast.mina), on=True)
    hamid = browser_of(cast.hamid)
    page = hamid.get(f"/en/staff/queue/{item.id}")
    fields = {
        "csrf_token": csrf(page),
        "outcome": "accept",
        "reason": "trial-first",
        "message": "Thank you.",
        "version": item.of_proposal.version,
        "action": "preview",
    }
    letter = hamid.post(f"/en/staff/queue/{item.id}/decision", data=fields)
    assert (letter.status_code, told_of(letter.text, cast)) == (200, [])
    wrong = hamid.post(f"/en/staff/queue/{item.id}/decision", data=fields | {"reason": "x"})
    assert (wrong.status_code, told_of(wrong.text, cast)) == (422, [])
    decided(session, again(session, item), Outcome.REQUEST_CHANGES, by=cast.hamid, at=now())
    waits = hamid.get(f"/en/staff/queue/{item.id}?view=history").text
    assert told_of(waits, cast) == [], "it comes back, and is not decided"
    assert told_of(hamid.get("/en/staff/queue?state=changes_requested").text, cast) == []


def test_after_the_decision_the_names_are_there(
    session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf
) -> None:
    switch(browser_of(cast.mina), on=True)
    decided(session, again(session, item), Outcome.ACCEPT, by=cast.maryam, at=now())
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}").text
    assert cast.nasrin.display_name in page
    assert cast.kamran.display_name in page


def test_a_pen_name_and_the_name_behind_it_are_hidden_too(
    session: Session, cast: Cast, item: QueueItem, browser_of: BrowserOf
) -> None:
    sign(session, item.of_proposal, PEN_NAME, by=cast.nasrin, at=MONDAY)
    waiting = ask(session, item.of_proposal, reason="Threats.", by=cast.maryam, at=now())
    made = ask(session, item.of_proposal, reason="Threats.", by=cast.hamid, at=now())
    session.flush()
    row = request_of_number(session, made.id, viewer=cast.soheila.id)
    assert row is not None
    answer(session, row, is_approved=True, by=cast.soheila, at=now(), link=link_for)
    session.commit()
    soheila, hamid = browser_of(cast.soheila), browser_of(cast.hamid)
    assert PEN_NAME in soheila.get("/en/staff/unshielding").text
    assert cast.nasrin.display_name in hamid.get(f"/en/staff/queue/{item.id}").text
    switch(soheila, on=True)
    for page in pages(item):
        assert told_of(soheila.get(page).text, cast) == [], page
        assert told_of(hamid.get(page).text, cast) == [], page
    assert hamid.get(f"/en/staff/queue/{item.id}/unshield").status_code == 404
    assert soheila.get(f"/en/staff/unshielding/{waiting.id}").status_code == 404
    switch(soheila, on=False)
    assert PEN_NAME in soheila.get("/en/staff/unshielding").text


def test_the_switch_is_the_coordinators_and_leaves_its_trace_once(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    soheila = browser_of(cast.soheila)
    token = csrf(soheila.get("/en/staff/criteria"))
    address = "/en/staff/criteria/blind-review"
    assert soheila.post(address, data={"csrf_token": token, "blind": "x"}).status_code == 422
    assert soheila.get(address).status_code == 303
    assert post(browser_of(cast.hamid), address, blind="y").status_code == 403
    for on in (False, True, True, False):
        assert switch(soheila, on=on) == 303
    done = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("desk."))
    ).all()
    assert sorted(done) == ["desk.blinded", "desk.unblinded"]
