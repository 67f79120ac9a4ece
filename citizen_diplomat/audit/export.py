"""What the log and the receipts say about somebody, for themselves (GDPR art. 15)."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.model import AccessReceipt, AuditEntry
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What account `account_id` did and what was done to it, oldest first.

    Others who acted are "the office": their names are not this person's data. Details are given
    where the entry is about this account alone.
    """
    subject = f"account:{account_id}"
    rows = session.scalars(
        select(AuditEntry)
        .where(or_(AuditEntry.actor_id == account_id, AuditEntry.subject == subject))
        .order_by(AuditEntry.id)
    )
    return [
        {
            "at": written(row.at),
            "who": _who(row.actor_id, account_id),
            "did": row.action,
            "to": row.subject,
            "detail": row.detail if row.subject == subject else {},
        }
        for row in rows
    ]


def export_receipts(session: Session, account_id: int) -> list[dict[str, Any]]:
    """Who of the staff opened the contact data of account `account_id`, oldest first."""
    rows = session.scalars(
        select(AccessReceipt)
        .where(AccessReceipt.account_id == account_id)
        .order_by(AccessReceipt.id)
    )
    return [
        {
            "at": written(row.at),
            "role": row.role,
            "desk": {"fa": row.desk_fa, "en": row.desk_en},
            "opened_in": row.opened,
            "reason": row.reason,
            "reason_in_words": row.words,
        }
        for row in rows
    ]


def _who(actor_id: int | None, account_id: int) -> str:
    if actor_id is None:
        return "the site"
    return "you" if actor_id == account_id else "the office"
