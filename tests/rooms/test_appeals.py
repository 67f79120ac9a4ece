"""An appeal: once, in time, to somebody else; granted like any acceptance, or final."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import (
    Conflict,
    OwnProposal,
    WrongReason,
    claim,
    decide,
    withdraw,
)
from citizen_diplomat.moderation.appeals import Appeal, NoAppeal, chance_of
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.desks import Desk, DeskRule, place_of
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.office import OfficeDay
from citizen_diplomat.moderation.queries import (
    count_open,
    counts,
    decisions_of,
    item_for_review,
    next_item,
    open_items,
)
from citizen_diplomat.moderation.rules import Assigned, ItemKind, Outcome
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.proposals.actions import StepRefused
from citizen_diplomat.proposals.hiding import hidden_revisions
from citizen_diplomat.proposals.queries import approved_versions, history, of_author, public_one
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.similar import similar
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import BICYCLES, MONDAY, WATER, again, appealed, decided, submitted
from tests.rooms.test_claims import at_once
from tests.sanctioning import impose
from tests.web.test_conflicts import works_at

Outbox = Callable[[], list[OutboxMessage]]
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def declined(session: Session, cast: Cast) -> QueueItem:
    """Nasrin's proposal, which Hamid has declined on Monday."""
    return decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)


def answered(
    session: Session, item: QueueItem, outcome: Outcome, *, by: Account, reason: str | None = None
) -> Decision:
    """The answer of `by` to an appeal, on Wednesday."""
    reasons = {Outcome.ACCEPT: "trial-first", Outcome.DECLINE: "not-feasible"}
    return decide(
        session,
        item,
        outcome,
        reason=reason or reasons[outcome],
        message="همه را دوباره خواندیم؛ دلیل ما این است.",
        version=item.of_proposal.version,
        by=by,
        at=WEDNESDAY,
        link=lambda _: "http://localhost/fa/me/proposals/1",
        statement_link=lambda _, number: f"http://localhost/fa/me/statements/{number}",
    )


def test_there_is_time_to_the_last_second(session: Session, cast: Cast) -> None:
    item = declined(session, cast)
    until = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)
    assert chance_of(session, item.subject_id, at=until - timedelta(seconds=1)).is_open
    late = chance_of(session, item.subject_id, at=until)
    assert (late.is_open, late.until, late.last_day) == (False, until, date(2026, 11, 30))
    with pytest.raises(NoAppeal):
        appealed(session, item, by=cast.nasrin, at=until)
    assert again(session, item).of_proposal.state == State.DECLINED
    appealed(session, item, by=cast.nasrin, at=until - timedelta(seconds=1))


def test_days_that_the_office_closes_later_move_nothing_that_was_told(
    session: Session, cast: Cast
) -> None:
    item = declined(session, cast)
    told = chance_of(session, item.subject_id, at=TUESDAY).until
    session.add(
        OfficeDay(
            day=WEDNESDAY.date(), is_working=False, name_fa="ا", name_en="A", added_at=TUESDAY
        )
    )
    session.commit()
    assert chance_of(session, item.subject_id, at=TUESDAY).until == told
    (statement,) = session.scalars(select(StatementOfReasons))
    assert statement.appeal_until == told


def test_an_appeal_waits_for_somebody_else_and_its_author_is_told(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    assert (item.kind, item.opened_at, item.closed_at) == (ItemKind.APPEAL, TUESDAY, None)
    assert (item.title, item.city_slugs, item.author_id) == (
        WATER.title,
        ["barcelona"],
        cast.nasrin.id,
    )
    assert item.of_proposal.state == State.APPEALED
    letter = outbox()[-1]
    assert (letter.name, letter.language) == ("appeal_received", "fa")
    assert history(session, item.subject_id)[-1].step == "appeal"


def test_a_form_posted_twice_is_one_appeal_and_another_is_none(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    first = declined(session, cast)
    appealed(session, first, by=cast.nasrin, at=TUESDAY)
    appealed(session, first, by=cast.nasrin, at=WEDNESDAY)
    with pytest.raises(NoAppeal):
        appealed(session, first, by=cast.nasrin, at=TUESDAY, key="new")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Appeal)) == 1
    assert [letter.name for letter in outbox()].count("appeal_received") == 1


@pytest.mark.parametrize("outcome", [Outcome.ACCEPT, Outcome.REQUEST_CHANGES, Outcome.DUPLICATE])
def test_only_a_decline_can_be_appealed(session: Session, cast: Cast, outcome: Outcome) -> None:
    other = submitted(session, cast.kamran, BICYCLES).subject_id
    item = submitted(session, cast.nasrin)
    with pytest.raises(NoAppeal):
        appealed(session, item, by=cast.nasrin, at=TUESDAY)
    item = again(session, item)
    item = decided(session, item, outcome, by=cast.hamid, duplicate_of=other)
    with pytest.raises(NoAppeal):
        appealed(session, item, by=cast.nasrin, at=TUESDAY)


