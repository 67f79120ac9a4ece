"""Proposals like one under review, those that a moderator looks after; and why one was declined."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.similar import Similar, similar


def similar_for_review(
    session: Session, text: Revision, *, viewer: int, limit: int
) -> list[tuple[Similar, int | None]]:
    """Proposals like `text`, best first, each with its item if `viewer` looks after that.

    What somebody else looks after is shown only when the public sees it too.
    """
    found = similar(
        session,
        text.title,
        text.summary,
        viewer=None,
        scope=or_(everybody_reads(), _is_looked_after(viewer)),
        exclude=text.proposal_number,
        limit=limit,
    )
    items = _items(session, [one.number for one in found], viewer)
    return [(one, items.get(one.number)) for one in found]


def reasons_given(session: Session, numbers: Sequence[int]) -> dict[int, Reason]:
    """The reason of the newest decision on each of these proposals that has one."""
    if not numbers:
        return {}
    rows = session.scalars(
        select(Decision)
        .where(Decision.proposal_number.in_(numbers))
        .options(joinedload(Decision.reason))
        .order_by(Decision.id)
    )
    return {row.proposal_number: row.reason for row in rows}


def _is_looked_after(viewer: int) -> ColumnElement[bool]:
    return exists().where(QueueItem.proposal_number == Proposal.number, looked_after(viewer))


def _items(session: Session, numbers: Sequence[int], viewer: int) -> dict[int, int]:
    if not numbers:
        return {}
    rows = session.execute(
        select(QueueItem.proposal_number, QueueItem.id).where(
            QueueItem.kind == ItemKind.PROPOSAL,
            QueueItem.proposal_number.in_(numbers),
            looked_after(viewer),
        )
    )
    return {number: item for number, item in rows if number is not None}
