"""What events keep about somebody, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.events.model import ActionItem, Registration
from citizen_diplomat.events.rules import shown_code
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The events that they registered for, with their answers, as plain JSON values."""
    rows = session.scalars(
        select(Registration)
        .where(Registration.account_id == account_id)
        .order_by(Registration.id)
        .options(joinedload(Registration.event))
    )
    return [
        {
            "event": row.event_number,
            "title": {"fa": row.event.title_fa, "en": row.event.title_en},
            "code": shown_code(row.code),
            "answers": row.answers,
            "registered_at": written(row.registered_at),
            "has_seat_since": written(row.seated_at),
            "checked_in_at": written(row.checked_in_at),
        }
        for row in rows
    ]


def export_items(session: Session, account_id: int) -> list[dict[str, Any]]:
    """What a colleague is to do by the minutes of events."""
    rows = session.scalars(
        select(ActionItem).where(ActionItem.owner_id == account_id).order_by(ActionItem.id)
    )
    return [
        {
            "event": row.event_number,
            "text": {"fa": row.text_fa, "en": row.text_en},
            "due_on": row.due_on.isoformat() if row.due_on else None,
        }
        for row in rows
    ]
