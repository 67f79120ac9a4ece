"""Meetings and festivals, for everyone: what comes, what was, and their calendar files."""

from datetime import datetime

from flask import Response, render_template, request
from flask_babel import gettext

from citizen_diplomat.events import queries, seats
from citizen_diplomat.events.model import ActionItem, Event, Registration
from citizen_diplomat.events.rules import Phase, Refusal
from citizen_diplomat.foundation.paging import Cursor, Page
from citizen_diplomat.web.database import db
from citizen_diplomat.web.event_calendar import file_of
from citizen_diplomat.web.event_words import REFUSALS, event_title, owner_of
from citizen_diplomat.web.pages import found, query_choice, query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import account, request_time

WHEN = frozenset({"past", "all"})


@public.get("/events")
def events() -> str:
    """List what comes, the next event first; with `when` what was, or both, the latest first.

    With `q` those that hold these words.
    """
    filters, q, when = _filters(), query_text("q"), query_choice("when", WHEN)
    return render_template(
        "public/events/events.html",
        events=_asked(when, q),
        filters={name: value for name, value in [*filters.items(), ("q", q)] if value},
        cities=city_choices(),
        topics=topic_choices(),
        when=when,
        at=request_time(),
    )


@public.get("/events.ics")
def events_calendar() -> Response:
    """What comes as a calendar to subscribe to, for one city or topic if wanted."""
    ahead = queries.for_calendars(db(), request_time(), **_filters())
    return file_of(ahead, gettext("Events, Citizen Diplomat"))


@public.get("/events/<number:number>")
def event(number: int) -> str:
    """Show an event: its hours by each clock, its seats, and afterwards what was agreed."""
    row, at, reader = found(queries.public_one(db(), number)), request_time(), account()
    own = seats.registration_of(db(), number, reader.id) if reader else None
    phase = row.phase(at)
    return render_template(
        "public/events/event.html",
        event=row,
        phase=phase,
        own=own,
        line=seats.place_in_line(db(), own) if own else 0,
        refusal=_refusal(row, own),
        minutes=queries.minutes_of(db(), number) if phase in {Phase.RUNNING, Phase.OVER} else None,
        items=queries.action_items_of(db(), number) if phase in {Phase.RUNNING, Phase.OVER} else (),
        owner=_owner,
    )


@public.get("/events/<number:number>/event.ics")
def event_file(number: int) -> Response:
    """One event as a file; for who has a seat it tells where to come in."""
    row, reader = found(queries.public_one(db(), number)), account()
    own = seats.registration_of(db(), number, reader.id) if reader else None
    seated = frozenset({number}) if own and own.seated_at else frozenset()
    name = f"citizen-diplomat-event-{number}.ics"
    return file_of([row], event_title(row), seated=seated, download=name)


def _asked(when: str | None, q: str) -> Page[Event]:
    after, about = Cursor.decode(request.args.get("after"), datetime), _filters()
    city, topic = about["city"], about["topic"]
    if when == "all":
        return queries.found(db(), q, city=city, topic=topic, after=after)
    ask = queries.past if when == "past" else queries.upcoming
    return ask(db(), request_time(), city=city, topic=topic, q=q, after=after)


def _filters() -> dict[str, str | None]:
    return {
        "city": query_choice("city", set(reference().cities)),
        "topic": query_choice("topic", set(reference().topics)),
    }


def _refusal(row: Event, own: Registration | None) -> object:
    """Why the reader, or a visitor, cannot register; None if they can or have done so."""
    if own is not None:
        return None
    reader = account()
    why: Refusal | None = seats.refusal(db(), row, reader.id if reader else 0, at=request_time())
    return REFUSALS[why] if why else None


def _owner(item: ActionItem) -> str:
    return owner_of(item.owner, item.owner_name)
