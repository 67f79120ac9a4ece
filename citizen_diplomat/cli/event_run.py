"""Reminding members of the events at which they have a seat, a day before."""

import threading
from datetime import datetime

from citizen_diplomat.cli.batches import in_batches
from citizen_diplomat.events import reminders
from citizen_diplomat.web.event_letters import letters


def remind(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Post the reminders that are due at the moment `at`, one for each start; returns how many."""
    return in_batches(
        lambda session: reminders.is_anybody_due(session, at=at),
        lambda session: reminders.due(session, at=at),
        lambda session, row: reminders.remind(session, row, letters=letters(), at=at),
        stop=stop,
    )
