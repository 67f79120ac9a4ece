"""The verbs of a proposal: begin, save, submit, withdraw, discard, and the one change of state."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.proposals.model import (
    Proposal,
    ProposalCity,
    ProposalEvent,
    ProposalSkill,
    Revision,
)
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

__all__ = [
    "Conflict",
    "Draft",
    "Incomplete",
    "StepRefused",
    "become",
    "discard",
    "save",
    "start",
    "submit",
    "withdraw",
]


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


def start(session: Session, draft: Draft, *, form_key: str, by: Account, at: datetime) -> Proposal:
    """Begin a proposal; the same form posted again gives the one that it made the first time.

    The caller compares the two when the form may have been changed in between.
    """
    earlier = _started(session, by.id, form_key)
    if earlier is not None:
        return earlier
    proposal = Proposal(
        author_id=by.id, form_key=form_key, state=State.DRAFT, created_at=at, cities=[], skills=[]
    )
    _write(proposal, draft, at)
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        # The other click of a double click came first.
        earlier = _started(session, by.id, form_key)
        if earlier is None:
            raise
        return earlier
    record(session, "proposal.started", _subject(proposal), by=by.id, at=at)
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
    _write(proposal, draft, at)
    record(session, "proposal.saved", _subject(proposal), by=by.id, at=at, state=proposal.state)


def submit(
    session: Session, proposal: Proposal, *, by: Account, at: datetime, link: str
) -> Revision:
    """Keep the text as a new version, move the proposal on and tell its author that it arrived.

    Cities and skills must have been loaded. Raises Incomplete when something is missing,
    StepRefused when it cannot be submitted from where it stands.
    """
    missing = lacks(proposal.draft)
    if missing:
        raise Incomplete(missing)
    _find(proposal, Step.SUBMIT, Actor.AUTHOR)
    revision = _revision(proposal, _newest(session, proposal.number) + 1, at)
    session.add(revision)
    become(session, proposal, Step.SUBMIT, Actor.AUTHOR, by=by, at=at)
    proposal.search_text = _searched(proposal)
    post(
        session,
        ProposalReceived(proposal.number, proposal.title, revision.revision, link),
        Recipient(by.email, by.display_name, by.language),
        key=f"received:{proposal.number}:{revision.revision}",
        at=at,
    )
    return revision


def withdraw(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Take a proposal back before it is decided; raises StepRefused when it is too late."""
    become(session, proposal, Step.WITHDRAW, Actor.AUTHOR, by=by, at=at)


def discard(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Delete a draft that nobody else has ever seen; raises StepRefused for anything else."""
    if proposal.state != State.DRAFT:
        raise StepRefused(f"proposal {proposal.number} is {proposal.state}")
    session.delete(proposal)
    record(session, "proposal.discarded", _subject(proposal), by=by.id, at=at)


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
    if move.target in PUBLIC:
        proposal.published_at = at
    newest = _newest(session, proposal.number)
    session.add(
        ProposalEvent(
            proposal_number=proposal.number,
            step=step,
            source=move.source,
            target=move.target,
            revision=newest,
            actor_id=by.id,
            at=at,
        )
    )
    record(
        session,
        f"proposal.{move.target}",
        _subject(proposal),
        by=by.id,
        at=at,
        source=move.source.value,
        revision=newest,
    )
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


def _newest(session: Session, number: int) -> int:
    newest = session.scalar(
        select(func.max(Revision.revision)).where(Revision.proposal_number == number)
    )
    return newest or 0


def _write(proposal: Proposal, draft: Draft, at: datetime) -> None:
    proposal.title = draft.title
    proposal.summary = draft.summary
    proposal.body = draft.body
    proposal.language = draft.language
    proposal.topic_slug = draft.topic_slug
    cities = {row.city_slug: row for row in proposal.cities}
    skills = {row.skill_slug: row for row in proposal.skills}
    proposal.cities = [
        cities.get(slug) or ProposalCity(city_slug=slug) for slug in sorted(set(draft.city_slugs))
    ]
    proposal.skills = [
        skills.get(slug) or ProposalSkill(skill_slug=slug)
        for slug in sorted(set(draft.skill_slugs))
    ]
    proposal.updated_at = at
    # Staff search in this column: words that were not submitted are not theirs to find.
    if proposal.state == State.DRAFT:
        proposal.search_text = _searched(proposal)


def _searched(proposal: Proposal) -> str:
    return search_text(proposal.title, proposal.summary, proposal.body)


def _revision(proposal: Proposal, number: int, at: datetime) -> Revision:
    draft = proposal.draft
    return Revision(
        proposal_number=proposal.number,
        revision=number,
        language=draft.language,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        topic_slug=draft.topic_slug,
        city_slugs=list(draft.city_slugs),
        skill_slugs=list(draft.skill_slugs),
        submitted_at=at,
    )


def _subject(proposal: Proposal) -> str:
    return f"proposal:{proposal.number}"
