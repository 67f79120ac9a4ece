"""Comments at the desk: the first ones of a member wait here, and are approved or taken out.

Whoever changes a comment that may wait locks its item first and its row second.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community import comments, verdicts
from citizen_diplomat.community.matters import Talked, topic_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentDraft, CommentState, Ground, Mark, links_in
from citizen_diplomat.foundation.markdown import plain
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.claims import claim, lock, refuse_own
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue, item_about
from citizen_diplomat.moderation.removals import Removal, tell_of_comment
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_limits import hold_to_limit
from citizen_diplomat.moderation.spam_rules import Verdict, verdict_of_removal
from citizen_diplomat.moderation.spam_words import learn, unlearn
from citizen_diplomat.moderation.statements import StatementLink

TITLE_LENGTH = 280
CUT = "…"
"""Ends a title that is not all of the words: such a comment is opened before it is approved."""


def write(
    session: Session,
    thing: Talked,
    draft: CommentDraft,
    *,
    form_key: str,
    by: Account,
    at: datetime,
) -> Comment:
    """Say something to a proposal or to news; what waits for staff stands in their queue at once.

    Its cities must have been loaded. Raises what `community.comments.write` raises,
    and LimitReached.
    """
    comment = comments.write(session, thing, draft, form_key=form_key, by=by, at=at)
    if comment.state == CommentState.WAITING and comment.created_at == at:
        enqueue(session, _subject(comment, thing), at=at)
    hold_to_limit(session, by, at=at)
    return comment


def edit(
    session: Session,
    comment: Comment,
    thing: Talked,
    *,
    text: str,
    mark: Mark,
    by: Account,
    at: datetime,
) -> None:
    """Change what one wrote; what waits again stands in the queue again, with its new words.

    Its cities must have been loaded. Raises what `community.comments.edit` raises.
    """
    item_about(session, ItemKind.COMMENT, comment.id, to_change=True)
    comments.edit(session, comment, text=text, mark=mark, by=by, at=at)
    if comment.state == CommentState.WAITING:
        # The item carries the version that the database counts.
        session.flush()
        enqueue(session, _subject(comment, thing), at=at)


def withdraw(session: Session, comment: Comment, *, by: Account, at: datetime) -> None:
    """Take back what one wrote, and out of the queue, whoever holds it."""
    item = item_about(session, ItemKind.COMMENT, comment.id, to_change=True)
    comments.withdraw(session, comment, by=by, at=at)
    if item is not None:
        close(item, at=at)
        # The list shows and finds these: they are no words of an item that is closed.
        item.title = item.search_text = ""


def approve(
    session: Session, item: QueueItem, comment: Comment, *, version: int, by: Account, at: datetime
) -> None:
    """Let everybody see a comment that waited, and close its item; a free one is claimed.

    Raises OwnProposal, AlreadyClaimed, NotOpen, or Changed when it is not what `by` read.
    """
    lock(session, item)
    comments.lock(session, comment)
    claim(session, item, by=by, at=at)
    verdicts.approve(session, comment, version=version, by=by, at=at)
    learn(session, item, Verdict.FINE)
    close(item, at=at)


def wait_again(
    session: Session, item: QueueItem, comment: Comment, *, by: Account, at: datetime
) -> None:
    """Take an approval back: the comment waits again, held by whoever thought better of it.

    Raises OwnProposal or Changed.
    """
    lock(session, item)
    refuse_own(session, item, by=by)
    verdicts.take_approval_back(session, comment, by=by, at=at)
    unlearn(session, item, Verdict.FINE)
    item.closed_at = None
    # The claim is one conditional UPDATE: it must find the item open.
    session.flush()
    claim(session, item, by=by, at=at)


def remove(
    session: Session,
    item: QueueItem,
    comment: Comment,
    ground: Ground,
    *,
    message: str,
    version: int,
    by: Account,
    at: datetime,
    link: str,
    statement_link: StatementLink | None = None,
) -> None:
    """Take out a comment that waited, and tell its author why; a free item is claimed.

    `link` is in the author's language. Raises OwnProposal, AlreadyClaimed, NotOpen, or Changed when
    it is not what `by` read.
    """
    lock(session, item)
    comments.lock(session, comment)
    claim(session, item, by=by, at=at)
    was_shown = verdicts.remove(session, comment, ground, version=version, by=by, at=at)
    author = session.get_one(Account, comment.author_id)
    removal = Removal(ground, message, False, at, {author.language: link}, statement_link)
    tell_of_comment(session, comment, removal, was_shown=was_shown)
    learn(session, item, verdict_of_removal(ground))
    close(item, at=at)


def _subject(comment: Comment, thing: Talked) -> Subject:
    return Subject(
        ItemKind.COMMENT,
        comment.id,
        title=_title(comment.text),
        revision=comment.version,
        search_text=search_text(comment.text),
        author_id=comment.author_id,
        proposal_number=comment.proposal_number,
        topic_slug=topic_of(thing),
        city_slugs=tuple(thing.city_slugs),
    )


def _title(text: str) -> str:
    """The words for the list; a link has more in it than is to be seen there."""
    words = plain(text, TITLE_LENGTH)
    return f"{words} {CUT}" if links_in(text) and not words.endswith(CUT) else words
