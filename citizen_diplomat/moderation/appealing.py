"""Making an appeal: it goes to whoever had no part in the decision that it is against."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.actions import subject_of
from citizen_diplomat.moderation.appeals import Appeal, NoAppeal, chance_of
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude, keep_from_conflict
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.messages import AppealReceived
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queue import Subject, enqueue
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.hiding import hidden_revisions
from citizen_diplomat.proposals.model import Proposal, Revision
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import Actor, Step


def appeal(
    session: Session,
    proposal: Proposal,
    text: str,
    *,
    form_key: str,
    by: Account,
    at: datetime,
    link: str,
) -> Appeal:
    """Appeal against a decline: it waits for somebody else, and its author is told so.

    The proposal must have been locked; `link` is where its first author, who is `by`, follows it.
    The same form posted again gives the appeal that it made. Raises NoAppeal.
    """
    chance = chance_of(session, proposal.number, at=at)
    if chance.made is not None and chance.made.is_of(form_key, by):
        return chance.made
    if not chance.is_open or chance.decision is None:
        raise NoAppeal
    revision = newest_revision(session, proposal.number)
    assert revision is not None, "what was declined has been submitted"
    proposals.become(session, proposal, Step.APPEAL, Actor.AUTHOR, by=by, at=at)
    item = _hand_over(session, proposal, revision, chance.decision.decided_by, at=at)
    made = Appeal(
        proposal_number=proposal.number,
        decision_id=chance.decision.id,
        account_id=by.id,
        form_key=form_key,
        text=text,
        left_to_coordinators=not colleagues(session, item, but=chance.decision.decided_by),
        at=at,
    )
    session.add(made)
    letter = AppealReceived(proposal.number, revision.title, link)
    post(session, letter, by.recipient, key=f"appeal_received:{proposal.number}", at=at)
    return made


def _hand_over(
    session: Session, proposal: Proposal, revision: Revision, first: int, *, at: datetime
) -> QueueItem:
    """Let it wait for anybody but `first`, whose decision it is against."""
    item = enqueue(session, _subject(session, proposal, revision), at=at)
    # Who is excluded is kept with the number of the item.
    session.flush()
    exclude(session, item, first, ConflictCause.FIRST_REVIEWER, at=at)
    # The rules of the desks may have given it to `first`; it and who sees it are asked for next.
    session.flush()
    keep_from_conflict(session, item)
    return item


def _subject(session: Session, proposal: Proposal, revision: Revision) -> Subject:
    hidden = hidden_revisions(session, proposal.number, of_change=False)
    # Lists of the desk show no word of what a decision hid.
    title = "" if revision.revision in hidden else revision.title
    return replace(subject_of(proposal, revision), kind=ItemKind.APPEAL, title=title)
