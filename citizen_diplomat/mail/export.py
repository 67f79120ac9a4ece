"""Which mails were written to an address, for its owner (GDPR art. 15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.bounces import ledger_of
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.queries import suppressions_of


def export(session: Session, address: str) -> dict[str, Any]:
    """All mails to an address and what it no longer wants; never what may hold a one-time link."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.to_key == email_key(address))
        .order_by(OutboxMessage.id)
    )
    return {
        "mails": [
            {
                "kind": row.name,
                "to": row.to_address,
                "name": row.to_name,
                "language": row.language,
                "written_at": written(row.created_at),
                "state": row.state.value,
                "sent_at": written(row.sent_at),
            }
            for row in rows
        ],
        "kinds_not_wanted": [
            {"kind": row.name, "since": written(row.at)}
            for row in suppressions_of(session, address)
        ],
        "came_back": [
            {"how": row.kind, "at": written(row.at), "code": row.code, "told_by": row.source}
            for row in ledger_of(session, address)
        ],
    }
