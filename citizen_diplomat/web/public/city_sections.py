"""The sections of a city's page: each room that knows something of a city adds its own.

A function that gives the values of a section is registered with `section`; the page includes the
template, which reads them as `section.values`. Nothing else has to be changed to add one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString

from citizen_diplomat.cities.model import City


class Place(StrEnum):
    """Where on the page a section stands."""

    MAIN = "main"
    SIDE = "side"


@dataclass(frozen=True)
class Section:
    """One section as the page includes it; `anchor` is the id of its heading."""

    anchor: str
    title: LazyString | None
    template: str
    values: dict[str, Any]


Fill = Callable[[City], dict[str, Any] | None]
"""Gives what a section shows of a city, or None where the city has no such section."""

_SECTIONS: list[tuple[Place, int, str, str, LazyString | None, Fill]] = []


def section(
    template: str, place: Place, order: int, anchor: str, title: LazyString | None = None
) -> Callable[[Fill], Fill]:
    """Add a section to the page of cities, by `order` within its place.

    With a title it is also in the navigation of the page.
    """

    def register(fill: Fill) -> Fill:
        _SECTIONS.append((place, order, anchor, template, title, fill))
        _SECTIONS.sort(key=lambda row: row[:3])
        return fill

    return register


def sections_of(city: City) -> dict[str, list[Section]]:
    """The sections of a city's page, by place."""
    shown: dict[str, list[Section]] = {place: [] for place in Place}
    for place, _, anchor, template, title, fill in _SECTIONS:
        values = fill(city)
        if values is not None:
            shown[place].append(Section(anchor, title, template, values))
    return shown
