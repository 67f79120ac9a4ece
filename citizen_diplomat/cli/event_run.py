"""Reminding members of events a day before, and seating who waited and may come again."""

import threading
from datetime import datetime

from citizen_diplomat.cli.batches import in_batches
from citizen_diplomat.events import reminders, seats
from citizen_diplomat.web.event_letters import letters


def remind(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post the reminders that are due at the moment `at`, one for each start; returns how many."""
    return in_batches(
        lambda session: reminders.is_anybody_due(session, at=at),
        lambda session: reminders.due(session, at=at),
        lambda session, row: reminders.remind(session, row, letters=letters(), at=at),
        stop=stop,
    )


def seat(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Give seats that stayed free at the moment `at` to who waits for one; returns how many."""
    return in_batches(
        lambda session: seats.is_any_to_fill(session, at=at),
        lambda session: seats.to_fill(session, at=at),
        lambda session, event: seats.fill(session, event, letters=letters(), at=at),
        stop=stop,
    )
