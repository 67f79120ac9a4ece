"""What a city needs: help that the office looks for, and skills that accepted proposals seek."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.outcomes.model import HelpRequest
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalSkill
from citizen_diplomat.proposals.publicity import everybody_reads


def requests_of_city(session: Session, slug: str, *, limit: int) -> Sequence[HelpRequest]:
    """What the office looks for in a city, the newest first, the proposal loaded.

    One that is about a proposal counts where everybody reads that proposal.
    """
    there = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == slug)
    return session.scalars(
        select(HelpRequest)
        .outerjoin(HelpRequest.proposal)
        .where(
            HelpRequest.closed_at.is_(None),
            or_(
                and_(HelpRequest.proposal_number.is_(None), HelpRequest.city_slug == slug),
                and_(HelpRequest.proposal_number.in_(there), everybody_reads()),
            ),
        )
        .options(joinedload(HelpRequest.proposal))
        .order_by(HelpRequest.made_at.desc(), HelpRequest.id.desc())
        .limit(limit)
    ).all()


def seeking_help(session: Session, slug: str, *, limit: int) -> Sequence[Proposal]:
    """Accepted proposals for a city that name skills they need, the newest first, skills loaded."""
    there = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == slug)
    seeking = select(ProposalSkill.proposal_number)
    return session.scalars(
        select(Proposal)
        .where(everybody_reads(), Proposal.number.in_(there), Proposal.number.in_(seeking))
        .options(selectinload(Proposal.skills))
        .order_by(Proposal.published_at.desc(), Proposal.number.desc())
        .limit(limit)
    ).all()
