"""The inbox of each member: what was also mailed to them, written together with the mail."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.model import InboxEntry

KEPT = timedelta(days=365)
PAGE_LENGTH = 20


def keep(
    session: Session, message: Message, account_id: int, *, at: datetime, key: str | None = None
) -> None:
    """Keep the headline of a message that its class lets lie in an inbox; else nothing.

    `key` names the cause, as for the mail.
    """
    # What leads nowhere any more is told by the letter alone.
    if message.headline is None or not message.leads_to():
        return
    session.add(
        InboxEntry(
            account_id=account_id,
            key=key,
            name=message.name,
            values=message.headline_values(),
            path=_path(message.leads_to()),
            created_at=at,
        )
    )


def entries(
    session: Session,
    account_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[InboxEntry]:
    """What somebody was told, newest first."""
    wanted = (
        select(InboxEntry)
        .where(InboxEntry.account_id == account_id)
        .order_by(InboxEntry.created_at.desc(), InboxEntry.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(InboxEntry.created_at, InboxEntry.id, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.created_at, row.id), after=after)


def entry_of(session: Session, account_id: int, number: int) -> InboxEntry | None:
    """One entry if it lies in this inbox."""
    return session.scalar(
        select(InboxEntry).where(InboxEntry.id == number, InboxEntry.account_id == account_id)
    )


def unread(account_id: Any) -> Select[int]:
    """How many entries of an inbox nobody has opened; to be asked within another query."""
    return select(func.count(InboxEntry.id)).where(
        InboxEntry.account_id == account_id, InboxEntry.read_at.is_(None)
    )


def mark_read(entry: InboxEntry, *, at: datetime) -> None:
    """Note that an entry was opened; the first time counts."""
    entry.read_at = entry.read_at or at


def mark_all_read(session: Session, account_id: int, *, at: datetime) -> None:
    """Note that somebody has seen all that lies in their inbox."""
    session.execute(
        update(InboxEntry)
        .where(InboxEntry.account_id == account_id, InboxEntry.read_at.is_(None))
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete what has lain in an inbox for a year."""
    session.execute(delete(InboxEntry).where(InboxEntry.created_at <= at - KEPT))


def forget(session: Session, account_id: int) -> None:
    """Empty the inbox of somebody who leaves."""
    session.execute(delete(InboxEntry).where(InboxEntry.account_id == account_id))


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What lies in somebody's inbox, for themselves, oldest first."""
    rows = session.scalars(
        select(InboxEntry).where(InboxEntry.account_id == account_id).order_by(InboxEntry.id)
    )
    return [
        {
            "kind": row.name,
            "about": row.values,
            "came_at": written(row.created_at),
            "opened_at": written(row.read_at),
        }
        for row in rows
    ]


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl()
