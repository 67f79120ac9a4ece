"""Calendar files as phones and calendars understand them: iCalendar (RFC 5545)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from citizen_diplomat.foundation.ical_zones import nothing

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Citizen Diplomat//Dates//EN"
ASKED_AGAIN_AFTER = timedelta(hours=6)
"""How often calendars shall look for something new."""


@dataclass(frozen=True)
class Day:
    """Something on a whole day, in whichever zone its reader is (section 3.6.1).

    `uid` names it for ever and among all calendars; `stamp` is since when it is as it is.
    """

    uid: str
    day: date
    title: str
    link: str
    stamp: datetime


def write(name: str, language: str, days: Sequence[Day]) -> bytes:
    """A calendar of whole days; the same days are always the same bytes.

    Nobody is busy on them, and they are private where a calendar is shared.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    # RFC 7986 names calendars; Apple, Google and Microsoft read the older name.
    calendar.add("name", name, parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", name)
    interval = {"VALUE": "DURATION"}
    calendar.add("refresh-interval", ASKED_AGAIN_AFTER, parameters=interval)
    for day in days:
        calendar.add_component(_event(day, language))
    if not days:
        calendar.add_component(nothing())
    written: bytes = calendar.to_ical()
    return written


def _event(day: Day, language: str) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", day.stamp.astimezone(UTC))
    event.add("dtstart", day.day)
    event.add("summary", day.title, parameters={"LANGUAGE": language})
    event.add("url", day.link)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
