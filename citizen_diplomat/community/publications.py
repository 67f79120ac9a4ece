"""What of somebody's texts staff have let everybody read."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.community.comments import approved_of
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads


def published_of(session: Session, account_id: int) -> int:
    """How many texts of somebody everybody reads, counted no further than is needed."""
    theirs = select(Proposal.number).where(Proposal.author_id == account_id, everybody_reads())
    has_proposal = session.scalar(theirs.limit(1)) is not None
    return 1 if has_proposal else approved_of(session, account_id)
