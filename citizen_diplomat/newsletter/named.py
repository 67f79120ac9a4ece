"""What a part of an issue may name by its number, and what it says of that to a reader.

Only what everybody reads now is told: a proposal that is accepted, a call that was not withdrawn,
an event that was not cancelled, news whose moment has come. A further kind is one more line.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.calls import queries as calls
from citizen_diplomat.calls.model import Call
from citizen_diplomat.cities.model import City
from citizen_diplomat.events import queries as events
from citizen_diplomat.events.letters import times_of, title_for
from citizen_diplomat.events.model import Event
from citizen_diplomat.news import queries as news
from citizen_diplomat.news.model import News
from citizen_diplomat.newsletter.rules import Block, BlockKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_many as public_proposals

Found = Mapping[BlockKind, Mapping[int, Any]]
"""What some parts name and everybody reads, by kind and number."""


class Numbered(Protocol):
    """Whatever has a number."""

    number: Any


@dataclass(frozen=True)
class Named:
    """One kind of things: how those that everybody reads are found, and what is told of one.

    `tell` takes the thing, the reader's language and their clock; its values are plain JSON.
    """

    public: Callable[[Session, Collection[int], datetime], Iterable[Numbered]]
    tell: Callable[[Any, str, ZoneInfo], dict[str, Any]]
    tells_cities: bool = True
    """Whether its `city_slugs` are told too."""


def found_by(session: Session, blocks: Iterable[Block], *, at: datetime) -> Found:
    """What these parts name, as far as everybody reads it at `at`; a query for each kind."""
    numbers: dict[BlockKind, set[int]] = {}
    for block in blocks:
        if block.kind in NAMED and block.number is not None:
            numbers.setdefault(block.kind, set()).add(block.number)
    return {
        kind: {row.number: row for row in NAMED[kind].public(session, named, at)}
        for kind, named in numbers.items()
    }


def cities_of(session: Session, found: Found) -> dict[str, City]:
    """The cities that are told with them, by slug."""
    slugs = {
        slug
        for kind, rows in found.items()
        if NAMED[kind].tells_cities
        for row in rows.values()
        for slug in row.city_slugs
    }
    wanted = select(City).where(City.slug.in_(sorted(slugs)))
    return {city.slug: city for city in session.scalars(wanted)} if slugs else {}


def told(
    thing: Any, kind: BlockKind, language: str, zone: ZoneInfo, cities: Mapping[str, City]
) -> dict[str, Any]:
    """What a part says of the thing it names; see `composing.blocks_of`."""
    slugs = thing.city_slugs if NAMED[kind].tells_cities else ()
    near = [cities[slug] for slug in slugs if slug in cities]
    return {
        "kind": kind.value,
        "number": thing.number,
        "city_names": [city.name_fa if language == "fa" else city.name_en for city in near],
        **NAMED[kind].tell(thing, language, zone),
    }


def _public_proposals(
    session: Session, numbers: Collection[int], _at: datetime
) -> Iterable[Proposal]:
    return public_proposals(session, numbers)


def _public_calls(session: Session, numbers: Collection[int], _at: datetime) -> Sequence[Call]:
    rows = calls.public_many(session, numbers)
    return [row for row in rows if row.withdrawn_at is None]


def _public_events(session: Session, numbers: Collection[int], _at: datetime) -> Sequence[Event]:
    rows = events.public_many(session, numbers)
    return [row for row in rows if row.cancelled_at is None]


def _proposal(row: Proposal, _language: str, _zone: ZoneInfo) -> dict[str, Any]:
    return {"title": row.title, "summary": row.summary, "language": row.language}


def _call(row: Call, language: str, zone: ZoneInfo) -> dict[str, Any]:
    assert row.closes_at is not None
    return {
        "title": row.title_fa if language == "fa" else row.title_en,
        "language": language,
        "day": row.closes_at.astimezone(zone).date().isoformat(),
    }


def _event(row: Event, language: str, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "title": title_for(row, language),
        "language": language,
        "hours": times_of(row, zone, zone)[0],
    }


def _news(row: News, language: str, _zone: ZoneInfo) -> dict[str, Any]:
    return {
        "title": row.title(language),
        "summary": row.summary_fa if language == "fa" else row.summary_en,
        "language": language,
    }


NAMED: Mapping[BlockKind, Named] = {
    BlockKind.PROPOSAL: Named(_public_proposals, _proposal, tells_cities=False),
    BlockKind.CALL: Named(_public_calls, _call),
    BlockKind.EVENT: Named(_public_events, _event),
    BlockKind.NEWS: Named(news.public_many, _news),
}
