"""What a city can be to Isfahan."""

from datetime import datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo


class CityStatus(StrEnum):
    """Where the relation stands today."""

    HOME = "home"
    TWINNED = "twinned"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    PREPARATION = "preparation"


ACTIVE = frozenset({CityStatus.TWINNED, CityStatus.DORMANT, CityStatus.SUSPENDED})
"""A relation that was once signed, whatever became of it: its arch on the home page is glazed."""

FEW = 10
"""Counts of people under this are shown as "under 10", so that nobody is found by counting."""

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
