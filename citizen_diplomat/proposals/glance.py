"""An author's own proposals at a glance, for the page that they see first."""

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.writers import is_writer


def at_hand(session: Session, author_id: int, *, limit: int) -> Sequence[Proposal]:
    """What an author looks for first: the last changed of each kind of shelf, in one query.

    At most `limit` each of those that wait for the author, of drafts, and of all others.
    """
    waits, draft = ((Proposal.state == state) for state in (State.CHANGES_REQUESTED, State.DRAFT))
    place = func.row_number().over(
        partition_by=case((waits, 0), (draft, 1), else_=2),
        order_by=(Proposal.updated_at.desc(), Proposal.number.desc()),
    )
    ranked = select(Proposal.number, place.label("place")).where(is_writer(author_id)).subquery()
    return session.scalars(
        select(Proposal)
        .join(ranked, ranked.c.number == Proposal.number)
        .where(ranked.c.place <= limit)
        .order_by(Proposal.updated_at.desc(), Proposal.number.desc())
    ).all()
