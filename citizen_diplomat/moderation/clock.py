"""The fairness clock: working days promised and used, stopped while an item waits for its author.

Days are those of the office's calendar. The day on which something arrives counts for nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import Office, office
from citizen_diplomat.moderation.rules import SOON, TARGET_OF, ItemKind, Target, Urgency, position
from citizen_diplomat.proposals.rules import State

_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Standing:
    """How an item stands against its promise: on working day `day` of `target`."""

    day: int
    target: int
    last_day: date | None
    """The office's day by whose end it is promised, while the clock runs."""
    is_late: bool
    """Whether the promise was missed, by the rule of `is_late`."""
    is_stopped: bool
    """Whether it waits for its author, and no day counts."""


def start(session: Session, item: QueueItem, *, at: datetime) -> None:
    """Let the clock of an item run from now; one that was stopped goes on where it stood.

    At least one whole working day is left, however many were used before.
    """
    of = office(session)
    if item.is_paused:
        item.days_used = days_used(of, item, at=at)
    else:
        item.days_used = 0
        item.answered_at = item.answer_missed_at = item.missed_at = None
        item.target_days = of.targets[TARGET_OF[ItemKind(item.kind)]]
        item.urgency = Urgency.NORMAL
        item.answer_due_at = of.calendar.due_at(at, of.targets[Target.ANSWER])
    left = max(item.target_days - item.days_used, 1)
    item.clock_started_at, item.is_paused = at, False
    item.due_at = of.calendar.due_at(at, left)
    item.soon_at = of.calendar.due_at(at, left - SOON) if left > SOON else at
    item.position = position(item.urgency, item.due_at)


def days_used(of: Office, item: QueueItem, *, at: datetime) -> int:
    """Working days that an item has waited for staff until `at`, or until it was closed."""
    if item.clock_started_at is None:
        return item.days_used
    until = at if item.closed_at is None else item.closed_at
    return item.days_used + of.calendar.passed(item.clock_started_at, until)


def standing(of: Office, item: QueueItem, *, at: datetime) -> Standing:
    """How an item stands, as its author and staff are told."""
    used = days_used(of, item, at=at)
    is_open = item.closed_at is None
    runs_until = item.due_at if is_open else None
    return Standing(
        day=used,
        target=item.target_days,
        last_day=of.calendar.day_of(last_moment(runs_until)) if runs_until else None,
        is_late=is_late(item, at=at),
        is_stopped=not is_open and item.is_paused,
    )


def is_late(item: QueueItem, *, at: datetime) -> bool:
    """Whether the promise of an item was missed by `at`, or by when it was closed.

    It is missed at its due moment, also where days of rest follow and no further working day is
    used; and it stays missed when its author has it back meanwhile (docs/counting.md).
    """
    until = at if item.closed_at is None else item.closed_at
    was_late = item.missed_at is not None or item.days_used > item.target_days
    return was_late or (item.due_at is not None and item.due_at <= until)


def last_moment(due_at: datetime) -> datetime:
    """The last moment in time: what is due at midnight is due on the day that ends with it."""
    return due_at - _A_MOMENT


def waits_as(state: str) -> ItemKind:
    """As what a proposal in this state waits, or waited, for staff."""
    return ItemKind.APPEAL if state == State.APPEALED else ItemKind.PROPOSAL


def standing_of(
    session: Session, kind: ItemKind, number: int, *, at: datetime
) -> tuple[Standing, Desk | None] | None:
    """How one thing stands and with which desk it is; None if it never waited for staff.

    A desk of None is the office as a whole.
    """
    return standings_of(session, {number: kind}, at=at).get(number)


def standings_of(
    session: Session, things: Mapping[int, ItemKind], *, at: datetime
) -> dict[int, tuple[Standing, Desk | None]]:
    """The same for many things, each by its number with its kind: two queries, none for nothing."""
    if not things:
        return {}
    of = office(session)
    items = session.scalars(
        select(QueueItem)
        .where(QueueItem.kind.in_(set(things.values())), QueueItem.subject_id.in_(things))
        .options(joinedload(QueueItem.desk))
    )
    return {
        item.subject_id: (standing(of, item, at=at), item.desk)
        for item in items
        if item.kind == things[item.subject_id]
    }


def answered(item: QueueItem, *, at: datetime) -> None:
    """Write down that the author heard from staff for the first time.

    What stood first only because they had not goes back to its place.
    """
    item.answered_at = item.answered_at or at
    if item.missed_at is None:
        _put(item, Urgency.NORMAL)


def waits_for_answer_until(item: QueueItem) -> datetime | None:
    """When a first answer is due, while there is none; None where the item is closed with it."""
    due_at = item.answer_due_at
    if item.answered_at is not None or due_at is None or due_at == item.due_at:
        return None
    return due_at


def make_urgent(item: QueueItem) -> None:
    """Put an item before all that are not urgent."""
    _put(item, Urgency.URGENT)


def _put(item: QueueItem, urgency: Urgency) -> None:
    item.urgency = urgency
    if item.due_at is not None:
        item.position = position(item.urgency, item.due_at)
