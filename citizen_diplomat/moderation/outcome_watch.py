"""What the desk knows of outcomes: who accepted them, who may look, and who hears of silence."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.declarations import colleagues, is_reviewer
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import item_of
from citizen_diplomat.moderation.results import accepting
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.outcomes.happened import no_partner_asked
from citizen_diplomat.outcomes.silence import Watchers
from citizen_diplomat.outcomes.trail_model import OutcomeTrail
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
        .add_columns(quiet, no_partner_asked())
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
    items = tuple(
        replace(outcome_of(row[0], row[1], after_silence, at=at), lacks_partner=row[3])
        for row in begun
    )
    return Page(items, begun.next, is_first=begun.is_first)


def decider_of(session: Session, number: int) -> int | None:
    """Who accepted a proposal: its outcome is theirs until it is handed over."""
    decision = accepting(session, [number]).get(number)
    return decision.decided_by if decision is not None else None


def may_see_to_it(session: Session, number: int) -> Sequence[Account]:
    """All of the staff who look after a proposal, by name: one of them sees to its outcome."""
    item = item_of(session, number)
    return colleagues(session, item) if item is not None else ()


def watchers_of(session: Session, trails: Collection[OutcomeTrail]) -> dict[int, Watchers]:
    """Who hears of the silence of each of some outcomes, by the numbers of their proposals.

    Whoever may not see to an outcome any more is none of them. In place of an owner and a head
    stand the coordinators who may; where there is none, all who may. Two queries.
    """
    numbers = [trail.proposal_number for trail in trails]
    heads, people = _heads_of(session, numbers), _people_for(session, numbers)
    found = {}
    for trail in trails:
        able = people[trail.proposal_number]
        steering = [person for person, steers in able.values() if steers]
        head = heads.get(trail.proposal_number)
        owner, _ = able.get(trail.owner_id or 0, (None, False))
        found[trail.proposal_number] = Watchers(
            owner=owner,
            heads=[able[head][0]] if head in able else [],
            deputies=steering or [person for person, _ in able.values()],
        )
    return found


def _heads_of(session: Session, numbers: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(QueueItem.subject_id, Desk.head_id)
        .join(Desk, Desk.id == QueueItem.desk_id)
        .where(*_about(numbers), Desk.head_id.is_not(None))
    )
    return {number: head for number, head in rows if head is not None}


def _people_for(
    session: Session, numbers: Collection[int]
) -> dict[int, dict[int, tuple[Account, bool]]]:
    """Who may see to each, by the number of their account, and whether they steer the office."""
    roles = sorted(HELD_BY[Duty.EDIT_OFFICE])
    steers = exists().where(AccountRole.account_id == Account.id, AccountRole.role.in_(roles))
    rows = session.execute(
        select(QueueItem.subject_id, Account, steers.correlate(Account))
        .select_from(Account)
        .join(QueueItem, and_(*_about(numbers)))
        .where(is_reviewer(), looked_after(Account.id))
        .order_by(Account.id)
    )
    found: dict[int, dict[int, tuple[Account, bool]]] = {number: {} for number in numbers}
    for number, person, is_steering in rows:
        found[number][person.id] = (person, is_steering)
    return found


def _about(numbers: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id.in_(sorted(numbers))
