"""Appealing through the pages, and answering: whoever decided first finds nothing, anywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import add_note
from citizen_diplomat.moderation.appeals import Appeal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import APPEAL_LENGTH, Outcome
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import OBJECTION, WATER, again, appealed, decided, submitted
from tests.house.test_routes import SAMPLES, address, rules
from tests.web.talk import post as send
from tests.web.test_review import answer, post
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
NOTE = "Ask the water company before the pilot."
EXPLAINED = "We read it all again. The second paragraph answers the first decision."
DAY = timedelta(days=1)


def declined(session: Session, cast: Cast, *, days_ago: int = 3) -> QueueItem:
    """Nasrin's proposal, which Hamid has noted something on and declined."""
    at = now() - days_ago * DAY
    item = submitted(session, cast.nasrin, at=at)
    add_note(session, item, text=NOTE, by=cast.hamid, at=at)
    return decided(session, again(session, item), Outcome.DECLINE, by=cast.hamid, at=at)


@pytest.fixture
def item(session: Session, cast: Cast) -> QueueItem:
    """The appeal's item: Nasrin has appealed two days ago."""
    return appealed(session, declined(session, cast), by=cast.nasrin, at=now() - 2 * DAY)


def test_the_author_appeals_once(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    number = declined(session, cast).subject_id
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{number}"
    assert f'href="{own}/appeal"' in browser.get(own).text
    form = browser.get(f"{own}/appeal")
    assert "The matter is outside the municipality" in form.text
    key = form.text.partition('name="form_key"')[2].partition('value="')[2].partition('"')[0]
    for wrong in ("", "Too short.", "x" * (APPEAL_LENGTH + 1)):
        refused = send(browser, f"{own}/appeal", text=wrong, form_key=key)
        assert refused.status_code == 422
        assert wrong in refused.text
    for _ in range(2):
        sent = send(browser, f"{own}/appeal", text=OBJECTION, form_key=key)
        assert (sent.status_code, sent.headers["Location"]) == (303, own)
    page = browser.get(own).text
    assert OBJECTION in page
    assert "Appealed" in page
    assert f'href="{own}/appeal"' not in page
    again_ = send(browser, f"{own}/appeal", text="And another thing, said later.", form_key="new")
    assert again_.status_code == 409
    assert "And another thing, said later." in again_.text
    assert browser.get(f"{own}/appeal").status_code == 303
    assert [letter.name for letter in outbox()].count("appeal_received") == 1
    session.rollback()
    assert session.scalars(select(Appeal.text)).all() == [OBJECTION]


def test_too_late_is_said_and_what_was_typed_is_kept(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = declined(session, cast, days_ago=32).subject_id
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{number}"
    assert "The time for an appeal ended" in browser.get(own).text
    late = send(browser, f"{own}/appeal", text="It took me a month to write this.")
    assert late.status_code == 409
    assert "The time for an appeal ended" in late.text
    assert "It took me a month to write this." in late.text


def test_only_the_first_author_appeals(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = submitted(session, cast.nasrin, at=now())
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin, at=now())
    decided(session, again(session, item), Outcome.DECLINE, by=cast.hamid, at=now())
    own = f"/en/me/proposals/{item.subject_id}"
    along = browser_of(cast.kamran)
    assert "The first author can appeal once" in along.get(own).text
    for person in (cast.kamran, cast.stranger, cast.hamid):
        browser = browser_of(person)
        assert browser.get(f"{own}/appeal").status_code == 404
        assert send(browser, f"{own}/appeal", text=OBJECTION).status_code == 404


def test_who_declined_it_finds_no_page_of_it(
    app: Flask, cast: Cast, browser_of: BrowserOf, item: QueueItem
) -> None:
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    token, asked = token_of(hamid), 0
    before = SAMPLES["item"]
    SAMPLES["item"] = item.id
    try:
        for method in ("GET", "POST"):
            for rule in rules(app, method):
                if rule.endpoint.startswith("staff.") and rule.rule.count("/queue/<number:item>"):
                    fields = {"csrf_token": token, "note": "mine", "text": "mine"}
                    # Some lead to the item from signing in: it is asked for itself then.
                    found = hamid.open(
                        address(app, rule), method=method, data=fields, follow_redirects=True
                    )
                    assert found.status_code == 404, f"{method} {rule}"
                    asked += 1
    finally:
        SAMPLES["item"] = before
    assert asked > 12
    title = WATER.title
    for query in ("", "?kind=appeal", "?state=appealed", "?q=خاکستری", "?assigned=free"):
        assert title not in hamid.get(f"/en/staff/queue{query}").text, query
        assert title in maryam.get(f"/en/staff/queue{query}").text, query
    assert hamid.get("/en/staff/queue/next").headers["Location"] == "/en/staff/queue"
    assert maryam.get("/en/staff/queue/next").headers["Location"] == f"/en/staff/queue/{item.id}"


def test_somebody_else_sees_everything_and_grants_it(
    session: Session,
    cast: Cast,
    client: FlaskClient,
    browser_of: BrowserOf,
    outbox: Outbox,
    item: QueueItem,
) -> None:
    browser, page = browser_of(cast.maryam), f"/en/staff/queue/{item.id}"
    shown = browser.get(page).text
    for seen in (WATER.body.split("\n")[0], OBJECTION, "حمید توکلی", NOTE, "Grant the appeal"):
        assert seen in shown, seen
    assert 'lang="fa" dir="rtl"' in shown, "the statement stands there as its author reads it"
    past = browser.get(f"{page}?view=history").text
    assert "Appealed" in past
    public = f"/en/proposals/{item.subject_id}"
    assert client.get(public).status_code == 404
    fields = answer(item, outcome="accept", reason="trial-first", message="Yes.")
    refused = post(browser, item, "decision", **fields, action="preview")
    assert refused.status_code == 422
    assert "this answer is final" in refused.text
    fields["message"] = EXPLAINED
    letter = post(browser, item, "decision", **fields, action="preview")
    assert (letter.status_code, "Grant the appeal" in letter.text) == (200, True)
    assert EXPLAINED in letter.text
    assert post(browser, item, "decision", **fields).status_code == 303
    assert client.get(public).status_code == 200
    assert [one.name for one in outbox()][-1] == "appeal_decided"
    own = browser_of(cast.nasrin).get(f"/en/me/proposals/{item.subject_id}").text
    assert "The office granted the appeal and accepted it" in own
    assert browser.get(page).status_code == 200


def test_upheld_it_is_explained_and_over(
    session: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf, item: QueueItem
) -> None:
    fields = answer(item, outcome="decline", reason="not-feasible", message=EXPLAINED)
    assert post(browser_of(cast.soheila), item, "decision", **fields).status_code == 303
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{item.subject_id}"
    page = browser.get(own).text
    assert "Within this site this is final" in page
    assert EXPLAINED in page
    assert "A decline was upheld on appeal" in page
    assert send(browser, f"{own}/appeal", text=OBJECTION, form_key="b").status_code == 409
    assert client.get(f"/en/proposals/{item.subject_id}").status_code == 404
    late = post(browser_of(cast.maryam), item, "decision", **fields)
    assert late.status_code == 409
    assert "Uphold the decline" in late.text


@pytest.mark.parametrize("outcome", ["request_changes", "duplicate", "nothing"])
def test_an_appeal_has_two_answers(
    cast: Cast, browser_of: BrowserOf, item: QueueItem, outcome: str
) -> None:
    fields = answer(item, outcome=outcome, reason="more-detail", message=EXPLAINED)
    assert post(browser_of(cast.maryam), item, "decision", **fields).status_code == 422
