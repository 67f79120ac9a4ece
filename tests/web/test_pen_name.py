"""Nasrin writes under a pen name: nobody but she reads who stands behind it, until two ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem, Unshielding
from citizen_diplomat.moderation.rules import UNSHIELDING_SHOWN, UNSHIELDING_WAITS, Outcome
from citizen_diplomat.moderation.unshielding import (
    NotWaiting,
    answer,
    ask,
    request_of_number,
    revealed_to,
)
from citizen_diplomat.proposals.coauthors import sign
from citizen_diplomat.proposals.handover import pass_on
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.desk import MONDAY, again, decided, submitted
from tests.web.account_pages import post
from tests.web.proposal_stories import tell
from tests.writers import joined, link_for

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
PEN_NAME = "آب و باغچه"
REASON = "Two letters threaten the author."


@pytest.fixture
def item(session: Session, cast: Cast) -> QueueItem:
    """Nasrin's proposal under a pen name, waiting; she chose it after she had sent it."""
    waiting = submitted(session, cast.nasrin)
    sign(session, waiting.of_proposal, PEN_NAME, by=cast.nasrin, at=MONDAY)
    return again(session, waiting)


def pages_of_staff(item: QueueItem) -> Iterator[str]:
    """All pages of staff that tell something about the proposal."""
    for language in ("fa", "en"):
        base = f"/{language}/staff/queue"
        yield base
        yield f"{base}?state=accepted"
        yield f"{base}/{item.id}"
        yield f"{base}/{item.id}?view=history"
        yield f"{base}/{item.id}/unshield"
        yield f"/{language}/staff/unshielding"
        yield f"/{language}/staff/log"


def told_of(text: str, person: Account) -> list[str]:
    """What a page gives away about somebody."""
    marks = (
        person.display_name,
        person.display_name.split()[0],
        person.email,
        f'members/{person.id}"',
        f"account {person.id}<",
        f"account {person.id} ",
    )
    return [mark for mark in marks if mark in text]


