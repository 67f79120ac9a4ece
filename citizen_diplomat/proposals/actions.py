"""The verbs of a proposal: begin, save, submit, withdraw, and the one change of state."""

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals import answering, attachments
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.proposals.model import (
    Proposal,
    ProposalCity,
    ProposalSkill,
    Revision,
)
from citizen_diplomat.proposals.questions import mark_answered, required_of
from citizen_diplomat.proposals.receipts import receipt_of
from citizen_diplomat.proposals.rules import (
    DECISIONS,
    EDITABLE,
    PUBLIC,
    Actor,
    Draft,
    Move,
    State,
    Step,
    find_move,
    lacks,
)
from citizen_diplomat.proposals.similar import find_by_words_of
from citizen_diplomat.proposals.versions import (
    first_sent_at,
    new_revision,
    newest_number,
    write_history,
)


class StepRefused(Exception):  # noqa: N818 - named for what happened
    """The table of moves does not allow this step, by this actor, in this state."""


class Conflict(Exception):  # noqa: N818 - named for what happened
    """The proposal was changed since the author last looked at it."""


class Incomplete(Exception):  # noqa: N818 - named for what happened
    """The proposal cannot be submitted yet; `fields` are the names of what it lacks."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        """Take the names of the fields that are still empty."""
        super().__init__(", ".join(fields))
        self.fields = fields


def start(
    session: Session,
    draft: Draft,
    *,
    form_key: str,
    by: Account,
    at: datetime,
    window: str | None = None,
) -> Proposal:
    """Begin a proposal; the same form posted again gives the one that it made the first time.

    The caller compares the two when the form may have been changed in between.
    """
    earlier = _started(session, by.id, form_key)
    if earlier is not None:
        return earlier
    proposal = Proposal(
        author_id=by.id, form_key=form_key, state=State.DRAFT, created_at=at, cities=[], skills=[]
    )
    write(proposal, draft, at, window=window)
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        # The other click of a double click came first.
        earlier = _started(session, by.id, form_key)
        if earlier is None:
            raise
        return earlier
    record(session, "proposal.started", subject_of(proposal), by=by.id, at=at)
    return proposal


def save(
    session: Session, proposal: Proposal, draft: Draft, *, version: int, by: Account, at: datetime
) -> None:
    """Keep what the author wrote; its cities and skills must have been loaded.

    Raises Conflict if it is no longer at `version`, StepRefused where nothing may be written.
    """
    if State(proposal.state) not in EDITABLE:
        raise StepRefused(f"proposal {proposal.number} is {proposal.state}")
    if proposal.version != version:
        raise Conflict(f"proposal {proposal.number} is at version {proposal.version}")
    write(proposal, draft, at)
    record(session, "proposal.saved", subject_of(proposal), by=by.id, at=at, state=proposal.state)


def submit(
    session: Session, proposal: Proposal, *, by: Account, at: datetime, link: str
) -> Revision:
    """Keep the text as a new version, move the proposal on and tell its author that it arrived.

    Cities and skills must have been loaded. Raises Incomplete, StepRefused, and CallRefused when
    its author cannot answer its call now.
    """
    files = attachments.attached(session, proposal.number)
    if missing := _missing(session, proposal) + attachments.lack_words(files):
        raise Incomplete(missing)
    _find(proposal, Step.SUBMIT, Actor.AUTHOR)
    answering.require_open(session, proposal, at=at)
    # Answers to questions of another topic or call end here: nobody asked for them.
    sent = replace(proposal.draft, answers=proposal.draft.answers_asked_for)
    write_words(proposal, sent)
    revision = new_revision(proposal, newest_number(session, proposal.number) + 1, at)
    revision.attachment_ids = [file.id for file in files]
    session.add(revision)
    mark_answered(session, sent.answers, at=at)
    become(session, proposal, Step.SUBMIT, Actor.AUTHOR, by=by, at=at)
    proposal.search_text = searched(proposal)
    find_by_words_of(session, revision)
    _tell(session, proposal, revision, by=by, at=at, link=link)
    return revision


def _tell(
    session: Session,
    proposal: Proposal,
    revision: Revision,
    *,
    by: Account,
    at: datetime,
    link: str,
) -> None:
    receipt = receipt_of(revision, first_at=first_sent_at(session, proposal.number) or at)
    post(
        session,
        ProposalReceived(
            number=proposal.number,
            title=proposal.title,
            revision=revision.revision,
            link=link,
            reference=receipt.reference,
            sha256=receipt.sha256,
            day=receipt.day.isoformat(),
            clock=receipt.clock,
        ),
        by.recipient,
        key=f"received:{proposal.number}:{revision.revision}",
        at=at,
    )


def _missing(session: Session, proposal: Proposal) -> tuple[str, ...]:
    required = required_of(session, proposal.topic_slug, proposal.call_number)
    return lacks(proposal.draft, required)


def withdraw(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Take a proposal back before it is decided; raises StepRefused when it is too late."""
    become(session, proposal, Step.WITHDRAW, Actor.AUTHOR, by=by, at=at)


