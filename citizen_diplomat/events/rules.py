"""What a meeting is at a moment, who gets its seats, who may still register, and who is reminded.

An event has no stored state. What it is now follows from its start and end and from whether it was
published or cancelled.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

TITLE_LENGTH = 120
DESCRIPTION_LENGTH = 10_000
ADDRESS_LENGTH = 300
LINK_LENGTH = 500
REASON_LENGTH = 1_000
QUESTION_LENGTH = 200
ANSWER_LENGTH = 500
MINUTES_LENGTH = 20_000
ITEM_LENGTH = 300
OWNER_LENGTH = 120
MOST_CITIES = 30
MOST_TOPICS = 12
MOST_QUESTIONS = 5
MOST_SEATS = 100_000
LONGEST = timedelta(days=31)
"""No festival takes longer; what does was mistyped."""
REMINDED_BEFORE = timedelta(days=1)
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, and what is typed for them is read as what it looks like.

Douglas Crockford, Base 32, https://www.crockford.com/base32.html
"""
CODE_LENGTH = 6
LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"}


class Sort(StrEnum):
    """What kind of event it is."""

    MEETING = "meeting"
    FESTIVAL = "festival"


class Held(StrEnum):
    """Where people meet."""

    ONLINE = "online"
    PLACE = "place"
    BOTH = "both"


class Phase(StrEnum):
    """Where an event stands at a moment."""

    DRAFT = "draft"
    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


class Refusal(StrEnum):
    """Why somebody cannot register for an event now."""

    NOT_PUBLIC = "not_public"
    BEGUN = "begun"
    CLOSED = "closed"
    SUSPENDED = "suspended"


class News(StrEnum):
    """What happened to a registration, as its owner reads it."""

    REGISTERED = "registered"
    WAITING = "waiting"
    SEAT = "seat"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"


NEEDED = ("title_fa", "title_en", "description_fa", "description_en", "cities")
"""What an event must say before it is published, in both languages."""
MOVING = ("time_zone", "starts_at", "ends_at", "held", "link", "address", "place_city")
"""Whoever is registered is told when one of these changes."""


def phase_of(
    starts_at: datetime | None,
    ends_at: datetime | None,
    *,
    published: bool,
    cancelled: bool,
    at: datetime,
) -> Phase:
    """What an event is at a moment; it is over with its last instant."""
    if cancelled:
        return Phase.CANCELLED
    if not published or starts_at is None or ends_at is None:
        return Phase.DRAFT
    if at < starts_at:
        return Phase.COMING
    return Phase.RUNNING if at < ends_at else Phase.OVER


def lacking(
    filled: Collection[str],
    held: Held,
    starts_at: datetime | None,
    ends_at: datetime | None,
    register_until: datetime | None,
) -> tuple[str, ...]:
    """The names of what an event needs before it is published, or has out of order.

    `filled` are the names of the texts and lists that are not empty.
    """
    wanted = [*NEEDED]
    if held in {Held.ONLINE, Held.BOTH}:
        wanted.append("link")
    if held in {Held.PLACE, Held.BOTH}:
        wanted += ["address", "place_city"]
    missing = [name for name in wanted if name not in filled]
    if starts_at is None:
        missing.append("starts_at")
    if ends_at is None:
        missing.append("ends_at")
    wrong = out_of_order(starts_at, ends_at, register_until)
    return (*missing, wrong) if wrong and wrong not in missing else tuple(missing)


def out_of_order(
    starts_at: datetime | None, ends_at: datetime | None, register_until: datetime | None
) -> str | None:
    """The name of a moment that cannot stand so: an end before the start or too long after it."""
    if starts_at and ends_at and not starts_at < ends_at <= starts_at + LONGEST:
        return "ends_at"
    if starts_at and register_until and register_until > starts_at:
        return "register_until"
    return None


def refusal_of(
    phase: Phase, *, register_until: datetime | None, suspended: bool, at: datetime
) -> Refusal | None:
    """Why somebody cannot register now; None if they can. Without an end it ends at the start."""
    if phase in {Phase.DRAFT, Phase.CANCELLED}:
        return Refusal.NOT_PUBLIC
    if phase in {Phase.RUNNING, Phase.OVER}:
        return Refusal.BEGUN
    if register_until is not None and at >= register_until:
        return Refusal.CLOSED
    return Refusal.SUSPENDED if suspended else None


def free_seats(seats: int | None, taken: int) -> int | None:
    """How many seats are free; None where their number is not limited."""
    return None if seats is None else max(0, seats - taken)


def is_reminded(
    starts_at: datetime, *, seated_at: datetime, reminded_for: datetime | None, at: datetime
) -> bool:
    """Whether somebody with a seat is to be reminded at a moment of a start.

    Once for each start, within its last day; not who got the seat on that day.
    """
    first = starts_at - REMINDED_BEFORE
    return first <= at < starts_at and reminded_for != starts_at and seated_at <= first


def typed_code(text: str) -> str:
    """A check-in code as it was given out, from how somebody typed it."""
    read = (LOOK_ALIKES.get(one, one) for one in text.upper())
    return "".join(one for one in read if one in CODE_ALPHABET)


def shown_code(code: str) -> str:
    """A check-in code in two halves, as it is read out."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"
