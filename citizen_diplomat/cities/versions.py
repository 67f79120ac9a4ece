"""What a city said at each moment: kept whole with every change, so that it can be brought back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.contacts import Partner, contacts_of
from citizen_diplomat.cities.model import City, Facts
from citizen_diplomat.cities.relations import Told, events_of
from citizen_diplomat.cities.rules import EventKind, Side
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.foundation.periods import Period, Precision

PAGE_LENGTH = 20
FACTS, EVENTS, CONTACTS = "facts", "events", "contacts"
Content = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""All that the office writes of a city: under each of the three parts, fields by the row's id."""


class Deed(StrEnum):
    """What was done when a version came to be."""

    RELEASE = "release"
    """It came with the software, before anybody here wrote on it."""
    FACTS = "facts_changed"
    EVENT_ADDED = "event_added"
    EVENT_CHANGED = "event_changed"
    EVENT_REMOVED = "event_removed"
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    RESTORED = "restored"


class CityVersion(Base):
    """A city after one change, whole. Rows are only added."""

    __tablename__ = "city_version"
    __table_args__ = (one_of("deed", Deed), UniqueConstraint("city_slug", "number"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"))
    number: Mapped[int] = mapped_column(Key)
    """`City.version` after the change."""
    deed: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(Document)

    actor: Mapped[Account | None] = relationship(lazy="raise_on_sql")


@dataclass(frozen=True)
class Change:
    """One field that is no longer what it was; `row` is the id of an event or contact."""

    part: str
    row: str
    name: str
    before: Any
    after: Any


def content_of(session: Session, city: City) -> Content:
    """All that the office writes of a city now, as plain values."""
    return {
        FACTS: {"": _plain(asdict(city.facts))},
        EVENTS: {str(row.id): _told(row.told) for row in events_of(session, city.slug)},
        CONTACTS: {str(row.id): asdict(row.partner) for row in contacts_of(session, city.slug)},
    }


def facts_in(content: Content) -> Facts:
    """The facts of a version."""
    kept = dict(content[FACTS][""])
    kept["names_local"] = tuple((lang, name) for lang, name in kept["names_local"])
    return Facts(**{**kept, "aliases": tuple(kept["aliases"]), "topics": tuple(kept["topics"])})


def told_in(row: Mapping[str, Any]) -> Told:
    """An event of a version."""
    kept = dict(row)
    period = Period(date.fromisoformat(kept.pop("day")), Precision(kept.pop("precision")))
    return Told(
        **{**kept, "kind": EventKind(kept["kind"]), "side": Side(kept["side"]), "period": period}
    )


def partner_in(row: Mapping[str, Any]) -> Partner:
    """A contact of a version."""
    return Partner(**row)


def changes(before: Content, after: Content) -> list[Change]:
    """What differs between two versions, field by field, in the order of their rows."""
    found = []
    for part in (FACTS, EVENTS, CONTACTS):
        rows = sorted({*before[part], *after[part]}, key=lambda row: int(row or 0))
        for row in rows:
            old, new = before[part].get(row, {}), after[part].get(row, {})
            names = dict.fromkeys([*new, *old])
            found += [
                Change(part, row, name, old.get(name), new.get(name))
                for name in names
                if (old.get(name) or "") != (new.get(name) or "")
            ]
    return found


def keep(
    session: Session, city: City, deed: Deed, content: Content, *, by: Account | None, at: datetime
) -> None:
    """Add the version that a city is at."""
    session.add(
        CityVersion(
            city_slug=city.slug,
            number=city.version,
            deed=deed,
            at=at,
            actor_id=by.id if by else None,
            content=dict(content),
        )
    )


def versions_of(
    session: Session, slug: str, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[CityVersion]:
    """The versions of a city, the newest first, with who made them."""
    wanted = (
        select(CityVersion)
        .where(CityVersion.city_slug == slug)
        .options(joinedload(CityVersion.actor))
        .order_by(CityVersion.number.desc(), CityVersion.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(CityVersion.number, CityVersion.id, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.number, row.id), after=after)


def versions_before(session: Session, slug: str, numbers: Sequence[int]) -> dict[int, CityVersion]:
    """For some versions the one that each came from, by its number."""
    rows = session.scalars(
        select(CityVersion).where(
            CityVersion.city_slug == slug,
            CityVersion.number.in_([number - 1 for number in numbers]),
        )
    )
    return {row.number + 1: row for row in rows}


def find_version(session: Session, slug: str, number: int) -> CityVersion | None:
    """One version of a city."""
    return session.scalar(
        select(CityVersion).where(CityVersion.city_slug == slug, CityVersion.number == number)
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [list(one) if isinstance(one, tuple) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }


def _told(told: Told) -> dict[str, Any]:
    kept = asdict(told)
    del kept["period"]
    return {**kept, "day": told.period.first.isoformat(), "precision": told.period.precision}
