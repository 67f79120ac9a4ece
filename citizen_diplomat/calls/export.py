"""What calls keep about somebody, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.calls.model import LateCode
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The late codes that they used; the codes themselves nobody knows."""
    rows = session.scalars(
        select(LateCode).where(LateCode.used_by == account_id).order_by(LateCode.id)
    )
    return [
        {"call": row.call_number, "days_after_closing": row.days, "used_at": written(row.used_at)}
        for row in rows
    ]
