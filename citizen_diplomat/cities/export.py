"""What cities keep about somebody, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.cities.versions import CityVersion
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The versions of cities that somebody of the staff made."""
    rows = session.scalars(
        select(CityVersion).where(CityVersion.actor_id == account_id).order_by(CityVersion.id)
    )
    return [
        {"city": row.city_slug, "version": row.number, "deed": row.deed, "at": written(row.at)}
        for row in rows
    ]
