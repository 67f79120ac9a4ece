"""Events, who registered for them, and what was agreed there."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.rules import (
    ADDRESS_LENGTH,
    CODE_LENGTH,
    DESCRIPTION_LENGTH,
    ITEM_LENGTH,
    LINK_LENGTH,
    MINUTES_LENGTH,
    MOST_SEATS,
    OWNER_LENGTH,
    REASON_LENGTH,
    TITLE_LENGTH,
    Held,
    Phase,
    Sort,
    free_seats,
    phase_of,
)
from citizen_diplomat.foundation.database import Base, Document, Key, one_of

TEXTS = (
    *(("title", TITLE_LENGTH), ("description", DESCRIPTION_LENGTH)),
    ("cancel_reason", REASON_LENGTH),
)


@dataclass(frozen=True)
class Question:
    """Something that is asked of whoever registers, in both languages."""

    text_fa: str
    text_en: str
    is_required: bool = False


@dataclass(frozen=True)
class Details:
    """What an event says, complete or not; texts are cleaned, slugs and zone are known ones."""

    sort: Sort = Sort.MEETING
    title_fa: str = ""
    title_en: str = ""
    description_fa: str = ""
    description_en: str = ""
    cities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    held: Held = Held.ONLINE
    link: str = ""
    address: str = ""
    place_city: str | None = None
    time_zone: str = "Asia/Tehran"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    register_until: datetime | None = None
    seats: int | None = None
    questions: tuple[Question, ...] = ()

    def on(self, starts_at: datetime, ends_at: datetime) -> "Details":
        """The same at another time."""
        return replace(self, starts_at=starts_at, ends_at=ends_at)


class Event(Base):
    """A meeting or a festival with its time, place and seats.

    Until it is published only coordinators see it. It has no stored state: see `rules.phase_of`.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("sort", Sort),
        one_of("held", Held),
        *(
            CheckConstraint(f"length({name}_{code}) <= {most}", name=f"{name}_{code}_length")
            for name, most in TEXTS
            for code in ("fa", "en")
        ),
        CheckConstraint(f"length(link) <= {LINK_LENGTH}", name="link_length"),
        CheckConstraint(f"length(address) <= {ADDRESS_LENGTH}", name="address_length"),
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_SEATS}", name="seats"),
        # Whatever happens at the last seat: nobody gets one that is not there.
        CheckConstraint("taken >= 0 AND (seats IS NULL OR taken <= seats)", name="taken"),
        CheckConstraint(
            "published_at IS NULL OR (starts_at IS NOT NULL AND ends_at IS NOT NULL"
            " AND starts_at < ends_at)",
            name="time_when_published",
        ),
        Index("ix_event_start", "starts_at", "number"),
        Index("ix_event_end", "ends_at", "number"),
        Index("ix_event_published", "published_at", "number"),
    )

    number: Mapped[int] = mapped_column(Key, primary_key=True)
    sort: Mapped[str] = mapped_column(String(20))
    title_fa: Mapped[str] = mapped_column(Text, default="")
    title_en: Mapped[str] = mapped_column(Text, default="")
    description_fa: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Its title and description in both languages, as `foundation.search` looks into them."""
    city_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    topic_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    held: Mapped[str] = mapped_column(String(20))
    link: Mapped[str] = mapped_column(Text, default="")
    """Where one comes in online; told to those alone who have a seat."""
    address: Mapped[str] = mapped_column(Text, default="")
    place_city: Mapped[str | None] = mapped_column(ForeignKey("city.slug"))
    time_zone: Mapped[str] = mapped_column(String(50))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    register_until: Mapped[datetime | None]
    """None: until it starts."""
    seats: Mapped[int | None]
    """None: as many as come."""
    taken: Mapped[int] = mapped_column(default=0)
    """How many seats are taken; kept with each change of a registration."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    """How often it changed since it was published (RFC 5545, 3.8.7.4)."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason_fa: Mapped[str] = mapped_column(Text, default="")
    cancel_reason_en: Mapped[str] = mapped_column(Text, default="")

    __mapper_args__ = {"version_id_col": version}

    @property
    def details(self) -> Details:
        """What it says, as a value."""
        return Details(
            sort=Sort(self.sort),
            title_fa=self.title_fa,
            title_en=self.title_en,
            description_fa=self.description_fa,
            description_en=self.description_en,
            cities=tuple(self.city_slugs),
            topics=tuple(self.topic_slugs),
            held=Held(self.held),
            link=self.link,
            address=self.address,
            place_city=self.place_city,
            time_zone=self.time_zone,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            register_until=self.register_until,
            seats=self.seats,
            questions=self.asked,
        )

    @property
    def asked(self) -> tuple[Question, ...]:
        """What is asked of whoever registers."""
        return tuple(Question(**row) for row in self.questions)

    @property
    def moment(self) -> datetime | None:
        """When it became news: when it was published."""
        return self.published_at

    @property
    def zone(self) -> ZoneInfo:
        """Its own time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def is_online(self) -> bool:
        """Whether one can come in by a link."""
        return self.held != Held.PLACE

    @property
    def has_place(self) -> bool:
        """Whether one can go there."""
        return self.held != Held.ONLINE

    @property
    def free(self) -> int | None:
        """How many seats are free; None where their number is not limited."""
        return free_seats(self.seats, self.taken)

    def phase(self, at: datetime) -> Phase:
        """Where it stands at a moment."""
        return phase_of(
            self.starts_at,
            self.ends_at,
            published=self.published_at is not None,
            cancelled=self.cancelled_at is not None,
            at=at,
        )


class Registration(Base):
    """Somebody's seat at an event, or place in its waiting list; deleted when they give it up."""

    __tablename__ = "event_registration"
    __table_args__ = (
        UniqueConstraint("event_number", "account_id"),
        UniqueConstraint("event_number", "code"),
        Index("ix_event_registration_line", "event_number", "registered_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event_number: Mapped[int] = mapped_column(ForeignKey("event.number"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    """What they show at the door."""
    answers: Mapped[list[dict[str, str]]] = mapped_column(Document, default=list)
    """Each with the question as it was asked then: "fa", "en" and "text"."""
    registered_at: Mapped[datetime]
    seated_at: Mapped[datetime | None]
    """Since when they have a seat; None: they wait for one."""
    reminded_for: Mapped[datetime | None]
    """The start that they were reminded of."""
    checked_in_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Minutes(Base):
    """What was said at an event, in both languages; everybody reads it."""

    __tablename__ = "event_minutes"
    __table_args__ = tuple(
        CheckConstraint(f"length(text_{code}) BETWEEN 1 AND {MINUTES_LENGTH}", name=f"text_{code}")
        for code in ("fa", "en")
    )

    event_number: Mapped[int] = mapped_column(ForeignKey("event.number"), primary_key=True)
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    written_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class ActionItem(Base):
    """Something that was agreed at an event: what, who, and by when."""

    __tablename__ = "event_action_item"
    __table_args__ = tuple(
        CheckConstraint(f"length(text_{code}) BETWEEN 1 AND {ITEM_LENGTH}", name=f"text_{code}")
        for code in ("fa", "en")
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event_number: Mapped[int] = mapped_column(ForeignKey("event.number"), index=True)
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """A colleague who does it; or else `owner_name`."""
    owner_name: Mapped[str] = mapped_column(String(OWNER_LENGTH), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    proposal_number: Mapped[int | None] = mapped_column(Key, index=True)
    """Of an accepted proposal. Proposals stand above this room: the page has looked it up."""
    written_at: Mapped[datetime]

    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    owner: Mapped[Account | None] = relationship(lazy="raise_on_sql")
