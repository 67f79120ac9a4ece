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
LARGE = 2 * FEWEST
"""The smallest part of a total that is shown wherever any part is."""
LEAST_TOLD = 2 * FEWEST - 1
"""The smallest total of which parts are shown: in it one part of five leaves four to another."""


class Hidden(StrEnum):
    """What stands where a count is not shown."""

    FEW = "few"
    """Fewer than `FEWEST`, none included."""
    WITHHELD = "withheld"
    """Fewer than `LARGE`, and it would be given away, or give a small one away."""


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
    """The parts of a total that is shown too; none where they would give a small one away.

    Shown are those of `FEWEST` and more beside the small ones, else those of `LARGE` and more
    beside all others, and only where what is missing to the total leaves each hidden part open
    from none to four. Where nothing is shown each is as open: of a total below `LEAST_TOLD`
    nothing ever is, and of a larger one neither where all but four or fewer are one part's.
    """
    if sum(counts.values()) < LEAST_TOLD:
        return {}
    for least, word in ((FEWEST, Hidden.FEW), (LARGE, Hidden.WITHHELD)):
        small = [count for count in counts.values() if count < least]
        says_nothing = word is Hidden.WITHHELD and len(small) == len(counts)
        if _is_open(sum(small), len(small), least - 1) and not says_nothing:
            return {name: word if count < least else count for name, count in counts.items()}
    return {}


def days(taken: Sequence[int]) -> Days:
    """Median and 90th percentile (nearest rank) of so many durations."""
    if len(taken) < FEWEST:
        return Days(None, None)
    return Days(*spread(taken))


def spread(taken: Sequence[int]) -> tuple[float, int]:
    """Median and 90th percentile (nearest rank) of at least one duration, however few."""
    ordered = sorted(taken)
    return float(median(ordered)), ordered[ceil(len(ordered) * 0.9) - 1]


def _is_open(missing: int, parts: int, most: int) -> bool:
    """Whether each hidden part may be anything from none to four, also for who knows these rules.

    `missing` is what the hidden parts make together, `most` the largest that each of them may be.
    """
    return parts == 0 or most < missing <= most * (parts - 1)


AGES = {"0-2": 2, "3-5": 5, "6-8": 8, "9-10": 10, "more": 10**6}
"""The ages of what waits, each up to so many working days."""


def age_of(days_waited: int) -> str:
    """The name of an age in working days."""
    return next(name for name, most in AGES.items() if days_waited <= most)
