"""The fairness clock: what is promised, when it runs, and when it stands still.

The office works from Saturday to Wednesday; Monday 2 November 2026 is 11 Aban 1405.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.moderation import actions, clock
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import OfficeClock, OfficeDay, office
from citizen_diplomat.moderation.queries import decisions_of, open_items
from citizen_diplomat.moderation.rules import Age, Outcome, Urgency
from tests.cast import Cast
from tests.desk import MONDAY, again, decided, resubmitted, submitted

THURSDAY_TOO = [5, 6, 0, 1, 2, 3]


def noon(month: int, day: int, year: int = 2026) -> datetime:
    """Half past three in the afternoon in Isfahan."""
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "week", "last_day"),
    [
        # Ten working days after Monday 2 November.
        (MONDAY, None, date(2026, 11, 16)),
        # A Thursday counts where the office works on Thursdays: day ten is then a Saturday.
        (MONDAY, THURSDAY_TOO, date(2026, 11, 14)),
        # Nowruz: five days of rest and two more in the second week.
        (noon(3, 18), None, date(2026, 4, 8)),
        (noon(3, 18), THURSDAY_TOO, date(2026, 4, 6)),
        # Sent on a Friday, and at a quarter to midnight and a quarter past it in Isfahan.
        (noon(11, 6), None, date(2026, 11, 18)),
        (datetime(2026, 11, 2, 20, 15, tzinfo=UTC), None, date(2026, 11, 16)),
        (datetime(2026, 11, 2, 20, 45, tzinfo=UTC), None, date(2026, 11, 17)),
    ],
)
def test_ten_working_days_are_promised(
    session: Session, cast: Cast, sent: datetime, week: list[int] | None, last_day: date
) -> None:
    if week is not None:
        session.add(OfficeClock.with_defaults(working_week=week))
        session.commit()
    item = submitted(session, cast.nasrin, at=sent)
    calendar = office(session).calendar
    assert item.due_at == calendar.end_of(last_day)
    begins = clock.standing(office(session), item, at=sent)
    assert (begins.day, begins.last_day) == (0, last_day)
    ends = clock.standing(
        office(session), item, at=calendar.end_of(last_day) - timedelta(minutes=1)
    )
    assert (ends.day, ends.target, ends.is_late) == (10, 10, False)
    assert clock.standing(office(session), item, at=calendar.end_of(last_day)).is_late


def test_days_of_rest_after_the_last_day_prolong_no_promise(session: Session, cast: Cast) -> None:
    """Due by the end of Wednesday 18 November: on Friday ten days are used, and it is late."""
    item = submitted(session, cast.nasrin, at=noon(11, 4))
    wednesday, friday = noon(11, 18), noon(11, 20)
    of = office(session)
    assert item.due_at == of.calendar.end_of(date(2026, 11, 18))
    assert clock.standing(of, item, at=wednesday).is_late is False
    stands = clock.standing(of, item, at=friday)
    assert (stands.day, stands.target, stands.is_late) == (10, 10, True)
    late = open_items(session, QueueFilters(age=Age.LATE), viewer=cast.hamid.id, at=friday)
    assert [row.id for row in late] == [item.id], "the queue says the same"
    answered = decided(session, item, Outcome.DECLINE, by=cast.hamid, at=friday)
    (decision,) = decisions_of(session, item.subject_id)
    assert (decision.days_taken, decision.target_days, decision.is_late) == (10, 10, True)
    assert clock.standing(of, answered, at=noon(12, 5)).is_late, "and it stays so once closed"


def test_what_was_answered_in_time_is_not_late_however_long_ago(
    session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin, at=noon(11, 4))
    answered = decided(session, item, Outcome.DECLINE, by=cast.hamid, at=noon(11, 18))
    assert clock.standing(office(session), answered, at=noon(12, 5)).is_late is False
    (decision,) = decisions_of(session, item.subject_id)
    assert decision.is_late is False


def test_waiting_for_the_author_stops_the_clock(session: Session, cast: Cast) -> None:
    """Three days are used, a month passes with the author, seven days are left."""
    item = submitted(session, cast.nasrin, at=MONDAY)
    asked = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid, at=noon(11, 7))
    stopped = clock.standing(office(session), asked, at=noon(12, 5))
    assert (stopped.day, stopped.is_stopped, stopped.last_day) == (3, True, None)
    resubmitted(session, asked.of_proposal, "Better.", at=noon(12, 6))
    back = again(session, asked)
    assert (back.days_used, back.target_days) == (3, 10)
    assert back.due_at == office(session).calendar.end_of(date(2026, 12, 15))
    assert clock.standing(office(session), back, at=noon(12, 6)).day == 3
    assert back.assignee_id == cast.hamid.id, "the answer comes back to who asked"
    decided(session, back, Outcome.DECLINE, by=cast.maryam, at=noon(12, 8))
    asked_for, declined = decisions_of(session, item.subject_id)
    assert (asked_for.days_taken, asked_for.target_days) == (3, 10)
    assert (declined.days_taken, declined.target_days) == (5, 10)


def test_one_whole_day_is_left_however_many_were_used(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin, at=MONDAY)
    asked = decided(session, item, Outcome.REQUEST_CHANGES, by=cast.hamid, at=noon(11, 25))
    resubmitted(session, asked.of_proposal, "Better.", at=noon(11, 28))
    back = again(session, asked)
    assert back.days_used > back.target_days
    assert back.due_at == office(session).calendar.end_of(date(2026, 11, 29))
    assert clock.standing(office(session), back, at=noon(11, 28)).is_late, "and it stays late"


def test_a_promise_once_given_stays(session: Session, cast: Cast) -> None:
    """New targets are for what comes in from then on; a closed day is for everybody."""
    before = submitted(session, cast.nasrin, at=MONDAY)
    session.add(OfficeClock.with_defaults(decision_days=3))
    session.add(
        OfficeDay(
            day=date(2026, 11, 3), is_working=False, name_fa="گردوخاک", name_en="Dust",
            added_at=MONDAY,
        )
    )  # fmt: skip
    session.commit()
    after = submitted(session, cast.nasrin, at=MONDAY)
    assert (again(session, before).target_days, after.target_days) == (10, 3)
    assert after.due_at == office(session).calendar.end_of(date(2026, 11, 8))


def test_urgent_items_stand_first(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin, at=MONDAY)
    earlier = item.position
    clock.make_urgent(item)
    assert item.urgency == Urgency.URGENT
    assert item.position < earlier


def test_what_comes_in_again_after_an_end_begins_anew(session: Session, cast: Cast) -> None:
    """A withdrawn proposal has no clock that goes on."""
    item = submitted(session, cast.nasrin, at=MONDAY)
    proposal = item.of_proposal
    actions.withdraw(session, proposal, by=cast.nasrin, at=noon(11, 4))
    kept: QueueItem = again(session, item)
    assert clock.standing(office(session), kept, at=noon(11, 4)).is_stopped is False
