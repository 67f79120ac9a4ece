"""Who holds an item: claimed for half an hour at a time, renewed, given back, taken over.

Whoever changes an item locks the row of its proposal first and its own row second, so that two
changes wait for each other in one order: an author who withdraws comes the same way.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, case, inspect, or_, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.moderation.conflicts import excluded_from
from citizen_diplomat.moderation.model import Note, QueueItem
from citizen_diplomat.moderation.rules import LEASE, ItemKind, is_held, may_decide
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals import changes
from citizen_diplomat.proposals.queries import change_of
from citizen_diplomat.proposals.rules import Actor, State, Step
from citizen_diplomat.proposals.writers import authors_ever
from citizen_diplomat.proposals.written import ProposalChange, Written


class AlreadyClaimed(Exception):  # noqa: N818 - named for what happened
    """Somebody else holds the item: `holder` is their name, `since` when they claimed it."""

    def __init__(self, holder: str, since: datetime) -> None:
        """Take the name of the holder and the time of the claim."""
        super().__init__(f"held by {holder} since {since}")
        self.holder = holder
        self.since = since


class NotOpen(Exception):  # noqa: N818 - named for what happened
    """The item does not wait for staff: decided, withdrawn, or its author's turn."""


class NotHeld(Exception):  # noqa: N818 - named for what happened
    """The item is not, or no longer, held by whoever wants to renew the claim."""


class OwnProposal(Exception):  # noqa: N818 - named for what happened
    """Nobody reviews what they wrote, alone or along."""


