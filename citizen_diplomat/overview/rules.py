"""What a published figure may say: small counts are not shown, nor given away by those beside them.

The public report counts few people in a small city. Whoever knows one of them must learn nothing
from a one or a two, nor by taking the shown parts of a total away from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from statistics import median

FEWEST = 5
"""The smallest count that is shown as it is."""
_MOST_OF_FEW = FEWEST - 1


class Hidden(StrEnum):
    """What stands where a count is not shown."""

    FEW = "few"
    """Fewer than `FEWEST`, none included."""
    WITHHELD = "withheld"
    """Large enough, but it would give a small one away."""


Figure = int | Hidden


@dataclass(frozen=True)
class Days:
    """How long something took in working days; None where too few were counted to say."""

    median: float | None
    ninetieth: int | None


def shown(count: int) -> Figure:
    """A count that stands alone, as everybody sees it."""
    return count if count >= FEWEST else Hidden.FEW


def shown_parts(counts: Mapping[str, int]) -> dict[str, Figure]:
    """The parts of a total that is shown too, so that it gives no small part away.

    Beside a small part, the smallest of the others are withheld until what is missing to the total
    leaves every small part open from none to four. Where that cannot be, all parts are withheld.
    """
    if sum(counts.values()) < FEWEST:
        return dict.fromkeys(counts, Hidden.FEW)
    small = [name for name, count in counts.items() if count < FEWEST]
    large = sorted((name for name in counts if name not in small), key=lambda name: counts[name])
    for held in range(len(large) + 1):
        missing = sum(counts[name] for name in (*small, *large[:held]))
        most = counts[large[held]] if held < len(large) else None
        if not small or _is_open(missing, len(small), held, most):
            hidden = {
                **dict.fromkeys(small, Hidden.FEW),
                **dict.fromkeys(large[:held], Hidden.WITHHELD),
            }
            return {name: hidden.get(name, count) for name, count in counts.items()}
    return dict.fromkeys(counts, Hidden.WITHHELD)


def days(taken: Sequence[int]) -> Days:
    """Median and 90th percentile (nearest rank) of so many durations."""
    if len(taken) < FEWEST:
        return Days(None, None)
    return Days(*spread(taken))


def spread(taken: Sequence[int]) -> tuple[float, int]:
    """Median and 90th percentile (nearest rank) of at least one duration, however few."""
    ordered = sorted(taken)
    return float(median(ordered)), ordered[ceil(len(ordered) * 0.9) - 1]


def _is_open(missing: int, small: int, held: int, most: int | None) -> bool:
    """Whether each of so many small parts may be anything from none to four.

    `missing` is what the hidden parts make together, `held` how many of them are withheld: each
    is at least `FEWEST` and, as the smallest are taken first, at most `most`.
    """
    room = _MOST_OF_FEW * (small - 1)
    if missing < _MOST_OF_FEW + FEWEST * held:
        return False
    if held and most is None:
        return True
    return missing <= room + held * (most or 0)


AGES = {"0-2": 2, "3-5": 5, "6-8": 8, "9-10": 10, "more": 10**6}
"""The ages of what waits, each up to so many working days."""


def age_of(days_waited: int) -> str:
    """The name of an age in working days."""
    return next(name for name, most in AGES.items() if days_waited <= most)
