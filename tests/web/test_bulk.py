"""Many items of the queue at once: each done or refused for itself, and told one by one."""

import re
from collections.abc import Callable, Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.community.model import Comment
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import take_over
from citizen_diplomat.moderation.bulk import seen
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of, token_of
from tests.desk import BICYCLES, MONDAY, WATER, again, claimed, submitted
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, post, say

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
BULK = "/en/staff/queue/bulk"
WORDS = ["Fools, all of you.", "Fools, I say again.", "Fools for a third time."]


def act(browser: FlaskClient, name: str, ticked: Iterable[str], **fields: object) -> TestResponse:
    token = token_of(browser)
    known = {"csrf_token": token, "act": name, "item": list(ticked), **fields}
    return browser.post(BULK, data=known)


def confirm(browser: FlaskClient, asked: TestResponse, **fields: object) -> TestResponse:
    """Send the page that asks first as it stands, with what was chosen on it."""
    hidden = r'<input type="hidden" name="([\w-]+)" value="([^"]*)"'
    known: dict[str, object] = dict(re.findall(hidden, asked.text))
    known["item"] = re.findall(r'name="item" value="([^"]+)"', asked.text)
    return browser.post(f"{BULK}/confirmed", data=known | fields)


def ticks(browser: FlaskClient, query: str = "") -> list[str]:
    page = browser.get(f"/en/staff/queue{query}").text
    return re.findall(r'name="item" value="([^"]+)"', page)


