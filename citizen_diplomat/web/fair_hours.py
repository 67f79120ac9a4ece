"""Fair hours for a meeting with other cities: what an address asks for, and what its page shows.

Everything stands in the address, so that a colleague or a partner can be sent it. The page of staff
and that for everyone differ in their frame alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.cities.meeting_hours import HOME, DayOff, IsOff, days_off, fair_hours
from citizen_diplomat.cities.meeting_rules import (
    LONGEST,
    MOST_CITIES,
    MOST_DAYS,
    SHORTEST,
    STEP,
    Fairness,
    Quarter,
    Slot,
    next_half_hour,
)
from citizen_diplomat.cities.model import City
from citizen_diplomat.foundation.calendar import WEEKDAYS, format_time, parse_date
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.working_days import DAY
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.office_days import coming_days
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import UNPROCESSABLE
from citizen_diplomat.web.reference import city_choices, reference
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

SHOWN = 12
"""Slots; whoever needs another one asks for other days."""
IN_WORDS = 5
USUAL_DAYS, USUAL_MINUTES = 7, 60
FARTHEST = timedelta(days=730)
"""Holidays further ahead are not announced yet."""
DAY_LENGTH = 20
"""Characters of a day as it is typed."""
WORDS: dict[Fairness, LazyString] = {
    Fairness.WORKING: lazy_gettext("working hours"),
    Fairness.EARLY: lazy_gettext("before work"),
    Fairness.LATE: lazy_gettext("after work"),
    Fairness.NIGHT: lazy_gettext("night"),
    Fairness.DAY_OFF: lazy_gettext("day off"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `problem` says what of it cannot be answered."""

    cities: tuple[str, ...]
    typed: str
    first: date
    days: int
    minutes: int
    problem: str = ""

    @property
    def in_address(self) -> dict[str, Any]:
        """The same as values of an address."""
        return {
            "city": list(self.cities),
            "from": self.first.isoformat(),
            "days": self.days,
            "minutes": self.minutes,
        }


@dataclass(frozen=True)
class Cell:
    """A slot on the clock of one city; `day` is that city's where it differs from Isfahan's."""

    city: City
    begins: str
    ends: str
    day: date | None
    fairness: Fairness
    off: DayOff | None


@dataclass(frozen=True)
class Row:
    """A slot with a cell for each city, Isfahan first."""

    start: datetime
    iso: str
    day: date
    fairness: Fairness
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Closed:
    """When a city does not work within the days asked for: its weekend, and what has a name."""

    city: City
    weekdays: Sequence[str]
    days: Sequence[tuple[date, DayOff]]


def fair_hours_page(template: str) -> Response:
    """The page with the form, and with the slots where cities were chosen."""
    asked, home = _asked(), reference().cities.get(HOME)
    rows: Sequence[Row] = ()
    closed: Sequence[Closed] = ()
    if asked.cities and home is not None and not asked.problem:
        rows, closed = _answer(asked, [home, *(reference().cities[one] for one in asked.cities)])
    page = render_template(
        template,
        asked=asked,
        choices=city_choices(home=False),
        durations=range(SHORTEST, LONGEST + 1, STEP),
        most_days=MOST_DAYS,
        rows=rows,
        in_words=rows[:IN_WORDS],
        closed=closed,
        words=WORDS,
        link=services().settings.base_url + url_for("public.fair_hours", **asked.in_address),
    )
    return make_response(page, UNPROCESSABLE if asked.problem else 200)


def _asked() -> Asked:
    """What the address says; a number that is none of ours counts as not said."""
    values, known = request.args, reference().cities
    chosen = {slug for slug in values.getlist("city") if slug in known and slug != HOME}
    today = request_time().astimezone(ZoneInfo(_zone())).date()
    typed = values.get("from", "")[:DAY_LENGTH].strip()
    first = parse_date(typed) if typed else today + DAY
    problem = ""
    if first is None:
        problem = gettext("Write the day as 1405-09-05 or 2026-11-26.")
    elif not today <= first <= today + FARTHEST:
        problem = gettext("Choose a day from today on, within two years.")
    elif len(chosen) > MOST_CITIES:
        most = format_number(MOST_CITIES, language())
        problem = gettext("Choose at most %(most)s cities.", most=most)
    minutes = parse_int(values.get("minutes", ""), lowest=SHORTEST, highest=LONGEST)
    return Asked(
        cities=tuple(slug for slug in known if slug in chosen),
        typed="".join(filter(str.isprintable, typed)),
        first=today + DAY if problem or first is None else first,
        days=parse_int(values.get("days", ""), lowest=1, highest=MOST_DAYS) or USUAL_DAYS,
        minutes=minutes if minutes and minutes % STEP == 0 else USUAL_MINUTES,
        problem=problem,
    )


def _zone() -> str:
    return reference().cities[HOME].time_zone if HOME in reference().cities else "UTC"


def _answer(asked: Asked, cities: Sequence[City]) -> tuple[Sequence[Row], Sequence[Closed]]:
    """The fairest slots that are still to come, and what is closed when."""
    of, named = office(db()).calendar, _named(asked.first)
    offs = {city.slug: days_off(city, of, named, language()) for city in cities}
    zone = ZoneInfo(cities[0].time_zone)
    first, end = (
        datetime.combine(day, datetime.min.time(), zone)
        for day in (asked.first, asked.first + timedelta(days=asked.days))
    )
    first = max(next_half_hour(first), next_half_hour(request_time()))
    slots = fair_hours(first, end, asked.minutes, [(city, offs[city.slug]) for city in cities])
    rows = [_row(slot, asked.minutes, cities, offs) for slot in slots[:SHOWN]]
    days = [asked.first + timedelta(days=number) for number in range(asked.days)]
    return rows, [_closed(city, days, offs[city.slug]) for city in cities]


def _named(first: date) -> dict[date, str]:
    """The days on which the office decided to be closed, by the name of each."""
    return {
        row.day: row.name_fa if language() == "fa" else row.name_en
        for row in coming_days(db(), first - DAY)
        if not row.is_working
    }


def _row(slot: Slot, minutes: int, cities: Sequence[City], offs: Mapping[str, IsOff]) -> Row:
    day = slot.start.astimezone(ZoneInfo(cities[0].time_zone)).date()
    end = slot.start + timedelta(minutes=minutes)
    cells = [_cell(slot, end, day, city, slot.worst[city.slug], offs[city.slug]) for city in cities]
    iso = slot.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return Row(slot.start, iso, day, slot.fairness, cells)


def _cell(slot: Slot, end: datetime, day: date, city: City, worst: Quarter, is_off: IsOff) -> Cell:
    zone = ZoneInfo(city.time_zone)
    there = slot.start.astimezone(zone).date()
    return Cell(
        city,
        format_time(slot.start, zone, language()),
        format_time(end, zone, language()),
        there if there != day else None,
        worst.fairness,
        (is_off(there) or is_off(end.astimezone(zone).date())) if worst.is_off else None,
    )


def _closed(city: City, days: Sequence[date], is_off: IsOff) -> Closed:
    off = [(day, why) for day in days if (why := is_off(day)) is not None]
    weekend = sorted({day.weekday() for day, why in off if not why.name}, key=_from_saturday)
    names = WEEKDAYS["fa" if language() == "fa" else "en"]
    return Closed(city, [names[one] for one in weekend], [one for one in off if one[1].name])


def _from_saturday(weekday: int) -> int:
    return (weekday + 2) % 7
