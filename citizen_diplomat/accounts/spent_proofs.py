"""Proofs and waits that have been used: each is good for one account."""

from datetime import datetime

from sqlalchemy import String, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.rush_rules import KEPT_AFTER_EXPIRY
from citizen_diplomat.foundation.database import Base


class SpentProof(Base):
    """The mark of something that was used, kept as long as it could be sent again.

    It says nothing about who used it.
    """

    __tablename__ = "spent_proof"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def is_spent(session: Session, mark: str) -> bool:
    """Whether this was used before."""
    return session.scalar(select(SpentProof.mark).where(SpentProof.mark == mark)) is not None


def spend(session: Session, mark: str, *, expires_at: datetime) -> bool:
    """Use it in the caller's transaction; False if somebody else has, or is about to."""
    try:
        with session.begin_nested():
            session.execute(insert(SpentProof).values(mark=mark, expires_at=expires_at))
    except IntegrityError:  # pk_spent_proof
        return False
    return True


def forget_expired(session: Session, *, at: datetime) -> None:
    """Forget what could not be used again anyway."""
    session.execute(delete(SpentProof).where(SpentProof.expires_at < at - KEPT_AFTER_EXPIRY))
