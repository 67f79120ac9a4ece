"""Reading the log."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 50


def entries(
    session: Session,
    *,
    action: str | None = None,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[AuditEntry]:
    """The log, newest first; with `action` only entries of that kind."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if action:
        wanted = wanted.where(AuditEntry.action == action)
    if after is not None:
        # The id alone gives the order: time may stand still between two entries.
        wanted = wanted.where(AuditEntry.id < after.id)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda entry: (entry.id, entry.id), after=after)


def actions(session: Session) -> Sequence[str]:
    """The kinds of action that the log holds, in alphabetical order."""
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
