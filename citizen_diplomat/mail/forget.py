"""Emptying the outbox of somebody who leaves."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.bounces import start_clean
from citizen_diplomat.mail.model import OutboxMessage, Suppression
from citizen_diplomat.mail.rules import NOBODY


def forget(session: Session, address: str, *, at: datetime) -> None:
    """Stop what still waits for an address, and keep of every mail to it only kind, time and fate.

    Mails posted afterwards are not concerned.
    """
    theirs = OutboxMessage.to_key == email_key(address)
    waiting = update(OutboxMessage).where(theirs, OutboxMessage.done.is_(False))
    emptied = update(OutboxMessage).where(theirs)
    for change in (
        waiting.values(done=True, stopped_at=at),
        # A mail server's refusal may repeat the address.
        emptied.values(**NOBODY, values={}, unsubscribe_token=None, last_error=""),
    ):
        session.execute(change.execution_options(synchronize_session=False))
    session.execute(delete(Suppression).where(Suppression.to_key == email_key(address)))
    start_clean(session, address)
