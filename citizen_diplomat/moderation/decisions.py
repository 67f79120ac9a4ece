"""Deciding: state, history, statement of reasons, log and letter in one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.answers import Links, tell_authors
from citizen_diplomat.moderation.claims import (
    advance,
    claim,
    lock,
    refuse_own,
    written,
)
from citizen_diplomat.moderation.clock import days_used, is_late
from citizen_diplomat.moderation.duplicates import carry_over
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.pending import forget_kept
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.queue import close_with_answer
from citizen_diplomat.moderation.remarks import send_remarks
from citizen_diplomat.moderation.rules import ItemKind, Outcome, may_claim, step_of
from citizen_diplomat.moderation.spam_rules import verdict_of_decision
from citizen_diplomat.moderation.spam_words import learn
from citizen_diplomat.moderation.statements import StatementLink
from citizen_diplomat.proposals import hiding
from citizen_diplomat.proposals.model import Proposal, ProposalEvent
from citizen_diplomat.proposals.publicity import is_read_by_everybody
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import Step
from citizen_diplomat.proposals.written import ProposalChange, Written

LinkFor = Callable[[Account], str]
"""How the shell makes a link of a letter, for who gets it."""


class Refused(Exception):  # noqa: N818 - named for what happened
    """This decision cannot be taken; nothing was changed."""


class WrongReason(Refused):
    """The catalogue offers no such reason for this outcome."""


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
    link: LinkFor,
    duplicate_link: LinkFor | None = None,
    statement_link: StatementLink | None = None,
) -> Decision:
    """Decide on the version that the moderator saw, and write to each author in their language.

    `reason` is a slug of the catalogue, `version` that of the proposal or change which the page
    was made from, `link` leads to the authors' page, `duplicate_link` to the public page of
    `duplicate_of`. The item's proposal must have been loaded; a free item is claimed on the way.
    Raises OwnProposal, WrongReason, WrongDuplicate or Conflict before anything is changed.
    """
    lock(session, item)
    ground, original = check(
        session, item, outcome, reason, duplicate_of, version=version, by=by, at=at
    )
    claim(session, item, by=by, at=at)
    text = _text(session, item)
    if original is not None:
        item.of_proposal.duplicate_of = original.number
    advance(session, text, _step(item, outcome), by=by, at=at)
    decision = write_decision(session, item, ground, message, by=by, at=at)
    sent = send_remarks(session, item, decision) if outcome is Outcome.REQUEST_CHANGES else ()
    follow = carry_over(session, item.of_proposal, original, at=at) if original else frozenset()
    close_with_answer(item, asks=outcome is Outcome.REQUEST_CHANGES, by=by, at=at)
    links = Links(link, _readable(session, original, duplicate_link), statement_link)
    tell_authors(
        session, item, decision, ground, state=text.state, links=links, remarks=sent, follow=follow
    )
    return decision


def _readable(session: Session, original: Proposal | None, link: LinkFor | None) -> LinkFor | None:
    if original is None or not is_read_by_everybody(session, original.number):
        return None
    return link


def _step(item: QueueItem, outcome: Outcome) -> Step:
    step = step_of(ItemKind(item.kind), outcome)
    assert step is not None, "what cannot be decided was refused"
    return step


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
    if step_of(ItemKind(item.kind), outcome) is None:
        raise WrongReason
    return _ground(session, outcome, reason), _original(
        session, outcome, item.of_proposal, duplicate_of
    )


def newest_decision(session: Session, item: QueueItem) -> Decision | None:
    """The decision that was made last on what an item is about, reason and decider loaded."""
    if item.kind not in {ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL}:
        return None
    decisions = decisions_of(session, item.subject_id, of_change=item.kind == ItemKind.CHANGE)
    if item.kind == ItemKind.APPEAL:
        # The one that it is against is no answer to it.
        decisions = [decision for decision in decisions if decision.of_appeal]
    return decisions[-1] if decisions else None


def _text(session: Session, item: QueueItem) -> Written:
    text = written(session, item, to_change=True)
    assert text is not None, "what waits in the queue is under way"
    return text


def _refuse_stale(
    session: Session, item: QueueItem, *, version: int, by: Account, at: datetime
) -> None:
    refuse_own(session, item, by=by)
    decision = newest_decision(session, item)
    if not may_claim(item.holder_id, item.lease_until, by=by.id, at=at):
        holder = session.get_one(Account, item.holder_id)
        raise Conflict(decision, holder.display_name, item.claimed_at)
    if item.closed_at is not None or not _was_seen(session, _text(session, item), version, by):
        raise Conflict(decision)


def _was_seen(session: Session, text: Written, version: int, by: Account) -> bool:
    """Whether `by` saw the text as it is: their own claim does not make their page stale."""
    if version == text.version:
        return True
    newest = session.scalar(
        select(ProposalEvent)
        .where(
            ProposalEvent.proposal_number == text.number,
            ProposalEvent.of_change == isinstance(text, ProposalChange),
        )
        .order_by(ProposalEvent.id.desc())
        .limit(1)
    )
    claimed = newest is not None and newest.step == Step.CLAIM and newest.actor_id == by.id
    return claimed and version == text.version - 1


def _ground(session: Session, outcome: Outcome, reason: str) -> Reason:
    # Nobody changes its words from here on until the decision that says them is made.
    ground = session.get(
        Reason, reason, populate_existing=True, with_for_update={"read": True, "key_share": True}
    )
    if ground is None or ground.outcome != outcome or ground.retired_at is not None:
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


def write_decision(
    session: Session, item: QueueItem, ground: Reason, message: str, *, by: Account, at: datetime
) -> Decision:
    """Keep for good what was decided on the newest version of what an item is about."""
    proposal = item.of_proposal
    revision = newest_revision(session, proposal.number)
    assert revision is not None, "what waits in the queue has been submitted"
    decision = Decision(
        proposal_number=proposal.number,
        of_change=item.kind == ItemKind.CHANGE,
        of_appeal=item.kind == ItemKind.APPEAL,
        revision=revision.revision,
        outcome=ground.outcome,
        reason_slug=ground.slug,
        message=message,
        duplicate_of=proposal.duplicate_of,
        decided_by=by.id,
        days_taken=days_used(office(session), item, at=at),
        target_days=item.target_days,
        is_late=is_late(item, at=at),
        at=at,
    )
    session.add(decision)
    _settle_hiding(session, item, decision, ground)
    forget_kept(session, item, by.id)
    # Its id is part of the log entry and of the letter's key.
    session.flush()
    record(
        session,
        "decision.made",
        item.subject,
        by=by.id,
        at=at,
        decision=decision.id,
        outcome=ground.outcome,
        reason=ground.slug,
        revision=revision.revision,
    )
    learn(session, item, verdict_of_decision(Outcome(ground.outcome), ground.slug))
    return decision


def _settle_hiding(session: Session, item: QueueItem, decision: Decision, ground: Reason) -> None:
    what = (decision.proposal_number, decision.revision)
    hides, at = ground.hides, decision.at
    hiding.settle(session, *what, of_change=decision.of_change, hides=hides, at=at)
    if hides:
        # Lists of the desk show no word of it; its own page does, to who wants to read it.
        item.title = ""
