"""Clearing the queue of what somebody leaves behind."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.actions import withdraw
from citizen_diplomat.moderation.claims import release
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Actor, State, Step, find_move


def lock(session: Session, account_id: int) -> None:
    """Keep all proposals and items that `forget` may change from others, in the order of claims.

    Everything at once and first: a decision that is being made holds its proposal and then waits
    for the log, so nobody may hold the log and wait for a proposal.
    """
    held = select(QueueItem.proposal_number).where(QueueItem.holder_id == account_id)
    theirs = or_(Proposal.author_id == account_id, Proposal.number.in_(held))
    locked = select(Proposal).where(theirs).order_by(Proposal.number).with_for_update()
    numbers = [
        row.number for row in session.scalars(locked.execution_options(populate_existing=True))
    ]
    items = select(QueueItem).where(QueueItem.proposal_number.in_(numbers)).order_by(QueueItem.id)
    session.scalars(items.with_for_update().execution_options(populate_existing=True)).all()


def forget(session: Session, account: Account, at: datetime) -> None:
    """Withdraw what waits for an answer, and give back what somebody of the office held."""
    waiting = [
        state for state in State if find_move(Step.WITHDRAW, state, Actor.AUTHOR) is not None
    ]
    own = select(Proposal).where(Proposal.author_id == account.id, Proposal.state.in_(waiting))
    for proposal in session.scalars(own.order_by(Proposal.number)).all():
        withdraw(session, proposal, by=account, at=at)
    held = select(QueueItem).where(QueueItem.holder_id == account.id).order_by(QueueItem.id)
    for item in session.scalars(held).all():
        session.refresh(item, ["proposal"])
        release(session, item, by=account, at=at)
