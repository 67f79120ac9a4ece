"""Deciding: state, history, statement of reasons, log and letter in one transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.claims import OwnProposal, claim, let_go, lock
from citizen_diplomat.moderation.messages import DecisionMade
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.rules import STEP, Outcome, may_claim, may_decide
from citizen_diplomat.proposals.actions import become
from citizen_diplomat.proposals.model import Proposal, ProposalEvent
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import PUBLIC, Actor, State, Step


class Refused(Exception):  # noqa: N818 - named for what happened
    """This decision cannot be taken; nothing was changed."""


class WrongReason(Refused):
    """The catalogue knows no such reason for this outcome."""


class WrongDuplicate(Refused):
    """What it shall repeat is missing, is the proposal itself, or was never submitted."""


class Conflict(Exception):  # noqa: N818 - named for what happened
    """Things have changed since the moderator opened the page; nothing was changed now.

    `decision` is the newest one on this proposal, reason and decider loaded; `holder` and `since`
    tell who else holds the item. Either may be missing.
    """

    def __init__(
        self, decision: Decision | None = None, holder: str = "", since: datetime | None = None
    ) -> None:
        """Take what has happened in the meantime."""
        super().__init__("decided, claimed or changed by somebody else")
        self.decision = decision
        self.holder = holder
        self.since = since


def decide(
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
    link: str,
    duplicate_link: str | None = None,
) -> Decision:
    """Decide on the version that the moderator saw, and write to its author in their language.

    `reason` is a slug of the catalogue, `version` the proposal's version that the page was made
    from, `link` the author's page, `duplicate_link` the public page of `duplicate_of`. The item's
    proposal must have been loaded; a free item is claimed on the way. Raises OwnProposal,
    WrongReason, WrongDuplicate or Conflict before anything is changed.
    """
    lock(session, item)
    ground, original = check(
        session, item, outcome, reason, duplicate_of, version=version, by=by, at=at
    )
    claim(session, item, by=by, at=at)
    item.proposal.duplicate_of = original.number if original else None
    become(session, item.proposal, STEP[outcome], Actor.STAFF, by=by, at=at)
    decision = _write(session, item.proposal, ground, message, by=by, at=at)
    item.closed_at = at
    let_go(item)
    is_public = original is not None and State(original.state) in PUBLIC
    _tell_author(session, decision, ground, link, duplicate_link if is_public else None)
    return decision


def check(
    session: Session,
    item: QueueItem,
    outcome: Outcome,
    reason: str,
    duplicate_of: int | None,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> tuple[Reason, Proposal | None]:
    """Whether it could be decided like this now; gives the reason and what it is a duplicate of.

    Raises what `decide` raises and changes nothing.
    """
    _refuse_stale(session, item, version=version, by=by, at=at)
    return _ground(session, outcome, reason), _original(
        session, outcome, item.proposal, duplicate_of
    )


def newest_decision(session: Session, number: int) -> Decision | None:
    """The last decision on a proposal, its reason and decider loaded."""
    return session.scalar(
        select(Decision)
        .where(Decision.proposal_number == number)
        .options(joinedload(Decision.reason), joinedload(Decision.decider))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _refuse_stale(
    session: Session, item: QueueItem, *, version: int, by: Account, at: datetime
) -> None:
    if not may_decide(item.proposal.author_id, by=by.id):
        raise OwnProposal
    decision = newest_decision(session, item.proposal_number)
    if not may_claim(item.holder_id, item.lease_until, by=by.id, at=at):
        holder = session.get_one(Account, item.holder_id)
        raise Conflict(decision, holder.display_name, item.claimed_at)
    if item.closed_at is not None or not _was_seen(session, item.proposal, version, by):
        raise Conflict(decision)


def _was_seen(session: Session, proposal: Proposal, version: int, by: Account) -> bool:
    """Whether `by` saw the proposal as it is: their own claim does not make their page stale."""
    if version == proposal.version:
        return True
    newest = session.scalar(
        select(ProposalEvent)
        .where(ProposalEvent.proposal_number == proposal.number)
        .order_by(ProposalEvent.id.desc())
        .limit(1)
    )
    claimed = newest is not None and newest.step == Step.CLAIM and newest.actor_id == by.id
    return claimed and version == proposal.version - 1


def _ground(session: Session, outcome: Outcome, reason: str) -> Reason:
    ground = session.get(Reason, reason)
    if ground is None or ground.outcome != outcome:
        raise WrongReason
    return ground


def _original(
    session: Session, outcome: Outcome, proposal: Proposal, number: int | None
) -> Proposal | None:
    if outcome is not Outcome.DUPLICATE:
        return None
    original = session.get(Proposal, number) if number else None
    if original is None or original is proposal or original.submitted_at is None:
        raise WrongDuplicate
    return original


def _write(
    session: Session, proposal: Proposal, ground: Reason, message: str, *, by: Account, at: datetime
) -> Decision:
    revision = newest_revision(session, proposal.number)
    assert revision is not None, "what waits in the queue has been submitted"
    decision = Decision(
        proposal_number=proposal.number,
        revision=revision.revision,
        outcome=ground.outcome,
        reason_slug=ground.slug,
        message=message,
        duplicate_of=proposal.duplicate_of,
        decided_by=by.id,
        at=at,
    )
    session.add(decision)
    # Its id is part of the log entry and of the letter's key.
    session.flush()
    record(
        session,
        "decision.made",
        f"proposal:{proposal.number}",
        by=by.id,
        at=at,
        decision=decision.id,
        outcome=ground.outcome,
        reason=ground.slug,
        revision=revision.revision,
    )
    return decision


def _tell_author(
    session: Session, decision: Decision, ground: Reason, link: str, duplicate_link: str | None
) -> None:
    proposal = session.get_one(Proposal, decision.proposal_number)
    author = session.get_one(Account, proposal.author_id)
    letter = DecisionMade(
        number=proposal.number,
        title=proposal.title,
        state=str(proposal.state),
        reason=ground.text_fa if author.language == "fa" else ground.text_en,
        message=decision.message,
        link=link,
        duplicate_link=duplicate_link,
    )
    post(
        session,
        letter,
        Recipient(author.email, author.display_name, author.language),
        key=f"decision:{proposal.number}:{decision.revision}:{decision.id}",
        at=decision.at,
    )