def become(
    session: Session, proposal: Proposal, step: Step, actor: Actor, *, by: Account, at: datetime
) -> Move:
    """Take one step of the table: the only place where a proposal's state changes.

    Writes the state, its times, its history and the log together. Raises StepRefused if the table
    has no such move. Mails are the business of the verbs that call this.
    """
    move = _find(proposal, step, actor)
    proposal.state = move.target
    proposal.updated_at = at
    if step is Step.SUBMIT:
        proposal.submitted_at, proposal.decided_at = at, None
    if step in DECISIONS:
        proposal.decided_at = at
    newest = newest_number(session, proposal.number)
    if move.target in PUBLIC:
        proposal.published_at, proposal.approved_revision = at, newest
    write_history(session, proposal, move, newest, by=by, at=at)
    return move


def _started(session: Session, author_id: int, form_key: str) -> Proposal | None:
    return session.scalar(
        select(Proposal)
        .where(Proposal.author_id == author_id, Proposal.form_key == form_key)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    )


def _find(proposal: Proposal, step: Step, actor: Actor) -> Move:
    move = find_move(step, State(proposal.state), actor)
    if move is None:
        raise StepRefused(f"{actor} cannot {step} proposal {proposal.number}: {proposal.state}")
    return move


def write_words(proposal: Proposal, draft: Draft) -> None:
    """Put the words of `draft` into a proposal whose cities and skills were loaded.

    Nothing else changes: neither its state nor what is searched.
    """
    proposal.title = draft.title
    proposal.summary = draft.summary
    proposal.body = draft.body
    proposal.language = draft.language
    proposal.topic_slug = draft.topic_slug
    # What was sent as an answer stays one, and what was not does not become one.
    if proposal.submitted_at is None:
        proposal.call_number = draft.call_number
    proposal.beneficiaries = draft.beneficiaries
    proposal.partners = draft.partners
    proposal.own_part = draft.own_part
    proposal.cost = draft.cost
    proposal.duration = draft.duration
    proposal.answers = [asdict(answer) for answer in draft.answers]
    cities = {row.city_slug: row for row in proposal.cities}
    skills = {row.skill_slug: row for row in proposal.skills}
    proposal.cities = [
        cities.get(slug) or ProposalCity(city_slug=slug) for slug in sorted(set(draft.city_slugs))
    ]
    proposal.skills = [
        skills.get(slug) or ProposalSkill(skill_slug=slug)
        for slug in sorted(set(draft.skill_slugs))
    ]


def write(proposal: Proposal, draft: Draft, at: datetime, *, window: str | None = None) -> None:
    """Put the words of `draft` into a proposal, now; its cities and skills were loaded.

    `window` is the one whose pause in typing brought them, None for an act of the author's.
    """
    write_words(proposal, draft)
    proposal.written_from = window
    proposal.updated_at = at
    # Staff search in this column: words that were not submitted are not theirs to find.
    if proposal.state == State.DRAFT:
        proposal.search_text = searched(proposal)


def searched(proposal: Proposal) -> str:
    """What is found when somebody searches for it."""
    typed = (proposal.beneficiaries, proposal.partners, proposal.own_part)
    answers = [answer["text_fa"] for answer in proposal.answers]
    return search_text(proposal.title, proposal.summary, proposal.body, *typed, *answers)


def subject_of(proposal: Proposal) -> str:
    """How the log names a proposal."""
    return f"proposal:{proposal.number}"
