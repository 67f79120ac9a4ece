"""The register of cities and the page of each."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import gettext, ngettext

from citizen_diplomat.cities import queries
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import CityStatus, distance, minutes_ahead, shown_count
from citizen_diplomat.foundation import calendar
from citizen_diplomat.foundation.folding import fold, sort_key
from citizen_diplomat.foundation.numbers import format_number, is_persian, persian_digits
from citizen_diplomat.proposals.queries import published
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import found, query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.city_map import city_map
from citizen_diplomat.web.reference import city_name, country_name, reference
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

PROPOSALS_SHOWN = 5
NEAREST = 10  # kilometres


@public.get("/cities")
def cities() -> str:
    """List all cities in the reader's alphabetical order, or those that match a search."""
    text = query_text("q")
    return render_template(
        "public/cities/cities.html",
        cities=sorted(
            _searched(text), key=lambda city: (sort_key(city_name(city.slug)), city.slug)
        ),
        text=text,
        agreement=agreement,
        clock=clock,
        difference=difference,
        shown_count=shown_count,
    )


@public.get("/cities/<slug>")
def city(slug: str) -> str:
    """Show one city: its names, its relation to Isfahan, its proposals."""
    # A slug with a NUL in it must not reach the database.
    one = found(queries.find(db(), slug) if slug in reference().cities else None)
    home = _home()
    return render_template(
        "public/cities/city.html",
        city=one,
        members=shown_count(one.member_count),
        proposals=published(db(), city=slug, limit=PROPOSALS_SHOWN),
        agreement=agreement,
        since=since(one),
        map=city_map(one, home) if home else None,
        clock=clock,
        difference=difference,
        kilometres=_kilometres(one, home),
        home=home,
    )


def _searched(text: str) -> Sequence[City]:
    """Cities by any of their names, or by the name of their country in the reader's language."""
    named = queries.register(db(), text)
    words = fold(text)
    if not words:
        return named
    slugs = {city.slug for city in named}
    return [
        city
        for city in queries.register(db())
        if city.slug in slugs or words in fold(country_name(city.country))
    ]


def agreement(city: City) -> str:
    """When the agreement was signed, in both calendars and no more exactly than is known."""
    if city.agreed_on is None:
        return ""
    if city.agreed_precision == "day":
        return calendar.format_date_both(city.agreed_on, language())
    day = city.agreed_on
    if city.agreed_precision == "month":
        last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        gregorian = f"{calendar.GREGORIAN_MONTHS[language()][day.month - 1]} {day.year}"
        return _in_both(gregorian, _jalali_months(day, last))
    return _in_both(str(day.year), _jalali_years(date(day.year, 1, 1), date(day.year, 12, 31)))


def since(city: City) -> str:
    """The year of the agreement in the reader's own calendar; nothing if there is none."""
    day = city.agreed_on
    if day is None:
        return ""
    if not is_persian(language()):
        return str(day.year)
    in_jalali = calendar.jalali(day)
    # A Gregorian year alone lies in two Jalali ones.
    sure = in_jalali if city.agreed_precision != "year" else None
    return persian_digits(str(sure.year if sure else day.year))


def clock(city: City) -> str:
    """The time of day there, in 24 hours."""
    return calendar.format_time(request_time(), ZoneInfo(city.time_zone), language())


def difference(city: City) -> str:
    """How far the clocks there are from Isfahan's, in words."""
    minutes = minutes_ahead(ZoneInfo(city.time_zone), services().settings.timezone, request_time())
    if minutes == 0:
        return str(gettext("the same time as Isfahan"))
    span = _span(abs(minutes))
    if minutes > 0:
        return str(gettext("%(span)s ahead of Isfahan", span=span))
    return str(gettext("%(span)s behind Isfahan", span=span))


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    in_hours = str(ngettext("%(figure)s hour", "%(figure)s hours", hours, figure=_figure(hours)))
    in_minutes = str(
        ngettext("%(figure)s minute", "%(figure)s minutes", rest, figure=_figure(rest))
    )
    if hours and rest:
        return str(gettext("%(hours)s and %(minutes)s", hours=in_hours, minutes=in_minutes))
    return in_hours if hours else in_minutes


def _kilometres(city: City, home: City | None) -> int | None:
    """The distance to Isfahan in tens of kilometres; None for Isfahan itself."""
    if home is None or home.slug == city.slug:
        return None
    exact = distance((home.latitude, home.longitude), (city.latitude, city.longitude))
    return round(exact / NEAREST) * NEAREST


def _home() -> City | None:
    cities = reference().cities.values()
    return next((city for city in cities if city.status == CityStatus.HOME), None)


def _figure(number: int) -> str:
    return format_number(number, language())


def _jalali_months(first: date, last: date) -> str:
    """The Jalali months that a Gregorian one touches."""
    names = calendar.JALALI_MONTHS[language()]
    start, end = calendar.jalali(first), calendar.jalali(last)
    if start is None or end is None:
        return ""
    until = f"{names[end.month - 1]} {end.year}"
    since = names[start.month - 1] + (f" {start.year}" if start.year != end.year else "")
    return str(gettext("%(first)s to %(last)s", first=since, last=until))


def _jalali_years(first: date, last: date) -> str:
    start, end = calendar.jalali(first), calendar.jalali(last)
    if start is None or end is None:
        return ""
    return str(gettext("%(first)s to %(last)s", first=start.year, last=end.year))


def _in_both(gregorian: str, jalali: str) -> str:
    if not jalali:
        return gregorian
    if is_persian(language()):
        return persian_digits(f"{jalali} ({gregorian})")
    return f"{gregorian} ({jalali})"
