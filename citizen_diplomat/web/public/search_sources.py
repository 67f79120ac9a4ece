"""What the search over everything public looks into: one entry a kind, in the order shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from citizen_diplomat.calls import queries as calls
from citizen_diplomat.calls.model import Call
from citizen_diplomat.cities import queries as cities
from citizen_diplomat.cities.model import City
from citizen_diplomat.events import queries as events
from citizen_diplomat.events.model import Event
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.folding import fold
from citizen_diplomat.foundation.markdown import plain
from citizen_diplomat.foundation.marking import LONGEST_LOOKED_AT
from citizen_diplomat.news import queries as news
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals import queries as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.call_words import PHASES, call_title
from citizen_diplomat.web.event_words import event_title, hours_of
from citizen_diplomat.web.filters import local_day, page_url
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.news_words import told
from citizen_diplomat.web.reference import city_name, country_name, reference, topic_icon
from citizen_diplomat.web.signin import request_time

SHOWN = 5
"""Results of each kind; the list of that kind has the others."""


@dataclass(frozen=True)
class Hit:
    """One result as it is shown; its texts are marked by the page."""

    url: str
    icon: str
    title: str
    texts: tuple[str, ...]
    """Where the excerpt is taken from: the first that holds the words, else the first."""
    language: str
    """Of the title and the texts."""
    about: str = ""
    """What it is, in the reader's language."""
    also: tuple[tuple[str, str], ...] = ()
    """Other names of it, each with its language."""


@dataclass(frozen=True)
class Source:
    """One kind of results: where they come from, and the list that has all of them."""

    name: str
    heading: LazyString
    more: LazyString
    """What leads to the list of all of them."""
    endpoint: str
    """The list, which takes the same `q`."""
    find: Callable[[Session, str, int], Sequence[Hit]]
    """At most so many results for a text, in one query besides names."""
    asks: Mapping[str, str] = field(default_factory=dict)
    """What else the list is asked for, so that it has all that is found here."""


def _cities(session: Session, q: str, limit: int) -> list[Hit]:
    """By any of their names, or by the name of their country, as the register finds them."""
    named, words = {city.slug for city in cities.register(session, q)}, fold(q)
    found = (
        city
        for city in reference().cities.values()
        if city.slug in named or (words and words in fold(country_name(city.country)))
    )
    return [_city(city) for city in islice(found, limit)]


def _city(city: City) -> Hit:
    title = city_name(city.slug)
    names = {
        ("fa", city.name_fa),
        ("en", city.name_en),
        *((one["lang"], one["name"]) for one in city.names_local),
    }
    return Hit(
        page_url("public.city", slug=city.slug),
        "geo-alt",
        title,
        (city.description_fa if language() == "fa" else city.description_en,),
        language(),
        country_name(city.country),
        tuple(sorted(one for one in names if one[1] != title)),
    )


def _calls(session: Session, q: str, limit: int) -> list[Hit]:
    return [_call(row) for row in calls.published(session, q=q, limit=limit)]


def _call(call: Call) -> Hit:
    persian, english = (
        (call.question_fa, call.background_fa),
        (call.question_en, call.background_en),
    )
    question, background = persian if language() == "fa" else english
    return Hit(
        page_url("public.call", number=call.number),
        "megaphone",
        call_title(call),
        (question, plain(background, LONGEST_LOOKED_AT)),
        language(),
        str(PHASES[call.phase(request_time())]),
    )


def _events(session: Session, q: str, limit: int) -> list[Hit]:
    return [_event(row) for row in events.found(session, q, limit=limit)]


def _event(row: Event) -> Hit:
    said = row.description_fa if language() == "fa" else row.description_en
    return Hit(
        page_url("public.event", number=row.number),
        "calendar-event",
        event_title(row),
        (plain(said, LONGEST_LOOKED_AT),),
        language(),
        hours_of(row)[0].first,
    )


def _news(session: Session, q: str, limit: int) -> list[Hit]:
    return [_piece(row) for row in news.newest(session, request_time(), q=q, limit=limit)]


def _piece(row: News) -> Hit:
    words = told(row)
    assert row.published_at is not None
    return Hit(
        page_url("public.news", number=row.number),
        "newspaper",
        words.title,
        (words.summary, plain(words.body, LONGEST_LOOKED_AT)),
        language(),
        format_date_both(local_day(row.published_at), language()),
    )


def _proposals(session: Session, q: str, limit: int) -> list[Hit]:
    return [_proposal(row) for row in proposals.published(session, q=q, limit=limit)]


def _proposal(row: Proposal) -> Hit:
    comma = "، " if language() == "fa" else ", "
    return Hit(
        page_url("public.proposal", number=row.number),
        topic_icon(row.topic_slug),
        row.title,
        (row.summary, plain(row.body, LONGEST_LOOKED_AT)),
        row.language,
        comma.join(city_name(slug) for slug in row.city_slugs),
    )


SOURCES: tuple[Source, ...] = (
    Source(
        "cities",
        lazy_gettext("Sister cities"),
        lazy_gettext("All cities with these words"),
        "public.cities",
        _cities,
    ),
    Source(
        "calls",
        lazy_gettext("Calls"),
        lazy_gettext("All calls with these words"),
        "public.calls",
        _calls,
    ),
    Source(
        "events",
        lazy_gettext("Events"),
        lazy_gettext("All events with these words"),
        "public.events",
        _events,
        {"when": "all"},
    ),
    Source(
        "news",
        lazy_gettext("News"),
        lazy_gettext("All news with these words"),
        "public.news_list",
        _news,
    ),
    Source(
        "proposals",
        lazy_gettext("Proposals"),
        lazy_gettext("All proposals with these words"),
        "public.proposals",
        _proposals,
    ),
)
