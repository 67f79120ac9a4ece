"""The trail of an outcome: it begins, it gets steps, it is handed over, it ends or goes on.

Whoever changes one locks its row first and the log last, so that nobody waits in a ring.
"""

from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.database import inserting
from citizen_diplomat.outcomes.happened import LinkFor, ask_author
from citizen_diplomat.outcomes.trail_model import OutcomeStep, OutcomeTrail, StepDraft
from citizen_diplomat.outcomes.trail_rules import MOST_STEPS, standing

MIDNIGHT = time(0, tzinfo=ISFAHAN)


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed it since the page was made; nothing was changed now."""


class Ended(Exception):  # noqa: N818 - named for what happened
    """The outcome is completed or stopped: it must be taken up again first."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """The outcome has as many steps as it may."""


def begin(
    session: Session, number: int, *, owner_id: int | None, begun_at: datetime
) -> OutcomeTrail:
    """The trail of an accepted proposal, locked; written now if this is its first step or letter.

    `owner_id` is who accepted the proposal, `begun_at` when it was published.
    """
    fresh = inserting(session, OutcomeTrail).values(
        proposal_number=number,
        owner_id=owner_id,
        begun_at=begun_at,
        quiet_from=begun_at,
        reason_fa="",
        reason_en="",
        version=1,
    )
    session.execute(fresh.on_conflict_do_nothing())
    return session.scalars(
        select(OutcomeTrail)
        .where(OutcomeTrail.proposal_number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def add_step(
    session: Session,
    trail: OutcomeTrail,
    draft: StepDraft,
    *,
    form_key: str,
    by: int,
    at: datetime,
    action_item_id: int | None = None,
) -> OutcomeStep:
    """Write a step down: it ends a silence. The same form posted again gives the first one.

    `action_item_id` is the promise of an event that it is made of. Raises Ended and TooMany.
    """
    same = session.scalar(
        select(OutcomeStep).where(OutcomeStep.added_by == by, OutcomeStep.form_key == form_key)
    )
    if same is not None:
        return same
    _refuse_ended(trail)
    count = select(func.count()).where(OutcomeStep.proposal_number == trail.proposal_number)
    if (session.scalar(count) or 0) >= MOST_STEPS:
        raise TooMany(trail.proposal_number)
    step = OutcomeStep(
        proposal_number=trail.proposal_number,
        action_item_id=action_item_id,
        form_key=form_key,
        added_by=by,
        added_at=at,
        noted_at=at,
    )
    _put(step, draft)
    session.add(step)
    settle(session, trail)
    record(session, "outcome.step_added", _subject(trail), by=by, at=at, step=step.id)
    return step


def change_step(
    session: Session,
    trail: OutcomeTrail,
    step: OutcomeStep,
    draft: StepDraft,
    *,
    version: int,
    by: int,
    at: datetime,
) -> None:
    """Say a step differently; said to be done now, it ends a silence. Raises ChangedMeanwhile."""
    session.refresh(step)
    if step.version != version:
        raise ChangedMeanwhile(step.id)
    if step.done_on is None and draft.done_on is not None:
        step.noted_at = at
    _put(step, draft)
    settle(session, trail)
    record(session, "outcome.step_changed", _subject(trail), by=by, at=at, step=step.id)


def finish_step(
    session: Session, trail: OutcomeTrail, step: OutcomeStep, *, on: date, by: int, at: datetime
) -> None:
    """Say that a planned step is done; one that is done already stays as it is."""
    session.refresh(step)
    if step.done_on is None:
        step.done_on, step.noted_at = on, at
        settle(session, trail)
        record(session, "outcome.step_done", _subject(trail), by=by, at=at, step=step.id)


def hand_over(
    session: Session, trail: OutcomeTrail, to: Account, *, version: int, by: int, at: datetime
) -> None:
    """Let somebody else of the staff see to it. Raises ChangedMeanwhile."""
    _refuse_stale(trail, version)
    trail.owner_id = to.id
    record(session, "outcome.handed_over", _subject(trail), by=by, at=at, to=to.id)


def complete(
    session: Session,
    trail: OutcomeTrail,
    author: Account,
    title: str,
    *,
    version: int,
    by: int,
    at: datetime,
    link: LinkFor,
) -> None:
    """Say that it is done, and ask its author whether it happened.

    Raises ChangedMeanwhile and Ended.
    """
    _refuse_stale(trail, version)
    _refuse_ended(trail)
    trail.completed_at = at
    record(session, "outcome.completed", _subject(trail), by=by, at=at)
    ask_author(session, trail, author, title, at=at, link=link)


def stop(
    session: Session,
    trail: OutcomeTrail,
    reason_fa: str,
    reason_en: str,
    *,
    version: int,
    by: int,
    at: datetime,
) -> None:
    """Say that it will not go on, and why; everybody reads that. Raises ChangedMeanwhile, Ended."""
    _refuse_stale(trail, version)
    _refuse_ended(trail)
    trail.stopped_at, trail.reason_fa, trail.reason_en = at, reason_fa, reason_en
    record(session, "outcome.stopped", _subject(trail), by=by, at=at)


def take_up(session: Session, trail: OutcomeTrail, *, version: int, by: int, at: datetime) -> None:
    """Let one that was completed or stopped go on; it is silent from now on, not from before.

    Raises ChangedMeanwhile.
    """
    _refuse_stale(trail, version)
    if trail.completed_at is None and trail.stopped_at is None:
        return
    trail.completed_at = trail.stopped_at = None
    trail.reason_fa = trail.reason_en = ""
    trail.begun_at = at
    settle(session, trail)
    record(session, "outcome.taken_up", _subject(trail), by=by, at=at)


def settle(session: Session, trail: OutcomeTrail) -> None:
    """Write down what follows from the steps; a quiet that begins anew may be told of again."""
    # The steps that were just written are asked for.
    session.flush()
    steps = session.scalars(
        select(OutcomeStep).where(OutcomeStep.proposal_number == trail.proposal_number)
    )
    stands = standing((row.dates for row in steps), begun_at=trail.begun_at, midnight=MIDNIGHT)
    trail.last_step_id, trail.next_step_id = stands.last, stands.next
    if stands.quiet_from != trail.quiet_from:
        trail.quiet_from = stands.quiet_from
        trail.alarmed_at = trail.escalated_at = None


def _put(step: OutcomeStep, draft: StepDraft) -> None:
    step.kind, step.owner_id = draft.kind, draft.owner_id
    step.text_fa, step.text_en = draft.text_fa, draft.text_en
    step.partner, step.contact = draft.partner, draft.contact
    step.documents, step.shows_documents = draft.documents, draft.shows_documents
    step.planned_on, step.done_on = draft.planned_on, draft.done_on


def _refuse_stale(trail: OutcomeTrail, version: int) -> None:
    if trail.version != version:
        raise ChangedMeanwhile(trail.proposal_number)


def _refuse_ended(trail: OutcomeTrail) -> None:
    if trail.completed_at is not None or trail.stopped_at is not None:
        raise Ended(trail.proposal_number)


def _subject(trail: OutcomeTrail) -> str:
    return f"proposal:{trail.proposal_number}"
