"""Acts on many items of the queue at once: each is checked and done for itself."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, with_expression

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.blindness import hides_author
from citizen_diplomat.moderation.claims import NotHeld, lock, release
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.model import Proposal

SEEN_LENGTH = 16


class Stale(Exception):  # noqa: N818 - named for what happened
    """The item is not as the list showed it; nothing was changed."""


def seen(item: QueueItem) -> str:
    """What a list shows of an item, as a short text: it changes with every act on the item.

    A lease that is renewed does not count: who holds the item, and since when, stays.
    """
    shown = (
        *(item.opened_at, item.closed_at, item.revision, item.title),
        *(item.holder_id, item.claimed_at, item.assignee_id, item.desk_id),
    )
    return sha256(repr(shown).encode()).hexdigest()[:SEEN_LENGTH]


def refuse_stale(session: Session, item: QueueItem, was: str) -> None:
    """Keep an item from others until the end, if it still is as `seen` said; raises Stale."""
    lock(session, item)
    if seen(item) != was:
        raise Stale


def give_back(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    """Release an item; raises NotHeld for one that `by` does not hold."""
    if item.holder_id != by.id:
        raise NotHeld
    release(session, item, by=by, at=at)


def items_for_review(session: Session, ids: Sequence[int], *, viewer: int) -> Sequence[QueueItem]:
    """The items of these numbers that `viewer` looks after, in the queue's order.

    Proposal and author are loaded.
    """
    return session.scalars(
        select(QueueItem)
        .where(QueueItem.id.in_(ids), looked_after(viewer))
        .options(
            joinedload(QueueItem.proposal).joinedload(Proposal.author),
            joinedload(QueueItem.author),
            joinedload(QueueItem.holder),
            with_expression(QueueItem.is_blind, hides_author()),
        )
        .order_by(QueueItem.position, QueueItem.id)
    ).all()
