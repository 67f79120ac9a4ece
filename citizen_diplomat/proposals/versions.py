"""Keeping for good: every version that was sent, and every step that was taken."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.proposals.model import ProposalEvent, Revision
from citizen_diplomat.proposals.receipts import text_hash
from citizen_diplomat.proposals.rules import Move, State, Step
from citizen_diplomat.proposals.written import ProposalChange, Written


def new_revision(written: Written, number: int, at: datetime) -> Revision:
    """What was written, as the version of that number."""
    draft = written.draft
    return Revision(
        proposal_number=written.number,
        revision=number,
        language=draft.language,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        topic_slug=draft.topic_slug,
        call_number=draft.call_number,
        city_slugs=list(draft.city_slugs),
        skill_slugs=list(draft.skill_slugs),
        beneficiaries=draft.beneficiaries,
        partners=draft.partners,
        own_part=draft.own_part,
        cost=draft.cost,
        duration=draft.duration,
        answers=[asdict(answer) for answer in draft.answers],
        submitted_at=at,
    )


def newest_number(session: Session, number: int) -> int:
    """The number of the version that was submitted last; 0 before the first."""
    newest = session.scalar(
        select(func.max(Revision.revision)).where(Revision.proposal_number == number)
    )
    return newest or 0


def first_sent_at(session: Session, number: int) -> datetime | None:
    """When the first version arrived: its day is part of the reference."""
    return session.scalar(
        select(Revision.submitted_at).where(
            Revision.proposal_number == number, Revision.revision == 1
        )
    )


def write_history(
    session: Session, written: Written, move: Move, revision: int, *, by: Account, at: datetime
) -> None:
    """Keep for good that a proposal, or a change of one, took a step.

    When it was sent, the log holds the hash of the text: that of its receipt.
    """
    of_change = isinstance(written, ProposalChange)
    session.add(
        ProposalEvent(
            proposal_number=written.number,
            step=move.step,
            source=move.source,
            target=move.target,
            revision=revision,
            of_change=of_change,
            actor_id=by.id,
            at=at,
        )
    )
    what = "change" if of_change else "proposal"
    record(
        session,
        f"{what}.{move.target}",
        f"{what}:{written.number}",
        by=by.id,
        at=at,
        source=move.source.value,
        revision=revision,
        **_hash_of_text(session, written.number, move, revision),
    )


def _hash_of_text(session: Session, number: int, move: Move, revision: int) -> dict[str, str]:
    if move.step is not Step.SUBMIT:
        return {}
    sent = session.scalars(
        select(Revision).where(Revision.proposal_number == number, Revision.revision == revision)
    ).one()
    return {"sha256": text_hash(sent)}


def standings(events: Sequence[ProposalEvent]) -> dict[int, State]:
    """What became of each version, by its number, as the history tells it."""
    return {event.revision: State(event.target) for event in events if event.revision}
