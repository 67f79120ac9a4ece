"""Threads in which the municipality has answered: they stand before others where readers ask so."""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState, Mark


def place_answers(session: Session, comment: Comment) -> None:
    """Sort the thread of a comment by whether the municipality has answered in it.

    What is no answer of the municipality changes nothing.
    """
    if comment.mark != Mark.ANSWER:
        return
    # The query below counts what this session has just changed.
    session.flush()
    root = comment.root_id or comment.id
    answered = exists().where(
        (Comment.root_id == root) | (Comment.id == root),
        Comment.mark == Mark.ANSWER,
        Comment.state == CommentState.SHOWN,
    )
    is_answered = session.scalar(select(answered))
    session.execute(
        update(Comment)
        .where(Comment.id == root)
        .values(answer_place=0 if is_answered else 1)
        .execution_options(synchronize_session=False)
    )
