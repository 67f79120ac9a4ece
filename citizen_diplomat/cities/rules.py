"""What a city can be to Isfahan, and how that follows from what happened between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo


class CityStatus(StrEnum):
    """Where the relation stands today."""

    HOME = "home"
    TWINNED = "twinned"
    MEMORANDUM = "memorandum"
    PREPARATION = "preparation"
    DORMANT = "dormant"
    REVIVED = "revived"
    SUSPENDED = "suspended"


class EventKind(StrEnum):
    """What happened between two cities, in the order in which a relation lives.

    The documents are those of Sister Cities International's toolkit for agreements (2021) and of
    the office; rest, revival and suspension are what relations really went through.
    """

    LETTER_OF_INTENT = "letter_of_intent"
    COUNCIL_DECISION = "council_decision"
    MEMORANDUM = "memorandum"
    AGREEMENT = "agreement"
    ROAD_MAP = "road_map"
    RENEWAL = "renewal"
    MILESTONE = "milestone"
    DORMANCY = "dormancy"
    SUSPENSION = "suspension"
    REVIVAL = "revival"


class Side(StrEnum):
    """Whose act it was."""

    BOTH = "both"
    ISFAHAN = "isfahan"
    PARTNER = "partner"


RANK = {kind: place for place, kind in enumerate(EventKind)}
DOCUMENTS = frozenset(
    {
        *(EventKind.LETTER_OF_INTENT, EventKind.COUNCIL_DECISION, EventKind.MEMORANDUM),
        *(EventKind.AGREEMENT, EventKind.ROAD_MAP, EventKind.RENEWAL),
    }
)
STEERING = frozenset(EventKind) - {EventKind.ROAD_MAP, EventKind.MILESTONE}
"""What changes the status: it is written down once it has happened, never ahead of its day."""


@dataclass(frozen=True)
class Happening:
    """One event as the rule below reads it; `day` is the first that it may have been."""

    kind: EventKind
    day: date
    side: Side = Side.BOTH


@dataclass
class _Relation:
    """The relation while its events are gone through."""

    has_memorandum: bool = False
    is_signed: bool = False
    rests: bool = False
    is_revived: bool = False
    suspended_by: set[Side] = field(default_factory=set)

    def take(self, event: Happening) -> None:
        sides = {Side.ISFAHAN, Side.PARTNER} if event.side is Side.BOTH else {event.side}
        match event.kind:
            case EventKind.MEMORANDUM:
                self.has_memorandum = True
            case EventKind.AGREEMENT | EventKind.RENEWAL:
                # Both sides signed: whatever lay between them is over.
                self.is_signed, self.rests, self.is_revived = True, False, False
                self.suspended_by.clear()
            case EventKind.DORMANCY:
                self.rests, self.is_revived = True, False
            case EventKind.SUSPENSION:
                self.suspended_by |= sides
            case EventKind.REVIVAL:
                self.suspended_by -= sides
                self.rests, self.is_revived = False, True

    def status(self) -> CityStatus:
        if self.suspended_by:
            return CityStatus.SUSPENDED
        if not (self.is_signed or self.has_memorandum):
            return CityStatus.PREPARATION
        if self.rests:
            return CityStatus.DORMANT
        if not self.is_signed:
            return CityStatus.MEMORANDUM
        return CityStatus.REVIVED if self.is_revived else CityStatus.TWINNED


def in_order(events: Iterable[Happening]) -> list[Happening]:
    """Events as they followed each other.

    One that is known to the month or year alone counts as on the first day of it, and of one day
    the order is that of `EventKind`: what was signed rests before it is revived.
    """
    return sorted(events, key=lambda event: (event.day, RANK[event.kind]))


def status_of(events: Iterable[Happening]) -> CityStatus:
    """What the relation is after all of these events, in whichever order they come.

    A suspension ends when the side that suspended revives the relation, or when both sign anew; as
    long as one side's stands, official contacts are suspended. Rest and revival change nothing of
    what was signed, and where nothing was, an agreement is still in preparation.
    """
    relation = _Relation()
    for event in in_order(events):
        relation.take(event)
    return relation.status()


ISFAHAN = ZoneInfo("Asia/Tehran")
"""Where the office is: what it writes down and promises is told in this time, whoever reads it."""

ACTIVE = frozenset(
    {CityStatus.TWINNED, CityStatus.DORMANT, CityStatus.REVIVED, CityStatus.SUSPENDED}
)
"""A relation that was once signed, whatever became of it: its arch on the home page is glazed."""

FEW = 5
"""Fewer people than this are not counted in public, so that nobody is found by counting."""

EARTH_RADIUS = 6371.0088
"""Kilometres, the mean of the three axes (IUGG)."""


def shown_count(members: int) -> int | None:
    """The number of members to show, or None when it is too small to be shown."""
    return members if members >= FEW else None


def minutes_ahead(zone: ZoneInfo, of: ZoneInfo, at: datetime) -> int:
    """How many minutes the clocks of `zone` are ahead of those of `of` at that moment.

    Negative when they are behind. `at` is aware; summer time is part of the answer.
    """
    here, there = (at.astimezone(place).replace(tzinfo=None) for place in (zone, of))
    return round((here - there).total_seconds() / 60)


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Kilometres between two points given as (latitude, longitude) in degrees (haversine)."""
    (north, east), (other_north, other_east) = (
        (radians(here[0]), radians(here[1])),
        (radians(there[0]), radians(there[1])),
    )
    square = (
        sin((other_north - north) / 2) ** 2
        + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(square))
