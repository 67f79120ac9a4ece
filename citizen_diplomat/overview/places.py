"""Where what waits comes from: how much of each city, for the map of the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.moderation.conditions import is_aged, looked_after
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Age
from citizen_diplomat.proposals.model import ProposalCity


@dataclass(frozen=True)
class Place:
    """Of one city: open items, and those of them that are past their due moment."""

    waiting: int
    overdue: int


def places(session: Session, *, viewer: int, at: datetime) -> Mapping[str, Place]:
    """What waits of the cities that `viewer` looks after, by slug; a city without work has none.

    What belongs to two cities counts in both, as in the queue that is filtered by each.
    """
    rows = session.execute(
        select(
            ProposalCity.city_slug,
            func.count(),
            func.sum(case((is_aged(Age.LATE, at), 1), else_=0)),
        )
        .join(QueueItem, QueueItem.proposal_number == ProposalCity.proposal_number)
        .where(QueueItem.closed_at.is_(None), looked_after(viewer))
        .group_by(ProposalCity.city_slug)
    )
    return {slug: Place(waiting, overdue) for slug, waiting, overdue in rows}
