"""Somebody is reached at another address: what they got, and what they want, goes along."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail import bounces
from citizen_diplomat.mail.model import OutboxMessage, Suppression
from citizen_diplomat.mail.rules import BOUND_TO_ADDRESS

_WAITS = OutboxMessage.done.is_(False)


def move(session: Session, old: str, new: str, *, since: datetime | None = None) -> None:
    """Count the mails and the stopped kinds of the address `old` as those of `new` from now on.

    What waits goes to `new`, except what is about the old address itself. What has left keeps
    where it went. `since`: only what was written since then, or went to `new` before: the way back.
    """
    old_key, new_key = email_key(old), email_key(new)
    theirs = OutboxMessage.to_key == old_key
    if since is not None:
        went_there = OutboxMessage.to_address == new
        theirs = and_(theirs, or_(OutboxMessage.created_at >= since, went_there, _WAITS))
    mails = select(OutboxMessage.id).where(theirs)
    for change in (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(mails), _WAITS, OutboxMessage.name.not_in(BOUND_TO_ADDRESS))
        .values(to_address=new, domain=new_key.rpartition("@")[2]),
        update(OutboxMessage).where(theirs).values(to_key=new_key),
    ):
        session.execute(change.execution_options(synchronize_session=False))
    _move_suppressions(session, old_key, new_key)
    # Whoever opened the link reads there: what came back from it before is over.
    bounces.start_clean(session, new)


def _move_suppressions(session: Session, old_key: str, new_key: str) -> None:
    there = select(Suppression.name).where(Suppression.to_key == new_key)
    for statement in (
        update(Suppression)
        .where(Suppression.to_key == old_key, Suppression.name.not_in(there))
        .values(to_key=new_key),
        delete(Suppression).where(Suppression.to_key == old_key),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
