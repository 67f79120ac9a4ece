"""Letting go of what somebody supported, followed, said and reported."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.community.follows import unfollow_all
from citizen_diplomat.community.model import Comment, Report
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.community.supports import take_all_back


def forget(session: Session, account: Account) -> None:
    """Take all support back, follow nothing, and keep reports without who made them.

    What everybody has read stays as it was said, by a former member, like a proposal that was
    accepted; the words of what staff took out go. What still waited must have been withdrawn.
    """
    # The log before the counts: whoever writes a comment comes in this order too.
    take_turn(session)
    take_all_back(session, account.id)
    unfollow_all(session, account.id)
    removed = select(Comment).where(
        Comment.author_id == account.id, Comment.state == CommentState.REMOVED
    )
    for comment in session.scalars(removed.order_by(Comment.id)).all():
        comment.text = ""
    session.execute(
        update(Report)
        .where(Report.reporter_id == account.id)
        .values(reporter_id=None)
        .execution_options(synchronize_session=False)
    )
