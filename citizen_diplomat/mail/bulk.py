"""Posting many mails of one kind at once: rows that say who and what about, and are written later.

What such a mail says is made when it is sent, by the composer of its kind: see `mail.actions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.database import inserting
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.model import OutboxMessage


@dataclass(frozen=True)
class Slip:
    """One mail to be written later: its cause, its reader, and what its composer needs to know."""

    key: str
    to: Recipient
    values: dict[str, Any]
    unsubscribe_token: str


def post_slips(
    session: Session, message: type[Message], slips: Sequence[Slip], *, at: datetime
) -> None:
    """Put many mails into the outbox in one statement; a `key` that was posted before stays one."""
    if not slips:
        return
    statement = inserting(session, OutboxMessage).on_conflict_do_nothing(index_elements=["key"])
    session.execute(statement, [_row(message.name, slip, at) for slip in slips])


def _row(name: str, slip: Slip, at: datetime) -> dict[str, Any]:
    return {
        "key": slip.key,
        "name": name,
        "to_address": slip.to.address,
        "to_key": email_key(slip.to.address),
        "to_name": slip.to.name,
        "language": slip.to.language,
        "values": slip.values,
        "message_id": uuid4().hex,
        "unsubscribe_token": slip.unsubscribe_token,
        "created_at": at,
        "due_at": at,
    }
