"""What a city can be to Isfahan."""

from enum import StrEnum


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


def shown_count(members: int) -> int | None:
    """The number of members to show, or None when it is too small to be shown."""
    return members if members >= FEW else None
