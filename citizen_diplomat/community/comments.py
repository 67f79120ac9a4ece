"""Writing a comment, changing it and taking it back.

Whether a new comment waits for staff is decided here; that it then stands in their queue is the
business of `moderation.comments`.
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.community.answered import place_answers
from citizen_diplomat.community.matters import Talked, columns_of, is_about, matter_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.reports import is_folded
from citizen_diplomat.community.rules import (
    APPROVED_FIRST,
    MARKS_OF_MEMBERS,
    MOST_LINKS,
    MOST_REPLIES,
    CommentDraft,
    CommentState,
    Mark,
    Matter,
    Place,
    ThingKind,
    appears_at_once,
    links_in,
    may_edit,
    place_of_answer,
)
from citizen_diplomat.community.tallies import count_comment, uncount_comment

SEEN = frozenset({CommentState.WAITING, CommentState.SHOWN})


class Refused(Exception):  # noqa: N818 - named for what happened
    """This comment cannot be written or changed like this; nothing was changed."""


class NoLinksYet(Refused):
    """A link in the first comments of somebody whom nobody knows yet."""


class TooManyLinks(Refused):
    """More links than a comment may hold."""


class NothingToAnswer(Refused):
    """What it answers is not there any more."""


class ThreadFull(Refused):
    """So many answers were written there already that it needs a thread of its own."""


class TooLate(Refused):
    """The time for changing it is over, or it is not there any more."""


def write(
    session: Session,
    thing: Talked,
    draft: CommentDraft,
    *,
    form_key: str,
    by: Account,
    at: datetime,
) -> Comment:
    """Say something to what is public; the same form posted again gives the comment of before.

    The first comments of a member wait for staff, and any with many links. Raises NoLinksYet,
    TooManyLinks, NothingToAnswer or ThreadFull before anything is changed.
    """
    if draft.mark not in MARKS_OF_MEMBERS[matter_of(thing).kind]:
        raise Refused(f"{draft.mark} is no mark of members")
    earlier = _written(session, by.id, form_key)
    if earlier is not None:
        return earlier
    known = approved_of(session, by.id)
    _refuse_links(draft.text, known)
    state = CommentState.SHOWN if appears_at_once(draft.text, known) else CommentState.WAITING
    return _add(session, thing, draft, state, form_key=form_key, by=by, at=at)


def answer(
    session: Session,
    thing: Talked,
    draft: CommentDraft,
    *,
    form_key: str,
    by: Account,
    at: datetime,
) -> Comment:
    """Answer as the municipality; whether `by` may do so is asked before.

    Raises NothingToAnswer or ThreadFull.
    """
    earlier = _written(session, by.id, form_key)
    if earlier is not None:
        return earlier
    official = CommentDraft(draft.text, Mark.ANSWER, draft.reply_to)
    return _add(session, thing, official, CommentState.SHOWN, form_key=form_key, by=by, at=at)


def edit(
    session: Session, comment: Comment, *, text: str, mark: Mark, by: Account, at: datetime
) -> None:
    """Change what one wrote a few minutes ago; what would wait if it was new waits again.

    Raises TooLate, NoLinksYet or TooManyLinks.
    """
    lock(session, comment)
    if not may_edit(CommentState(comment.state), comment.created_at, at=at) or is_folded(
        session, ThingKind.COMMENT, comment.id
    ):
        raise TooLate
    if (comment.text, comment.mark) == (text, mark):
        return
    is_answer = comment.mark == Mark.ANSWER
    known = approved_of(session, by.id)
    if not is_answer:
        _refuse_links(text, known)
        allowed = MARKS_OF_MEMBERS[comment.matter.kind]
        comment.mark = mark if mark in allowed else Mark.NONE
    comment.text, comment.edited_at = text, at
    waits_again = (
        not is_answer and not appears_at_once(text, known) and comment.state == CommentState.SHOWN
    )
    record(session, "comment.edited", subject_of(comment), by=by.id, at=at)
    if waits_again:
        comment.state, comment.approved_at = CommentState.WAITING, None
        uncount_comment(session, comment, at=at)


def withdraw(session: Session, comment: Comment, *, by: Account, at: datetime) -> None:
    """Take back what one wrote: the words are deleted, answers to them stay.

    What is not there any more stays as it is.
    """
    lock(session, comment)
    if CommentState(comment.state) not in SEEN:
        return
    was_shown = comment.state == CommentState.SHOWN
    comment.state, comment.text = CommentState.WITHDRAWN, ""
    place_answers(session, comment)
    record(session, "comment.withdrawn", subject_of(comment), by=by.id, at=at)
    if was_shown:
        uncount_comment(session, comment, at=at)


def lock(session: Session, comment: Comment) -> None:
    """See a comment as it is now, and keep it from others until the end of the transaction.

    Answers to it can still be written: they only point to it.
    """
    session.refresh(comment, _COLUMNS, with_for_update={"key_share": True})


def approved_of(session: Session, account_id: int) -> int:
    """How many comments of somebody staff have let stand, counted no further than is needed."""
    some = (
        select(Comment.id)
        .where(
            Comment.author_id == account_id,
            Comment.approved_at.is_not(None),
            Comment.mark != Mark.ANSWER,
            Comment.state != CommentState.REMOVED,
        )
        .limit(APPROVED_FIRST)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


_COLUMNS = [column.key for column in Comment.__table__.columns]


def _written(session: Session, author_id: int, form_key: str) -> Comment | None:
    return session.scalar(
        select(Comment).where(Comment.author_id == author_id, Comment.form_key == form_key)
    )


def _add(
    session: Session,
    thing: Talked,
    draft: CommentDraft,
    state: CommentState,
    *,
    form_key: str,
    by: Account,
    at: datetime,
) -> Comment:
    matter = matter_of(thing)
    place = _place(session, matter, draft.reply_to, by)
    comment = _row(draft, place, state, form_key, by, at)
    comment.proposal_number, comment.news_number = columns_of(matter)
    try:
        with session.begin_nested():
            session.add(comment)
    except IntegrityError:
        # The other click of a double click came first.
        earlier = _written(session, by.id, form_key)
        if earlier is None:
            raise
        return earlier
    # The rows of a thread come before the log, in every verb: nobody waits in a ring.
    _count_reply(session, place)
    place_answers(session, comment)
    record(session, "comment.written", subject_of(comment), by=by.id, at=at, state=state.value)
    if state is CommentState.SHOWN:
        count_comment(session, matter, 1)
    return comment


def _row(
    draft: CommentDraft, place: Place, state: CommentState, form_key: str, by: Account, at: datetime
) -> Comment:
    return Comment(
        author_id=by.id,
        author=by,
        root_id=place.root,
        parent_id=place.parent,
        reply_to_id=draft.reply_to,
        depth=place.depth,
        mark=draft.mark,
        state=state,
        text=draft.text,
        form_key=form_key,
        created_at=at,
        approved_at=at if state is CommentState.SHOWN else None,
    )


def _place(session: Session, matter: Matter, reply_to: int | None, by: Account) -> Place:
    if reply_to is None:
        return Place(None, None, 1)
    answered = session.scalar(select(Comment).where(Comment.id == reply_to, is_about(matter)))
    is_seen = answered is not None and (
        answered.state == CommentState.SHOWN
        or (answered.state == CommentState.WAITING and answered.author_id == by.id)
    )
    if answered is None or not is_seen:
        raise NothingToAnswer
    place = place_of_answer(answered.id, answered.root_id, answered.parent_id, answered.depth)
    written = session.scalar(select(Comment.replies).where(Comment.id == place.root))
    if (written or 0) >= MOST_REPLIES:
        raise ThreadFull
    return place


def _count_reply(session: Session, place: Place) -> None:
    if place.root is not None:
        session.execute(
            update(Comment)
            .where(Comment.id == place.root)
            .values(replies=Comment.replies + 1)
            .execution_options(synchronize_session=False)
        )


def _refuse_links(text: str, known: int) -> None:
    links = links_in(text)
    if links and not known:
        raise NoLinksYet
    if links > MOST_LINKS:
        raise TooManyLinks


def subject_of(comment: Comment) -> str:
    """How the log names a comment."""
    return f"comment:{comment.id}"
