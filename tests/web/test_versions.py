"""Nasrin changes what was accepted; everybody reads the approved version until the change is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.rules import Draft
from citizen_diplomat.web.comparing import CHOICES, TEXTS
from tests.cast import Cast
from tests.conftest import csrf, token_of
from tests.desk import MONDAY, WATER, again, decided, resubmitted, submitted
from tests.web.test_writing import edit, hidden

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
NEW = "هزینهٔ یک خانه ۸۵ میلیون تومان است."
FORM = {
    "title": WATER.title,
    "summary": WATER.summary,
    "body": f"در بارسلون چنین می‌کنند.\n\n{NEW}",
    "topic": WATER.topic_slug,
    "cities": ["barcelona", "porto"],
    "language": "fa",
    "skills_needed": [],
}


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin's accepted proposal."""
    return decided(session, submitted(session, cast.nasrin), by=cast.hamid).subject_id


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Post a form of one's own pages, its token from a page that always has one."""
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def change(browser: FlaskClient, number: int, action: str = "submit") -> TestResponse:
    return edit(browser, number, action, **FORM)


def item_of_change(session: Session, number: int) -> QueueItem:
    session.expunge_all()
    item = item_about(session, ItemKind.CHANGE, number)
    assert item is not None
    # A writing transaction left open would keep every browser waiting.
    session.commit()
    return item


def answer(browser: FlaskClient, session: Session, number: int, outcome: str) -> TestResponse:
    """Decide on the change as its page offers it, without the letter in between."""
    item = item_of_change(session, number)
    page = browser.get(f"/en/staff/queue/{item.id}")
    grounds = {
        "accept": "trial-first",
        "request_changes": "more-detail",
        "decline": "outside-powers",
        "duplicate": "same-idea",
    }
    fields = {
        "outcome": outcome,
        "reason": grounds[outcome],
        "message": "About the *cost*.",
        "version": hidden(page, "version"),
        "duplicate_of": number,
    }
    address = f"/en/staff/queue/{item.id}/decision"
    return browser.post(address, data={"csrf_token": csrf(page), **fields})


def read(browser: FlaskClient, number: int, rest: str = "") -> str:
    page = browser.get(f"/en/proposals/{number}{rest}")
    assert page.status_code == 200
    return page.text


def test_what_was_accepted_stays_public_until_the_change_is_accepted(
    client: FlaskClient, session: Session, cast: Cast, browser_of: BrowserOf, number: int,
    outbox: Outbox,
) -> None:  # fmt: skip
    nasrin, hamid = browser_of(cast.nasrin), browser_of(cast.hamid)
    assert f"/en/me/proposals/{number}/edit" in nasrin.get(f"/en/me/proposals/{number}").text
    sent = change(nasrin, number)
    assert sent.headers["Location"] == f"/en/me/proposals/{number}/change"
    own = nasrin.get(f"/en/me/proposals/{number}/change").text
    assert '<del dir="rtl">۶۰</del>' in own
    assert '<ins dir="rtl">۸۵</ins>' in own
    assert "The change has arrived at the office." in own
    for address in ("", "/versions"):
        assert NEW not in read(client, number, address)
    assert client.get("/en/proposals?city=porto").text.count(WATER.title) == 0
    assert "Changes of accepted ones" in hamid.get("/en/staff/queue?kind=change").text
    reviewed = hamid.get(f"/en/staff/queue/{item_of_change(session, number).id}").text
    assert "What was accepted stays public until you accept the change." in reviewed
    assert '<ins dir="rtl">۸۵</ins>' in reviewed
    assert 'value="duplicate"' not in reviewed
    assert answer(hamid, session, number, "accept").status_code == 303
    assert NEW in read(client, number)
    versions = read(client, number, "/versions")
    assert '<ins dir="rtl">۸۵</ins>' in versions
    assert '<ins dir="ltr">Porto</ins>' in versions
    assert WATER.title in client.get("/en/proposals?city=porto").text
    assert nasrin.get(f"/en/me/proposals/{number}/change").status_code == 303
    assert [row.name for row in outbox()] == [
        "received",
        "decision",
        "change_received",
        "change_decided",
    ]
    last = outbox()[-1]
    assert (last.language, last.values["state"], last.values["message"]) == (
        "fa",
        "accepted",
        "About the *cost*.",
    )


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("request_changes", "What the office asks you to change"),
        ("decline", "Why the change was not accepted"),
    ],
)
def test_not_accepted_its_words_are_kept_for_their_author(
    client: FlaskClient, session: Session, cast: Cast, browser_of: BrowserOf, number: int,
    outcome: str, words: str,
) -> None:  # fmt: skip
    nasrin, hamid = browser_of(cast.nasrin), browser_of(cast.hamid)
    change(nasrin, number)
    answer(hamid, session, number, outcome)
    assert NEW not in read(client, number)
    page = nasrin.get(f"/en/me/proposals/{number}/change").text
    assert words in page
    assert "About the <em>cost</em>." in page
    assert NEW in nasrin.get(f"/en/me/proposals/{number}/details").text
    own = nasrin.get(f"/en/me/proposals/{number}").text
    assert "Official answer" in own
    assert "Your change" in own
    assert hamid.get(f"/en/staff/queue/{item_of_change(session, number).id}").status_code == 200
    again = post(nasrin, f"/en/me/proposals/{number}/submit")
    assert again.status_code == 303
    assert item_of_change(session, number).closed_at is None
    listed = nasrin.get(f"/en/me/proposals/{number}/versions").text
    assert "Approved and public" in listed
    assert listed.count("Version ") >= 3


