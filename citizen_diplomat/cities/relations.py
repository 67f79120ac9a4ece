"""What happened between Isfahan and a city, each with its day, its documents and its source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import (
    CityStatus,
    EventKind,
    Happening,
    Side,
    in_order,
    status_of,
)
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.foundation.periods import Period, Precision

NOTE_LENGTH = 600
SOURCE_LENGTH = 200
LINK_LENGTH = 500
DOCUMENT_LENGTH = 20_000


@dataclass(frozen=True)
class Told:
    """What is said of one event; `document` is the text of what was signed, in its own language."""

    kind: EventKind
    period: Period
    side: Side = Side.BOTH
    note_fa: str = ""
    note_en: str = ""
    source: str = ""
    link: str = ""
    document: str = ""


class RelationEvent(Base):
    """One event of a relation. One that was taken out stays, so that it can be brought back."""

    __tablename__ = "relation_event"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("side", Side),
        one_of("precision", Precision),
        CheckConstraint(f"length(note_fa) <= {NOTE_LENGTH}", name="note_fa_length"),
        CheckConstraint(f"length(note_en) <= {NOTE_LENGTH}", name="note_en_length"),
        CheckConstraint(f"length(document) <= {DOCUMENT_LENGTH}", name="document_length"),
        Index("ix_relation_event_city", "city_slug", "day", "id"),
        Index("ix_relation_event_announced", "announced_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"))
    reference_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    """Its name in the file of the release, for one that came with it."""
    kind: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(10), default=Side.BOTH)
    day: Mapped[date] = mapped_column(Date)
    """The first day that it may have been."""
    precision: Mapped[str] = mapped_column(String(20), default=Precision.DAY)
    note_fa: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(SOURCE_LENGTH), default="")
    link: Mapped[str] = mapped_column(String(LINK_LENGTH), default="")
    document: Mapped[str] = mapped_column(Text, default="")
    announced_at: Mapped[datetime | None]
    """When the office wrote it down; what came with a release is no news."""
    changed_at: Mapped[datetime | None]
    """When the office last said something else of it, or brought it back."""
    removed_at: Mapped[datetime | None]

    city: Mapped[City] = relationship(lazy="raise_on_sql")

    @property
    def period(self) -> Period:
        """When it was, as exactly as is known."""
        return Period(self.day, Precision(self.precision))

    @property
    def told(self) -> Told:
        """What is said of it, as a value."""
        return Told(
            *(EventKind(self.kind), self.period, Side(self.side)),
            *(self.note_fa, self.note_en, self.source, self.link, self.document),
        )

    @told.setter
    def told(self, told: Told) -> None:
        self.kind, self.side = told.kind, told.side
        self.day, self.precision = told.period.first, told.period.precision
        self.note_fa, self.note_en = told.note_fa, told.note_en
        self.source, self.link, self.document = told.source, told.link, told.document

    @property
    def told_at(self) -> datetime | None:
        """Since when the office says of it what it says; None: as it came with a release."""
        return self.changed_at or self.announced_at

    @property
    def happening(self) -> Happening:
        """The event as the rule of the status reads it."""
        return Happening(EventKind(self.kind), self.day, Side(self.side))


def events_of(session: Session, slug: str) -> Sequence[RelationEvent]:
    """The events of a city, the earliest first."""
    return session.scalars(
        select(RelationEvent)
        .where(RelationEvent.city_slug == slug, RelationEvent.removed_at.is_(None))
        .order_by(RelationEvent.day, RelationEvent.id)
    ).all()


def find_event(session: Session, slug: str, number: int) -> RelationEvent | None:
    """One event of a city, or None; one that was taken out is none."""
    event = session.get(RelationEvent, number)
    return event if event and event.city_slug == slug and event.removed_at is None else None


def settle(city: City, events: Iterable[RelationEvent]) -> None:
    """Keep on the city what follows from its events; in the transaction that changed them."""
    events = list(events)
    if city.status != CityStatus.HOME:
        city.status = status_of(event.happening for event in events)
    signed = [event for event in events if event.kind == EventKind.AGREEMENT]
    first = in_order(event.happening for event in signed)[:1]
    of_first = [event for event in signed if event.happening in first]
    city.agreed_on = of_first[0].day if of_first else None
    city.agreed_precision = of_first[0].precision if of_first else None
