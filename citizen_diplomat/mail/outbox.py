"""The outbox: posting is part of the cause's transaction, claiming is one conditional UPDATE."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage

LEASE = timedelta(minutes=5)


def post(
    session: Session,
    message: Message,
    to: Recipient,
    *,
    key: str,
    at: datetime,
    unsubscribe_token: str | None = None,
) -> bool:
    """Put a mail into the outbox, in the caller's transaction; False if `key` was posted before.

    `key` names the cause, such as "decision:17:3"; a bulk message needs its `unsubscribe_token`.
    """
    if message.bulk and unsubscribe_token is None:
        raise ValueError(f"{message.name} is a bulk mail and needs an unsubscribe token")
    if session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is not None:
        return False
    session.add(
        OutboxMessage(
            key=key,
            name=message.name,
            to_address=to.address,
            to_key=email_key(to.address),
            to_name=to.name,
            language=to.language,
            values=message.values(),
            message_id=uuid4().hex,
            unsubscribe_token=unsubscribe_token,
            created_at=at,
            due_at=at,
        )
    )
    return True


def claim(session: Session, *, at: datetime, limit: int) -> list[OutboxMessage]:
    """Take up to `limit` due mails for `LEASE`; nobody else gets them until then.

    Each claim counts as an attempt, so that a mail that kills its worker is given up in the end.
    """
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.done.is_(False), OutboxMessage.due_at <= at)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
    )
    return [row for row in session.scalars(due) if _take(session, row, at)]


def _take(session: Session, row: OutboxMessage, at: datetime) -> bool:
    taken = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.due_at == row.due_at,
            OutboxMessage.done.is_(False),
        )
        .values(due_at=at + LEASE, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.id)
    ).first()
    if taken is None:
        return False
    session.refresh(row)
    return True
