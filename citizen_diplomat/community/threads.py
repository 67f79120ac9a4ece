"""Reading a discussion: one page of threads with all their answers, in two queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import is_hidden
from citizen_diplomat.community.matters import is_about
from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import CommentState, Matter, Order, ThingKind
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page

PAGE_LENGTH = 20
GONE = (CommentState.WITHDRAWN, CommentState.REMOVED)


@dataclass(frozen=True)
class Said:
    """A comment with the answers under it, as one reader sees it."""

    comment: Comment
    is_folded: bool
    answered: Comment | None = None
    """The comment that it answers, where that is not the one it stands under."""
    replies: tuple["Said", ...] = ()
    is_hidden: bool = False
    """A sanction of its author hides it."""

    @property
    def is_gone(self) -> bool:
        """Whether only its place is left, for the answers under it."""
        return self.is_hidden or CommentState(self.comment.state) in GONE


def discussion(
    session: Session,
    matter: Matter,
    *,
    reader: int | None,
    order: Order = Order.OLDEST,
    after: Cursor[Any] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Said]:
    """A page of the threads about something; `reader` also sees what of theirs still waits."""
    wanted = (
        _seen_by(reader)
        .where(is_about(matter), Comment.depth == 1)
        .order_by(*_ordered(order))
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(_beyond(order, after))
    rows = _said(session, wanted)
    begun = page(rows, limit, lambda said: _key(said.comment, order), after=after)
    return replace(begun, items=_with_replies(session, begun.items, reader))


def thread(session: Session, matter: Matter, root: int, *, reader: int | None) -> Page[Said]:
    """One thread as a page of its own; empty if `reader` may not see it."""
    wanted = _seen_by(reader).where(is_about(matter), Comment.depth == 1, Comment.id == root)
    rows = _said(session, wanted)
    return Page(_with_replies(session, rows, reader), None)


def kind_of_cursor(order: Order) -> type[Any]:
    """What a cursor into this order holds: a moment, or a place."""
    return int if order is Order.ANSWERED else datetime


def comment_on(session: Session, matter: Matter, comment_id: int, *, reader: int) -> Comment | None:
    """A comment on this that `reader` sees with its words, its author loaded."""
    return session.scalar(
        select(Comment)
        .where(
            Comment.id == comment_id,
            is_about(matter),
            _has_words(Comment, reader),
        )
        .options(joinedload(Comment.author))
    )


def any_comment(session: Session, comment_id: int, *, reader: int) -> Comment | None:
    """A comment on anything that `reader` sees with its words, its author loaded."""
    return session.scalar(
        select(Comment)
        .where(Comment.id == comment_id, _has_words(Comment, reader))
        .options(joinedload(Comment.author))
    )


def comment_with_author(session: Session, comment_id: int) -> Comment | None:
    """A comment whatever became of it, its author loaded: for staff."""
    return session.scalar(
        select(Comment).where(Comment.id == comment_id).options(joinedload(Comment.author))
    )


def own_comment(session: Session, comment_id: int, *, by: int) -> Comment | None:
    """A comment that `by` wrote and that is still there, else None."""
    return session.scalar(
        select(Comment)
        .where(
            Comment.id == comment_id,
            Comment.author_id == by,
            Comment.state.in_([CommentState.WAITING, CommentState.SHOWN]),
        )
        .options(joinedload(Comment.author))
    )


def _seen_by(reader: int | None) -> Select[Comment, datetime | None, bool]:
    """Comments whose words the reader sees, and places that such ones stand under."""
    answer = aliased(Comment)
    holds_answers = exists().where(answer.root_id == Comment.id, _has_words(answer, reader))
    return _with_fold().where(or_(_has_words(Comment, reader), and_(_is_gone(), holds_answers)))


def _with_fold() -> Select[Comment, datetime | None, bool]:
    return (
        select(Comment, Reported.folded_at, is_hidden(Hidden.COMMENT, Comment.id))
        .outerjoin(
            Reported, and_(Reported.kind == ThingKind.COMMENT, Reported.subject == Comment.id)
        )
        .options(joinedload(Comment.author))
    )


def _said(session: Session, wanted: Select[Comment, datetime | None, bool]) -> list[Said]:
    return [
        Said(comment, folded is not None, is_hidden=hidden)
        for comment, folded, hidden in session.execute(wanted)
    ]


def _is_gone() -> ColumnElement[bool]:
    return or_(Comment.state.in_(GONE), is_hidden(Hidden.COMMENT, Comment.id))


def _has_words(comment: type[Comment], reader: int | None) -> ColumnElement[bool]:
    shown = and_(comment.state == CommentState.SHOWN, ~is_hidden(Hidden.COMMENT, comment.id))
    if reader is None:
        return shown
    own = and_(comment.state == CommentState.WAITING, comment.author_id == reader)
    return or_(shown, own)


def _ordered(order: Order) -> tuple[ColumnElement[Any], ...]:
    if order is Order.NEWEST:
        return (Comment.created_at.desc(), Comment.id.desc())
    sort = Comment.answer_place if order is Order.ANSWERED else Comment.created_at
    return (sort.asc(), Comment.id.asc())


def _beyond(order: Order, after: Cursor[Any]) -> ColumnElement[bool]:
    if order is Order.ANSWERED:
        return beyond(Comment.answer_place, Comment.id, after)
    return beyond(Comment.created_at, Comment.id, after, descending=order is Order.NEWEST)


def _key(comment: Comment, order: Order) -> tuple[Any, int]:
    sort = comment.answer_place if order is Order.ANSWERED else comment.created_at
    return sort, comment.id


def _with_replies(session: Session, begun: Sequence[Said], reader: int | None) -> tuple[Said, ...]:
    if not begun:
        return ()
    roots = [said.comment.id for said in begun]
    replies = (
        _with_fold()
        .where(Comment.root_id.in_(roots), or_(_has_words(Comment, reader), _is_gone()))
        .order_by(Comment.id)
    )
    loaded = _said(session, replies)
    comments = {said.comment.id: said.comment for said in (*begun, *loaded)}
    under: dict[int | None, list[Said]] = {}
    for said in loaded:
        under.setdefault(said.comment.parent_id, []).append(said)
    return tuple(_grown(said, under, comments) for said in begun)


def _grown(said: Said, under: dict[int | None, list[Said]], comments: dict[int, Comment]) -> Said:
    """A comment with the answers under it; places that hold nothing are left out."""
    grown = (_grown(reply, under, comments) for reply in under.get(said.comment.id, []))
    answered = said.comment.reply_to_id
    aside = comments.get(answered or 0) if answered != said.comment.parent_id else None
    replies = tuple(reply for reply in grown if reply.replies or not reply.is_gone)
    return replace(said, replies=replies, answered=aside)
