"""What staff decide on a comment: it is shown, or taken out and its author told why."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.community.answered import place_answers
from citizen_diplomat.community.comments import SEEN, lock, subject_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState, Ground
from citizen_diplomat.community.tallies import count_comment, uncount_comment


class Changed(Exception):  # noqa: N818 - named for what happened
    """The comment was changed, or decided on, since the moderator read it."""


def approve(session: Session, comment: Comment, *, version: int, by: Account, at: datetime) -> None:
    """Let everybody see a comment that waited; raises Changed if it is not what `by` read."""
    lock(session, comment)
    if comment.state != CommentState.WAITING or comment.version != version:
        raise Changed
    comment.state, comment.approved_at = CommentState.SHOWN, at
    record(session, "comment.approved", subject_of(comment), by=by.id, at=at)
    count_comment(session, comment.matter, 1)


def take_approval_back(session: Session, comment: Comment, *, by: Account, at: datetime) -> None:
    """Let a comment that was just approved wait again; raises Changed if it is not shown."""
    lock(session, comment)
    if comment.state != CommentState.SHOWN:
        raise Changed
    comment.state, comment.approved_at = CommentState.WAITING, None
    record(session, "comment.waits_again", subject_of(comment), by=by.id, at=at)
    uncount_comment(session, comment, at=at)


def remove(
    session: Session,
    comment: Comment,
    ground: Ground,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> bool:
    """Take a comment out, its words kept for an objection; returns whether others had seen it.

    Its author is told by `moderation.removals`. Raises Changed if it is not what `by` read.
    """
    lock(session, comment)
    if CommentState(comment.state) not in SEEN or comment.version != version:
        raise Changed
    was_shown = comment.state == CommentState.SHOWN
    comment.state = CommentState.REMOVED
    place_answers(session, comment)
    record(session, "comment.removed", subject_of(comment), by=by.id, at=at, ground=ground.value)
    if was_shown:
        uncount_comment(session, comment, at=at)
    return was_shown
