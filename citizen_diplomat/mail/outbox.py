"""The outbox: posting is part of the cause's transaction, claiming is one conditional UPDATE.

A mail is claimed in a transaction before anybody talks to a mail server, and its fate is written in
another one afterwards, which may claim the next. Whenever a worker dies, all it had not claimed is
due at once, and the one in its hands when its lease ends, with the same Message-ID.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage, Suppression
from citizen_diplomat.mail.rules import (
    FAREWELLS,
    GIVEN_UP_AFTER,
    LEASE,
    MOST_ATTEMPTS,
    NOBODY,
    SERVER_AWAY_WAIT,
    next_try,
)

CANDIDATES = 20
LONGEST_ERROR = 500
# What a mail said may hold a one-time link: it is forgotten with the mail.
_EMPTIED: dict[str, Any] = {"done": True, "values": {}, "unsubscribe_token": None}


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
    Raises ValueError when that is missing.
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


def is_anything_due(session: Session, *, at: datetime) -> bool:
    """Whether any mail waits to be claimed; for a session that only reads."""
    due = select(OutboxMessage.id).where(OutboxMessage.done.is_(False), OutboxMessage.due_at <= at)
    return session.scalar(due.limit(1)) is not None


def claim(session: Session, *, at: datetime, lease: timedelta = LEASE) -> OutboxMessage | None:
    """Take the mail that has been due longest; nobody else gets it for the time of `lease`.

    None when nothing is due. Each claim counts as an attempt, so that a mail that kills its worker
    is given up in the end. Commit before talking to a mail server.
    """
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.done.is_(False), OutboxMessage.due_at <= at)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(CANDIDATES)
    )
    for row in session.scalars(due).all():
        if _take(session, row, at + lease):
            return row
    return None


def keep_back(session: Session, row: OutboxMessage, *, at: datetime) -> bool:
    """Stop or give up a claimed mail that must not leave; asked at the moment of sending.

    Stopped when its reader no longer wants this kind (suppression), given up when too many
    attempts never came to an end. False: it may leave.
    """
    if is_suppressed(session, row.to_key, row.name):
        _settle(session, row, stopped_at=at, **_done(row))
        return True
    if row.attempts > MOST_ATTEMPTS:
        give_up(session, row, row.last_error or "no attempt came to an end", at=at)
        return True
    return False


def mark_sent(session: Session, row: OutboxMessage, *, at: datetime) -> None:
    """Write down that a claimed mail has left; its content is forgotten."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row.id)
        .values(sent_at=at, last_error="", **_done(row))
    )


def give_up(session: Session, row: OutboxMessage, error: str, *, at: datetime) -> None:
    """Write down that a claimed mail will not be tried again, and why."""
    # A mail server's refusal may repeat the address.
    kept = "" if row.name in FAREWELLS else error[:LONGEST_ERROR]
    _settle(session, row, failed_at=at, last_error=kept, **_done(row))


def postpone(session: Session, row: OutboxMessage, error: str, *, at: datetime) -> None:
    """Try a claimed mail again later, and later each time; give it up after the last attempt."""
    again = next_try(row.attempts, at=at)
    if again is None:
        give_up(session, row, error, at=at)
    else:
        _settle(session, row, due_at=again, last_error=error[:LONGEST_ERROR])


def put_back(session: Session, row: OutboxMessage, error: str, *, at: datetime) -> None:
    """Put a claimed mail back as if it had not been tried: the mail server was away.

    After three days without a server it is given up.
    """
    if at - row.created_at >= GIVEN_UP_AFTER:
        give_up(session, row, error, at=at)
        return
    _settle(
        session,
        row,
        due_at=at + SERVER_AWAY_WAIT,
        attempts=row.attempts - 1,
        last_error=error[:LONGEST_ERROR],
    )


def suppress(session: Session, address: str, name: str, *, at: datetime) -> None:
    """Send no more mails of this kind to an address, those that already wait included."""
    key = email_key(address)
    if not is_suppressed(session, key, name):
        session.add(Suppression(to_key=key, name=name, at=at))


def allow(session: Session, address: str, name: str) -> None:
    """Send mails of this kind to an address again."""
    for row in session.scalars(_suppressions(email_key(address), name)):
        session.delete(row)


def is_suppressed(session: Session, to_key: str, name: str) -> bool:
    """Whether an address wants no mail of this kind."""
    return session.scalars(_suppressions(to_key, name)).first() is not None


def _done(row: OutboxMessage) -> dict[str, Any]:
    return {**_EMPTIED, **NOBODY} if row.name in FAREWELLS else _EMPTIED


def _suppressions(to_key: str, name: str) -> Any:
    return select(Suppression).where(Suppression.to_key == to_key, Suppression.name == name)


def _take(session: Session, row: OutboxMessage, until: datetime) -> bool:
    taken = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.due_at == row.due_at,
            OutboxMessage.done.is_(False),
        )
        .values(due_at=until, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.id)
    ).first()
    if taken is None:
        return False
    session.refresh(row)
    return True


def _settle(session: Session, row: OutboxMessage, **values: Any) -> None:
    """Write the fate of a mail, unless our lease ran out and somebody else has it now."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.due_at == row.due_at,
            OutboxMessage.done.is_(False),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