def test_no_page_of_staff_and_no_public_page_tells_who_it_is(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    decided(session, item, Outcome.ACCEPT, by=cast.hamid)
    shown = 0
    for person in (cast.hamid, cast.soheila, cast.arash, cast.mina):
        browser = browser_of(person)
        for path in pages_of_staff(item):
            page = browser.get(path)
            if page.status_code == 200 and "/log" not in path:
                assert told_of(page.text, cast.nasrin) == [], path
                shown += PEN_NAME in page.text
    assert shown > 10
    for browser in (app.test_client(), browser_of(cast.kamran)):
        for path in (f"proposals/{item.subject_id}", "proposals", ""):
            page = browser.get(f"/en/{path}")
            assert told_of(page.text, cast.nasrin) == [], path
        assert PEN_NAME in browser.get(f"/en/proposals/{item.subject_id}").text


def test_the_log_does_not_name_the_account_beside_the_proposal(
    session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    """The entries of before the pen name too."""
    text = browser_of(cast.arash).get("/en/staff/log").text
    for row in text.split('<tr class="m">')[1:]:
        if f"proposal:{item.subject_id}<" in row:
            assert f"account {cast.nasrin.id}" not in row
    assert text.count("an author under a pen name") == 3
    proposal = session.get_one(Proposal, item.subject_id)
    sign(session, proposal, "", by=cast.nasrin, at=MONDAY)
    session.commit()
    assert "an author under a pen name" not in browser_of(cast.arash).get("/en/staff/log").text


def test_the_queue_does_not_find_the_author_by_name(
    cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    page = browser_of(cast.hamid).get("/fa/staff/queue", query_string={"q": "نسرین"})
    assert f'/staff/queue/{item.id}"' not in page.text


def test_the_answer_is_written_to_the_pen_name_and_read_by_the_author(
    cast: Cast, browser_of: BrowserOf, item: QueueItem, outbox: Outbox
) -> None:
    hamid = browser_of(cast.hamid)
    path = f"/en/staff/queue/{item.id}"
    fields = {
        "csrf_token": csrf(hamid.get(path)),
        "outcome": "accept",
        "reason": "trial-first",
        "message": "سپاس.",
        "version": str(item.of_proposal.version),
    }
    letter = hamid.post(f"{path}/decision", data={**fields, "action": "preview"}).text
    assert PEN_NAME in letter
    assert told_of(letter, cast.nasrin) == []
    assert hamid.post(f"{path}/decision", data=fields).status_code == 303
    assert outbox()[-1].to_address == cast.nasrin.email


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("شـهرداری اصفهان", "could be taken for the municipality"),
        ("Isfahan Municipality", "could be taken for the municipality"),
        ("حميد توکلی", "could be taken for the municipality"),
        ("نسرین بهرامی بارسلونا", "This holds your own name."),
        ("www.example.org", "cannot hold a web or e-mail address"),
        ("x" * 81, "at most 80 fit"),
    ],
)
def test_a_pen_name_deceives_nobody(
    app: Flask, cast: Cast, browser_of: BrowserOf, name: str, words: str
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    answered = post(browser_of(cast.nasrin), f"/en/me/proposals/{number}/pen-name", pen_name=name)
    assert answered.status_code == 422
    assert words in answered.text


def test_only_the_first_author_chooses_the_name(
    session: Session, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    page = f"/en/me/proposals/{item.subject_id}/pen-name"
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    for person in (cast.kamran, cast.stranger, cast.hamid):
        assert browser_of(person).get(page).status_code == 404
    assert post(browser_of(cast.nasrin), page, pen_name="").status_code == 303
    session.expunge_all()
    assert session.get_one(Proposal, item.subject_id).pen_name == ""


def test_two_of_the_staff_see_the_name_and_nasrin_is_told(
    cast: Cast, browser_of: BrowserOf, item: QueueItem, outbox: Outbox, session: Session
) -> None:
    hamid, soheila = browser_of(cast.hamid), browser_of(cast.soheila)
    path = f"/en/staff/queue/{item.id}"
    assert post(hamid, f"{path}/unshield", reason="").status_code == 422
    assert post(hamid, f"{path}/unshield", reason=REASON).status_code == 303
    assert told_of(hamid.get(path).text, cast.nasrin) == [], "one alone sees nothing"
    listed = soheila.get("/en/staff/unshielding").text
    assert PEN_NAME in listed
    assert told_of(listed, cast.nasrin) == []
    [number] = session.scalars(select(Unshielding.id)).all()
    session.rollback()
    one = f"/en/staff/unshielding/{number}"
    assert REASON in soheila.get(one).text
    assert post(soheila, one, answer="approve").status_code == 303
    assert cast.nasrin.display_name in soheila.get("/en/staff/unshielding").text
    assert cast.nasrin.display_name in hamid.get(path).text
    for other in (cast.maryam, cast.mina):
        for page in (path, "/en/staff/unshielding"):
            assert told_of(browser_of(other).get(page).text, cast.nasrin) == []
    letter = outbox()[-1]
    assert (letter.name, letter.to_address) == ("pen_name_lifted", cast.nasrin.email)
    assert letter.values["asked_by"] == "moderator"
    assert letter.values["approved_by"] == "coordinator"
    assert letter.values["reason"] == REASON
    assert cast.hamid.display_name not in str(letter.values)
    [lifted] = export(session, cast.nasrin, at=MONDAY)["pen_names_lifted"]
    assert (lifted["proposal"], lifted["reason"]) == (item.subject_id, REASON)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith("unshielding")] == [
        "unshielding.asked",
        "unshielding.approved",
    ]


def test_what_is_refused_or_late_shows_nothing_and_nobody_answers_alone(
    session: Session, cast: Cast, item: QueueItem, outbox: Outbox
) -> None:
    late = MONDAY + UNSHIELDING_WAITS
    made = ask(session, item.of_proposal, reason=REASON, by=cast.soheila, at=MONDAY)
    session.commit()
    row = request_of_number(session, made.id, viewer=cast.mina.id)
    assert row is not None
    for by, at in ((cast.soheila, MONDAY), (cast.mina, late), (cast.hamid, MONDAY)):
        with pytest.raises(NotWaiting):
            answer(session, row, is_approved=True, by=by, at=at, link=link_for)
    answer(session, row, is_approved=False, by=cast.mina, at=MONDAY, link=link_for)
    session.commit()
    for person in (cast.soheila, cast.mina):
        assert revealed_to(session, person.id, at=MONDAY) == []
    assert "pen_name_lifted" not in {mail.name for mail in outbox()}


@pytest.mark.parametrize(
    ("hour", "day"), [("20:29", "2026-11-02"), ("20:30", "2026-11-03"), ("23:59", "2026-11-03")]
)
def test_the_letter_names_the_day_that_it_is_in_isfahan(
    session: Session, cast: Cast, item: QueueItem, outbox: Outbox, hour: str, day: str
) -> None:
    """Isfahan is three and a half hours ahead of the clock by which moments are kept."""
    made = ask(session, item.of_proposal, reason=REASON, by=cast.hamid, at=MONDAY)
    session.commit()
    row = request_of_number(session, made.id, viewer=cast.soheila.id)
    assert row is not None
    at = datetime.fromisoformat(f"2026-11-02T{hour}+00:00")
    answer(session, row, is_approved=True, by=cast.soheila, at=at, link=link_for)
    session.commit()
    assert outbox()[-1].values["day"] == day


def test_what_was_shown_is_not_shown_for_ever(
    session: Session, cast: Cast, item: QueueItem
) -> None:
    made = ask(session, item.of_proposal, reason=REASON, by=cast.hamid, at=MONDAY)
    session.commit()
    row = request_of_number(session, made.id, viewer=cast.mina.id)
    assert row is not None
    answer(session, row, is_approved=True, by=cast.soheila, at=MONDAY, link=link_for)
    session.commit()
    end = MONDAY + UNSHIELDING_SHOWN
    assert revealed_to(session, cast.hamid.id, at=end - timedelta(seconds=1))
    assert revealed_to(session, cast.hamid.id, at=end) == []


def test_who_is_not_named_is_not_named_by_inheriting(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin, named=False)
    pass_on(session, cast.nasrin, at=MONDAY, link_of=lambda _number: link_for)
    session.commit()
    with database_of(app).reading() as fresh:
        proposal = fresh.get_one(Proposal, item.subject_id)
        assert (proposal.author_id, proposal.pen_name) == (cast.kamran.id, "یکی از اعضا")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_of_requests_takes_four_queries_however_long(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """What waits, and what its reader may see today."""
    today = now()
    asked = {"asked_by": cast.hamid.id, "reason": REASON, "asked_at": today}
    told = {"answered_by": cast.soheila.id, "answered_at": today, "is_approved": True}
    for _ in range(rows):
        proposal = submitted(session, cast.nasrin).of_proposal
        session.get_one(Proposal, proposal.number).pen_name = PEN_NAME
        about = {"proposal_number": proposal.number, **asked}
        seen = Unshielding(**about, **told, revealed_id=cast.nasrin.id)
        session.add_all([Unshielding(**about), seen])
    session.commit()
    soheila = browser_of(cast.soheila)
    soheila.get("/en/staff/unshielding")
    with queries() as statements:
        page = soheila.get("/en/staff/unshielding").text
    assert page.count(PEN_NAME) == 2 * rows
    assert page.count(cast.nasrin.display_name) == rows
    assert len(statements) <= 4, statements
