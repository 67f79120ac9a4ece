"""Clearing the queue of what somebody leaves behind."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.moderation import changes, comments, desk_setup, opinions, sanction_appeals
from citizen_diplomat.moderation.actions import withdraw
from citizen_diplomat.moderation.claims import release
from citizen_diplomat.moderation.conflicts import ConflictOfInterest
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.queue import close
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.moderation.views import SavedView
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import change_of
from citizen_diplomat.proposals.rules import Actor, State, Step, find_move
from citizen_diplomat.proposals.written import ProposalChange


def lock(session: Session, account_id: int) -> None:
    """Keep all proposals and items that `forget` may change from others, in the order of claims.

    Everything at once and first: a decision that is being made holds its proposal and then waits
    for the log, so nobody may hold the log and wait for a proposal.
    """
    held = select(QueueItem.proposal_number).where(QueueItem.holder_id == account_id)
    along = select(Coauthor.proposal_number).where(Coauthor.account_id == account_id)
    theirs = or_(
        Proposal.author_id == account_id, Proposal.number.in_(held), Proposal.number.in_(along)
    )
    locked = select(Proposal).where(theirs).order_by(Proposal.number).with_for_update()
    numbers = [
        row.number for row in session.scalars(locked.execution_options(populate_existing=True))
    ]
    touched = or_(
        QueueItem.proposal_number.in_(numbers),
        QueueItem.holder_id == account_id,
        QueueItem.author_id == account_id,
        QueueItem.assignee_id == account_id,
    )
    items = select(QueueItem).where(touched).order_by(QueueItem.id)
    session.scalars(items.with_for_update().execution_options(populate_existing=True)).all()
    opinions.lock_those_about(session, account_id)


def forget(session: Session, account: Account, at: datetime) -> None:
    """Withdraw what waits for staff or its author, and give back what somebody held.

    What others wrote along has been passed on to them before. Outside opinions on the rest lose
    their words.
    """
    _follow_first_authors(session, account)
    waiting = [
        state for state in State if find_move(Step.WITHDRAW, state, Actor.AUTHOR) is not None
    ]
    own = select(Proposal).where(Proposal.author_id == account.id, Proposal.state.in_(waiting))
    for proposal in session.scalars(own.order_by(Proposal.number)).all():
        withdraw(session, proposal, by=account, at=at)
    sent = select(ProposalChange.proposal_number).where(Proposal.author_id == account.id)
    for number in session.scalars(sent.join(ProposalChange.proposal)).all():
        _withdraw_change(session, number, by=account, at=at)
    suggested = select(QueueItem).where(
        QueueItem.kind == ItemKind.SKILL, QueueItem.author_id == account.id
    )
    for item in session.scalars(suggested.order_by(QueueItem.id)).all():
        close(item, at=at)
    _withdraw_comments(session, account, at)
    _forget_work_at_the_desk(session, account, at)
    sanction_appeals.forget(session, account.id, at=at)
    # What they were told stays with nobody; what was decided stays with the office.
    session.execute(delete(StatementOfReasons).where(StatementOfReasons.account_id == account.id))
    held = select(QueueItem).where(QueueItem.holder_id == account.id).order_by(QueueItem.id)
    for item in session.scalars(held).all():
        session.refresh(item, ["proposal"])
        release(session, item, by=account, at=at)
    desk_setup.forget(session, account.id)


def _forget_work_at_the_desk(session: Session, account: Account, at: datetime) -> None:
    # What they meant to decide is nobody's any more: a colleague reads the item afresh.
    session.execute(delete(PendingDecision).where(PendingDecision.kept_by == account.id))
    session.execute(delete(SavedView).where(SavedView.account_id == account.id))
    opinions.forget(session, account.id, at)
    # That they stay excluded tells nothing of them; why may do so.
    session.execute(
        update(ConflictOfInterest)
        .where(ConflictOfInterest.account_id == account.id)
        .values(reason="")
        .execution_options(synchronize_session=False)
    )


def _follow_first_authors(session: Session, account: Account) -> None:
    """What waits of a proposal that was passed on is its new first author's."""
    rows = select(QueueItem, Proposal.author_id).join(QueueItem.proposal)
    passed_on = rows.where(
        QueueItem.author_id == account.id,
        QueueItem.kind.in_([ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL]),
        Proposal.author_id != account.id,
    )
    for item, author_id in session.execute(passed_on.order_by(QueueItem.id)).all():
        item.author_id = author_id


def _withdraw_change(session: Session, number: int, *, by: Account, at: datetime) -> None:
    change = change_of(session, number, to_change=True)
    if change is not None and Step.WITHDRAW in change.steps_open_to(Actor.AUTHOR):
        changes.withdraw(session, change, by=by, at=at)


def _withdraw_comments(session: Session, account: Account, at: datetime) -> None:
    waiting = select(Comment).where(
        Comment.author_id == account.id, Comment.state == CommentState.WAITING
    )
    for comment in session.scalars(waiting.order_by(Comment.id)).all():
        comments.withdraw(session, comment, by=account, at=at)
