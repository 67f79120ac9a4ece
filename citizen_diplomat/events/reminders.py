"""Reminding who has a seat, a day before; once for each start, however often the worker asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from citizen_diplomat.events.letters import Letters, stamp, tell
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.rules import REMINDED_BEFORE, News, is_reminded

BATCH = 100
"""Registrations of one transaction; on SQLite everybody else waits for it."""


def is_anybody_due(session: Session, *, at: datetime) -> bool:
    """Whether `due` would find somebody; takes no lock."""
    wanted = select(Registration.id).join(Registration.event).where(*_due(at)).limit(1)
    return session.scalar(wanted) is not None


def due(session: Session, *, at: datetime) -> Sequence[Registration]:
    """Some seats of events that start within a day and whose owners have not been told of that.

    Where the engine locks rows they are locked, and those that another worker has are left out.
    """
    return session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(*_due(at))
        .order_by(Registration.id)
        .limit(BATCH)
        .options(contains_eager(Registration.event), joinedload(Registration.account))
        .with_for_update(skip_locked=True, of=Registration)
    ).all()


def remind(session: Session, row: Registration, *, letters: Letters, at: datetime) -> bool:
    """Remind one owner of a seat, if they are to be; whether a letter was posted."""
    starts_at, seated_at = row.event.starts_at, row.seated_at
    assert starts_at is not None
    assert seated_at is not None
    wanted = is_reminded(starts_at, seated_at=seated_at, reminded_for=row.reminded_for, at=at)
    row.reminded_for = starts_at
    cause = stamp(starts_at)
    return wanted and tell(session, row, News.REMINDER, letters=letters, at=at, cause=cause)


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.starts_at > at,
        Event.starts_at <= at + REMINDED_BEFORE,
        Registration.seated_at.is_not(None),
        or_(Registration.reminded_for.is_(None), Registration.reminded_for != Event.starts_at),
    )
