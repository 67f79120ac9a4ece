"""What became of mails: for one address, and of the outbox as a whole."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.model import OutboxMessage, Suppression

MOST_EXPLAINED = 200


def mails_to(session: Session, address: str) -> list[OutboxMessage]:
    """The newest 200 mails to an address, newest first, whatever became of them."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.to_key == email_key(address))
            .order_by(OutboxMessage.id.desc())
            .limit(MOST_EXPLAINED)
        )
    )


def suppressions_of(session: Session, address: str) -> list[Suppression]:
    """The kinds of mail that an address no longer wants."""
    return list(
        session.scalars(
            select(Suppression)
            .where(Suppression.to_key == email_key(address))
            .order_by(Suppression.name)
        )
    )


def longest_delay(session: Session, *, at: datetime) -> timedelta:
    """How long the oldest mail has been waiting beyond its time; zero when none is late."""
    oldest = session.scalar(
        select(func.min(OutboxMessage.due_at)).where(
            OutboxMessage.done.is_(False), OutboxMessage.due_at <= at
        )
    )
    return at - oldest if oldest else timedelta(0)


def count_failed(session: Session, *, since: datetime) -> int:
    """How many mails were given up since a moment."""
    return (
        session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.failed_at >= since)
        )
        or 0
    )
