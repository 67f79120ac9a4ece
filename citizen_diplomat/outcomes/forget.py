"""Taking out whom somebody helped, and answering those who offered to help them."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.outcomes import trail_forget
from citizen_diplomat.outcomes.certificates import forget_certificates
from citizen_diplomat.outcomes.model import HelpAsk, HelpOffer
from citizen_diplomat.outcomes.offers import end_with_author
from citizen_diplomat.outcomes.rules import WAITING, Party
from citizen_diplomat.proposals.model import Proposal


def lock(session: Session, account_id: int) -> None:
    """Keep all offers that `forget` may change from others, in the order of their numbers."""
    own = select(Proposal.number).where(Proposal.author_id == account_id)
    theirs = or_(HelpOffer.account_id == account_id, HelpOffer.proposal_number.in_(own))
    rows = select(HelpOffer).where(theirs).order_by(HelpOffer.id).with_for_update()
    session.scalars(rows.execution_options(populate_existing=True)).all()


def forget(session: Session, account: Account, at: datetime) -> None:
    """Delete what somebody offered and was asked, and the words of their answers to others.

    Certificates stay without their member.

    Who still waits for their answer hears that they left.
    """
    trail_forget.forget(session, account)
    forget_certificates(session, account)
    session.execute(delete(HelpAsk).where(HelpAsk.account_id == account.id))
    session.execute(delete(HelpOffer).where(HelpOffer.account_id == account.id))
    own = select(Proposal.number).where(Proposal.author_id == account.id)
    session.execute(
        update(HelpOffer)
        .where(HelpOffer.proposal_number.in_(own), HelpOffer.declined_by == Party.AUTHOR)
        .values(answer="")
    )
    waiting = (
        select(HelpOffer)
        .join(HelpOffer.proposal)
        .where(Proposal.author_id == account.id, HelpOffer.state.in_(sorted(WAITING)))
        .options(joinedload(HelpOffer.proposal), joinedload(HelpOffer.helper))
        .order_by(HelpOffer.id)
    )
    for row in session.scalars(waiting).all():
        end_with_author(session, row, by=account, at=at)