def test_what_was_withdrawn_cannot_be_appealed(session: Session, cast: Cast) -> None:
    first = declined(session, cast)
    item = appealed(session, first, by=cast.nasrin, at=TUESDAY)
    withdraw(session, item.of_proposal, by=cast.nasrin, at=TUESDAY)
    item = again(session, item)
    assert (item.of_proposal.state, item.closed_at) == (State.WITHDRAWN, TUESDAY)
    with pytest.raises(Conflict) as conflict:
        answered(session, item, Outcome.ACCEPT, by=cast.maryam)
    assert conflict.value.decision is None, "the decline before is no answer to the appeal"
    session.rollback()
    assert not chance_of(session, first.subject_id, at=TUESDAY).is_open


def test_who_declined_it_neither_sees_nor_counts_nor_finds_it(session: Session, cast: Cast) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)

    def seen(viewer: Account, filters: QueueFilters) -> list[int]:
        return [row.id for row in open_items(session, filters, viewer=viewer.id, at=TUESDAY)]

    everything = [
        QueueFilters(),
        QueueFilters(kind=ItemKind.APPEAL),
        QueueFilters(state=State.APPEALED),
        QueueFilters(assigned=Assigned.FREE),
        QueueFilters(city="barcelona", topic="environment-water", language="fa"),
        QueueFilters(q="خاکستری"),
    ]
    for filters in everything:
        assert seen(cast.hamid, filters) == [], filters
        assert seen(cast.maryam, filters) == [item.id], filters
    for viewer, number in ((cast.hamid, 0), (cast.maryam, 1)):
        assert count_open(session, viewer=viewer.id) == number
        assert counts(session, viewer=viewer.id, at=TUESDAY).in_queue == number
        next_one = next_item(session, viewer=viewer.id, at=TUESDAY)
        assert next_one == (item.id if number else None)
        assert (item_for_review(session, item.id, viewer=viewer.id) is None) == (not number)


def test_the_rules_of_the_desks_give_it_to_nobody_who_declined_it(
    session: Session, cast: Cast
) -> None:
    desk = Desk(name_fa="میز", name_en="Desk")
    session.add(desk)
    session.flush()
    rule = DeskRule(
        city_slug="barcelona",
        desk_id=desk.id,
        account_id=cast.hamid.id,
        place=place_of("barcelona", None),
    )
    session.add(rule)
    session.commit()
    first = declined(session, cast)
    assert first.assignee_id == cast.hamid.id
    item = appealed(session, first, by=cast.nasrin, at=TUESDAY)
    assert (item.desk_id, item.assignee_id) == (desk.id, None)


def test_what_a_decision_hid_stays_hidden_until_an_appeal_is_granted(
    session: Session, cast: Cast
) -> None:
    first = submitted(session, cast.nasrin)
    answered(session, first, Outcome.DECLINE, by=cast.hamid, reason="insult-or-unlawful")
    session.commit()
    item = appealed(session, first, by=cast.nasrin, at=WEDNESDAY)
    assert item.title == ""
    assert not similar(session, WATER.title, viewer=cast.kamran.id)
    assert hidden_revisions(session, item.subject_id, of_change=False)
    answered(session, item, Outcome.ACCEPT, by=cast.maryam)
    assert not hidden_revisions(session, item.subject_id, of_change=False)


def test_who_declined_it_can_neither_claim_nor_answer_it(session: Session, cast: Cast) -> None:
    """The system holds it, not only the pages."""
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    with pytest.raises(OwnProposal):
        claim(session, item, by=cast.hamid, at=TUESDAY)
    with pytest.raises(OwnProposal):
        answered(session, item, Outcome.DECLINE, by=cast.hamid)


