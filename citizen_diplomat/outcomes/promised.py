"""What somebody promised at an event for a proposal becomes a step of its outcome, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.events.model import ActionItem
from citizen_diplomat.events.queries import action_items_for
from citizen_diplomat.outcomes import trail
from citizen_diplomat.outcomes.trail_model import OutcomeStep, OutcomeTrail, StepDraft
from citizen_diplomat.outcomes.trail_rules import StepKind


def not_yet_steps(session: Session, number: int) -> Sequence[ActionItem]:
    """What was promised for a proposal and is no step of its outcome yet, in order of writing."""
    made = select(OutcomeStep.action_item_id).where(
        OutcomeStep.proposal_number == number, OutcomeStep.action_item_id.is_not(None)
    )
    taken = set(session.scalars(made))
    return [item for item in action_items_for(session, number) if item.id not in taken]


def promise_for(session: Session, number: int, item: int) -> ActionItem | None:
    """One promise for a proposal, to make a step of it; None for any other."""
    wanted = select(ActionItem).where(ActionItem.id == item, ActionItem.proposal_number == number)
    return session.scalar(wanted)


def take_over(
    session: Session, row: OutcomeTrail, item: ActionItem, *, by: int, at: datetime
) -> OutcomeStep:
    """Make a planned step of a promise, with its words, its day and who does it.

    `row` is locked, so that of two colleagues at once the second one gets the step of the first.
    Raises Ended and TooMany.
    """
    made = select(OutcomeStep).where(OutcomeStep.action_item_id == item.id)
    step = session.scalar(made)
    if step is not None:
        return step
    draft = StepDraft(
        StepKind.OTHER,
        text_fa=item.text_fa,
        text_en=item.text_en,
        owner_id=item.owner_id,
        # Who is not of the office stands on the page of the event with their name already.
        partner=item.owner_name,
        planned_on=item.due_on,
    )
    key = f"promised at an event: {item.id}"
    return trail.add_step(session, row, draft, form_key=key, by=by, at=at, action_item_id=item.id)