def log(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    wanted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    rows = list(session.scalars(wanted))
    session.commit()
    return rows


def test_claimed_together_and_one_conflict_undoes_nothing(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    items = [submitted(session, cast.nasrin) for _ in range(3)]
    hamid = browser_of(cast.hamid)
    ticked = ticks(hamid)
    assert len(ticked) == 3
    take_over(session, again(session, items[1]), note="Mine.", by=cast.maryam, at=now())
    session.commit()
    answer = act(hamid, "claim", ticked)
    assert answer.status_code == 200
    assert "Done: 2 of 3" in answer.text
    assert answer.text.count("You have claimed it.") == 2
    assert "It has changed since you ticked it." in answer.text
    holders = [again(session, item).holder_id for item in items]
    assert holders == [cast.hamid.id, cast.maryam.id, cast.hamid.id]
    assert len(log(session, "item.claimed")) == 2, "a record for each"
    # A reload repeats nothing: what was ticked is not so any more.
    assert act(hamid, "claim", ticked).status_code == 409
    given_back = act(hamid, "release", ticks(hamid))
    assert "Done: 2 of 3" in given_back.text
    assert "You do not hold it." in given_back.text
    assert len(log(session, "item.released")) == 2


def test_fifty_at_most_and_at_least_one(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    hamid = browser_of(cast.hamid)
    for name, ticked, words in (
        ("claim", [f"{number}.x" for number in range(1, 52)], "At most 50 items at once."),
        ("claim", [], "Tick at least one item."),
        ("nonsense", ticks(hamid), "Choose what to do with them."),
        ("claim", ["x", ""], "Tick at least one item."),
    ):
        answer = act(hamid, name, ticked)
        assert answer.status_code == 422
        assert words in answer.text
    assert again(session, item).holder_id is None
    assert act(hamid, "claim", [f"{number}.x" for number in range(1, 51)]).status_code == 409


def test_nobody_acts_on_what_they_do_not_see_or_wrote_themselves(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="barcelona", topic_slug=None))
    session.commit()
    own, other = submitted(session, cast.hamid), submitted(session, cast.kamran, BICYCLES)
    hamid = browser_of(cast.hamid)
    crafted = [f"{item.id}.{seen(item)}" for item in (own, other)]
    for name in ("claim", "release"):
        answer = act(hamid, name, crafted)
        assert answer.status_code == 409
        assert answer.text.count("It is not there for you.") == 2
        assert BICYCLES.title not in answer.text
    asked = act(hamid, "assign", crafted)
    assert BICYCLES.title not in asked.text
    token = token_of(hamid)
    fields = {"csrf_token": token, "act": "assign", "item": crafted, "to": cast.hamid.id}
    assert hamid.post(f"{BULK}/confirmed", data=fields).status_code == 409
    assert again(session, other).assignee_id is None


def test_items_are_given_to_somebody_together_but_never_their_own(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water, bicycles = (
        submitted(session, cast.maryam, WATER),
        submitted(session, cast.kamran, BICYCLES),
    )
    soheila = browser_of(cast.soheila)
    asked = act(soheila, "assign", ticks(soheila))
    assert confirm(soheila, asked).status_code == 422, "somebody must be chosen"
    given = confirm(soheila, asked, to=cast.maryam.id)
    assert "Done: 1 of 2" in given.text
    assert "Whom you chose may not review it" in given.text, "nobody judges their own"
    assert again(session, bicycles).assignee_id == cast.maryam.id
    assert again(session, water).assignee_id is None
    (entry,) = log(session, "item.assigned")
    assert entry.detail == {"account": cast.maryam.id}
    hamid = browser_of(cast.hamid)
    asked = act(hamid, "assign", ticks(hamid))
    assert "Done: 2 of 2" in confirm(hamid, asked, to=cast.hamid.id).text


@pytest.fixture
def comments(app: Flask, cast: Cast, browser_of: BrowserOf) -> list[Comment]:
    """Kamran's first comments wait."""
    [number] = tell(app, cast, State.ACCEPTED)
    for words in WORDS:
        say(browser_of(cast.kamran), number, words)
    with database_of(app).reading() as fresh:
        return list(fresh.scalars(select(Comment).order_by(Comment.id)))


def test_comments_are_taken_out_together_after_one_more_look(
    app: Flask, cast: Cast, comments: list[Comment], browser_of: BrowserOf, outbox: Outbox
) -> None:
    hamid = browser_of(cast.hamid)
    asked = act(hamid, "remove", ticks(hamid, "?kind=comment"))
    assert asked.status_code == 200
    assert all(words in asked.text for words in WORDS), "read once more"
    empty = confirm(hamid, asked)
    assert empty.status_code == 422
    assert "Write which words break the rule" in empty.text
    # One is edited meanwhile by who wrote it.
    post(
        browser_of(cast.kamran), f"/en/me/comments/{comments[0].id}/edit",
        text="Friends, all of you.", version=comments[0].version, mark="none",
    )  # fmt: skip
    done = confirm(hamid, asked, ground="insult", message="“Fools” insults the readers.")
    assert "Done: 2 of 3" in done.text
    assert "It has changed since you ticked it." in done.text
    assert states(app) == ["waiting", "removed", "removed"]
    letters = [row.to_address for row in outbox() if row.name == "text_removed"]
    assert letters == [cast.kamran.email] * 2


def test_comments_and_reports_are_let_stand_together_and_proposals_are_left_out(
    app: Flask, session: Session, cast: Cast, comments: list[Comment], browser_of: BrowserOf
) -> None:
    make_known(app, cast.kamran)
    submitted(session, cast.nasrin)
    number = comments[0].proposal_number
    report = {"ground": "off_topic", "text": "It is about something else."}
    assert (
        post(browser_of(cast.stranger), f"/en/report/proposal/{number}", **report).status_code
        == 303
    )
    hamid = browser_of(cast.hamid)
    asked = act(hamid, "keep", ticks(hamid))
    assert "One ticked item is left out" in asked.text
    done = confirm(hamid, asked)
    assert "Done: 4 of 4" in done.text
    assert states(app)[:3] == ["shown"] * 3
    assert len(log(session, "report.dismissed")) == 1
    wanted = select(QueueItem.kind).where(QueueItem.closed_at.is_(None))
    assert list(session.scalars(wanted)) == [ItemKind.PROPOSAL]


def states(app: Flask) -> list[str]:
    with database_of(app).reading() as fresh:
        return list(fresh.scalars(select(Comment.state).order_by(Comment.id)))


def test_what_was_ticked_is_told_from_what_it_became(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    was = seen(item)
    assert seen(again(session, item)) == was
    assert seen(claimed(session, again(session, item), by=cast.hamid, at=MONDAY)) != was
