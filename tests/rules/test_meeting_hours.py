"""Which hours are fair: by the worst of the cities, their own clocks, and their days off."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.cities.meeting_hours import days_off, fair_hours
from citizen_diplomat.cities.meeting_rules import Fairness, Quarter, Slot, next_half_hour
from citizen_diplomat.cities.model import City
from citizen_diplomat.foundation.working_days import WorkingCalendar

TEHRAN = ZoneInfo("Asia/Tehran")
OFFICE = WorkingCalendar(frozenset({5, 6, 0, 1, 2}), TEHRAN)
ISFAHAN = City(slug="isfahan", country="IR", time_zone="Asia/Tehran")
XIAN = City(slug="xian", country="CN", time_zone="Asia/Shanghai")
BARCELONA = City(slug="barcelona", country="ES", time_zone="Europe/Madrid")
FREIBURG = City(slug="freiburg", country="DE", time_zone="Europe/Berlin")
HAVANA = City(slug="havana", country="CU", time_zone="America/Havana")
KUWAIT = City(slug="kuwait-city", country="KW", time_zone="Asia/Kuwait")


def slots(day: str, days: int, *cities: City, minutes: int = 60) -> list[Slot]:
    first = datetime.combine(date.fromisoformat(day), datetime.min.time(), TEHRAN)
    asked = [(city, days_off(city, OFFICE, {}, "en")) for city in (ISFAHAN, *cities)]
    return fair_hours(first, first + timedelta(days=days), minutes, asked)


def begins(slot: Slot, *cities: City) -> list[str]:
    return [
        f"{slot.start.astimezone(ZoneInfo(city.time_zone)):%H:%M}" for city in (ISFAHAN, *cities)
    ]


@pytest.mark.parametrize(
    ("clock", "badness", "fairness"),
    [
        ("09:00", 0, Fairness.WORKING),
        ("16:45", 0, Fairness.WORKING),
        ("08:45", 15, Fairness.EARLY),
        ("07:00", 120, Fairness.EARLY),
        ("17:00", 15, Fairness.LATE),
        ("21:45", 300, Fairness.LATE),
        ("22:00", 480 + 315, Fairness.NIGHT),
        ("01:00", 480 + 480, Fairness.NIGHT),
        ("06:45", 480 + 135, Fairness.NIGHT),
    ],
)
def test_an_hour_is_as_bad_as_it_lies_far_from_work_and_night_is_worse(
    clock: str, badness: int, fairness: Fairness
) -> None:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    assert (Quarter(minute, False).badness, Quarter(minute, False).fairness) == (badness, fairness)
    on_a_day_off = Quarter(minute, True)
    assert on_a_day_off.badness == badness + 1440
    assert on_a_day_off.fairness is Fairness.DAY_OFF


def test_the_one_hour_at_which_three_cities_work_comes_first() -> None:
    first, *_ = slots("2026-11-30", 1, XIAN, BARCELONA)
    assert begins(first, XIAN, BARCELONA) == ["11:30", "16:00", "09:00"]
    assert first.fairness is Fairness.WORKING


def test_the_worst_decides_then_the_second_worst_then_the_earliest() -> None:
    found = slots("2026-11-30", 1, XIAN, BARCELONA, minutes=120)
    # Two hours do not fit: either Barcelona begins half an hour early and Xi'an stays as long,
    # or one of them is asked for a whole hour.
    assert begins(found[0], XIAN, BARCELONA) == ["11:00", "15:30", "08:30"]
    assert [one.badness for one in found[0].worst.values()] == [0, 30, 30]
    assert [one.place for one in found] == sorted(one.place for one in found)


@pytest.mark.parametrize(
    ("day", "isfahan", "barcelona"),
    [
        # Spain puts its clocks back on Sunday, 25 October 2026; Iran has no such night.
        ("2026-10-21", "10:30", "09:00"),
        ("2026-10-26", "11:30", "09:00"),
        # And forward in that to Sunday, 28 March 2027, within Nowruz.
        ("2027-04-05", "10:30", "09:00"),
    ],
)
def test_a_clock_change_moves_the_fair_hour(day: str, isfahan: str, barcelona: str) -> None:
    assert begins(slots(day, 1, BARCELONA)[0], BARCELONA) == [isfahan, barcelona]


def test_within_one_range_each_side_of_a_clock_change_has_its_own_hour() -> None:
    found = [one for one in slots("2026-10-21", 7, BARCELONA) if one.place[0] == [0, 0]]
    by_day = {one.start.date(): begins(one, BARCELONA) for one in reversed(found)}
    assert by_day[date(2026, 10, 21)] == ["10:30", "09:00"]
    assert by_day[date(2026, 10, 27)] == ["11:30", "09:00"]


@pytest.mark.parametrize(
    ("city", "day", "name"),
    [
        (ISFAHAN, "2027-03-21", "Nowruz"),
        (ISFAHAN, "2026-11-27", ""),
        (ISFAHAN, "2026-11-29", None),
        (XIAN, "2026-10-01", "National Day"),
        (XIAN, "2026-10-10", None),  # a Saturday that is worked instead
        (BARCELONA, "2026-11-29", ""),
        (BARCELONA, "2026-11-27", None),
        (BARCELONA, "2026-09-11", "National Day of Catalonia"),
        (FREIBURG, "2027-01-06", "Epiphany"),
        (KUWAIT, "2026-11-27", ""),
        (KUWAIT, "2026-11-29", None),
        (City(slug="nowhere", country="XX", time_zone="UTC"), "2026-11-29", None),
    ],
)
def test_each_country_has_its_own_weekend_and_holidays(
    city: City, day: str, name: str | None
) -> None:
    off = days_off(city, OFFICE, {}, "en")(date.fromisoformat(day))
    if name is None:
        assert off is None
    else:
        assert off is not None
        assert name in off.name
        assert off.name or not name


def test_a_day_that_the_office_closed_itself_has_its_name() -> None:
    day = date(2026, 11, 30)
    closed = WorkingCalendar(OFFICE.week, TEHRAN, {day: False})
    off = days_off(ISFAHAN, closed, {day: "Air pollution"}, "en")(day)
    assert off is not None
    assert (off.name, off.language) == ("Air pollution", "en")


def test_a_day_off_anywhere_comes_after_every_working_night() -> None:
    # Isfahan does not work on Thursday and Friday, and Freiburg not when it is Saturday there.
    assert slots("2026-11-26", 2, FREIBURG)[0].fairness is Fairness.DAY_OFF
    assert slots("2026-11-26", 3, FREIBURG)[0].fairness is Fairness.NIGHT
    assert slots("2026-11-26", 5, FREIBURG)[0].fairness is Fairness.WORKING


def test_from_one_side_of_the_world_to_the_other_somebody_has_a_night() -> None:
    best = slots("2026-11-30", 3, XIAN, HAVANA, minutes=240)[0]
    assert best.fairness is Fairness.NIGHT


@pytest.mark.parametrize(
    ("moment", "next_one"),
    [("10:00:00", "10:00"), ("10:00:01", "10:30"), ("10:30:00", "10:30"), ("10:31:00", "11:00")],
)
def test_slots_begin_on_the_half_hour(moment: str, next_one: str) -> None:
    asked = datetime.fromisoformat(f"2026-11-30T{moment}+00:00")
    assert next_half_hour(asked) == datetime.fromisoformat(f"2026-11-30T{next_one}+00:00")
