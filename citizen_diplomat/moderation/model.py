"""The moderation queue, its private notes, the catalogue of reasons and the decisions."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.moderation.rules import (
    MESSAGE_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    TARGETS,
    ItemKind,
    Outcome,
    Target,
    Urgency,
)
from citizen_diplomat.proposals.model import Proposal

if TYPE_CHECKING:
    from citizen_diplomat.moderation.desks import Desk


def _waiting(name: str, *columns: str) -> Index:
    """An index over what waits alone: what is closed, and grows for ever, costs it nothing."""
    waits = text("closed_at IS NULL")
    return Index(name, *columns, sqlite_where=waits, postgresql_where=waits)


class QueueItem(Base):
    """One thing that waits for staff, who holds it and until when.

    Each thing has one item for its whole life: an answer to "please change" opens the same item
    again, with its notes and decisions. What the list shows and finds is written here when the
    item is opened, so that the queue costs the same whatever waits in it: see `queue.enqueue`.
    """

    __tablename__ = "queue_item"
    __table_args__ = (
        one_of("kind", ItemKind),
        UniqueConstraint("kind", "subject_id"),
        CheckConstraint("(holder_id IS NULL) = (lease_until IS NULL)", name="lease_with_holder"),
        _waiting("ix_queue_item_waiting", "position", "id"),
        _waiting("ix_queue_item_desk", "desk_id", "position", "id"),
        _waiting("ix_queue_item_assignee", "assignee_id", "position", "id"),
        _waiting("ix_queue_item_due", "due_at", "missed_at"),
        _waiting("ix_queue_item_answer_due", "answer_due_at", "answer_missed_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default=ItemKind.PROPOSAL)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    """The number of what waits, in the table of its kind."""
    proposal_number: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"), index=True)
    """The proposal that it is, or stands below: its cities and topic say whose desk it is for."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose words wait; they never decide on them."""
    title: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    """Which submitted version it is about, where there are versions."""
    language: Mapped[str | None] = mapped_column(String(5))
    topic_slug: Mapped[str | None] = mapped_column(ForeignKey("topic.slug"))
    city_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    search_text: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    """When it last entered the queue."""
    closed_at: Mapped[datetime | None]
    """When it left the queue: decided, withdrawn, or waiting for its author."""
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]

    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    """The desk that it was given to; None is the office as a whole."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Who shall work on it next, before and after they hold it."""
    urgency: Mapped[int] = mapped_column(default=Urgency.NORMAL)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    """Its place in the queue, smallest first: see `rules.position`."""
    target_days: Mapped[int] = mapped_column(default=TARGETS[Target.DECISION])
    """Working days that were promised when it came in."""
    days_used: Mapped[int] = mapped_column(default=0)
    """Working days that it waited for staff before the present clock started."""
    clock_started_at: Mapped[datetime | None]
    """Since when it waits for staff this time."""
    is_paused: Mapped[bool] = mapped_column(default=False)
    """Whether it was closed only to wait for its author: their time is not counted."""
    soon_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When it is due soon, and when it is overdue."""
    answer_due_at: Mapped[datetime | None]
    """By when its author is to hear something."""
    answered_at: Mapped[datetime | None]
    answer_missed_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    """When a target was missed, and its author told of it."""

    proposal: Mapped[Proposal | None] = relationship(lazy="raise_on_sql")
    author: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=author_id)
    holder: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=holder_id)
    assignee: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=assignee_id)
    desk: Mapped["Desk | None"] = relationship(lazy="raise_on_sql")

    is_blind: Mapped[bool | None] = query_expression()
    """Whether its author is hidden until it is decided, where a query was asked to say so."""
    has_pending: Mapped[bool | None] = query_expression()
    """Whether a decision on it is kept for a batch; only where a query was asked to say so."""

    @property
    def hides_author(self) -> bool:
        """Whether staff must not be shown who wrote it; where nobody asked, they must not."""
        return self.is_blind is not False

    @property
    def subject(self) -> str:
        """How the log names it, as "proposal:17" or "comment:4"."""
        return f"{self.kind}:{self.subject_id}"

    @property
    def of_proposal(self) -> Proposal:
        """The proposal of an item that cannot be without one; it must have been loaded."""
        assert self.proposal is not None
        return self.proposal


class Note(Base):
    """What staff tell each other about an item; never shown to its author."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint(f"length(text) <= {NOTE_LENGTH}", name="text_length"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    author: Mapped[Account] = relationship(lazy="raise_on_sql")


class Unshielding(Base):
    """A request of one member of staff to see who stands behind a pen name; another one answers."""

    __tablename__ = "unshielding"
    __table_args__ = (
        CheckConstraint("answered_by IS NULL OR answered_by <> asked_by", name="two_people"),
        CheckConstraint(
            f"length(reason) > 0 AND length(reason) <= {REASON_LENGTH}", name="reason_length"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_approved: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    revealed_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Whose name was shown: who was the first author when it was approved."""

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    asker: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=asked_by)
    revealed: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=revealed_id)


class Reason(Base):
    """A ground for an outcome, from the bilingual catalogue; see `reasons` on who changes it."""

    __tablename__ = "reason"
    __table_args__ = (one_of("outcome", Outcome),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    rule_fa: Mapped[str] = mapped_column(Text, default="")
    rule_en: Mapped[str] = mapped_column(Text, default="")
    """The rule of the terms that it rests on: a statement of reasons names it (DSA art. 17(3))."""
    hides: Mapped[bool] = mapped_column(default=False)
    """Whether what was declined for it is also hidden: see `proposals.hiding`."""
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    """When the office last touched it; from then on no release changes it."""
    retired_at: Mapped[datetime | None]
    """Since when it is not offered any more; what was decided for it keeps it."""

    def text(self, language: str) -> str:
        """Its words in the reader's language."""
        return self.text_fa if language == "fa" else self.text_en


class Decision(Base):
    """What was decided on one submitted version, why, and what the author was told."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint(f"length(message) <= {MESSAGE_LENGTH}", name="message_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), index=True)
    of_change: Mapped[bool] = mapped_column(default=False)
    """Whether it was on a change of the accepted proposal."""
    of_appeal: Mapped[bool] = mapped_column(default=False)
    """Whether it answered an appeal against the decision before it."""
    revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    reason_slug: Mapped[str] = mapped_column(ForeignKey("reason.slug"), index=True)
    message: Mapped[str] = mapped_column(Text)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    days_taken: Mapped[int | None]
    """Working days from the first submission to here, less those that waited for the author."""
    target_days: Mapped[int | None]
    """Working days that had been promised."""
    is_late: Mapped[bool | None]
    """Whether it came later than promised, see `clock.is_late`; None for one of before."""
    at: Mapped[datetime] = mapped_column(index=True)

    reason: Mapped[Reason] = relationship(lazy="raise_on_sql")
    decider: Mapped[Account] = relationship(lazy="raise_on_sql")
