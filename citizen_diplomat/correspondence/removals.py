"""Taking one message out of a conversation: its reader reported it and staff found it wrong."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.correspondence.model import MemberMessage


def lock(session: Session, message: MemberMessage) -> None:
    """Let nobody else change a message until the transaction ends."""
    session.refresh(message, with_for_update=True)


def remove(session: Session, message: MemberMessage, *, by: Account, at: datetime) -> None:
    """Let nobody read a message here any more; its words are kept for an objection.

    Its writer is told by `moderation.removals`.
    """
    message.removed_at = at
    record(session, "message.removed", f"message:{message.id}", by=by.id, at=at)
