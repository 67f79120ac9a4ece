"""Days in the Jalali and the Gregorian calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.calendar import (
    JalaliDay,
    format_ago,
    format_date,
    format_date_both,
    format_datetime,
    format_time,
    format_weekday_date,
    jalali,
    parse_date,
)
from citizen_diplomat.foundation.numbers import persian_digits

TEHRAN = ZoneInfo("Asia/Tehran")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2025, 12, 13)


def test_a_day_reads_in_the_readers_calendar() -> None:
    assert format_date(DAY, "fa") == "۲۲ آذر ۱۴۰۴"
    assert format_date(DAY, "en") == "13 December 2025"
    assert format_weekday_date(DAY, "fa") == "شنبه ۲۲ آذر ۱۴۰۴"
    assert format_weekday_date(DAY, "en") == "Saturday 13 December 2025"


def test_where_a_day_matters_both_calendars_stand() -> None:
    assert format_date_both(DAY, "fa") == "۲۲ آذر ۱۴۰۴ (۱۳ دسامبر ۲۰۲۵)"
    assert format_date_both(DAY, "en") == "13 December 2025 (22 Azar 1404)"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 20), JalaliDay(1403, 12, 30)),
        (date(2025, 3, 21), JalaliDay(1404, 1, 1)),
        (date(2026, 3, 21), JalaliDay(1405, 1, 1)),
        (date(1979, 2, 11), JalaliDay(1357, 11, 22)),
        (date(1921, 3, 21), JalaliDay(1300, 1, 1)),
        (date(2122, 3, 20), JalaliDay(1500, 12, 29)),
    ],
)
def test_known_days(day: date, expected: JalaliDay) -> None:
    assert jalali(day) == expected


def test_leap_years_end_on_the_thirtieth_of_esfand() -> None:
    leap = [year for year in range(1390, 1429) if parse_date(f"{year}/12/30")]
    assert leap == [1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428]


def test_every_day_of_twenty_years_is_written_and_read_back() -> None:
    day = parse_date("1390/01/01")
    assert day == date(2011, 3, 21)
    before = JalaliDay(1389, 12, 29)
    while day < date(2032, 3, 20):
        now = jalali(day)
        assert now is not None
        assert now > before
        for text in (
            f"{now.year}/{now.month}/{now.day}",
            f"{now.year}-{now.month:02}-{now.day:02}",
        ):
            assert parse_date(text) == day
            assert parse_date(persian_digits(text)) == day
        assert parse_date(persian_digits(day.isoformat())) == day
        assert format_date(day, "fa").endswith(persian_digits(str(now.year)))
        before, day = now, day + timedelta(days=1)
    assert before == JalaliDay(1410, 12, 29)


@pytest.mark.parametrize("day", [date.min, date(1921, 3, 20), date(2122, 3, 21), date.max])
def test_days_far_away_are_gregorian_in_every_form(day: date) -> None:
    assert jalali(day) is None
    assert format_date(day, "fa").endswith(persian_digits(str(day.year)))
    assert format_date_both(day, "fa") == format_date(day, "fa")
    assert "(" not in format_date_both(day, "en")


@pytest.mark.parametrize(
    "typed",
    [
        "", "1404", "1404/13/01", "1404/12/30", "1404/07/31", "1299/01/01", "1501/01/01",
        "2025-02-29", "0000-00-00", "22/9/1404", "1404-9-22-1", "٢٠٢٥", "१४०४/१/१", "\0", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(typed: str) -> None:
    assert parse_date(typed) is None


@given(st.text(st.characters(exclude_categories=())))
def test_reading_never_raises(typed: str) -> None:
    parse_date(typed)
    parse_date(f"1404/{typed}/1")


@given(st.from_regex(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}", fullmatch=True))
def test_whatever_day_is_read_can_be_shown(typed: str) -> None:
    day = parse_date(typed)
    if day:
        assert format_date_both(day, "fa")
        assert format_weekday_date(day, "en")


def test_times_are_local_to_the_reader() -> None:
    moment = datetime(2025, 12, 13, 21, 5, tzinfo=UTC)
    assert format_time(moment, BERLIN, "en") == "22:05"
    assert format_time(moment, TEHRAN, "fa") == "۰۰:۳۵"
    assert format_datetime(moment, BERLIN, "en") == "13 December 2025, 22:05"
    assert format_datetime(moment, TEHRAN, "fa") == "۲۳ آذر ۱۴۰۴، ساعت ۰۰:۳۵"


def test_tehran_has_no_summer_time_since_2022() -> None:
    assert format_time(datetime(2026, 7, 1, 12, tzinfo=UTC), TEHRAN, "en") == "15:30"
    assert format_time(datetime(2022, 7, 1, 12, tzinfo=UTC), TEHRAN, "en") == "16:30"


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2025, 12, 13)  # noqa: DTZ001 - the mistake itself
    with pytest.raises(ValueError, match="zone"):
        format_time(naive, TEHRAN, "en")
    with pytest.raises(ValueError, match="zone"):
        format_ago(naive, datetime.now(UTC), "en")
    with pytest.raises(ValueError, match="zone"):
        format_ago(datetime.now(UTC), naive, "en")


@pytest.mark.parametrize(
    ("days", "persian", "english"),
    [
        (0, "امروز", "today"),
        (1, "دیروز", "yesterday"),
        (3, "۳ روز پیش", "3 days ago"),
        (40, "۴۰ روز پیش", "40 days ago"),
        (-1, "فردا", "tomorrow"),
        (-2, "۲ روز دیگر", "in 2 days"),
    ],
)
def test_how_long_ago(days: int, persian: str, english: str) -> None:
    now = datetime(2025, 12, 13, 0, 10, tzinfo=TEHRAN)
    moment = (now - timedelta(days=days)).astimezone(UTC)
    assert format_ago(moment, now, "fa") == persian
    assert format_ago(moment, now, "en") == english


def test_yesterday_is_a_matter_of_the_readers_midnight() -> None:
    moment = datetime(2025, 12, 12, 20, 0, tzinfo=UTC)
    assert format_ago(moment, datetime(2025, 12, 12, 22, 0, tzinfo=UTC), "en") == "today"
    assert format_ago(moment, datetime(2025, 12, 13, 1, 30, tzinfo=TEHRAN), "en") == "yesterday"
