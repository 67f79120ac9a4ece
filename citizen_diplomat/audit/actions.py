"""Adding to the log, sealed to what stands before, and walking the chain."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from citizen_diplomat.audit.chain import FIRST_SEAL, SALT, seal
from citizen_diplomat.audit.model import AuditEntry

# Any fixed number: PostgreSQL writers of the log wait for each other on it.
CHAIN_LOCK = 7_310_445_221


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    by: int | None,
    at: datetime,
    **detail: Any,
) -> AuditEntry:
    """Add one entry in the caller's transaction: account `by` did `action` to `subject` at `at`.

    `subject` is a kind and a number ("proposal:17"); `detail` is small, flat and free of personal
    data: numbers, states and words of our own.
    """
    previous = _newest_seal(session)
    entry = AuditEntry(
        at=at,
        actor_id=by,
        action=action,
        subject=subject,
        detail=detail,
        # Two halves, each with as many random digits of its own.
        salt=secrets.token_hex(SALT),
        previous_seal=previous,
    )
    entry.seal = seal(entry)
    session.add(entry)
    # The next entry of this transaction must find this one.
    session.flush()
    return entry


def take_turn(session: Session) -> None:
    """Wait for one's turn to write to the log, which then lasts until the end of the transaction.

    Whoever is going to change a row that everybody shares takes it first: two transactions that
    meet at the log and at such a row then wait in one order, and never for each other. On SQLite a
    writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})


def broken_entries(session: Session) -> Iterator[AuditEntry]:
    """Walk the whole chain, oldest first, and yield each entry whose seal does not fit."""
    previous = FIRST_SEAL
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    ):
        if entry.previous_seal != previous or entry.seal != seal(entry):
            yield entry
        previous = entry.seal


def _newest_seal(session: Session) -> str:
    take_turn(session)
    newest = session.scalar(select(AuditEntry.seal).order_by(AuditEntry.id.desc()).limit(1))
    return newest or FIRST_SEAL
