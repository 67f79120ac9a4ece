"""What comes into the queue and leaves it unasked, and notes among staff.

Claims and decisions are verbs of this room too; they stand in files of their own.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.claims import (
    AlreadyClaimed,
    NotHeld,
    NotOpen,
    OwnProposal,
    claim,
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
from citizen_diplomat.moderation.edits import end_offer
from citizen_diplomat.moderation.model import Note, QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue, item_about
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_limits import hold_to_limit
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import LinkFor
from citizen_diplomat.proposals.handover import accept_offer
from citizen_diplomat.proposals.model import Proposal, Revision

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
    "subject_of",
    "submit",
    "take_first_place",
    "take_over",
    "withdraw",
]


def submit(
    session: Session, proposal: Proposal, *, by: Account, at: datetime, link: str
) -> QueueItem:
    """Submit a proposal and put it into the queue; an answer opens the item it had before.

    `link` is where its author follows it. Raises what `proposals.actions.submit` raises,
    and LimitReached.
    """
    revision = proposals.submit(session, proposal, by=by, at=at, link=link)
    end_offer(session, proposal.number, by=by, at=at)
    item = enqueue(session, subject_of(proposal, revision), at=at)
    item.proposal = proposal
    hold_to_limit(session, by, at=at)
    return item


def withdraw(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Take a proposal back and out of the queue, whoever holds it.

    Raises StepRefused when it is too late.
    """
    proposals.withdraw(session, proposal, by=by, at=at)
    end_offer(session, proposal.number, by=by, at=at)
    for kind in (ItemKind.PROPOSAL, ItemKind.APPEAL):
        item = item_about(session, kind, proposal.number, to_change=True)
        if item is not None:
            close(item, at=at)


def take_first_place(
    session: Session,
    proposal: Proposal,
    bond: Coauthor,
    *,
    by: Account,
    at: datetime,
    link_for: LinkFor,
) -> None:
    """Become the first author of a proposal, in the queue too; see `accept_offer`."""
    accept_offer(session, proposal, bond, by=by, at=at, link_for=link_for)
    for kind in (ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL):
        item = item_about(session, kind, proposal.number, to_change=True)
        if item is not None:
            item.author_id = by.id


def add_note(session: Session, item: QueueItem, *, text: str, by: Account, at: datetime) -> Note:
    """Leave a note for colleagues, which the author never sees."""
    note = Note(item_id=item.id, author_id=by.id, text=text, at=at)
    session.add(note)
    record(session, "note.added", item.subject, by=by.id, at=at)
    return note


def subject_of(proposal: Proposal, revision: Revision) -> Subject:
    """A proposal as the queue shows and finds it, in the words of `revision`."""
    return Subject(
        ItemKind.PROPOSAL,
        proposal.number,
        title=revision.title,
        search_text=proposal.search_text,
        author_id=proposal.author_id,
        proposal_number=proposal.number,
        revision=revision.revision,
        language=revision.language,
        topic_slug=revision.topic_slug,
        city_slugs=tuple(revision.city_slugs),
    )
