"""The outbox: posting is part of the cause's transaction; the fate of mails is written apart.

Mails are claimed (`claiming`) in a transaction before anybody talks to a mail server, and what has
left is noted (`journal`) before the next is sent. Whenever a worker dies, all it had not claimed is
due at once, and what was in its hands as soon as a worker begins on its machine, or when its lease
ends; only the one it was sending may come twice, with the same Message-ID.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail import bounces, holding, inbox, preferences
from citizen_diplomat.mail.bounce_rules import StopScope
from citizen_diplomat.mail.message import THREAD, Message, Recipient
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage, Suppression
from citizen_diplomat.mail.preference_rules import Channel
from citizen_diplomat.mail.rules import (
    FAREWELLS,
    GIVEN_UP_AFTER,
    MOST_ATTEMPTS,
    NOBODY,
    OUR_SERVER,
    SERVER_AWAY_WAIT,
    KeptBack,
    next_try,
)

LONGEST_ERROR = 500
_BECAUSE_OF = {StopScope.ALL: KeptBack.CAME_BACK, StopScope.BULK: KeptBack.COMPLAINED}
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
    The reader's inbox on the site keeps the headline, if the message has one. Either is left out
    where the reader does not want it (`preferences`) and the message may be left out. Within
    `holding.held` the mail waits until it is released.
    Raises ValueError when that is missing.
    """
    if message.bulk and unsubscribe_token is None:
        raise ValueError(f"{message.name} is a bulk mail and needs an unsubscribe token")
    if _was_posted(session, key):
        return False
    ways = preferences.ways(session, message, to.account_id)
    if Channel.AT_ONCE in ways:
        session.add(
            _mail(session, message, to, key=key, at=at, unsubscribe_token=unsubscribe_token)
        )
    if to.account_id is not None and Channel.INBOX in ways:
        inbox.keep(session, message, to.account_id, at=at, key=key)
    return True


def unwanted(session: Session, rows: Sequence[OutboxMessage], _at: datetime) -> dict[int, KeptBack]:
    """Which of these mails their readers no longer want."""
    keys = {row.to_key for row in rows}
    found = session.execute(
        select(Suppression.to_key, Suppression.name).where(Suppression.to_key.in_(keys))
    )
    stopped = {(key, name) for key, name in found}
    return {row.id: KeptBack.UNSUBSCRIBED for row in rows if (row.to_key, row.name) in stopped}


def unreachable(
    session: Session, rows: Sequence[OutboxMessage], at: datetime
) -> dict[int, KeptBack]:
    """Which of these mails are for an address from which letters, or complaints, come back."""
    stopped = bounces.stopped(session, {row.to_address for row in rows}, at=at)
    found = {
        row.id: bounces.stops(session, row, at=at)
        for row in rows
        if email_key(row.to_address) in stopped
    }
    return {row: _BECAUSE_OF[scope] for row, scope in found.items() if scope is not None}


Check = Callable[[Session, Sequence[OutboxMessage], datetime], Mapping[int, KeptBack]]
"""Says of mails that are about to be sent which must not leave, and why, by their numbers. It is
asked for a whole batch: one query, not one for each."""
CHECKS: tuple[Check, ...] = (unwanted, unreachable)
"""What is asked of every mail just before it is sent. What other rooms know, the worker adds."""


def keep_back(
    session: Session, rows: Sequence[OutboxMessage], *, at: datetime, also: Sequence[Check] = ()
) -> set[int]:
    """Stop or give up those claimed mails that must not leave; returns their numbers.

    Stopped when a check says so, given up when too many attempts never came to an end.
    """
    reasons: dict[int, KeptBack] = {}
    for check in (*CHECKS, *also) if rows else ():
        reasons |= check(session, rows, at)
    gone = set(reasons)
    for row in rows:
        if row.id in reasons:
            stop_claimed(session, row, reasons[row.id], at=at)
        elif row.attempts > MOST_ATTEMPTS:
            give_up(session, row, row.last_error or "no attempt came to an end", at=at)
            gone.add(row.id)
    return gone


def stop_claimed(session: Session, row: OutboxMessage, why: KeptBack, *, at: datetime) -> None:
    """Write down that a claimed mail does not leave, and why."""
    _settle(session, row, stopped_at=at, **_done(row) | {"last_error": why})


def give_back(session: Session, row: OutboxMessage, *, due_at: datetime) -> None:
    """Let go of a claimed mail that nobody tried to send: others may take it at once."""
    _settle(session, row, due_at=due_at, attempts=row.attempts - 1)


def stop(session: Session, key: str, *, at: datetime) -> None:
    """Keep back the mail of a cause that is over; what has left has left."""
    row = session.scalar(
        select(OutboxMessage).where(OutboxMessage.key == key, OutboxMessage.done.is_(False))
    )
    if row is not None:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == row.id, OutboxMessage.done.is_(False))
            .values(stopped_at=at, **_done(row))
        )


def mark_sent(session: Session, rows: Sequence[OutboxMessage], *, at: datetime) -> None:
    """Write down that claimed mails have left; their content is forgotten."""
    for is_farewell in (False, True):
        ids = [row.id for row in rows if (row.name in FAREWELLS) is is_farewell]
        if ids:
            emptied = {**_EMPTIED, **NOBODY} if is_farewell else _EMPTIED
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id.in_(ids))
                .values(sent_at=at, last_error="", **emptied)
                .execution_options(synchronize_session=False)
            )


def give_up(session: Session, row: OutboxMessage, error: str, *, at: datetime) -> None:
    """Write down that a claimed mail will not be tried again, and why."""
    bounces.note_given_up(session, row, error, at=at)
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

    After three days without a server it is given up; that is not held against the address.
    """
    error = OUR_SERVER + error
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


def _was_posted(session: Session, key: str) -> bool:
    """By either trace of it: whoever wants no mail has the entry in the inbox alone."""
    mailed = exists().where(OutboxMessage.key == key)
    lies = exists().where(InboxEntry.key == key)
    return bool(session.scalar(select(or_(mailed, lies))))


def _mail(
    session: Session,
    message: Message,
    to: Recipient,
    *,
    key: str,
    at: datetime,
    unsubscribe_token: str | None,
) -> OutboxMessage:
    hold = holding.hold_of(session)
    return OutboxMessage(
        key=key,
        name=message.name,
        kind=None if message.always_comes() else message.mail_kind,
        to_address=to.address,
        to_key=email_key(to.address),
        to_name=to.name,
        language=to.language,
        values=message.values() | ({THREAD: thread} if (thread := message.thread()) else {}),
        message_id=uuid4().hex,
        unsubscribe_token=unsubscribe_token,
        created_at=at,
        due_at=at,
        hold=hold,
        held_since=at if hold else None,
    )


def _done(row: OutboxMessage) -> dict[str, Any]:
    return {**_EMPTIED, **NOBODY} if row.name in FAREWELLS else _EMPTIED


def _suppressions(to_key: str, name: str) -> Any:
    return select(Suppression).where(Suppression.to_key == to_key, Suppression.name == name)


def _settle(session: Session, row: OutboxMessage, **values: Any) -> None:
    """Write the fate of a mail, unless our lease ran out and somebody else has it now."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.due_at == row.due_at,
            OutboxMessage.done.is_(False),
        )
        .values(handed_at=None, **values)
        .execution_options(synchronize_session=False)
    )
