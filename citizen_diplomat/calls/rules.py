"""The life of a call as moments: when it is open, when it is read, and by when it is answered.

A call has no stored state. What it is now follows from its four moments and from whether it was
published or withdrawn: nobody has to be awake when one of them passes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

TITLE_LENGTH = 120
QUESTION_LENGTH = 400
BACKGROUND_LENGTH = 10_000
MOST_CITIES = 30
MOST_TOPICS = 12
MOST_LATE_DAYS = 60
"""So many days after closing can a late code let somebody answer, at most."""
MOST_LATE_CODES = 100
"""Codes of one call: what is given to everybody is a later end."""
CODE_LENGTH = 12
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No characters that are read as another one: 0 O, 1 I L."""


class Phase(StrEnum):
    """Where a call stands at a moment."""

    DRAFT = "draft"
    PLANNED = "planned"
    OPEN = "open"
    REVIEW = "review"
    ANSWERING = "answering"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Answerers(StrEnum):
    """Who may answer a call."""

    EVERYONE = "everyone"
    CITIES = "cities"
    """Members who live in one of the cities that it names."""


class Refusal(StrEnum):
    """Why somebody cannot answer a call now."""

    NOT_PUBLIC = "not_public"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OTHER_CITIES = "other_cities"


@dataclass(frozen=True)
class Moments:
    """When a call opens and closes, until when answers are read, and by when they are answered."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    review_until: datetime | None = None
    answer_by: datetime | None = None


MOMENTS = ("opens_at", "closes_at", "review_until", "answer_by")
"""In the order of their time."""
ENDS: tuple[tuple[Phase, str], ...] = (
    (Phase.PLANNED, "opens_at"),
    (Phase.OPEN, "closes_at"),
    (Phase.REVIEW, "review_until"),
    (Phase.ANSWERING, "answer_by"),
)
"""Each phase of a published call with the moment at which it ends; then it is answered."""
OVER = frozenset({Phase.REVIEW, Phase.ANSWERING, Phase.ANSWERED})
NEEDED = (
    *("title_fa", "title_en", "question_fa", "question_en", "background_fa", "background_en"),
    *("cities", "topics", *MOMENTS),
)
"""What a call must say before it is published: everything, in both languages."""


def phase_of(moments: Moments, *, published: bool, withdrawn: bool = False, at: datetime) -> Phase:
    """What a call is at a moment; a phase ends with its last instant, and the next one begins."""
    if withdrawn:
        return Phase.WITHDRAWN
    if not published:
        return Phase.DRAFT
    for phase, name in ENDS:
        end = getattr(moments, name)
        if end is None or at < end:
            return phase
    return Phase.ANSWERED


def out_of_order(moments: Moments) -> str | None:
    """The name of the first moment that does not come after the one before it, if there is one."""
    previous: datetime | None = None
    for name in MOMENTS:
        moment = getattr(moments, name)
        if moment is not None and previous is not None and moment <= previous:
            return name
        previous = moment or previous
    return None


def moved_too_late(before: Moments, after: Moments, *, at: datetime) -> tuple[str, ...]:
    """The moments of a published call that cannot be moved so.

    What has passed stays; what is still to come is not moved into the past.
    """
    return tuple(
        name for name in MOMENTS if not _may_move(getattr(before, name), getattr(after, name), at)
    )


def refusal_of(
    phase: Phase,
    *,
    who: Answerers,
    cities: Collection[str],
    lives_in: str | None,
    late_until: datetime | None,
    at: datetime,
) -> Refusal | None:
    """Why somebody who lives in a city cannot answer a call in this phase; None if they can.

    `late_until` is the end of the late code that they used, None without one.
    """
    if phase in {Phase.DRAFT, Phase.WITHDRAWN}:
        return Refusal.NOT_PUBLIC
    if phase is Phase.PLANNED:
        return Refusal.NOT_YET
    if phase in OVER and (late_until is None or at >= late_until):
        return Refusal.CLOSED
    if who is Answerers.CITIES and lives_in not in cities:
        return Refusal.OTHER_CITIES
    return None


def tells_count(phase: Phase, *, hides_count: bool) -> bool:
    """Whether it is said how many have answered: if so wanted, only once it is closed."""
    return phase in OVER or (phase is Phase.OPEN and not hides_count)


def late_end(closes_at: datetime, days: int) -> datetime:
    """Until when a late code is good that gives so many days after closing."""
    return closes_at + timedelta(days=days)


def moment_in(zone: tzinfo, local: datetime) -> datetime | None:
    """The moment of a clock on a wall of `zone`; None for an hour that its clocks leap over.

    An hour that comes twice is its first one.
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None


def typed_code(text: str) -> str:
    """A late code as it was given out, from how somebody typed it."""
    return "".join(one for one in text.upper() if one in CODE_ALPHABET)


def _may_move(before: datetime | None, after: datetime | None, at: datetime) -> bool:
    if before == after:
        return True
    return (before is None or before > at) and after is not None and after > at
