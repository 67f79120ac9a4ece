"""What comes into the queue and leaves it unasked, and notes among staff.

Claims and decisions are verbs of this room too; they stand in files of their own.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.claims import (
    AlreadyClaimed,
    NotHeld,
    NotOpen,
    OwnProposal,
    claim,
    let_go,
    release,
    renew,
    take_over,
)
from citizen_diplomat.moderation.decisions import (
    Conflict,
    Refused,
    WrongDuplicate,
    WrongReason,
    decide,
)
from citizen_diplomat.moderation.model import Note, QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.model import Proposal

__all__ = [
    "AlreadyClaimed",
    "Conflict",
    "NotHeld",
    "NotOpen",
    "OwnProposal",
    "Refused",
    "WrongDuplicate",
    "WrongReason",
    "add_note",
    "claim",
    "decide",
    "release",
    "renew",
    "submit",
    "take_over",
    "withdraw",
]


def submit(
    session: Session, proposal: Proposal, *, by: Account, at: datetime, link: str
) -> QueueItem:
    """Submit a proposal and put it into the queue; an answer opens the item it had before.

    `link` is where its author follows it. Raises what `proposals.actions.submit` raises.
    """
    proposals.submit(session, proposal, by=by, at=at, link=link)
    item = _item_of(session, proposal.number)
    if item is None:
        item = QueueItem(
            kind=ItemKind.PROPOSAL, proposal_number=proposal.number, proposal=proposal, opened_at=at
        )
        session.add(item)
    item.opened_at, item.closed_at = at, None
    let_go(item)
    return item


def withdraw(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Take a proposal back and out of the queue, whoever holds it.

    Raises StepRefused when it is too late.
    """
    proposals.withdraw(session, proposal, by=by, at=at)
    item = _item_of(session, proposal.number)
    if item is not None:
        item.closed_at = item.closed_at or at
        let_go(item)


def add_note(session: Session, item: QueueItem, *, text: str, by: Account, at: datetime) -> Note:
    """Leave a note for colleagues, which the author never sees."""
    note = Note(item_id=item.id, author_id=by.id, text=text, at=at)
    session.add(note)
    record(session, "note.added", f"proposal:{item.proposal_number}", by=by.id, at=at)
    return note


def _item_of(session: Session, number: int) -> QueueItem | None:
    return session.scalar(
        select(QueueItem).where(QueueItem.proposal_number == number).with_for_update()
    )
