"""How the desk works: claims with a lease, four outcomes, each with a reason."""

from datetime import datetime, timedelta
from enum import StrEnum

from citizen_diplomat.proposals.rules import Step

LEASE = timedelta(minutes=30)
HEARTBEAT_EVERY = timedelta(minutes=5)
MESSAGE_LENGTH = 5_000
NOTE_LENGTH = 2_000
SOON_AFTER = timedelta(days=10)
LATE_AFTER = timedelta(days=14)
"""Two weeks of the calendar hold the ten working days that the office has promised."""


class ItemKind(StrEnum):
    """What waits in the moderation queue."""

    PROPOSAL = "proposal"


class Outcome(StrEnum):
    """What a moderator can decide."""

    ACCEPT = "accept"
    REQUEST_CHANGES = "request_changes"
    DECLINE = "decline"
    DUPLICATE = "duplicate"


class Assigned(StrEnum):
    """Whose items to show."""

    ME = "me"
    FREE = "free"


class Age(StrEnum):
    """How long an item has waited, against what was promised."""

    FRESH = "fresh"
    SOON = "soon"
    LATE = "late"


STEP: dict[Outcome, Step] = {
    Outcome.ACCEPT: Step.ACCEPT,
    Outcome.REQUEST_CHANGES: Step.REQUEST_CHANGES,
    Outcome.DECLINE: Step.DECLINE,
    Outcome.DUPLICATE: Step.MARK_DUPLICATE,
}


def is_held(holder_id: int | None, lease_until: datetime | None, *, at: datetime) -> bool:
    """Whether somebody holds the item: claimed, and the lease has not run out."""
    return holder_id is not None and lease_until is not None and lease_until > at


def may_claim(
    holder_id: int | None, lease_until: datetime | None, *, by: int, at: datetime
) -> bool:
    """Whether `by` may take the item: it is free, the lease of another ran out, or it is theirs."""
    return holder_id == by or not is_held(holder_id, lease_until, at=at)


def may_decide(author_id: int, *, by: int) -> bool:
    """Whether `by` may decide at all: nobody decides on what they wrote themselves."""
    return author_id != by


def age(opened_at: datetime, *, at: datetime) -> Age:
    """How an item that entered the queue at `opened_at` stands against the promise."""
    waited = at - opened_at
    if waited > LATE_AFTER:
        return Age.LATE
    return Age.SOON if waited > SOON_AFTER else Age.FRESH


def days_waited(opened_at: datetime, *, at: datetime) -> int:
    """Whole days since an item entered the queue."""
    return max((at - opened_at).days, 0)


def share_of_promise(opened_at: datetime, *, at: datetime) -> int:
    """How much of the promised time is used up, in steps of 20 percent: 20, 40, 60, 80 or 100."""
    used = (at - opened_at) / LATE_AFTER
    return min(max(int(used * 5) + 1, 1), 5) * 20