def test_taken_back_and_deleted(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin = browser_of(cast.nasrin)
    change(nasrin, number)
    there = f"/en/me/proposals/{number}/change"
    assert nasrin.get(f"{there}/withdraw").status_code == 200
    assert nasrin.get(f"{there}/discard").status_code == 303, "the office reads it"
    assert post(nasrin, f"{there}/discard").status_code == 303
    assert post(nasrin, f"{there}/withdraw").headers["Location"] == there
    assert item_of_change(session, number).closed_at is not None
    assert "You have taken the change back" in nasrin.get(there).text
    assert nasrin.get(f"{there}/discard").status_code == 200
    post(nasrin, f"{there}/discard")
    assert nasrin.get(there).status_code == 303
    assert NEW not in nasrin.get(f"/en/me/proposals/{number}/details").text
    kept = session.scalars(select(Revision.body).order_by(Revision.revision)).all()
    assert kept == [WATER.body, FORM["body"]]


def test_a_change_is_kept_as_a_draft_and_sent_once(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int, outbox: Outbox
) -> None:
    nasrin = browser_of(cast.nasrin)
    page = nasrin.get(f"/en/me/proposals/{number}/edit")
    data = {**FORM, "version": hidden(page, "version"), "csrf_token": csrf(page)}
    send = partial(nasrin.post, f"/en/me/proposals/{number}/edit")
    assert send(data={**data, "action": "save"}).status_code == 303
    other = send(data={**data, "title": "از پنجره‌ای دیگر", "action": "save"})
    assert other.status_code == 409, "the older window is told"
    assert "از پنجره‌ای دیگر" in other.text
    for _ in range(2):
        assert send(data={**data, "action": "submit"}).status_code == 303
    assert [row.name for row in outbox()].count("change_received") == 1
    assert len(session.scalars(select(Revision)).all()) == 2


def test_nothing_new_is_not_sent(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin = browser_of(cast.nasrin)
    answered = edit(
        nasrin, number, "submit", **FORM | {"body": WATER.body, "cities": ["barcelona"]}
    )
    assert answered.headers["Location"] == f"/en/me/proposals/{number}/edit"
    assert "Change something, then send it." in nasrin.get(answered.headers["Location"]).text
    assert len(session.scalars(select(Revision)).all()) == 1


def test_a_change_repeats_no_other_proposal(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    change(browser_of(cast.nasrin), number)
    assert answer(browser_of(cast.hamid), session, number, "duplicate").status_code == 422


def test_the_author_does_not_decide_on_their_change(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = decided(session, submitted(session, cast.maryam), by=cast.hamid).subject_id
    maryam = browser_of(cast.maryam)
    change(maryam, number)
    item = item_of_change(session, number)
    assert maryam.get(f"/en/staff/queue/{item.id}").status_code == 404
    assert post(maryam, f"/en/staff/queue/{item.id}/claim").status_code == 404


@pytest.mark.parametrize("odd", ["from=1&to=2", "from=2&to=1", "from=9&to=x", "to=1", "from=2"])
def test_two_versions_can_be_compared(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int, odd: str
) -> None:
    nasrin = browser_of(cast.nasrin)
    change(nasrin, number)
    page = nasrin.get(f"/fa/me/proposals/{number}/versions/compare?{odd}")
    assert page.status_code == 200
    stranger = browser_of(cast.stranger)
    for rest in ("versions", "versions/compare", "change", "change/withdraw", "change/discard"):
        assert stranger.get(f"/en/me/proposals/{number}/{rest}").status_code == 404


def test_versions_of_what_is_not_public_are_nobodys(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    assert client.get(f"/en/proposals/{number}/versions").status_code == 404


def test_every_field_of_a_proposal_is_compared(app: Flask) -> None:
    """A new field needs its place in the comparison, or a change of it would be accepted unseen."""
    assert {*TEXTS, *CHOICES, "answers"} == set(Draft.__dataclass_fields__)


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_of_versions_takes_four_queries_however_long(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    item = submitted(session, cast.nasrin)
    for count in range(rows - 1):
        item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid)
        resubmitted(session, item.of_proposal, f"{WATER.body} {count}", at=MONDAY)
        item = again(session, item)
    nasrin = browser_of(cast.nasrin)
    own = f"/en/me/proposals/{item.subject_id}/versions"
    nasrin.get(own)
    with queries() as statements:
        page = nasrin.get(own).text
    assert page.count('<h2 class="h3">') == rows
    assert len(statements) <= 4, statements