def test_granted_it_is_public_like_any_accepted_proposal(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    number = item.subject_id
    assert public_one(session, number) is None
    answered(session, item, Outcome.ACCEPT, by=cast.maryam)
    item = again(session, item)
    proposal = item.of_proposal
    assert (proposal.state, proposal.published_at) == (State.ACCEPTED, WEDNESDAY)
    assert (proposal.decided_at, proposal.approved_revision) == (WEDNESDAY, 1)
    assert (item.closed_at, item.holder_id) == (WEDNESDAY, None)
    assert public_one(session, number) is not None
    assert [row.revision for row, _ in approved_versions(session, number)] == [1]
    first, last = decisions_of(session, number)
    assert (first.of_appeal, last.of_appeal, last.outcome) == (False, True, "accept")
    letter = outbox()[-1]
    assert (letter.name, letter.values["state"]) == ("appeal_decided", "accepted")
    assert letter.values["statement_link"] is None


def test_upheld_it_is_final(session: Session, cast: Cast, outbox: Outbox) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    answered(session, item, Outcome.DECLINE, by=cast.soheila)
    item = again(session, item)
    assert item.of_proposal.state == State.DECLINED
    chance = chance_of(session, item.subject_id, at=WEDNESDAY)
    assert (chance.is_open, chance.is_final) == (False, True)
    with pytest.raises(NoAppeal):
        appealed(session, item, by=cast.nasrin, at=WEDNESDAY, key="again")
    letter = outbox()[-1]
    assert (letter.name, letter.values["appeal_until"]) == ("appeal_decided", "")
    assert letter.values["statement_link"].startswith("http://localhost/fa/me/statements/")


@pytest.mark.parametrize("outcome", [Outcome.REQUEST_CHANGES, Outcome.DUPLICATE])
def test_an_appeal_is_sent_back_to_nobody(session: Session, cast: Cast, outcome: Outcome) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    with pytest.raises(WrongReason):
        answered(session, item, outcome, by=cast.maryam, reason="more-detail")


def test_a_colleague_with_a_conflict_of_interest_is_nobody_who_looks_after_it(
    session: Session, cast: Cast
) -> None:
    """Maryam has the city, but works where the author does: the coordinators look after it."""
    for person, city in (
        (cast.hamid, "barcelona"),
        (cast.maryam, "barcelona"),
        (cast.soheila, "porto"),
    ):
        session.add(StaffScope(account_id=person.id, city_slug=city))
    for person in (cast.nasrin, cast.maryam):
        works_at(session, person, "Waterworks")
    session.commit()
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    seen = {
        person.display_name: item_for_review(session, item.id, viewer=person.id) is not None
        for person in (cast.hamid, cast.maryam, cast.soheila)
    }
    assert list(seen.values()) == [False, False, True]


@pytest.mark.parametrize(
    ("maryam_has", "soheila_sees"),
    [("barcelona", False), ("freiburg", True)],
    ids=["somebody else looks after it", "nobody else does"],
)
def test_coordinators_see_what_nobody_else_looks_after(
    session: Session, cast: Cast, maryam_has: str, soheila_sees: bool
) -> None:
    for person, city in (
        (cast.hamid, "barcelona"),
        (cast.maryam, maryam_has),
        (cast.soheila, "porto"),
    ):
        session.add(StaffScope(account_id=person.id, city_slug=city))
    session.commit()
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)

    def sees(person: Account) -> bool:
        return item_for_review(session, item.id, viewer=person.id) is not None

    assert sees(cast.soheila) == soheila_sees
    assert sees(cast.maryam) == (maryam_has == "barcelona")
    assert not sees(cast.hamid)


def test_a_colleague_who_cannot_come_in_does_not_count(
    app: Flask, session: Session, cast: Cast
) -> None:
    """Maryam looks after Barcelona too, but is suspended: the coordinator sees the appeal."""
    for person, city in (
        (cast.hamid, "barcelona"),
        (cast.maryam, "barcelona"),
        (cast.soheila, "porto"),
    ):
        session.add(StaffScope(account_id=person.id, city_slug=city))
    session.commit()
    impose(app, cast.maryam, SanctionKind.SUSPEND, by=cast.mina, at=MONDAY)
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    assert item_for_review(session, item.id, viewer=cast.soheila.id) is not None


def test_of_two_answers_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    session.close()
    verbs = [
        partial(_answer, item_id=item.id, outcome=outcome, by=by)
        for outcome, by in ((Outcome.ACCEPT, cast.maryam), (Outcome.DECLINE, cast.soheila))
    ]
    assert sorted(at_once(app, verbs)) == ["answered", "conflict"]
    assert [letter.name for letter in outbox()].count("appeal_decided") == 1
    with database_of(app).reading() as fresh:
        assert len(fresh.scalars(select(Decision).where(Decision.of_appeal)).all()) == 1


def test_of_an_answer_and_a_withdrawal_at_once_one_counts(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = appealed(session, declined(session, cast), by=cast.nasrin, at=TUESDAY)
    session.close()
    answers = at_once(
        app,
        [
            partial(_answer, item_id=item.id, outcome=Outcome.DECLINE, by=cast.maryam),
            partial(_withdraw, number=item.subject_id, by=cast.nasrin),
        ],
    )
    assert sorted(answers) in (["conflict", "withdrawn"], ["answered", "too late"])
    told = [letter.name for letter in outbox()].count("appeal_decided")
    assert told == answers.count("answered")


def _answer(opened: Session, *, item_id: int, outcome: Outcome, by: Account) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            answered(opened, item, outcome, by=by)
    except Conflict:
        return "conflict"
    return "answered"


def _withdraw(opened: Session, *, number: int, by: Account) -> str:
    try:
        with transaction(opened):
            proposal = of_author(opened, by.id, number, to_change=True)
            assert proposal is not None
            withdraw(opened, proposal, by=by, at=WEDNESDAY)
    except StepRefused:
        return "too late"
    return "withdrawn"
