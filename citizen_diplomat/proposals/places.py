"""What there is of proposals for one city."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.rules import State


def counts_of_city(session: Session, slug: str) -> Mapping[State, int]:
    """How many proposals for a city there are in each state; what was discarded is none."""
    rows = session.execute(
        select(Proposal.state, func.count())
        .join(ProposalCity, ProposalCity.proposal_number == Proposal.number)
        .where(ProposalCity.city_slug == slug, Proposal.discarded_at.is_(None))
        .group_by(Proposal.state)
    )
    found = {State(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in State}
