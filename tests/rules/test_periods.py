"""When a digest is due: the member's own morning, across time zones and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from citizen_diplomat.digests.rules import Frequency, Period, newest_period, next_period

TEHRAN, MADRID, BERLIN = (
    ZoneInfo(f"{name}") for name in ("Asia/Tehran", "Europe/Madrid", "Europe/Berlin")
)
ZONES = (
    "Asia/Tehran",
    "Europe/Madrid",
    "America/Havana",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "UTC",
)
REGULAR = (Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
moments = some.integers(0, 6 * 365 * 24 * 3600).map(lambda n: FIRST + timedelta(seconds=n))


def at(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-28T07:59:59", "2026-11-21"),
        ("2026-11-28T08:00:00", "2026-11-28"),
        ("2026-12-04T23:59:00", "2026-11-28"),
    ],
)
def test_a_week_ends_on_saturday_morning_of_the_member(moment: str, end: str) -> None:
    for zone in (TEHRAN, MADRID):
        period = newest_period(Frequency.WEEKLY, zone=zone, at=at(moment, zone))
        last = date.fromisoformat(end)
        assert period == Period(last - timedelta(days=7), last)


def test_the_same_moment_is_morning_in_isfahan_and_night_in_barcelona() -> None:
    moment = at("2026-11-28T08:30:00", TEHRAN)
    isfahan = newest_period(Frequency.WEEKLY, zone=TEHRAN, at=moment)
    barcelona = newest_period(Frequency.WEEKLY, zone=MADRID, at=moment)
    assert isfahan is not None
    assert barcelona is not None
    assert (isfahan.end, barcelona.end) == (date(2026, 11, 28), date(2026, 11, 21))


def test_a_day_and_a_month_end_in_the_morning_too() -> None:
    early, late = at("2026-12-01T07:00:00", BERLIN), at("2026-12-01T08:00:00", BERLIN)
    assert newest_period(Frequency.DAILY, zone=BERLIN, at=early) == Period(
        date(2026, 11, 29), date(2026, 11, 30)
    )
    assert newest_period(Frequency.MONTHLY, zone=BERLIN, at=early) == Period(
        date(2026, 10, 1), date(2026, 11, 1)
    )
    assert newest_period(Frequency.MONTHLY, zone=BERLIN, at=late) == Period(
        date(2026, 11, 1), date(2026, 12, 1)
    )


def test_a_day_on_which_the_clock_changes_is_shorter_or_longer() -> None:
    spring, autumn = (
        Period(day, day + timedelta(days=1)) for day in (date(2026, 3, 28), date(2026, 10, 24))
    )
    lengths = []
    for period in (spring, autumn):
        start, end = (moment.astimezone(UTC) for moment in period.moments(BERLIN))
        lengths.append(end - start)
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


def test_a_member_chooses_the_day_and_the_hour() -> None:
    monday = {"weekday": 0, "hour": 19}
    early, late = at("2026-11-30T18:59:59", MADRID), at("2026-11-30T19:00:00", MADRID)
    found = [
        newest_period(Frequency.WEEKLY, zone=MADRID, at=moment, **monday)
        for moment in (early, late)
    ]
    assert found == [
        Period(date(2026, 11, 16), date(2026, 11, 23), 19),
        Period(date(2026, 11, 23), date(2026, 11, 30), 19),
    ]


@pytest.mark.parametrize(
    ("hour", "day", "ends"),
    [(2, "2026-10-25", "00:00"), (2, "2026-03-29", "01:00"), (3, "2026-03-29", "01:00")],
    ids=["shown twice: the first", "skipped: the next that is shown", "shown once"],
)
def test_an_hour_that_the_change_of_the_clock_touches(hour: int, day: str, ends: str) -> None:
    moment = datetime.fromisoformat(f"{day}T{ends}").replace(tzinfo=UTC)
    last = date.fromisoformat(day)
    found = [
        newest_period(Frequency.DAILY, zone=MADRID, at=when, hour=hour)
        for when in (moment - timedelta(seconds=1), moment, moment + timedelta(hours=1))
    ]
    assert [period.end for period in found if period] == [last - timedelta(days=1), last, last]


def test_never_is_never() -> None:
    assert newest_period(Frequency.NEVER, zone=TEHRAN, at=datetime(2026, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(ValueError, match="never"):
        next_period(Frequency.NEVER, Period(date(2026, 1, 1), date(2026, 1, 2)))


@settings(deadline=None)
@given(
    moments,
    some.sampled_from(REGULAR),
    some.sampled_from(ZONES),
    some.integers(0, 6),
    some.integers(0, 23),
)
def test_the_newest_period_has_ended_and_the_next_has_not(
    moment: datetime, frequency: Frequency, name: str, weekday: int, hour: int
) -> None:
    zone = ZoneInfo(name)
    period = newest_period(frequency, zone=zone, at=moment, weekday=weekday, hour=hour)
    assert period is not None
    following = next_period(frequency, period)
    assert period.start < period.end == following.start < following.end
    ends = [one.moments(zone)[1].astimezone(UTC) for one in (period, following)]
    assert ends[0] <= moment < ends[1]


@settings(deadline=None)
@given(moments, some.sampled_from(REGULAR), some.sampled_from(ZONES))
def test_periods_leave_no_gap_and_never_overlap(
    moment: datetime, frequency: Frequency, name: str
) -> None:
    zone = ZoneInfo(name)
    period = newest_period(frequency, zone=zone, at=moment)
    assert period is not None
    following = next_period(frequency, period)
    assert newest_period(frequency, zone=zone, at=following.moments(zone)[1]) == following
    assert period.moments(zone)[1] == following.moments(zone)[0]
