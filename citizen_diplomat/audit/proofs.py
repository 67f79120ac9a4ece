"""Showing that the log holds one entry, up to a published head, and nothing of the others."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.chain import digest, what, who_hash
from citizen_diplomat.audit.days import DayHead
from citizen_diplomat.audit.model import AuditEntry


def entries_about(
    session: Session, subjects: Sequence[str], actions: Sequence[str]
) -> Sequence[AuditEntry]:
    """What the log says of these things in these words, oldest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id)
    ).all()


def proof(session: Session, entry: AuditEntry, head: DayHead) -> Iterator[dict[str, Any]]:
    """The lines of a proof that `entry` stands below `head`, for `deploy/verify_log.py`.

    The entry is shown without who did it; of those after it there are digests alone, behind which
    nobody can look. ValueError for an entry of the time before there were salts.
    """
    yield {"previous": entry.previous_seal, "who": who_hash(entry), "what": what(entry)}
    later = select(AuditEntry).where(AuditEntry.id > entry.id, AuditEntry.id <= head.last_entry)
    for row in session.scalars(later.order_by(AuditEntry.id).execution_options(yield_per=500)):
        yield {"digest": digest(row)}
    yield {"day": head.day.isoformat(), "head": head.head}
