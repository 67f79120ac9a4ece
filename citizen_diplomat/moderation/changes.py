"""How a change of an accepted proposal comes into the queue, and leaves it unasked."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, close, enqueue, item_about
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_limits import hold_to_limit
from citizen_diplomat.proposals import changes
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import change_of
from citizen_diplomat.proposals.rules import Actor, Step
from citizen_diplomat.proposals.written import ProposalChange


def submit(
    session: Session, change: ProposalChange, *, by: Account, at: datetime, link: str
) -> QueueItem:
    """Submit a change and put it into the queue; the next one opens the item of the one before.

    `link` is where its author follows it. Raises what `proposals.changes.submit` raises,
    and LimitReached.
    """
    revision = changes.submit(session, change, by=by, at=at, link=link)
    item = enqueue(session, _subject(change, revision), at=at)
    item.proposal = change.proposal
    hold_to_limit(session, by, at=at)
    return item


def withdraw(session: Session, change: ProposalChange, *, by: Account, at: datetime) -> None:
    """Take a change back and out of the queue, whoever holds it.

    Raises StepRefused when it is too late.
    """
    changes.withdraw(session, change, by=by, at=at)
    item = item_about(session, ItemKind.CHANGE, change.number, to_change=True)
    if item is not None:
        close(item, at=at)


def take_down(session: Session, number: int, *, by: Account, at: datetime) -> None:
    """Take out of the queue what its author wanted to change in a proposal that is taken down."""
    change = change_of(session, number, to_change=True)
    if change is None or Step.TAKE_DOWN not in change.steps_open_to(Actor.STAFF):
        return
    changes.become(session, change, Step.TAKE_DOWN, Actor.STAFF, by=by, at=at)
    item = item_about(session, ItemKind.CHANGE, number, to_change=True)
    if item is not None:
        close(item, at=at)


def _subject(change: ProposalChange, revision: Revision) -> Subject:
    return Subject(
        ItemKind.CHANGE,
        change.number,
        title=revision.title,
        search_text=search_text(revision.title, revision.summary, revision.body),
        author_id=change.proposal.author_id,
        proposal_number=change.number,
        revision=revision.revision,
        language=revision.language,
        topic_slug=revision.topic_slug,
        city_slugs=tuple(revision.city_slugs),
    )
