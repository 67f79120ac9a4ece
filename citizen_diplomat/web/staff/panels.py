"""Panels of the review pages: each piece of staff work adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind


class Place(StrEnum):
    """Where on the page a panel stands."""

    BELOW_TEXT = "below_text"
    AT_DESK = "at_desk"
    IN_HISTORY = "in_history"


@dataclass(frozen=True)
class Panel:
    """One panel as the page includes it: its template, and what that reads as `panel.values`."""

    template: str
    values: dict[str, Any]


Fill = Callable[[QueueItem], dict[str, Any] | None]
"""Gives what a panel shows of an item, or None where the item has no such panel."""

_PANELS: list[tuple[str, Place, frozenset[ItemKind], Fill]] = []


def panel(template: str, place: Place, *kinds: ItemKind) -> Callable[[Fill], Fill]:
    """Add a panel to the review pages of these kinds; `template` includes it.

    Panels of one place stand in the order of their templates' names.
    """

    def register(fill: Fill) -> Fill:
        _PANELS.append((template, place, frozenset(kinds), fill))
        _PANELS.sort(key=lambda row: row[0])
        return fill

    return register


def panels_of(waiting: QueueItem) -> dict[str, list[Panel]]:
    """The panels of an item's page, by place."""
    shown: dict[str, list[Panel]] = {place: [] for place in Place}
    for template, place, kinds, fill in _PANELS:
        values = fill(waiting) if ItemKind(waiting.kind) in kinds else None
        if values is not None:
            shown[place].append(Panel(template, values))
    return shown
