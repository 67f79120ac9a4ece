"""Events as calendar files, in the reader's language."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from citizen_diplomat.events.model import Event
from citizen_diplomat.foundation.ical import CONTENT_TYPE
from citizen_diplomat.foundation.ical_meetings import Meeting, Method, Publisher, write
from citizen_diplomat.foundation.markdown import plain
from citizen_diplomat.web.event_words import event_title
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.reference import city_name
from citizen_diplomat.web.services import services

DESCRIBED = 2_000
"""So many characters of the description go along; the page has all of it."""


def file_of(
    events: Sequence[Event], name: str, *, seated: frozenset[int] = frozenset(), download: str = ""
) -> Response:
    """A calendar of published events; those with a number in `seated` tell where to come in.

    With a name to `download` it is a file of one event, which says so when that was cancelled.
    """
    meetings = [_meeting(event, has_seat=event.number in seated) for event in events]
    is_off = bool(download) and len(meetings) == 1 and meetings[0].is_cancelled
    body = write(
        name,
        language(),
        meetings,
        by=_publisher(),
        method=Method.CANCEL if is_off else Method.PUBLISH,
    )
    response = Response(body, content_type=CONTENT_TYPE)
    if download:
        response.headers["Content-Disposition"] = f'attachment; filename="{download}"'
    return response


def _meeting(event: Event, *, has_seat: bool) -> Meeting:
    assert event.starts_at is not None
    assert event.ends_at is not None
    text = event.description_fa if language() == "fa" else event.description_en
    page = absolute(language(), "public.event", number=event.number)
    return Meeting(
        uid=f"event-{event.number}@{services().settings.base_host}",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.time_zone,
        title=event_title(event),
        description="\n\n".join(
            filter(None, (plain(text, DESCRIBED), _way_in(event, has_seat=has_seat), page))
        ),
        link=page,
        changed_at=event.updated_at,
        sequence=event.sequence,
        location=_location(event, has_seat=has_seat),
        is_cancelled=event.cancelled_at is not None,
    )


def _location(event: Event, *, has_seat: bool) -> str:
    if event.has_place:
        return ", ".join(filter(None, (event.address, city_name(event.place_city))))
    return event.link if has_seat else str(gettext("Online"))


def _way_in(event: Event, *, has_seat: bool) -> str:
    """Of what is at a place too: there the address is the location, which maps read."""
    if not (has_seat and event.has_place and event.is_online and event.link):
        return ""
    return f"{gettext('Come in here')}: {event.link}"


def _publisher() -> Publisher:
    sender = services().settings.mail_from
    return Publisher(gettext("Citizen Diplomat"), sender.rpartition("<")[2].rstrip(">"))
