"""A new event that begins at an hour which was found elsewhere, such as among the fair hours."""

from datetime import UTC, datetime, timedelta

from werkzeug.datastructures import MultiDict

from citizen_diplomat.cities.meeting_rules import LONGEST, SHORTEST
from citizen_diplomat.events.model import Details
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.web.fair_hours import FARTHEST, USUAL_MINUTES
from citizen_diplomat.web.reference import reference
from citizen_diplomat.web.services import services
from citizen_diplomat.web.staff.event_form import EventForm, form_of

UNSAVED = 0
"""The version of an event that is not stored yet."""


def planned_form(asked: MultiDict[str, str], *, at: datetime) -> EventForm:
    """The form of a new event, by the clock of Isfahan, with what an address asks for.

    `start` is a moment in UTC such as 2026-11-26T08:30Z, `minutes` how long it is, each `city` a
    slug. What is none of these, has passed or is years ahead counts as not said.
    """
    known = reference().cities
    starts_at = _start(asked.get("start", ""), at)
    minutes = parse_int(asked.get("minutes", ""), lowest=SHORTEST, highest=LONGEST)
    length = timedelta(minutes=minutes or USUAL_MINUTES)
    details = Details(
        cities=tuple(sorted({slug for slug in asked.getlist("city") if slug in known})),
        time_zone=services().settings.timezone.key,
        starts_at=starts_at,
        ends_at=starts_at + length if starts_at else None,
    )
    return form_of(details, UNSAVED)


def _start(text: str, at: datetime) -> datetime | None:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if at < moment <= at + FARTHEST else None
