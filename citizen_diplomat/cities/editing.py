"""What the office changes of a city; each change is a version, and makes the status anew.

Whoever changes a city takes the turn of the log first: `find(to_change=True)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.contacts import CityContact, Partner
from citizen_diplomat.cities.model import City, Facts
from citizen_diplomat.cities.relations import RelationEvent, Told, events_of, settle
from citizen_diplomat.cities.versions import (
    CONTACTS,
    EVENTS,
    CityVersion,
    Content,
    Deed,
    content_of,
    facts_in,
    keep,
    partner_in,
    told_in,
)


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the city since it was last looked at."""


def change_facts(
    session: Session, city: City, facts: Facts, *, version: int, by: Account, at: datetime
) -> None:
    """Say of a city itself what is now true. Raises ChangedMeanwhile."""
    with _editing(session, city, Deed.FACTS, version=version, by=by, at=at):
        city.facts = facts


def add_event(
    session: Session, city: City, told: Told, *, version: int, by: Account, at: datetime
) -> None:
    """Write an event down. Raises ChangedMeanwhile."""
    with _editing(session, city, Deed.EVENT_ADDED, version=version, by=by, at=at):
        event = RelationEvent(city_slug=city.slug, announced_at=at)
        event.told = told
        session.add(event)


def change_event(
    session: Session,
    city: City,
    event: RelationEvent,
    told: Told | None,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Say of an event something else, or with None take it out. Raises ChangedMeanwhile."""
    deed = Deed.EVENT_CHANGED if told else Deed.EVENT_REMOVED
    with _editing(session, city, deed, version=version, by=by, at=at):
        if told is None:
            event.removed_at = at
        elif told != event.told:
            event.told, event.changed_at = told, at


def add_contact(
    session: Session, city: City, partner: Partner, *, version: int, by: Account, at: datetime
) -> None:
    """Write a contact down. Raises ChangedMeanwhile."""
    with _editing(session, city, Deed.CONTACT_ADDED, version=version, by=by, at=at):
        contact = CityContact(city_slug=city.slug)
        contact.partner = partner
        session.add(contact)


def change_contact(
    session: Session,
    city: City,
    contact: CityContact,
    partner: Partner | None,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Say of a contact something else, or with None take it out. Raises ChangedMeanwhile."""
    deed = Deed.CONTACT_CHANGED if partner else Deed.CONTACT_REMOVED
    with _editing(session, city, deed, version=version, by=by, at=at):
        if partner:
            contact.partner = partner
        else:
            contact.removed_at = at


def restore(
    session: Session,
    city: City,
    earlier: CityVersion,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Let a city be as it was at an earlier version of it, which adds one. Raises ChangedMeanwhile.

    What was written down since is taken out, and what was taken out stands there again.
    """
    with _editing(session, city, Deed.RESTORED, version=version, by=by, at=at):
        content: Content = earlier.content
        city.facts = facts_in(content)
        for event in session.scalars(
            select(RelationEvent).where(RelationEvent.city_slug == city.slug)
        ):
            kept = content[EVENTS].get(str(event.id))
            if kept is not None and (event.removed_at or event.told != told_in(kept)):
                event.told, event.changed_at = told_in(kept), at
            event.removed_at = None if kept is not None else event.removed_at or at
        for contact in session.scalars(
            select(CityContact).where(CityContact.city_slug == city.slug)
        ):
            kept = content[CONTACTS].get(str(contact.id))
            if kept is not None:
                contact.partner = partner_in(kept)
            contact.removed_at = None if kept is not None else contact.removed_at or at


@contextmanager
def _editing(
    session: Session, city: City, deed: Deed, *, version: int, by: Account, at: datetime
) -> Iterator[None]:
    """Keep a version of what is done inside, if it changes anything, and the status with it."""
    if city.version != version:
        raise ChangedMeanwhile(city.slug)
    before = content_of(session, city)
    yield
    # What was changed inside is read again.
    session.flush()
    after = content_of(session, city)
    if after == before:
        return
    if city.edited_at is None:
        keep(session, city, Deed.RELEASE, before, by=None, at=at)
    settle(city, events_of(session, city.slug))
    city.version += 1
    city.edited_at = at
    keep(session, city, deed, after, by=by, at=at)
    record(
        session, f"city.{deed}", f"city:{city.slug}", by=by.id, at=at,
        version=city.version, status=city.status,
    )  # fmt: skip
