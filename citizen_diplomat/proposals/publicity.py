"""Which proposals everybody may read: the one place that every list and page asks."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import is_hidden
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC


def is_read_by_everybody(session: Session, number: int) -> bool:
    """Whether everybody may read a proposal."""
    read = select(Proposal.number).where(Proposal.number == number, everybody_reads())
    return session.scalar(read) is not None


def everybody_reads() -> ColumnElement[bool]:
    """Accepted proposals that no sanction of their author hides and no reports have folded away."""
    return and_(has_a_page(), Proposal.folded_at.is_(None))


def has_a_page() -> ColumnElement[bool]:
    """Those and the folded ones: of these, the page says no more than that they are folded."""
    return and_(Proposal.state.in_(sorted(PUBLIC)), ~is_hidden(Hidden.PROPOSAL, Proposal.number))
