"""The table of /me/mail: what a member hears of, and on which ways."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import is_staff
from citizen_diplomat.mail.preference_rules import OFFERED, Channel, Kind
from citizen_diplomat.mail.preferences import Choice


@dataclass(frozen=True)
class Cell:
    """One box to tick; its `value` names kind and way."""

    channel: Channel
    value: str
    is_offered: bool
    is_ticked: bool


@dataclass(frozen=True)
class Row:
    """All ways of one kind."""

    kind: Kind
    cells: Sequence[Cell]


def kinds_for(account: Account) -> tuple[Kind, ...]:
    """What may concern an account; work at the desk only who works there."""
    return tuple(kind for kind in Kind if kind is not Kind.DUTIES or is_staff(account.roles))


def values_of(choice: Choice) -> list[str]:
    """The boxes that are ticked by a choice."""
    return [_value(kind, channel) for kind, ways in choice.items() for channel in ways]


def offered_values(kinds: Iterable[Kind]) -> list[str]:
    """The boxes that can be ticked."""
    return [_value(kind, channel) for kind in kinds for channel in OFFERED[kind]]


def chosen(shown: Iterable[Kind], ticked: Collection[str], now: Choice) -> Choice:
    """What ticked boxes mean for the kinds whose boxes were shown; all others stay as they are.

    So does a way that is not offered: a page of yesterday takes nothing away that it did not show.
    """
    return {
        kind: frozenset(
            channel
            for channel in Channel
            if (
                _value(kind, channel) in ticked
                if channel in OFFERED[kind]
                else channel in now[kind]
            )
        )
        for kind in shown
    }


def rows(kinds: Iterable[Kind], ticked: Collection[str]) -> list[Row]:
    """The table as the page shows it."""
    return [Row(kind, [_cell(kind, channel, ticked) for channel in Channel]) for kind in kinds]


def _cell(kind: Kind, channel: Channel, ticked: Collection[str]) -> Cell:
    value = _value(kind, channel)
    return Cell(channel, value, channel in OFFERED[kind], value in ticked)


def _value(kind: Kind, channel: Channel) -> str:
    return f"{kind}:{channel}"
