"""Loading the register of cities and the topics.

What the office has written of a city, no release changes: of a city that was edited here only what
cannot be edited here (where it lies, its clock, its place in the list) is refreshed, and its events
stay the office's. Every other city says what the file of the release says.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.cities.relations import RelationEvent, Told, settle
from citizen_diplomat.cities.rules import CityStatus, EventKind, Side
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.foundation.periods import parse_period
from citizen_diplomat.foundation.reference_file import load, read_rows

DATA = Path(__file__).parent / "data"
OF_THE_RELEASE = frozenset({"slug", "country", "languages", "latitude", "longitude", "time_zone"})
"""What no page of the site edits."""
NO_COLUMN = frozenset({"sources", "relation", "home"})


def load_reference(session: Session) -> None:
    """Add or refresh all cities and topics from the files of this release."""
    edited = set(session.scalars(select(City.slug).where(City.edited_at.is_not(None))))
    rows = read_rows(DATA / "cities.json")
    load(session, City, [_city(row, is_edited=row["slug"] in edited) for row in rows])
    _load_events(session, [row for row in rows if row["slug"] not in edited])
    topics = read_rows(DATA / "topics.json")
    load(session, Topic, [{name: row[name] for name in row if name != "esco"} for row in topics])


def names_of_cities() -> list[str]:
    """Every name and spelling of every city in the register of this release."""
    return [name for row in read_rows(DATA / "cities.json") for name in _names(row)]


def _names(row: dict[str, Any]) -> list[str]:
    names = [row["name_fa"], row["name_en"], *row["aliases"]]
    return [*names, *(local["name"] for local in row["names_local"])]


def _city(row: dict[str, Any], *, is_edited: bool) -> dict[str, Any]:
    if is_edited:
        return {name: row[name] for name in OF_THE_RELEASE}
    kept = {name: row[name] for name in row if name not in NO_COLUMN}
    status = {"status": CityStatus.HOME} if row.get("home") else {}
    return {**kept, **status, "search_text": search_text(*_names(row))}


def _load_events(session: Session, rows: list[dict[str, Any]]) -> None:
    """Let untouched cities have the events of the file and no others; what follows is kept."""
    slugs = [row["slug"] for row in rows]
    stored = session.scalars(select(RelationEvent).where(RelationEvent.city_slug.in_(slugs)))
    by_key = {event.reference_key: event for event in stored}
    for row in rows:
        events = []
        for said in row["relation"]:
            event = by_key.pop(said["key"], None)
            if event is None:
                event = RelationEvent(city_slug=row["slug"], reference_key=said["key"])
                session.add(event)
            told = _told(said)
            if event.kind is None or event.told != told:
                event.told = told
            events.append(event)
        settle(session.get_one(City, row["slug"]), events)
    for event in by_key.values():
        session.delete(event)


def _told(said: dict[str, Any]) -> Told:
    period = parse_period(said["on"])
    assert period is not None, said["key"]
    return Told(
        kind=EventKind(said["kind"]),
        period=period,
        side=Side(said["side"]),
        note_fa=said["note_fa"],
        note_en=said["note_en"],
        source=said["source"],
        link=said["link"],
    )
