"""Meetings and festivals with a city for its briefing pack, with what was promised there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.events import queries
from citizen_diplomat.events.model import ActionItem, Event

MOST = 20
"""Of those to come, and of those that were."""


@dataclass(frozen=True)
class Meeting:
    """A published event, with what somebody promised there."""

    event: Event
    promises: Sequence[ActionItem] = ()


def meetings_of(session: Session, slug: str, *, at: datetime) -> list[Meeting]:
    """What comes, the next one first, then what was, the latest first; three queries."""
    coming = queries.upcoming(session, at, city=slug, limit=MOST).items
    over = queries.past(session, at, city=slug, limit=MOST).items
    events = [*coming, *over]
    promised: dict[int, list[ActionItem]] = defaultdict(list)
    for item in queries.action_items_at(session, [event.number for event in events]):
        promised[item.event_number].append(item)
    return [Meeting(event, promised[event.number]) for event in events]
