"""How things come into the queue and leave it, whatever they are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import clock
from citizen_diplomat.moderation.claims import let_go, refresh
from citizen_diplomat.moderation.conflicts import keep_from_conflict
from citizen_diplomat.moderation.desks import route
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sharing import share_out
from citizen_diplomat.moderation.spam_scores import keep_score


@dataclass(frozen=True)
class Subject:
    """What waits, as the queue shows and finds it; `number` is its own in the table of its kind.

    `proposal_number` is the proposal that it is or stands below, `search_text` made by
    `foundation.text.search_text`. Its author never decides on it.
    """

    kind: ItemKind
    number: int
    title: str
    search_text: str
    author_id: int | None
    proposal_number: int | None = None
    revision: int | None = None
    language: str | None = None
    topic_slug: str | None = None
    city_slugs: tuple[str, ...] = ()


def enqueue(session: Session, subject: Subject, *, at: datetime) -> QueueItem:
    """Let something wait for staff from now on, held by nobody; its item of before opens again."""
    item = item_about(session, subject.kind, subject.number, to_change=True)
    if item is None:
        item = QueueItem(kind=subject.kind, subject_id=subject.number, opened_at=at)
        session.add(item)
    item.proposal_number, item.author_id = subject.proposal_number, subject.author_id
    item.title, item.search_text = subject.title, subject.search_text
    item.revision, item.language = subject.revision, subject.language
    item.topic_slug, item.city_slugs = subject.topic_slug, list(subject.city_slugs)
    # What its author answered comes back to who asked.
    if not item.is_paused:
        route(session, item)
    clock.start(session, item, at=at)
    item.opened_at, item.closed_at = at, None
    let_go(item)
    keep_from_conflict(session, item)
    share_out(session, item, at=at)
    keep_score(session, item, at=at)
    return item


def close(item: QueueItem, *, at: datetime, waits_for_author: bool = False) -> None:
    """Let something wait for staff no more, whoever holds it; what is closed stays as it is.

    With `waits_for_author` its clock only stops, and goes on when they have answered.
    """
    if item.closed_at is None:
        item.closed_at, item.is_paused = at, waits_for_author
    let_go(item)


def close_with_answer(item: QueueItem, *, asks: bool, by: Account, at: datetime) -> None:
    """Close an item because its author was answered by `by`, or with `asks` was asked something.

    What they are asked comes back to who asked, on the same clock.
    """
    if asks:
        item.assignee_id = by.id
    close(item, at=at, waits_for_author=asks)
    clock.answered(item, at=at)


def item_about(
    session: Session, kind: ItemKind, number: int, *, to_change: bool = False
) -> QueueItem | None:
    """The item of one thing, or None if it never waited.

    With `to_change` the row is locked until the transaction ends, where the engine locks rows.
    """
    wanted = select(QueueItem).where(QueueItem.kind == kind, QueueItem.subject_id == number)
    item = session.scalar(wanted.with_for_update() if to_change else wanted)
    if item is not None and to_change:
        # Loaded before it was locked, it may say what was so before somebody else's change.
        refresh(session, item)
    return item
