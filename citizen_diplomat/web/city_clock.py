"""What the clocks of a city show, and how far it is from Isfahan in hours and kilometres."""

from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import distance, minutes_ahead
from citizen_diplomat.foundation import calendar
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

NEAREST = 10  # kilometres


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


def kilometres(city: City, home: City | None) -> int | None:
    """The distance to Isfahan in tens of kilometres; None for Isfahan itself."""
    if home is None or home.slug == city.slug:
        return None
    exact = distance((home.latitude, home.longitude), (city.latitude, city.longitude))
    return round(exact / NEAREST) * NEAREST


def _figure(number: int) -> str:
    return format_number(number, language())
