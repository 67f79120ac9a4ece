"""What the desk knows of outcomes: who accepted them, who may look, and who heads the desk."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_of
from citizen_diplomat.moderation.results import accepting
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.outcomes.trail_queries import (
    Outcome,
    outcome_of,
    quiet_from,
    state_now,
    with_steps,
)
from citizen_diplomat.outcomes.trail_rules import OPEN, OutcomeState
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC

PAGE_LENGTH = 25


def outcomes_for(
    session: Session,
    after_silence: timedelta,
    *,
    viewer: int,
    at: datetime,
    state: OutcomeState | None = None,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Outcome]:
    """Outcomes that `viewer` looks after: those first that are quiet longest, then those due first.

    Without a state, those that somebody still works on. Two queries.
    """
    quiet, now = quiet_from(), state_now(after_silence, at)
    item = and_(QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id == Proposal.number)
    wanted = (
        with_steps()
        .add_columns(quiet)
        .join(QueueItem, item)
        .where(Proposal.state.in_(sorted(PUBLIC)), looked_after(viewer))
        .where(now.in_([str(one) for one in sorted(OPEN)]) if state is None else now == state)
        .order_by(quiet, Proposal.number)
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(quiet, Proposal.number, after))
    rows = session.execute(wanted).all()
    begun = page(rows, limit, lambda row: (row[2], row[0].number), after=after)
    items = tuple(outcome_of(row[0], row[1], after_silence, at=at) for row in begun)
    return Page(items, begun.next, is_first=begun.is_first)


def decider_of(session: Session, number: int) -> int | None:
    """Who accepted a proposal: its outcome is theirs until it is handed over."""
    decision = accepting(session, [number]).get(number)
    return decision.decided_by if decision is not None else None


def may_see_to_it(session: Session, number: int) -> Sequence[Account]:
    """All of the staff who look after a proposal, by name: one of them sees to its outcome."""
    item = item_of(session, number)
    return colleagues(session, item) if item is not None else ()


def heads_of(session: Session, numbers: Collection[int]) -> dict[int, list[Account]]:
    """The head of the desk of each of some proposals, as far as there is one."""
    heads: dict[int, list[Account]] = {number: [] for number in numbers}
    rows = session.execute(
        select(QueueItem.subject_id, Desk)
        .join(Desk, Desk.id == QueueItem.desk_id)
        .where(QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id.in_(sorted(numbers)))
        .options(joinedload(Desk.head))
    )
    for number, desk in rows:
        if desk.head is not None:
            heads[number].append(desk.head)
    return heads
