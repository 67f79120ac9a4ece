"""Outside opinions: whom the desk may ask, what can be answered, and how long a link is open."""

from datetime import datetime, timedelta
from enum import StrEnum

ASKED_NAME_LENGTH = 80
"""As much as the outbox keeps of a recipient's name."""
QUESTION_LENGTH = 1_000
GROUND_LENGTH = 1_000
OPINION_LENGTH = 5_000
SIGNATURE_LENGTH = 120
"""Of the name and of the function of whoever gives an opinion, each."""
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 1, 14, 60
"""How many days a link may be open."""
MOST_ASKED = 20
"""How many may be asked about one item: enough for every desk, and a page that stays short."""


class Advisor(StrEnum):
    """Whom the desk asks."""

    EXPERT = "expert"
    EMBASSY = "embassy"
    FOREIGN_MINISTRY = "foreign_ministry"
    OTHER = "other"


class Recommendation(StrEnum):
    """What whoever was asked would do."""

    IN_FAVOUR = "in_favour"
    WITH_CONDITIONS = "with_conditions"
    AGAINST = "against"
    CANNOT_JUDGE = "cannot_judge"


class Link(StrEnum):
    """Whether the link of a request opens the text, and if not, why."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SETTLED = "settled"
    """The item no longer waits, or waits again with another version."""


class Progress(StrEnum):
    """How far a request has come, as the desk sees it."""

    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SETTLED = "settled"


def link_of(
    *,
    asked_at: datetime,
    expires_at: datetime,
    revoked_at: datetime | None,
    opened_at: datetime,
    closed_at: datetime | None,
    at: datetime,
) -> Link:
    """What the link of a request does at `at`; the item last came into the queue at `opened_at`."""
    if revoked_at is not None:
        return Link.REVOKED
    if closed_at is not None or opened_at > asked_at:
        return Link.SETTLED
    return Link.EXPIRED if at >= expires_at else Link.OPEN


def progress_of(link: Link, *, is_opened: bool, is_answered: bool) -> Progress:
    """How far a request has come; an opinion that was given stays one when its link has ended."""
    if is_answered:
        return Progress.ANSWERED
    if link is not Link.OPEN:
        return Progress(link.value)
    return Progress.OPENED if is_opened else Progress.SENT


def shows_signature(*, asked_by: int, may_be_named: bool, viewer: int) -> bool:
    """Whether `viewer` reads who gave an opinion: the asker always, colleagues if they may."""
    return asked_by == viewer or may_be_named


def shows_asked(kind: str, *, is_answered: bool, shows_signature: bool) -> bool:
    """Whether the name that was asked is shown: with an opinion, that of an expert is whose it is.

    A body is no person, and before there is an opinion colleagues must see that somebody was asked.
    """
    return shows_signature or not is_answered or kind != Advisor.EXPERT


def needs_text(recommendation: str | None) -> bool:
    """Whether an opinion says nothing without words: conditions must be named."""
    return recommendation == Recommendation.WITH_CONDITIONS


def lasting(days: int) -> timedelta:
    """How long a link of so many days is open; ValueError outside of what is allowed."""
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise ValueError(f"a link lasts {FEWEST_DAYS} to {MOST_DAYS} days, not {days}")
    return timedelta(days=days)
