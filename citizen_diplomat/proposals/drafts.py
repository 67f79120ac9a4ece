"""Drafts that cannot be lost: kept at each pause in typing, thrown away, and brought back."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.tokens import digest, new_secret
from citizen_diplomat.proposals.actions import Conflict, StepRefused, start, subject_of, write
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import DISCARDED_KEPT, EDITABLE, Draft, State


def begin(
    session: Session, draft: Draft, *, form_key: str, window: str | None, by: Account, at: datetime
) -> tuple[Proposal, bool]:
    """Make the draft of a form at the first pause in typing; the log says that it was begun.

    What the same form brings later changes it as `keep` does. The second value says whether it
    holds the words of `draft` now, or was sent or changed from elsewhere.
    """
    proposal = start(session, draft, form_key=form_key, by=by, at=at, window=window)
    try:
        keep(proposal, draft, version=1, window=window, at=at)
    except (Conflict, StepRefused):
        return proposal, False
    return proposal, True


def keep(
    proposal: Proposal,
    draft: Draft,
    *,
    version: int | None,
    window: str | None,
    at: datetime,
) -> None:
    """Keep what was typed up to a pause; its cities and skills must have been loaded.

    A pause is nothing that anybody did, and there are hundreds of them in an evening: the log has
    the beginning and what the author saves and sends, not this. What was submitted stays as it
    is: that is a `Revision`. Raises StepRefused where nothing may be written, Conflict when
    somebody else than this very window wrote since `version`.
    """
    if State(proposal.state) not in EDITABLE:
        raise StepRefused(f"proposal {proposal.number} is {proposal.state}")
    if proposal.draft == draft:
        return
    # On a bad line our answer may have been lost, and with it the version it told.
    is_own = window is not None and proposal.written_from == window
    if proposal.version != version and not is_own:
        raise Conflict(f"proposal {proposal.number} is at version {proposal.version}")
    write(proposal, draft, at, window=window)


def discard(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Throw a draft away, which can be brought back for a day; StepRefused for anything else."""
    if proposal.state != State.DRAFT:
        raise StepRefused(f"proposal {proposal.number} is {proposal.state}")
    proposal.discarded_at = at
    # A form that is still open somewhere begins a new draft when it is saved.
    proposal.form_key = digest(new_secret())
    record(session, "proposal.discarded", subject_of(proposal), by=by.id, at=at)


def restore(session: Session, number: int, *, by: Account, at: datetime) -> Proposal | None:
    """Bring back a draft that `by` threw away less than a day ago; None if there is none."""
    proposal = session.scalar(
        select(Proposal)
        .where(
            Proposal.number == number,
            Proposal.author_id == by.id,
            Proposal.discarded_at > at - DISCARDED_KEPT,
        )
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
        .with_for_update()
    )
    if proposal is not None:
        proposal.discarded_at = None
        proposal.updated_at = at
        record(session, "proposal.restored", subject_of(proposal), by=by.id, at=at)
    return proposal


def erase(session: Session, proposal: Proposal, *, by: Account, at: datetime) -> None:
    """Delete a draft at once and for good, because its author leaves."""
    if proposal.state != State.DRAFT:
        raise StepRefused(f"proposal {proposal.number} is {proposal.state}")
    if proposal.discarded_at is None:
        record(session, "proposal.discarded", subject_of(proposal), by=by.id, at=at)
    session.delete(proposal)


def forget_discarded(session: Session, *, at: datetime) -> list[int]:
    """Delete for good what was thrown away more than a day ago; returns the numbers."""
    gone = session.scalars(
        delete(Proposal)
        .where(Proposal.state == State.DRAFT, Proposal.discarded_at <= at - DISCARDED_KEPT)
        .returning(Proposal.number)
        .execution_options(synchronize_session=False)
    )
    return list(gone)
