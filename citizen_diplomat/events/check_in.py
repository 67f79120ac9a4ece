"""Checking in at the door: a code is good once, and its second use tells when the first was."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.rules import typed_code


class Answer(StrEnum):
    """What the door hears."""

    WELCOME = "welcome"
    USED = "used"
    WAITING = "waiting"
    """They wait for a seat and have none."""
    UNKNOWN = "unknown"


def check_in(
    session: Session, event: Event, typed: str, *, by: Account, at: datetime
) -> tuple[Answer, Registration | None]:
    """Use a code; returns what the door hears and whose it is, the account loaded."""
    row = _with_code(session, event.number, typed_code(typed))
    if row is None:
        return Answer.UNKNOWN, None
    if row.seated_at is None:
        return Answer.WAITING, row
    first = session.execute(
        update(Registration)
        .where(Registration.id == row.id, Registration.checked_in_at.is_(None))
        .values(checked_in_at=at)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row, ["checked_in_at"])
    if not first.rowcount:  # type: ignore[attr-defined]  # of a CursorResult
        return Answer.USED, row
    record(session, "event.checked_in", f"event:{event.number}", by=by.id, at=at, place=row.id)
    return Answer.WELCOME, row


def _with_code(session: Session, number: int, code: str) -> Registration | None:
    return session.scalar(
        select(Registration)
        .where(Registration.event_number == number, Registration.code == code)
        .options(joinedload(Registration.account))
    )
