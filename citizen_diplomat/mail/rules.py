"""When a mail that could not be delivered is tried again, and when it is given up."""

from datetime import datetime, timedelta
from enum import StrEnum

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITS = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    _HOUR,
    3 * _HOUR,
    6 * _HOUR,
    *(5 * [12 * _HOUR]),
)
"""After each attempt; about three days in all (RFC 5321, 4.5.4.1: four to five days at most)."""
MOST_ATTEMPTS = len(WAITS) + 1
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a mail waits for a server that cannot be reached at all."""
SERVER_AWAY_WAIT = _MINUTE
LEASE = timedelta(minutes=15)
"""Longer than one delivery can take: the answer to DATA alone is waited for ten minutes."""


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    STOPPED = "stopped"
    FAILED = "failed"


def next_try(attempts: int, *, at: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones, the last of them at `at`; None: never."""
    return at + WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None


FAREWELLS = frozenset({"account_closed"})
"""Mails to people of whom nothing shall be left: their rows are emptied when they are done."""

NOBODY = {"to_address": "", "to_key": "nobody", "to_name": ""}
"""What stands in a row instead of its recipient."""
