"""Accepting a proposal with the desk's edits: offered by the desk, decided once its author agrees.

While an offer is open the proposal is in its author's hands: its item is closed, its state is
`changes_requested`. Agreed, the edited text becomes a version of its own and is accepted in the
same transaction, as a decision of whoever offered it.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.actions import subject_of
from citizen_diplomat.moderation.answers import Links, tell_authors
from citizen_diplomat.moderation.claims import advance, claim, lock
from citizen_diplomat.moderation.decisions import LinkFor, check, write_decision
from citizen_diplomat.moderation.edits import EditOffer, OfferOver, close_offer, open_offer
from citizen_diplomat.moderation.messages import EditsOffered, EditsWithdrawn
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.queue import close_with_answer, enqueue
from citizen_diplomat.moderation.rules import EditAnswer, ItemKind, Outcome
from citizen_diplomat.proposals.adoption import adopt
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.rules import Draft, State, Step
from citizen_diplomat.proposals.writers import writers


class Unedited(Exception):  # noqa: N818 - named for what happened
    """The text is the author's own, word for word: it can be accepted as it is."""


def offer(
    session: Session,
    item: QueueItem,
    draft: Draft,
    *,
    reason: str,
    message: str,
    version: int,
    by: Account,
    at: datetime,
    link: LinkFor,
) -> EditOffer:
    """Offer to accept a proposal as `draft` says it, and write to its authors.

    `reason` is a slug of the catalogue for accepting, `version` that of the proposal which was
    edited. Raises what `decide` raises, and Unedited, before anything is changed.
    """
    assert item.kind == ItemKind.PROPOSAL, "a change is not edited for its author"
    lock(session, item)
    ground, _ = check(session, item, Outcome.ACCEPT, reason, None, version=version, by=by, at=at)
    sent = newest_revision(session, item.subject_id)
    assert sent is not None, "what waits in the queue has been submitted"
    if draft == sent.draft:
        raise Unedited
    claim(session, item, by=by, at=at)
    made = EditOffer(
        proposal_number=item.subject_id,
        based_on=sent.revision,
        words=asdict(draft),
        reason_slug=ground.slug,
        message=message,
        offered_by=by.id,
        offered_at=at,
    )
    _give(session, item, made, ground, by=by, at=at, link=link)
    return made


def agree(
    session: Session,
    proposal: Proposal,
    *,
    version: int,
    by: Account,
    at: datetime,
    link: LinkFor,
) -> Decision:
    """Agree to the offer that is open: its text is sent and accepted, and everybody reads it.

    `version` is that of the proposal which the author's page was made from. The proposal, its
    cities and skills must have been loaded and locked, `by` be its first author. Raises OfferOver
    when nothing is offered any more, or when the text was changed since.
    """
    made = open_offer(session, proposal.number)
    if made is None or State(proposal.state) is not State.CHANGES_REQUESTED:
        raise OfferOver
    if proposal.version != version:
        raise OfferOver
    revision = adopt(session, proposal, made.draft, by=by, at=at)
    item = enqueue(session, subject_of(proposal, revision), at=at)
    item.proposal = proposal
    for step in (Step.CLAIM, Step.ACCEPT):
        advance(session, proposal, step, by=made.offerer, at=at)
    decision = write_decision(session, item, made.reason, made.message, by=made.offerer, at=at)
    close_with_answer(item, asks=False, by=made.offerer, at=at)
    close_offer(made, EditAnswer.AGREED, by=by, at=at)
    record(session, "edits.agreed", item.subject, by=by.id, at=at, offer=made.id)
    links = Links(link)
    tell_authors(session, item, decision, made.reason, state=proposal.state, links=links)
    return decision


def withdraw_offer(
    session: Session, item: QueueItem, *, message: str, by: Account, at: datetime, link: LinkFor
) -> None:
    """Take an offer back and tell the authors why: they go on with the text themselves.

    Raises OfferOver when nothing is offered any more.
    """
    lock(session, item)
    made = open_offer(session, item.subject_id)
    if made is None:
        raise OfferOver
    close_offer(made, EditAnswer.WITHDRAWN, by=by, at=at)
    made.farewell = message
    record(session, "edits.withdrawn", item.subject, by=by.id, at=at, offer=made.id)
    for author in writers(session, item.subject_id):
        letter = EditsWithdrawn(item.subject_id, item.of_proposal.title, message, link(author))
        key = f"edits_withdrawn:{made.id}:{author.id}"
        post(session, letter, author.recipient, key=key, at=at)


def _give(
    session: Session,
    item: QueueItem,
    made: EditOffer,
    ground: Reason,
    *,
    by: Account,
    at: datetime,
    link: LinkFor,
) -> None:
    """Put a proposal into its authors' hands, with what is offered to them."""
    advance(session, item.of_proposal, Step.REQUEST_CHANGES, by=by, at=at)
    close_with_answer(item, asks=True, by=by, at=at)
    session.add(made)
    # Its id is part of the letters' keys.
    session.flush()
    record(session, "edits.offered", item.subject, by=by.id, at=at, offer=made.id)
    _tell_of_offer(session, item.of_proposal, made, ground, link)


def _tell_of_offer(
    session: Session, proposal: Proposal, made: EditOffer, ground: Reason, link: LinkFor
) -> None:
    for author in writers(session, proposal.number):
        letter = EditsOffered(
            number=proposal.number,
            title=proposal.title,
            reason=ground.text(author.language),
            message=made.message,
            may_agree=author.id == proposal.author_id,
            link=link(author),
        )
        key = f"edits_offered:{made.id}:{author.id}"
        post(session, letter, author.recipient, key=key, at=made.offered_at)
