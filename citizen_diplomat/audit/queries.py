"""Reading the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Private:
    """Things of one kind that are their owner's alone until they are shown to others.

    `kind` is that of their subject. What was done to such a thing is left out while the action
    `shown_by` is not among it. After one of `ended_by` the same subject names a new thing.
    """

    kind: str
    shown_by: str
    ended_by: tuple[str, ...] = ()


def entries(
    session: Session,
    *,
    action: str | None = None,
    private: Collection[Private] = (),
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[AuditEntry]:
    """The log, newest first; with `action` only entries of that kind, and none that is private."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    wanted = wanted.where(*(_is_for_others(one) for one in private))
    if action:
        wanted = wanted.where(AuditEntry.action == action)
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


def _is_for_others(private: Private) -> ColumnElement[bool]:
    shown, end = aliased(AuditEntry), aliased(AuditEntry)
    # The entry that ends a thing is the last one about it, and parts it from what comes after.
    parted = exists().where(
        end.subject == AuditEntry.subject,
        end.action.in_(private.ended_by),
        or_(
            and_(end.id > shown.id, end.id < AuditEntry.id),
            and_(end.id >= AuditEntry.id, end.id < shown.id),
        ),
    )
    was_shown = select(shown.id).where(
        shown.subject == AuditEntry.subject,
        shown.action == private.shown_by,
        ~parted.correlate(AuditEntry, shown),
    )
    return or_(AuditEntry.subject.not_like(f"{private.kind}:%"), was_shown.exists())
