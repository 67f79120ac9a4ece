"""Twenty at once: of twenty decisions or claims on one item one wins, all others are told."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import declarations, queue
from citizen_diplomat.moderation.actions import AlreadyClaimed, Conflict, claim, decide
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.queries import item_for_review
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals.queries import history
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of
from tests.desk import MONDAY, submitted
from tests.rooms.test_claims import at_once

MANY = 20


def test_of_twenty_decisions_at_once_one_is_made(app: Flask, session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    version, number = item.of_proposal.version, item.subject_id
    deciders = _moderators(session)
    outcomes = at_once(app, [partial(_decide, item.id, version, each) for each in deciders])
    assert sorted(outcomes) == ["conflict"] * (MANY - 1) + ["decided"]
    with database_of(app).reading() as fresh:
        assert fresh.scalar(select(func.count(Decision.id))) == 1
        decided = select(func.count(AuditEntry.id)).where(AuditEntry.action == "decision.made")
        assert fresh.scalar(decided) == 1
        steps = [event.step for event in history(fresh, number)]
    assert steps == ["submit", "claim", "accept"]


def test_of_twenty_claims_at_once_one_wins(app: Flask, session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    claimers = _moderators(session)
    outcomes = at_once(app, [partial(_claim, item.id, each) for each in claimers])
    assert sorted(outcomes) == ["claimed"] + ["conflict"] * (MANY - 1)
    with database_of(app).reading() as fresh:
        claimed = select(func.count(AuditEntry.id)).where(AuditEntry.action == "item.claimed")
        assert fresh.scalar(claimed) == 1
        found = item_for_review(fresh, item.id, viewer=claimers[0].id)
        assert found is not None
        assert found.holder_id in {each.id for each in claimers}


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_a_colleague_closed_meanwhile_waits_again(
    app: Flask, session: Session, cast: Cast
) -> None:
    """On SQLite whoever writes is alone anyway."""
    item = submitted(session, cast.nasrin)
    assert item.closed_at is None
    with database_of(app).writing() as other, transaction(other):
        queue.close(other.get_one(QueueItem, item.id), at=MONDAY)
    waiting = queue.Subject(ItemKind.PROPOSAL, item.subject_id, "Again", "again", cast.nasrin.id)
    queue.enqueue(session, waiting, at=MONDAY)
    session.commit()
    with database_of(app).reading() as fresh:
        assert fresh.get_one(QueueItem, item.id).closed_at is None


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_of_two_who_lift_a_conflict_the_second_is_told(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    declarations.declare(session, item, reason="My cousin", by=cast.hamid, at=MONDAY)
    session.commit()
    [(row, _, _)] = declarations.declared(session, viewer=cast.soheila.id)
    with database_of(app).writing() as other, transaction(other):
        theirs = declarations.declaration(other, row.id, to_change=True)
        assert theirs is not None
        by = other.get_one(Account, cast.arash.id)
        declarations.lift(other, theirs, reason="Far away", by=by, at=MONDAY)
    kept = declarations.declaration(session, row.id, to_change=True)
    assert kept is not None
    with pytest.raises(declarations.NotDeclared):
        declarations.lift(session, kept, reason="Me too", by=cast.soheila, at=MONDAY)


def _moderators(session: Session) -> list[Account]:
    """Twenty people, so that nobody meets their own claim."""
    people = [
        Account(
            email=f"m{number}@example.org", email_key=f"m{number}@example.org",
            display_name=f"Moderator {number}", language="en", time_zone="Asia/Tehran",
            created_at=LONG_AGO, verified_at=LONG_AGO,
        )
        for number in range(MANY)
    ]  # fmt: skip
    session.add_all(people)
    session.commit()
    session.expunge_all()
    session.close()
    return people


def _decide(item_id: int, version: int, by: Account, opened: Session) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            decide(
                opened, item, Outcome.ACCEPT, reason="trial-first", message="Thank you.",
                version=version, by=by, at=MONDAY, link=lambda _: "http://localhost/mine",
            )  # fmt: skip
    except Conflict as conflict:
        return "conflict" if conflict.decision or conflict.holder else "nobody was faster"
    return "decided"


def _claim(item_id: int, by: Account, opened: Session) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            claim(opened, item, by=by, at=MONDAY)
    except AlreadyClaimed as refused:
        return "conflict" if refused.holder else "nobody was faster"
    return "claimed"
