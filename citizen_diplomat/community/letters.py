"""Telling members that somebody answered them, or spoke below a proposal that they write.

They hear of it when its author can no longer change it, and of what other members say in one
discussion at most once a day: a lively talk fills no mailbox. The city's own answer always comes.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import is_hidden
from citizen_diplomat.community.messages import CommentNews
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.reports import folded
from citizen_diplomat.community.rules import (
    EDITABLE_FOR,
    TOLD_WITHIN,
    CommentState,
    Heard,
    Mark,
    ThingKind,
    heard_of,
)
from citizen_diplomat.correspondence.queries import has_blocked
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.news import queries as news
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.writers import writers

BATCH = 50
"""Comments of one transaction; on SQLite everybody else waits for it."""
Link = Callable[[Account, Comment], str]
"""Where somebody reads a comment, in their language."""


def is_anybody_due(session: Session, *, at: datetime) -> bool:
    """Whether `due` would find a comment; takes no lock."""
    return session.scalar(select(Comment.id).where(*_due(at)).limit(1)) is not None


def due(session: Session, *, at: datetime) -> Sequence[Comment]:
    """Some comments that stand as they are by now, and of which nobody was told yet.

    Where the engine locks rows they are locked, and those that another worker has are left out.
    """
    return session.scalars(
        select(Comment)
        .where(*_due(at))
        .order_by(Comment.approved_at, Comment.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def tell(session: Session, comment: Comment, *, link: Link, at: datetime) -> int:
    """Tell all whom a comment concerns; returns how many letters were posted."""
    # Past the version of the row: what staff decide applies to the words, and those stay.
    session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(told_at=at)
        .execution_options(synchronize_session=False)
    )
    is_official = comment.mark == Mark.ANSWER
    posted = 0
    for person, is_answer in _concerned(session, comment):
        heard = heard_of(Mark(comment.mark), is_answer=is_answer)
        letter = CommentNews(
            news=heard,
            title=_title(session, comment, person.language),
            link=link(person, comment),
            number=comment.proposal_number,
        )
        cause = f"{comment.id}" if is_official else _talk_of_the_day(comment, heard, at)
        key = f"comment_news:{person.id}:{cause}"
        posted += post(session, letter, person.recipient, key=key, at=at)
    return posted


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.told_at.is_(None),
        Comment.approved_at > at - TOLD_WITHIN,
        Comment.approved_at <= at - EDITABLE_FOR,
        Comment.state == CommentState.SHOWN,
        ~folded(ThingKind.COMMENT, Comment.id),
        ~is_hidden(Hidden.COMMENT, Comment.id),
        or_(
            Comment.proposal_number.in_(select(Proposal.number).where(everybody_reads())),
            Comment.news_number.in_(select(News.number).where(news.everybody_reads(at))),
        ),
    )


def _concerned(session: Session, comment: Comment) -> Iterator[tuple[Account, bool]]:
    """Whom it answers, then who writes the proposal; each with whether it answers them."""
    left_out = {comment.author_id}
    # Whoever blocks a member who works here blocks the person and not the office.
    is_official = comment.mark == Mark.ANSWER
    for person, is_answer in (
        *((person, True) for person in _answered(session, comment)),
        *((person, False) for person in _writers(session, comment)),
    ):
        if person.id in left_out:
            continue
        if not is_official and has_blocked(session, person.id, comment.author_id):
            continue
        left_out.add(person.id)
        yield person, is_answer


def _answered(session: Session, comment: Comment) -> Sequence[Account]:
    """Who wrote what it answers, if that still stands."""
    answered = session.scalar(
        select(Comment)
        .where(Comment.id == comment.reply_to_id, Comment.state == CommentState.SHOWN)
        .options(joinedload(Comment.author))
    )
    # The city answers as an office: whoever typed that waits for no reply.
    if answered is None or answered.mark == Mark.ANSWER or answered.author.closed_at is not None:
        return ()
    return (answered.author,)


def _writers(session: Session, comment: Comment) -> Sequence[Account]:
    number = comment.proposal_number
    return () if number is None else writers(session, number)


def _talk_of_the_day(comment: Comment, heard: Heard, at: datetime) -> str:
    matter = comment.matter
    return f"{matter.kind}:{matter.number}:{heard}:{at.date().isoformat()}"


def _title(session: Session, comment: Comment, language: str) -> str:
    if comment.news_number is None:
        return session.get_one(Proposal, comment.proposal_number).title
    return session.get_one(News, comment.news_number).title(language)
