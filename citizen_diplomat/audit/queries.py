"""Reading the log."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 50


def entries(
    session: Session,
    *,
    action: str | None = None,
    private: tuple[str, str] | None = None,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[AuditEntry]:
    """The log, newest first; with `action` only entries of that kind.

    `private` is a kind of subject and an action: what was done to such a thing before it ever had
    that action is its owner's alone, and left out.
    """
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if action:
        wanted = wanted.where(AuditEntry.action == action)
    if private is not None:
        wanted = wanted.where(_is_for_others(*private))
    if after is not None:
        # The id alone gives the order: time may stand still between two entries.
        wanted = wanted.where(AuditEntry.id < after.id)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda entry: (entry.id, entry.id), after=after)


def entries_about(session: Session, subject: str, actions: Collection[str]) -> Sequence[AuditEntry]:
    """All entries about one thing with one of these actions, oldest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id)
    ).all()


def acts_on(
    session: Session,
    subjects: Collection[str],
    *,
    but: Collection[str],
    limit: int,
) -> Sequence[AuditEntry]:
    """The newest `limit` entries about these things, oldest first; `but` are actions left out."""
    newest = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.action.not_in(but))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()
    return newest[::-1]


def _is_for_others(kind: str, action: str) -> ColumnElement[bool]:
    shown = aliased(AuditEntry)
    was_shown = select(shown.id).where(shown.subject == AuditEntry.subject, shown.action == action)
    return or_(AuditEntry.subject.not_like(f"{kind}:%"), was_shown.exists())
