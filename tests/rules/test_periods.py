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


def test_never_is_never() -> None:
    assert newest_period(Frequency.NEVER, zone=TEHRAN, at=datetime(2026, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(ValueError, match="never"):
        next_period(Frequency.NEVER, Period(date(2026, 1, 1), date(2026, 1, 2)))


@settings(deadline=None)
@given(moments, some.sampled_from(REGULAR), some.sampled_from(ZONES))
def test_the_newest_period_has_ended_and_the_next_has_not(
    moment: datetime, frequency: Frequency, name: str
) -> None:
    zone = ZoneInfo(name)
    period = newest_period(frequency, zone=zone, at=moment)
    assert period is not None
    following = next_period(frequency, period)
    assert period.start < period.end == following.start < following.end
    local = moment.astimezone(zone).replace(tzinfo=None)
    ends = [one.moments(zone)[1].replace(tzinfo=None) for one in (period, following)]
    assert ends[0] <= local < ends[1]


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
