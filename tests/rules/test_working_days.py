"""The office's calendar: weeks, Iran's holidays, days of its own, and midnight in Tehran."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.foundation.working_days import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    NeverOpen,
    WorkingCalendar,
)

TEHRAN = ZoneInfo("Asia/Tehran")
TO_WEDNESDAY = frozenset({SATURDAY, SUNDAY, MONDAY, TUESDAY, WEDNESDAY})
TO_THURSDAY = TO_WEDNESDAY | {THURSDAY}


def office(week: frozenset[int] = TO_WEDNESDAY, **exceptions: bool) -> WorkingCalendar:
    """An office in Isfahan; `exceptions` are named like d2026_10_05."""
    days = {date(*map(int, name[1:].split("_"))): works for name, works in exceptions.items()}
    return WorkingCalendar(week, TEHRAN, days)


@pytest.mark.parametrize(
    ("start", "number", "week", "expected"),
    [
        # Sunday 4 October 2026 (12 Mehr 1405); 14 and 26 October are ordinary days.
        (date(2026, 10, 4), 1, TO_WEDNESDAY, date(2026, 10, 5)),
        # A Thursday counts only where the office works on Thursdays.
        (date(2026, 10, 7), 1, TO_WEDNESDAY, date(2026, 10, 10)),
        (date(2026, 10, 7), 1, TO_THURSDAY, date(2026, 10, 8)),
        (date(2026, 10, 4), 10, TO_WEDNESDAY, date(2026, 10, 18)),
        (date(2026, 10, 4), 10, TO_THURSDAY, date(2026, 10, 15)),
        # Started on a day of rest: the first working day after it is the first one.
        (date(2026, 10, 9), 1, TO_WEDNESDAY, date(2026, 10, 10)),
        # Nowruz 1405: 20 to 24 March, and 1 and 2 April, are holidays.
        (date(2026, 3, 18), 1, TO_WEDNESDAY, date(2026, 3, 25)),
        (date(2026, 3, 18), 2, TO_WEDNESDAY, date(2026, 3, 28)),
        (date(2026, 3, 30), 2, TO_WEDNESDAY, date(2026, 4, 4)),
    ],
)
def test_the_nth_working_day(
    start: date, number: int, week: frozenset[int], expected: date
) -> None:
    calendar = office(week)
    assert calendar.nth_after(start, number) == expected
    assert calendar.count(start, expected) == number


def test_the_office_adds_days_of_its_own() -> None:
    """A day of dust closes the office; a Thursday before the festival opens it."""
    calendar = office(d2026_10_05=False, d2026_10_08=True)
    assert calendar.nth_after(date(2026, 10, 4), 1) == date(2026, 10, 6)
    assert calendar.nth_after(date(2026, 10, 7), 1) == date(2026, 10, 8)


def test_the_day_changes_at_midnight_in_tehran() -> None:
    """Half past eight in the evening in London is the next day in Isfahan."""
    calendar = office()
    before = datetime(2026, 10, 4, 20, 29, tzinfo=UTC)
    after = datetime(2026, 10, 4, 20, 30, tzinfo=UTC)
    assert calendar.day_of(before) == date(2026, 10, 4)
    assert calendar.day_of(after) == date(2026, 10, 5)
    assert calendar.passed(before, after) == 1
    assert calendar.passed(before, before) == 0
    assert calendar.due_at(before, 1) == datetime(2026, 10, 5, 20, 30, tzinfo=UTC)


def test_days_of_rest_take_nothing_from_anybody() -> None:
    """From Wednesday evening to Friday night no working day has begun."""
    calendar = office()
    wednesday = datetime(2026, 10, 7, 12, tzinfo=UTC)
    assert calendar.passed(wednesday, datetime(2026, 10, 9, 20, tzinfo=UTC)) == 0
    assert calendar.passed(wednesday, datetime(2026, 10, 10, 6, tzinfo=UTC)) == 1


def test_an_office_that_never_opens_is_a_mistake() -> None:
    with pytest.raises(NeverOpen):
        office(frozenset()).nth_after(date(2026, 10, 4), 1)
    with pytest.raises(ValueError, match="from one"):
        office().nth_after(date(2026, 10, 4), 0)


def test_friday_is_nobodys_working_day_unless_the_office_says_so() -> None:
    assert not office().is_working(date(2026, 10, 9))
    assert office(TO_WEDNESDAY | {FRIDAY}).is_working(date(2026, 10, 9))
