"""The moderation queue, its private notes, the catalogue of reasons and the decisions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH, NOTE_LENGTH, ItemKind, Outcome
from citizen_diplomat.proposals.model import Proposal


class QueueItem(Base):
    """One thing that waits for staff, who holds it and until when.

    A proposal has one item for its whole life: an answer to "please change" opens the same item
    again, with its notes and decisions.
    """

    __tablename__ = "queue_item"
    __table_args__ = (
        one_of("kind", ItemKind),
        CheckConstraint("(holder_id IS NULL) = (lease_until IS NULL)", name="lease_with_holder"),
        Index("ix_queue_item_open", "closed_at", "opened_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default=ItemKind.PROPOSAL)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), unique=True)
    opened_at: Mapped[datetime]
    """When it last entered the queue."""
    closed_at: Mapped[datetime | None]
    """When it left the queue: decided, withdrawn, or waiting for its author."""
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    holder: Mapped[Account | None] = relationship(lazy="raise_on_sql")


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


class Reason(Base):
    """A ground for an outcome, from the bilingual catalogue."""

    __tablename__ = "reason"
    __table_args__ = (one_of("outcome", Outcome),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    position: Mapped[int]


class Decision(Base):
    """What was decided on one submitted version, why, and what the author was told."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint(f"length(message) <= {MESSAGE_LENGTH}", name="message_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    proposal_number: Mapped[int] = mapped_column(ForeignKey("proposal.number"), index=True)
    revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    reason_slug: Mapped[str] = mapped_column(ForeignKey("reason.slug"))
    message: Mapped[str] = mapped_column(Text)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True)

    reason: Mapped[Reason] = relationship(lazy="raise_on_sql")
    decider: Mapped[Account] = relationship(lazy="raise_on_sql")
