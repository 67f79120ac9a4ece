"""Decisions that wait to be applied in one batch with others: written down, not yet taken."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, Text, delete, exists
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.moderation.model import QueueItem, Reason
from citizen_diplomat.moderation.rules import MESSAGE_LENGTH, Outcome


class PendingDecision(Base):
    """What somebody will decide on an item, kept until it is applied or discarded.

    It binds nobody: nothing has changed for the author, and the item may be taken over, decided or
    withdrawn meanwhile. When it is applied, it is checked like a decision that is made then.
    """

    __tablename__ = "pending_decision"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint(f"length(message) <= {MESSAGE_LENGTH}", name="message_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(20))
    reason_slug: Mapped[str] = mapped_column(ForeignKey("reason.slug"), index=True)
    message: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    """That of the proposal or change which its author saw, their own claim included."""
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"))
    kept_by: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kept_at: Mapped[datetime]

    item: Mapped[QueueItem] = relationship(lazy="raise_on_sql")
    reason: Mapped[Reason] = relationship(lazy="raise_on_sql")
    keeper: Mapped[Account] = relationship(lazy="raise_on_sql")


def has_pending() -> ColumnElement[bool]:
    """Items that a decision is kept for since they last came into the queue."""
    return exists().where(
        PendingDecision.item_id == QueueItem.id, PendingDecision.kept_at >= QueueItem.opened_at
    )


def forget_kept(session: Session, item: QueueItem, keeper: int) -> None:
    """Drop what somebody kept for an item that they decided on; of another it stays to be seen."""
    session.execute(
        delete(PendingDecision).where(
            PendingDecision.item_id == item.id, PendingDecision.kept_by == keeper
        )
    )
