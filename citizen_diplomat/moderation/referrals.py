"""Items that were referred from one desk to another, and what was written along."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.rules import NOTE_LENGTH


class Referral(Base):
    """One step of an item from a desk, or from the office as a whole, to another desk."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(f"length(note) > 0 AND length(note) <= {NOTE_LENGTH}", name="note_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    from_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    to_desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    from_desk: Mapped[Desk | None] = relationship(lazy="raise_on_sql", foreign_keys=from_desk_id)
    to_desk: Mapped[Desk] = relationship(lazy="raise_on_sql", foreign_keys=to_desk_id)
    by: Mapped[Account] = relationship(lazy="raise_on_sql")


def referrals_of(session: Session, item_id: int) -> Sequence[Referral]:
    """How an item went from desk to desk, oldest first; desks and people are loaded."""
    return session.scalars(
        select(Referral)
        .where(Referral.item_id == item_id)
        .options(
            joinedload(Referral.from_desk), joinedload(Referral.to_desk), joinedload(Referral.by)
        )
        .order_by(Referral.id)
    ).all()
