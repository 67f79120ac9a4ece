"""Reading events: what comes, what was, who comes, and what was agreed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from citizen_diplomat.events.model import ActionItem, Event, Minutes, Registration
from citizen_diplomat.foundation.documents import holds
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, by_number, page
from citizen_diplomat.foundation.search import matches

PAGE_LENGTH = 20
MOST_IN_FEED = 200
PEOPLE_LENGTH = 50


def public_one(session: Session, number: int) -> Event | None:
    """An event that was published, cancelled or not; None for any other."""
    event = session.get(Event, number)
    return event if event is not None and event.published_at is not None else None


def public_many(session: Session, numbers: Collection[int]) -> Sequence[Event]:
    """Those of some events that were published, cancelled or not, in the order of their numbers."""
    if not numbers:
        return ()
    return session.scalars(
        select(Event)
        .where(Event.number.in_(sorted(numbers)), Event.published_at.is_not(None))
        .order_by(Event.number)
    ).all()


def find(session: Session, number: int, *, to_change: bool = False) -> Event | None:
    """One event; with `to_change` it is locked until the transaction ends."""
    return session.get(Event, number, with_for_update=to_change or None)


def upcoming(
    session: Session,
    at: datetime,
    *,
    city: str | None = None,
    topic: str | None = None,
    q: str = "",
    limit: int = PAGE_LENGTH,
    after: Cursor[datetime] | None = None,
) -> Page[Event]:
    """Events that are not over, the next one first; cancelled ones keep their page alone."""
    wanted = select(Event).where(Event.ends_at > at, *_about(city, topic))
    return _paged(session, wanted, q, after, limit, descending=False)


def past(
    session: Session,
    at: datetime,
    *,
    city: str | None = None,
    topic: str | None = None,
    q: str = "",
    limit: int = PAGE_LENGTH,
    after: Cursor[datetime] | None = None,
) -> Page[Event]:
    """Events that are over, the latest first."""
    wanted = select(Event).where(Event.ends_at <= at, *_about(city, topic))
    return _paged(session, wanted, q, after, limit, descending=True)


def upcoming_in(session: Session, city_slug: str, at: datetime, limit: int) -> Sequence[Event]:
    """The next events that a city has to do with."""
    return upcoming(session, at, city=city_slug, limit=limit).items


def found(
    session: Session,
    q: str = "",
    *,
    city: str | None = None,
    topic: str | None = None,
    limit: int = PAGE_LENGTH,
    after: Cursor[datetime] | None = None,
) -> Page[Event]:
    """Events to come or over, with `q` those with these words, the latest first."""
    wanted = select(Event).where(*_about(city, topic))
    return _paged(session, wanted, q, after, limit, descending=True)


def for_calendars(
    session: Session, at: datetime, *, city: str | None = None, topic: str | None = None
) -> Sequence[Event]:
    """What a calendar that subscribes shall know: what comes, and what of it was cancelled."""
    return session.scalars(
        select(Event)
        .where(Event.published_at.is_not(None), Event.ends_at > at, *_about(city, topic))
        .order_by(Event.starts_at, Event.number)
        .limit(MOST_IN_FEED)
    ).all()


def published_between(session: Session, start: datetime, end: datetime) -> Sequence[Event]:
    """Events that became public from `start` until before `end` and still stand, oldest first."""
    return session.scalars(
        select(Event)
        .where(*_listed(), Event.published_at >= start, Event.published_at < end)
        .order_by(Event.published_at, Event.number)
    ).all()


def all_events(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[Event]:
    """Every event, for its coordinators, the newest first."""
    return by_number(session, Event, after=after, limit=limit)


def waiting_counts(session: Session, numbers: Collection[int]) -> dict[int, int]:
    """How many wait for a seat at each of these events."""
    found = session.execute(
        select(Registration.event_number, func.count())
        .where(Registration.event_number.in_(numbers), Registration.seated_at.is_(None))
        .group_by(Registration.event_number)
    )
    return dict.fromkeys(numbers, 0) | {row[0]: row[1] for row in found}


def people_of(
    session: Session, number: int, *, after: Cursor[datetime] | None = None
) -> Page[Registration]:
    """Who registered for an event, the first ones first, with their accounts; for staff."""
    wanted = (
        select(Registration)
        .where(Registration.event_number == number)
        .order_by(Registration.registered_at, Registration.id)
        .limit(PEOPLE_LENGTH + 1)
        .options(joinedload(Registration.account))
    )
    if after is not None:
        wanted = wanted.where(beyond(Registration.registered_at, Registration.id, after))
    rows = session.scalars(wanted).all()
    return page(rows, PEOPLE_LENGTH, lambda row: (row.registered_at, row.id), after=after)


def person_of(session: Session, number: int, registration: int) -> Registration | None:
    """One registration for an event, with the account; for staff."""
    return session.scalar(
        select(Registration)
        .where(Registration.event_number == number, Registration.id == registration)
        .options(joinedload(Registration.account))
    )


def of_member(
    session: Session, account_id: int, at: datetime, *, limit: int = MOST_IN_FEED
) -> Sequence[Registration]:
    """What a member registered for and is not over, the next one first, with the events."""
    return session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(Registration.account_id == account_id, Event.ends_at > at)
        .order_by(Event.starts_at, Event.number)
        .limit(limit)
        .options(contains_eager(Registration.event))
    ).all()


def minutes_of(session: Session, number: int) -> Minutes | None:
    """The minutes of an event, once they are written."""
    return session.get(Minutes, number)


def action_items_of(session: Session, event_number: int) -> Sequence[ActionItem]:
    """What was promised at an event, in the order of writing, with the colleagues who do it."""
    return action_items_at(session, [event_number])


def action_items_at(session: Session, events: Collection[int]) -> Sequence[ActionItem]:
    """What was promised at some events, in the order of writing, with the colleagues who do it."""
    return session.scalars(
        select(ActionItem)
        .where(ActionItem.event_number.in_(sorted(events)))
        .order_by(ActionItem.id)
        .options(joinedload(ActionItem.owner))
    ).all()


def action_items_for(session: Session, proposal_number: int) -> Sequence[ActionItem]:
    """What was promised for a proposal, at whichever event, with event and colleague."""
    return session.scalars(
        select(ActionItem)
        .where(ActionItem.proposal_number == proposal_number)
        .order_by(ActionItem.id)
        .options(joinedload(ActionItem.owner), joinedload(ActionItem.event))
    ).all()


def action_item(session: Session, event_number: int, item: int) -> ActionItem | None:
    """One promise of an event, to change it."""
    return session.scalar(
        select(ActionItem)
        .where(ActionItem.id == item, ActionItem.event_number == event_number)
        .with_for_update()
    )


def _paged(
    session: Session,
    wanted: Select[Event],
    q: str,
    after: Cursor[datetime] | None,
    limit: int,
    *,
    descending: bool,
) -> Page[Event]:
    wanted = wanted.where(*_listed(), matches(Event.search_text, q)).limit(limit + 1)
    order = (Event.starts_at, Event.number)
    if after is not None:
        wanted = wanted.where(beyond(_start(), Event.number, after, descending=descending))
    sorted_rows = wanted.order_by(*(one.desc() if descending else one for one in order))
    rows = session.scalars(sorted_rows).all()
    return page(rows, limit, lambda row: (row.starts_at, row.number), after=after)


def _listed() -> tuple[ColumnElement[bool], ...]:
    return (Event.published_at.is_not(None), Event.cancelled_at.is_(None))


def _about(city: str | None, topic: str | None) -> list[ColumnElement[bool]]:
    """There are few coming events: looking into their lists needs no index."""
    conditions: list[ColumnElement[bool]] = []
    if city:
        conditions.append(or_(holds(Event.city_slugs, city), Event.place_city == city))
    if topic:
        conditions.append(holds(Event.topic_slugs, topic))
    return conditions


def _start() -> InstrumentedAttribute[datetime]:
    return cast("InstrumentedAttribute[datetime]", Event.starts_at)
