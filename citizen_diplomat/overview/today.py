"""The work of today at the desk: what is overdue, due, nobody's, or held for too long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.moderation.conditions import QueueFilters, conditions
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import COUNTED_TO
from citizen_diplomat.moderation.rules import Age, Assigned

OVERDUE = QueueFilters(age=Age.LATE)
DUE_TODAY = QueueFilters(age=Age.TODAY)
UNASSIGNED = QueueFilters(assigned=Assigned.FREE)
HELD_TOO_LONG = QueueFilters(assigned=Assigned.HELD)
SHOWN = (OVERDUE, DUE_TODAY, UNASSIGNED, HELD_TOO_LONG)


@dataclass(frozen=True)
class Today:
    """How many items that somebody looks after are so, each figure at most `COUNTED_TO`.

    Each counts what the queue lists with the filters of the same name.
    """

    overdue: int
    due_today: int
    unassigned: int
    held_too_long: int


def today(session: Session, *, viewer: int, at: datetime) -> Today:
    """Count the work of today, in one query."""
    return Today(
        *session.execute(
            select(
                _counted(OVERDUE, viewer, at),
                _counted(DUE_TODAY, viewer, at),
                _counted(UNASSIGNED, viewer, at),
                _counted(HELD_TOO_LONG, viewer, at),
            )
        ).one()
    )


def _counted(filters: QueueFilters, viewer: int, at: datetime) -> ColumnElement[int]:
    rows = select(QueueItem.id).where(*conditions(filters, viewer, at)).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()
