"""Figures of the desk: the rules of docs/counting.md, each in a story."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import StaffScope
from citizen_diplomat.moderation import claims
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude
from citizen_diplomat.moderation.desks import Desk, DeskMember
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import OfficeClock, office
from citizen_diplomat.moderation.queries import open_items
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.overview.load import is_head, loads
from citizen_diplomat.overview.rules import age_of
from citizen_diplomat.overview.today import SHOWN, Today, today
from citizen_diplomat.overview.trends import Share, Trends, trends, week_starts
from citizen_diplomat.proposals.model import Proposal
from tests.cast import Cast
from tests.desk import (
    BICYCLES,
    MONDAY,
    NO_ACCOUNT,
    WATER,
    appealed,
    claimed,
    decided,
    resubmitted,
    submitted,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = MONDAY + 2 * DAY
SATURDAY = MONDAY + 5 * DAY


def seen(session: Session, viewer: int = NO_ACCOUNT, *, at: datetime = SATURDAY) -> Trends:
    return trends(session, office(session), viewer=viewer, at=at)


def test_weeks_begin_on_saturday_at_midnight_in_isfahan(session: Session) -> None:
    friday_evening = datetime(2026, 11, 6, 20, 29, tzinfo=UTC)
    of = office(session)
    assert week_starts(of, friday_evening)[-2] == date(2026, 10, 31)
    assert week_starts(of, friday_evening + timedelta(minutes=1))[-2] == date(2026, 11, 7)


def test_received_and_answered_by_week_city_and_topic(session: Session, cast: Cast) -> None:
    decided(session, submitted(session, cast.nasrin), by=cast.hamid, at=WEDNESDAY)
    item = submitted(session, cast.kamran, BICYCLES, at=MONDAY - 7 * DAY)
    decided(session, item, Outcome.DECLINE, by=cast.hamid, at=SATURDAY)
    submitted(session, cast.kamran, BICYCLES, at=MONDAY - 80 * DAY)
    found = seen(session)
    told = {
        week.first_day.isoformat(): (week.received, week.answered)
        for week in found.weeks
        if week.received or week.answered
    }
    assert told == {"2026-10-24": (1, 0), "2026-10-31": (1, 1), "2026-11-07": (0, 1)}
    assert found.cities == (Share("barcelona", 1, 1), Share("freiburg", 1, 1))
    assert {one.slug for one in found.topics} == {"environment-water", "transport"}


def test_a_proposal_counts_in_the_topic_that_it_has_now(session: Session, cast: Cast) -> None:
    """As in its cities: a change that was accepted may have moved it."""
    item = decided(session, submitted(session, cast.nasrin), by=cast.hamid, at=WEDNESDAY)
    session.get_one(Proposal, item.subject_id).topic_slug = BICYCLES.topic_slug
    session.commit()
    assert seen(session).topics == (Share("transport", 1, 1),)


def test_an_answer_is_the_first_one_once(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid, at=WEDNESDAY)
    resubmitted(session, item.of_proposal, "Sixty litres.", at=WEDNESDAY + HOUR)
    item = decided(session, item, Outcome.DECLINE, by=cast.hamid, at=SATURDAY)
    appeal = appealed(session, item, by=cast.nasrin, at=SATURDAY)
    decided(session, appeal, by=cast.maryam, at=SATURDAY)
    older, newer = seen(session).weeks[-2:]
    assert (older.received, older.answered, older.median, older.ninetieth) == (1, 1, 2, 2)
    # The second answer counts as one, but is nobody's first; the appeal is no answer at all.
    assert (newer.received, newer.answered, newer.median) == (0, 1, None)


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, "0-2"), (2, "0-2"), (3, "3-5"), (8, "6-8"), (9, "9-10"), (10, "9-10"), (11, "more")],
)
def test_ages(days: int, age: str) -> None:
    assert age_of(days) == age


def test_what_waits_is_as_old_as_its_clock_says(session: Session, cast: Cast) -> None:
    """Wednesday to Saturday has one working day: Thursday and Friday are the weekend."""
    submitted(session, cast.kamran, BICYCLES, at=WEDNESDAY)
    submitted(session, cast.kamran, BICYCLES, at=MONDAY)
    submitted(session, cast.kamran, BICYCLES, at=MONDAY - 60 * DAY)
    item = submitted(session, cast.nasrin, at=MONDAY - 2 * DAY)
    item = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid, at=MONDAY)
    resubmitted(session, item.of_proposal, "Sixty litres.", at=WEDNESDAY)
    # Two days before the question and one since it was answered.
    assert seen(session).backlog == {"0-2": 1, "3-5": 2, "6-8": 0, "9-10": 0, "more": 1}


def test_todays_work_is_what_the_queue_lists(session: Session, cast: Cast) -> None:
    late = submitted(session, cast.nasrin, at=MONDAY)
    due = late.due_at
    assert due
    now = due - 10 * HOUR
    submitted(session, cast.kamran, BICYCLES, at=now - 3 * HOUR)
    held = submitted(session, cast.kamran, BICYCLES, at=now - 2 * DAY)
    claimed(session, held, by=cast.hamid, at=now - DAY)
    # His window stood open and prolonged it all the while.
    session.get_one(QueueItem, held.id).lease_until = now + HOUR
    session.commit()
    assert today(session, viewer=NO_ACCOUNT, at=now) == Today(0, 1, 2, 1)
    assert today(session, viewer=NO_ACCOUNT, at=due) == Today(1, 0, 3, 0)
    assert today(session, viewer=NO_ACCOUNT, at=due - 25 * HOUR).due_today == 0
    for filters, number in zip(SHOWN, (0, 1, 2, 1), strict=True):
        assert len(open_items(session, filters, viewer=NO_ACCOUNT, at=now)) == number


def test_nobody_counts_what_they_do_not_look_after(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin, WATER)
    decided(session, submitted(session, cast.nasrin, WATER), by=cast.maryam, at=WEDNESDAY)
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    session.commit()
    found = seen(session, cast.hamid.id)
    assert sum(week.received + week.answered for week in found.weeks) == 0
    assert (found.cities, found.topics, sum(found.backlog.values())) == ((), (), 0)
    assert today(session, viewer=cast.hamid.id, at=item.opened_at + 90 * DAY) == Today(0, 0, 0, 0)


def test_the_head_of_a_desk_sees_the_work_of_its_members(session: Session, cast: Cast) -> None:
    desk = Desk(name_fa="آب", name_en="Water", head_id=cast.maryam.id)
    session.add(desk)
    session.flush()
    session.add(DeskMember(desk_id=desk.id, account_id=cast.hamid.id))
    item = submitted(session, cast.nasrin)
    item.assignee_id = cast.hamid.id
    session.merge(item)
    session.commit()
    decided(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    claims.claim(session, item := session.merge(item), by=session.merge(cast.hamid), at=WEDNESDAY)
    session.commit()
    at = WEDNESDAY + timedelta(minutes=5)
    told = loads(session, viewer=cast.maryam.id, coordinates=False, at=at)
    assert [(one.account_id, one.assigned, one.held, one.decided) for one in told] == [
        (cast.hamid.id, 1, 1, 1)
    ]
    assert [is_head(session, one.id) for one in (cast.maryam, cast.hamid)] == [True, False]
    assert loads(session, viewer=cast.hamid.id, coordinates=False, at=at) == []
    everybody = loads(session, viewer=cast.soheila.id, coordinates=True, at=at)
    assert {one.account_id for one in everybody} == {
        cast.hamid.id, cast.maryam.id, cast.soheila.id,
    }  # fmt: skip


def test_the_head_of_a_desk_counts_no_decision_on_what_they_do_not_look_after(
    session: Session, cast: Cast
) -> None:
    """Of a proposal and of the appeal against its decline, each by its own item."""
    desk = Desk(name_fa="آب", name_en="Water", head_id=cast.maryam.id)
    desk.members = [DeskMember(account_id=one.id) for one in (cast.hamid, cast.soheila)]
    session.add(desk)
    session.commit()

    def counted() -> dict[int, int]:
        told = loads(session, viewer=cast.maryam.id, coordinates=False, at=SATURDAY + HOUR)
        session.commit()
        return {one.account_id: one.decided for one in told}

    item = decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    appeal = appealed(session, item, by=cast.nasrin, at=SATURDAY)
    appeal = decided(session, appeal, by=cast.soheila, at=SATURDAY)
    decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    hamid, soheila = cast.hamid.id, cast.soheila.id
    assert counted() == {hamid: 2, soheila: 1}
    exclude(session, appeal, cast.maryam.id, ConflictCause.FIRST_REVIEWER, at=SATURDAY)
    session.commit()
    assert counted() == {hamid: 2, soheila: 0}
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="freiburg"))
    session.commit()
    assert counted() == {hamid: 1, soheila: 0}


def test_closed_desks_are_closed_in_figures_too(session: Session, cast: Cast) -> None:
    desk = Desk(name_fa="آب", name_en="Water", head_id=None)
    session.add_all([desk, OfficeClock.with_defaults(are_desks_closed=True)])
    session.flush()
    session.add(DeskMember(desk_id=desk.id, account_id=cast.hamid.id))
    session.commit()
    submitted(session, cast.nasrin)
    assert sum(seen(session, cast.hamid.id).backlog.values()) == 0
    assert sum(seen(session, cast.maryam.id).backlog.values()) == 1
