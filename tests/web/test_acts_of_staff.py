"""The history of an item shows what staff did with it, on the pages of all kinds of items."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.actions import add_note, take_over
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.moderation.sanction_appeals import AppealOutcome, appeal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.staff.actions_in_words import ACTIONS
from citizen_diplomat.web.staff.acts import OF_MEMBERS
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import MONDAY, claimed, decided, resubmitted, submitted
from tests.sanctioning import impose, within
from tests.web.proposal_stories import tell
from tests.web.talk import post, say

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
MINUTE = timedelta(minutes=1)


def acts(page: str) -> list[str]:
    """What the panel says, in its order."""
    panel = page.partition("What staff did")[2].partition("</section>")[0]
    return [row.partition(" <div")[0] for row in panel.split("<li>")[1:]]


def test_every_act_of_staff_stands_in_the_history(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    add_note(session, item, text="یادداشت", by=cast.hamid, at=MONDAY + MINUTE)
    take_over(session, item, note="I go on.", by=cast.maryam, at=MONDAY + 2 * MINUTE)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.maryam, at=MONDAY + 3 * MINUTE)
    resubmitted(session, item.of_proposal, "هزینه ۸۵ میلیون تومان است.", at=MONDAY + 4 * MINUTE)
    hamid = browser_of(cast.hamid)
    page = hamid.get(f"/en/staff/queue/{item.id}?view=history").text
    said = acts(page)
    for words in (
        "claimed an item of the queue",
        "wrote a private note",
        "took an item over from a colleague",
        "changes were requested",
        "made a decision",
    ):
        assert words in said
    assert said.index("wrote a private note") < said.index("took an item over from a colleague")
    assert not {str(ACTIONS[action]) for action in OF_MEMBERS} & set(said)
    panel = page.partition("What staff did")[2]
    assert cast.maryam.display_name in panel
    assert cast.nasrin.display_name not in panel.partition("</section>")[0]
    assert "What staff did" not in hamid.get(f"/en/staff/queue/{item.id}").text
    persian = hamid.get(f"/fa/staff/queue/{item.id}?view=history").text
    assert "کارهای کارکنان" in persian


def test_a_change_has_its_own_history(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """What was done with the proposal before stands on the proposal's page."""
    item = decided(session, submitted(session, cast.nasrin), by=cast.hamid)
    record(session, "item.released", f"change:{item.subject_id}", by=cast.maryam.id, at=MONDAY)
    session.commit()
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}?view=history").text
    assert "gave an item back to the queue" not in acts(page)


@pytest.mark.parametrize("kind", [ItemKind.COMMENT, ItemKind.REPORT, ItemKind.SKILL])
def test_items_without_tabs_have_it_too(
    app: Flask, cast: Cast, browser_of: BrowserOf, kind: ItemKind
) -> None:
    item, hamid = waiting(app, cast, browser_of, kind), browser_of(cast.hamid)
    for verb in ("claim", "release", "claim"):
        assert post(hamid, f"/en/staff/queue/{item}/{verb}").status_code == 303
    post(browser_of(cast.maryam), f"/en/staff/queue/{item}/take-over", note="I go on.")
    page = hamid.get(f"/en/staff/queue/{item}").text
    assert acts(page) == [
        "claimed an item of the queue",
        "gave an item back to the queue",
        "claimed an item of the queue",
        "took an item over from a colleague",
    ]


def test_the_answer_to_a_skill_stands_in_its_history(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    """The log speaks of the suggestion, the queue of a skill."""
    item, hamid = waiting(app, cast, browser_of, ItemKind.SKILL), browser_of(cast.hamid)
    post(hamid, f"/en/staff/queue/{item}/skill", action="decline", message="It is in the list.")
    assert "declined a suggested skill" in acts(hamid.get(f"/en/staff/queue/{item}").text)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (AppealOutcome.UPHELD, "let a sanction stand on appeal"),
        (AppealOutcome.GRANTED, "granted an appeal against a sanction"),
    ],
)
def test_the_answer_to_an_appeal_against_a_sanction_stands_in_its_history_alone(
    app: Flask, cast: Cast, browser_of: BrowserOf, outcome: AppealOutcome, words: str
) -> None:
    """The log speaks of the account, of which it also tells other sanctions and their appeals."""
    soheila, items = browser_of(cast.soheila), []
    for kind in (SanctionKind.WARN, SanctionKind.LIMIT):
        sanction = impose(app, cast.kamran, kind, by=cast.mina)
        number = object_to(app, sanction)
        items.append(item_of_appeal(app, number))
        answer = {"outcome": outcome, "explanation": "I read all of it."}
        page = f"/en/staff/sanctions/appeals/{number}"
        assert post(soheila, page, **answer).status_code == 303
    for item in items:
        page = soheila.get(f"/en/staff/queue/{item}").text
        assert acts(page) == ["claimed an item of the queue", words]
        assert cast.soheila.display_name in page.partition("What staff did")[2]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_it_costs_the_same_however_much_was_done(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Queries, count: int
) -> None:
    item = submitted(session, cast.nasrin)
    people = [cast.hamid, cast.maryam, cast.arash]
    for number in range(count):
        record(session, "note.added", item.subject, by=people[number % 3].id, at=MONDAY)
    session.commit()
    browser = browser_of(cast.hamid)
    address = f"/en/staff/queue/{item.id}"
    browser.get(address)
    with queries() as plain:
        browser.get(address)
    with queries() as with_history:
        assert len(acts(browser.get(f"{address}?view=history").text)) == count
    assert len(with_history) - len(plain) == 4


def test_no_name_behind_a_pen_name_is_shown(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """Not even when the log says that they did what staff do."""
    item = submitted(session, cast.nasrin)
    item.of_proposal.pen_name = "Zayandehrud"
    session.merge(item.of_proposal)
    record(session, "proposal.put_right", item.subject, by=cast.nasrin.id, at=MONDAY)
    session.commit()
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item.id}?view=history").text
    assert "an author under a pen name" in page
    assert cast.nasrin.display_name not in page


def test_only_who_looks_after_an_item_reads_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    assert browser_of(cast.arash).get(f"/en/staff/queue/{item.id}?view=history").status_code == 403


def object_to(app: Flask, sanction: Sanction) -> int:
    """Appeal against a sanction; returns the number of the appeal."""
    row = within(app, lambda session, _: appeal(session, sanction, "It was not me.", at=now()))
    return int(row.id)


def item_of_appeal(app: Flask, number: int) -> int:
    """The number of the item of an appeal against a sanction."""
    with database_of(app).reading() as session:
        item = item_about(session, ItemKind.SANCTION_APPEAL, number)
        assert item is not None
        return item.id


def waiting(app: Flask, cast: Cast, browser_of: BrowserOf, kind: ItemKind) -> int:
    """The number of an item of a kind."""
    if kind is ItemKind.SKILL:
        browser = browser_of(cast.nasrin)
        post(browser, "/en/me/skills/suggest", name="Ice carving", reason="For winter festivals.")
    else:
        [number] = tell(app, cast, State.ACCEPTED)
        say(browser_of(cast.kamran), number, "We did the same in Freiburg.")
        if kind is ItemKind.REPORT:
            fields = {"ground": "insult", "text": "Rude."}
            post(browser_of(cast.stranger), f"/en/report/proposal/{number}", **fields)
    with database_of(app).reading() as session:
        row = session.query(QueueItem).filter_by(kind=kind).order_by(QueueItem.id.desc()).first()
        assert row is not None
        return row.id
