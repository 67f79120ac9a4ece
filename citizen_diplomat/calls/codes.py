"""Late codes: a coordinator makes one, shown once; who types it first may answer after closing."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.calls.actions import subject_of
from citizen_diplomat.calls.model import Call, LateCode
from citizen_diplomat.calls.rules import (
    CODE_ALPHABET,
    CODE_LENGTH,
    MOST_LATE_CODES,
    late_end,
    typed_code,
)
from citizen_diplomat.foundation.tokens import digest


class TooMany(Exception):  # noqa: N818 - named for what happened
    """The call has as many late codes as it may."""


def make(
    session: Session, call: Call, *, days: int, by: Account, at: datetime
) -> tuple[LateCode, str]:
    """Make a code for a call; its text is told once and not kept. Raises TooMany."""
    wanted = select(func.count()).select_from(LateCode).where(LateCode.call_number == call.number)
    if (session.scalar(wanted) or 0) >= MOST_LATE_CODES:
        raise TooMany(call.number)
    text = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    row = LateCode(
        call_number=call.number, code_digest=digest(text), days=days, made_by=by.id, made_at=at
    )
    session.add(row)
    record(session, "call.code_made", subject_of(call), by=by.id, at=at, days=days)
    return row, text


def revoke(session: Session, row: LateCode, *, by: Account, at: datetime) -> None:
    """Let a code be good for nothing from now on."""
    if row.revoked_at is None:
        row.revoked_at = at
        record(session, "call.code_revoked", f"call:{row.call_number}", by=by.id, at=at)


def use(session: Session, call: Call, typed: str, *, by: Account, at: datetime) -> bool:
    """Take a code as the member's own; False for one that is unknown, taken, revoked or over."""
    code = typed_code(typed)
    if len(code) != CODE_LENGTH or call.closes_at is None:
        return False
    row = session.scalar(
        select(LateCode)
        .where(LateCode.call_number == call.number, LateCode.code_digest == digest(code))
        .with_for_update()
    )
    if row is None or row.revoked_at or at >= late_end(call.closes_at, row.days):
        return False
    if row.used_at is None:
        row.used_by, row.used_at = by.id, at
        record(session, "call.code_used", subject_of(call), by=by.id, at=at)
    return row.used_by == by.id


def late_until(session: Session, call: Call, account_id: int) -> datetime | None:
    """Until when a member may answer a call by the codes that they used; None without one."""
    days = session.scalar(
        select(func.max(LateCode.days)).where(
            LateCode.call_number == call.number,
            LateCode.used_by == account_id,
            LateCode.revoked_at.is_(None),
        )
    )
    return late_end(call.closes_at, days) if days and call.closes_at else None


def codes_of(session: Session, call: Call) -> Sequence[LateCode]:
    """The codes of a call, the newest first, with who made them; their texts nobody knows."""
    return session.scalars(
        select(LateCode)
        .where(LateCode.call_number == call.number)
        .options(joinedload(LateCode.maker))
        .order_by(LateCode.id.desc())
    ).all()


def one_of(session: Session, call: Call, number: int) -> LateCode | None:
    """One code of a call."""
    return session.scalar(
        select(LateCode)
        .where(LateCode.id == number, LateCode.call_number == call.number)
        .with_for_update()
    )
