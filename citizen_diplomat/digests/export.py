"""What somebody wants to hear of, and what was told, for themselves (GDPR art. 15)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.digests.model import DigestIssue
from citizen_diplomat.digests.queries import subscription_of
from citizen_diplomat.foundation.clock import written


def export(session: Session, account_id: int) -> dict[str, Any]:
    """The subscription and the digests made from it as plain JSON values."""
    return {"subscription": _subscription(session, account_id), "made": _made(session, account_id)}


def _subscription(session: Session, account_id: int) -> dict[str, Any] | None:
    row = subscription_of(session, account_id)
    if row is None:
        return None
    return {
        "how_often": row.frequency,
        "weekday": row.weekday,
        "hour": row.hour,
        "since": written(row.since),
        "cities": sorted(city.city_slug for city in row.cities),
        "topics": sorted(topic.topic_slug for topic in row.topics),
    }


def _made(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(DigestIssue)
        .where(DigestIssue.account_id == account_id)
        .order_by(DigestIssue.period_start, DigestIssue.id)
    )
    return [
        {
            "from": row.period_start.isoformat(),
            "to": row.period_end.isoformat(),
            "how_often": row.frequency,
            "number_of_news": row.item_count,
            "made_at": written(row.made_at),
        }
        for row in rows
    ]
