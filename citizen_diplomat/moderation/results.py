"""What was answered to several proposals at once, for the page of a call."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.rules import Outcome


def accepting(session: Session, numbers: Collection[int]) -> Mapping[int, Decision]:
    """The last decision that accepted each of some proposals, with its reason, by its number."""
    if not numbers:
        return {}
    rows = session.scalars(
        select(Decision)
        .where(
            Decision.proposal_number.in_(sorted(numbers)),
            Decision.outcome == Outcome.ACCEPT,
            Decision.of_change.is_(False),
        )
        .options(joinedload(Decision.reason))
        .order_by(Decision.id)
    )
    return {row.proposal_number: row for row in rows}
