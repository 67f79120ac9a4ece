"""Calendar files of what takes place at an hour in its own zone: iCalendar (RFC 5545, 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from citizen_diplomat.foundation.ical_zones import nothing, timezone

PRODUCT = "-//Citizen Diplomat//Events//EN"
ASKED_AGAIN_AFTER = timedelta(hours=6)
"""How often calendars that subscribe shall look for something new."""


class Method(StrEnum):
    """What a file says to the calendar that reads it (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Meeting:
    """Something from one moment to another, told by the clocks of the zone `zone`.

    `uid` names it for ever and among all calendars; `sequence` is raised by each change, and
    `changed_at` is when the last one was.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    description: str
    link: str
    changed_at: datetime
    sequence: int = 0
    location: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Publisher:
    """Who publishes a calendar: a name, and the address that calendars show."""

    name: str
    address: str


def write(
    name: str,
    language: str,
    meetings: Sequence[Meeting],
    *,
    by: Publisher,
    method: Method = Method.PUBLISH,
) -> bytes:
    """A calendar with each zone that its meetings need; the same meetings are the same bytes.

    Without a meeting it has no method, for each of them is about one (RFC 5546, 3.2).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if meetings:
        calendar.add("method", method.value)
    # RFC 7986 names calendars; Apple, Google and Microsoft read the older name.
    calendar.add("name", name, parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASKED_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for zone in sorted({meeting.zone for meeting in meetings}):
        own = [meeting for meeting in meetings if meeting.zone == zone]
        first = min(meeting.starts_at for meeting in own).astimezone(ZoneInfo(zone)).year
        last = max(meeting.ends_at for meeting in own).astimezone(ZoneInfo(zone)).year
        calendar.add_component(timezone(zone, first, last))
    for meeting in meetings:
        calendar.add_component(_event(meeting, language, by))
    if not meetings:
        calendar.add_component(nothing())
    written: bytes = calendar.to_ical()
    return written


def _event(meeting: Meeting, language: str, by: Publisher) -> Event:
    event, zone = Event(), ZoneInfo(meeting.zone)
    words = {"LANGUAGE": language}
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.changed_at.astimezone(UTC))
    event.add("last-modified", meeting.changed_at.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", meeting.title, parameters=words)
    event.add("description", meeting.description, parameters=words)
    if meeting.location:
        event.add("location", meeting.location)
    event.add("url", meeting.link)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{by.address}")
    organizer.params["CN"] = by.name
    event.add("organizer", organizer)
    return event