def claim(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    """Take an item for `LEASE`; the first claim of a submission begins its review.

    The item's proposal must have been loaded. Raises AlreadyClaimed, NotOpen or OwnProposal.
    """
    lock(session, item)
    refuse_own_or_closed(session, item, by=by)
    is_renewal = item.holder_id == by.id and is_held(item.holder_id, item.lease_until, at=at)
    if not _take(session, item, by=by, at=at):
        raise _already_claimed(session, item)
    if not is_renewal:
        record(session, "item.claimed", item.subject, by=by.id, at=at)
    _begin_review(session, item, by=by, at=at)


def renew(session: Session, item: QueueItem, *, by: Account, at: datetime) -> datetime:
    """Hold an item for another `LEASE`; returns until when. Raises NotHeld if the claim is gone."""
    renewed = session.execute(
        update(QueueItem)
        .where(
            QueueItem.id == item.id,
            QueueItem.closed_at.is_(None),
            QueueItem.holder_id == by.id,
            QueueItem.lease_until > at,
        )
        .values(lease_until=_longer(at + LEASE))
        .execution_options(synchronize_session=False)
        .returning(QueueItem.id)
    ).first()
    if renewed is None:
        raise NotHeld
    refresh(session, item)
    return at + LEASE


def release(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    """Give an item back; what is not held by `by` stays as it is. The review goes on."""
    lock(session, item)
    if item.holder_id == by.id:
        let_go(item)
        record(session, "item.released", item.subject, by=by.id, at=at)


def take_over(session: Session, item: QueueItem, *, note: str, by: Account, at: datetime) -> None:
    """Take an item from a colleague, who reads why in a private note.

    The item's proposal must have been loaded. Raises ValueError without a note, NotOpen or
    OwnProposal.
    """
    if not note.strip():
        raise ValueError("taking over needs a note")
    lock(session, item)
    refuse_own_or_closed(session, item, by=by)
    previous, item.holder_id = item.holder_id, by.id
    item.claimed_at, item.lease_until = at, at + LEASE
    session.add(Note(item_id=item.id, author_id=by.id, text=note, at=at))
    record(session, "item.taken_over", item.subject, by=by.id, at=at, previous=previous)
    _begin_review(session, item, by=by, at=at)


def refuse_own(session: Session, item: QueueItem, *, by: Account) -> None:
    """Let nobody judge what they wrote, alone or along; raises OwnProposal."""
    if not may_decide(authors_of(session, item), by=by.id):
        raise OwnProposal


def refuse_own_or_closed(session: Session, item: QueueItem, *, by: Account) -> None:
    """The same, and let nothing happen to what does not wait; raises OwnProposal or NotOpen."""
    refuse_own(session, item, by=by)
    if item.closed_at is not None:
        raise NotOpen


def authors_of(session: Session, item: QueueItem) -> frozenset[int]:
    """All who must not judge an item: who wrote it or its proposal, or is excluded."""
    own = excluded_from(session, item)
    if item.author_id is not None:
        own |= {item.author_id}
    if item.proposal_number is None:
        return own
    return own | authors_ever(session, item.proposal_number)


def lock(session: Session, item: QueueItem) -> None:
    """See proposal and item as they are now, and keep both from others until the end.

    On SQLite a writing transaction is alone anyway.
    """
    if item.proposal is not None:
        refresh(session, item.proposal, lock=True)
    refresh(session, item, lock=True)


def refresh(session: Session, row: Base, *, lock: bool = False) -> None:
    """Read the columns of a row again; what was loaded beside it stays loaded."""
    table = inspect(type(row))
    # What a query only worked out, such as `QueueItem.is_blind`, is no column.
    columns = [table.get_property_by_column(column).key for column in table.columns]
    session.refresh(row, columns, with_for_update=lock or None)


def written(session: Session, item: QueueItem, *, to_change: bool = False) -> Written | None:
    """The proposal that an item is about, or the change of one while it is under way.

    None for what is over, and for items about anything else. With `to_change` the item must have
    been locked.
    """
    match item.kind:
        case ItemKind.PROPOSAL | ItemKind.APPEAL:
            return item.of_proposal
        case ItemKind.CHANGE:
            return change_of(session, item.subject_id, to_change=to_change)
        case _:
            return None


def advance(session: Session, text: Written, step: Step, *, by: Account, at: datetime) -> None:
    """Let staff take one step with a proposal or with a change of one."""
    if isinstance(text, ProposalChange):
        changes.become(session, text, step, Actor.STAFF, by=by, at=at)
    else:
        proposals.become(session, text, step, Actor.STAFF, by=by, at=at)


def let_go(item: QueueItem) -> None:
    """Make an item nobody's."""
    item.holder_id = item.claimed_at = item.lease_until = None


def _take(session: Session, item: QueueItem, *, by: Account, at: datetime) -> bool:
    """One conditional UPDATE: of two claims at once, one finds no row."""
    kept = (QueueItem.holder_id == by.id) & (QueueItem.lease_until > at)
    taken = session.execute(
        update(QueueItem)
        .where(
            QueueItem.id == item.id,
            QueueItem.closed_at.is_(None),
            or_(
                QueueItem.holder_id.is_(None),
                QueueItem.lease_until <= at,
                QueueItem.holder_id == by.id,
            ),
        )
        .values(
            holder_id=by.id,
            claimed_at=case((kept, QueueItem.claimed_at), else_=at),
            lease_until=case((kept, _longer(at + LEASE)), else_=at + LEASE),
        )
        .execution_options(synchronize_session=False)
        .returning(QueueItem.id)
    ).first()
    refresh(session, item)
    return taken is not None


def _longer(until: datetime) -> ColumnElement[datetime]:
    """The end of a lease that is never made shorter: one for a kept decision lasts."""
    return case((QueueItem.lease_until > until, QueueItem.lease_until), else_=until)


def _already_claimed(session: Session, item: QueueItem) -> AlreadyClaimed:
    name = session.scalar(select(Account.display_name).where(Account.id == item.holder_id))
    return AlreadyClaimed(name or "", item.claimed_at or item.opened_at)


def _begin_review(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    text = written(session, item, to_change=True)
    if text is not None and text.state == State.SUBMITTED:
        advance(session, text, Step.CLAIM, by=by, at=at)
