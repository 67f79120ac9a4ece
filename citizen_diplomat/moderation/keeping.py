"""Keeping a decision for a batch, looking at what is kept, and discarding it.

Like everybody who changes an item, these verbs lock its proposal and the item before they read
what is kept for it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.moderation.claims import claim, lock, written
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.decisions import check
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.pending import PendingDecision
from citizen_diplomat.moderation.rules import KEPT_LEASE, LEASE, Outcome

PAGE_LENGTH = 25


class NotYours(Exception):  # noqa: N818 - named for what happened
    """A colleague keeps this decision and still holds the item: it is theirs to discard."""


def keep(
    session: Session,
    item: QueueItem,
    outcome: Outcome,
    *,
    reason: str,
    message: str,
    version: int,
    duplicate_of: int | None = None,
    by: Account,
    at: datetime,
) -> PendingDecision:
    """Keep a decision to be applied later; the item stays with `by` until then.

    It replaces what was kept for the item before. Nobody but staff hears of it. Takes and raises
    what `decisions.decide` does, before anything is changed.
    """
    lock(session, item)
    check(session, item, outcome, reason, duplicate_of, version=version, by=by, at=at)
    claim(session, item, by=by, at=at)
    text = written(session, item)
    assert text is not None, "what waits in the queue is under way"
    row = kept_now(session, item.id)
    if row is None:
        row = PendingDecision(item_id=item.id)
        session.add(row)
    row.outcome, row.reason_slug, row.message = outcome, reason, message
    # The claim above is theirs, and may have moved the version on.
    row.version, row.duplicate_of = text.version, duplicate_of
    row.kept_by, row.kept_at = by.id, at
    item.lease_until = at + KEPT_LEASE
    record(session, "decision.kept", item.subject, by=by.id, at=at, outcome=outcome, reason=reason)
    return row


def discard(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    """Throw away what is kept for an item, whose proposal must have been loaded.

    An item that its keeper still holds is held like any other from now on. Nothing happens when
    it was applied or discarded meanwhile. Raises NotYours.
    """
    lock(session, item)
    there = kept_now(session, item.id)
    if there is None:
        return
    if there.kept_by != by.id and item.holder_id == there.kept_by:
        raise NotYours
    session.delete(there)
    if item.holder_id == there.kept_by and item.lease_until is not None:
        item.lease_until = at + LEASE
    record(session, "decision.discarded", item.subject, by=by.id, at=at)


def kept_for(session: Session, item: QueueItem) -> PendingDecision | None:
    """What is kept for an item; with reason and keeper."""
    return session.scalar(
        select(PendingDecision)
        .where(PendingDecision.item_id == item.id)
        .options(joinedload(PendingDecision.reason), joinedload(PendingDecision.keeper))
    )


def kept_now(session: Session, item_id: int) -> PendingDecision | None:
    """What is kept for an item that was locked, read again: nobody else changes it any more."""
    # Alone: reading its keeper again would forget the roles of whoever is signed in.
    wanted = select(PendingDecision).where(PendingDecision.item_id == item_id)
    return session.scalar(wanted.execution_options(populate_existing=True))


def kept(
    session: Session,
    *,
    viewer: int,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[PendingDecision]:
    """What is kept for the items that `viewer` looks after, oldest first.

    Item, its holder and proposal, reason and keeper are loaded.
    """
    wanted = _visible(viewer).order_by(PendingDecision.kept_at, PendingDecision.id)
    if after is not None:
        wanted = wanted.where(beyond(PendingDecision.kept_at, PendingDecision.id, after))
    rows = session.scalars(wanted.limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.kept_at, row.id), after=after)


def chosen(session: Session, numbers: Collection[int], *, viewer: int) -> Sequence[PendingDecision]:
    """Those of `numbers` that `viewer` may see, oldest first."""
    wanted = _visible(viewer).where(PendingDecision.id.in_(numbers))
    return session.scalars(wanted.order_by(PendingDecision.kept_at, PendingDecision.id)).all()


def _visible(viewer: int) -> Select[PendingDecision]:
    return (
        select(PendingDecision)
        .join(PendingDecision.item)
        .where(looked_after(viewer))
        .options(
            contains_eager(PendingDecision.item).options(
                joinedload(QueueItem.holder),
                joinedload(QueueItem.proposal),
            ),
            joinedload(PendingDecision.reason),
            joinedload(PendingDecision.keeper),
        )
    )
