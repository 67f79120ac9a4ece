"""Fair hours: when people of several cities can meet, each by the calendar of their own country.

Weekends and public holidays are those of the `holidays` library, which also knows the Saturdays on
which China works instead. Days that follow the moon are worked out ahead and may be a day off.
Isfahan's week and days are its office's own: see `foundation.working_days`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from citizen_diplomat.cities.meeting_rules import QUARTER, Quarter, Slot, fairest, quarter, quarters
from citizen_diplomat.cities.model import City
from citizen_diplomat.foundation.working_days import WorkingCalendar, holiday_names

HOME = "isfahan"
SUBDIVISIONS = {
    "barcelona": "CT",
    "florence": "FI",
    "freiburg": "BW",
    "hyderabad": "TS",
    "kuala-lumpur": "14",
}
"""Where a city keeps days that its country does not: ISO 3166-2, as the library spells it."""


@dataclass(frozen=True)
class DayOff:
    """Why nobody works somewhere on a day; nameless are weekends and some of the office's."""

    name: str
    language: str
    """Of the name, so that it can be read out."""


IsOff = Callable[[date], DayOff | None]
"""Why a day is off in one city; None for a working day."""


def days_off(city: City, of: WorkingCalendar, named: dict[date, str], language: str) -> IsOff:
    """The days off of a city.

    Args:
        city: one of the register; a country that the library does not know works every day.
        of: the calendar of the office, for Isfahan.
        named: the days that the office decided on itself, for Isfahan.
        language: that the names of Isfahan's days are wanted in; others have English ones.
    """
    if city.slug == HOME:
        return lambda day: _office_off(day, of, named, language)
    if city.country not in _known():
        return _never_off
    place = (city.country, SUBDIVISIONS.get(city.slug))

    def is_off(day: date) -> DayOff | None:
        year = _year(*place, day.year)
        return None if year.is_working_day(day) else DayOff(year.get(day, ""), "en")

    return is_off


def clock_of(first: datetime, end: datetime, zone: ZoneInfo, is_off: IsOff) -> list[Quarter]:
    """Every quarter from `first` until `end` as the clock in `zone` shows it, one by one.

    Each moment is converted by itself, so that a clock change within these days is right.
    """
    known: dict[date, bool] = {}
    clock = []
    for moment in quarters(first, end):
        local = moment.astimezone(zone)
        day = local.date()
        if day not in known:
            known[day] = is_off(day) is not None
        minute = (local.hour * 60 + local.minute) // QUARTER * QUARTER
        clock.append(quarter(minute, known[day]))
    return clock


def fair_hours(
    first: datetime, end: datetime, minutes: int, cities: Iterable[tuple[City, IsOff]]
) -> list[Slot]:
    """The slots from `first` until `end`, the fairest for these cities first; see `fairest`."""
    last = end + timedelta(minutes=minutes)
    clocks = {
        city.slug: clock_of(first, last, ZoneInfo(city.time_zone), is_off)
        for city, is_off in cities
    }
    return fairest(first, end, minutes, clocks)


def _never_off(_day: date) -> DayOff | None:
    return None


def _office_off(
    day: date, of: WorkingCalendar, named: dict[date, str], language: str
) -> DayOff | None:
    if of.is_working(day):
        return None
    if day in named:
        return DayOff(named[day], language)
    if language == "fa":
        return DayOff(holiday_names(day), "fa")
    return DayOff(_year("IR", None, day.year).get(day, ""), "en")


@cache
def _known() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@cache
def _year(country: str, subdivision: str | None, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US")
