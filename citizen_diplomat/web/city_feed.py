"""The public feed of a city, in the reader's language: what was accepted, agreed and asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from heapq import nlargest

from flask_babel import gettext
from sqlalchemy.orm import Session

from citizen_diplomat.calls.queries import of_city
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import events_of
from citizen_diplomat.events.queries import for_calendars
from citizen_diplomat.foundation import atom
from citizen_diplomat.news.queries import newest_in
from citizen_diplomat.proposals.queries import published
from citizen_diplomat.web.call_words import call_title
from citizen_diplomat.web.event_words import event_in_brief, event_title
from citizen_diplomat.web.feed_words import accepted_entry, directed
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.news_words import news_entry
from citizen_diplomat.web.reference import city_name
from citizen_diplomat.web.relation_words import day_of, kind_word, note_of
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

LENGTH = 50
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""What an empty feed was updated at: no city has written anything before."""


def accepted(session: Session, city: City) -> Iterator[atom.Entry]:
    """The proposals for the city that everybody reads."""
    yield from map(accepted_entry, published(session, city=city.slug, limit=LENGTH))


def agreed(session: Session, city: City) -> Iterator[atom.Entry]:
    """The events of the relation; what came with a release is told at its own day."""
    page = absolute(language(), "public.city", slug=city.slug)
    for event in events_of(session, city.slug):
        yield atom.Entry(
            key=f"{_here()}/cities/{city.slug}/relation/{event.id}",
            title=f"{kind_word(event)}: {day_of(event)}",
            link=f"{page}#event-{event.id}",
            updated=event.told_at or datetime.combine(event.day, time(), UTC),
            language=language(),
            summary=note_of(event),
        )


def asked(session: Session, city: City) -> Iterator[atom.Entry]:
    """The calls that ask this city or all cities, once they are open."""
    for call in of_city(session, city.slug, limit=LENGTH):
        assert call.published_at is not None
        assert call.opens_at is not None
        opened = max(call.published_at, call.opens_at)
        if opened > request_time():
            continue
        title = gettext("Call: %(title)s", title=call_title(call))
        yield atom.Entry(
            key=f"{_here()}/calls/{call.number}",
            title=directed(title, language()),
            link=absolute(language(), "public.call", number=call.number),
            updated=opened,
            language=language(),
            summary=call.question_fa if language() == "fa" else call.question_en,
        )


def met(session: Session, city: City) -> Iterator[atom.Entry]:
    """The events to come with their hours, and those that were cancelled, until they would end."""
    for event in for_calendars(session, request_time(), city=city.slug):
        title = event_title(event)
        line = gettext("Event: %(title)s", title=title)
        if event.cancelled_at is not None:
            line = gettext("Event, cancelled: %(title)s", title=title)
        yield atom.Entry(
            key=f"{_here()}/events/{event.number}",
            title=directed(line, language()),
            link=absolute(language(), "public.event", number=event.number),
            updated=event.updated_at,
            language=language(),
            summary=directed(event_in_brief(event), language()),
        )


def told_of(session: Session, city: City) -> Iterator[atom.Entry]:
    """The news that names the city."""
    yield from map(news_entry, newest_in(session, city.slug, request_time(), LENGTH))


SOURCES: tuple[Callable[[Session, City], Iterator[atom.Entry]], ...] = (
    accepted,
    agreed,
    asked,
    met,
    told_of,
)
"""Whatever a room knows of a city, one function each: another one is added here."""


def feed_of(session: Session, city: City) -> atom.Feed:
    """All that is new of a city; each source is asked once."""
    entries = [entry for source in SOURCES for entry in source(session, city)]
    name = city_name(city.slug)
    return atom.Feed(
        key=f"{_here()}/cities/{city.slug}/feed",
        title=gettext("%(city)s and Isfahan, Citizen Diplomat", city=name),
        subtitle=gettext("What was accepted, agreed and asked between the two cities."),
        author=gettext("Citizen Diplomat"),
        link=absolute(language(), "public.city", slug=city.slug),
        address=absolute(language(), "public.city_feed", slug=city.slug),
        updated=BEGINNING,
        language=language(),
        entries=nlargest(LENGTH, entries, key=lambda entry: (entry.updated, entry.key)),
    )


def _here() -> str:
    """How the names of what is told in the reader's language begin: it differs in the other one."""
    return f"{services().settings.base_url}/{language()}"
