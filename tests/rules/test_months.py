"""The municipality's months: Jalali, from midnight to midnight where the office is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.overview.months import Month, month_of, read_month

TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1405-08", date(2026, 10, 23), date(2026, 11, 21)),
        ("1405-01", date(2026, 3, 21), date(2026, 4, 20)),
        ("1403-12", date(2025, 2, 19), date(2025, 3, 20)),  # 1403 is a leap year
        ("1404-12", date(2026, 2, 20), date(2026, 3, 20)),
    ],
)
def test_days_of_a_month(written: str, first: date, last: date) -> None:
    month = read_month(written)
    assert month
    assert (month.first_day, month.last_day, str(month)) == (first, last, written)


def test_a_month_begins_at_midnight_in_isfahan() -> None:
    midnight = datetime(2026, 10, 22, 20, 30, tzinfo=UTC)
    assert Month(1405, 8).moments(TEHRAN)[0] == midnight
    assert month_of(midnight, TEHRAN) == Month(1405, 8)
    assert month_of(datetime(2026, 10, 22, 20, 29, tzinfo=UTC), TEHRAN) == Month(1405, 7)


@pytest.mark.parametrize("typed", ["", "1405", "1405-13", "1405-00", "2026-08", "1405-8", "x"])
def test_what_is_no_month(typed: str) -> None:
    assert read_month(typed) is None
