"""What several reviews say together: median and spread of each criterion, and of the whole.

Pure: values in, values out. The median of an even number of scores is the mean of the middle two.
The spread is the lowest and the highest score, for a handful of reviews has no quartiles to speak
of, and one who stands apart is what the desk wants to see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
Scores = Mapping[str, int]
"""The scores of one review by the slug of their criterion."""


@dataclass(frozen=True)
class Figure:
    """The middle and the ends of some scores, and how many there are."""

    median: float
    lowest: float
    highest: float
    number: int


@dataclass(frozen=True)
class Figures:
    """What all reviews say: of each criterion that was scored, and weighted together."""

    by_criterion: Mapping[str, Figure]
    total: Figure | None
    """None when nobody scored anything that has a weight."""


def figures(reviews: Iterable[Scores], weights: Mapping[str, int]) -> Figures:
    """The figures of some reviews with the weights of today; abstentions are not among them."""
    scored = [scores for scores in reviews if scores]
    columns = {slug: [row[slug] for row in scored if slug in row] for slug in weights}
    totals = [total for row in scored if (total := weighted(row, weights)) is not None]
    return Figures(
        {slug: _figure(column) for slug, column in columns.items() if column},
        _figure(totals) if totals else None,
    )


def weighted(scores: Scores, weights: Mapping[str, int]) -> float | None:
    """The weighted mean of one review, from 1 to 5; None when all it scored weighs nothing."""
    counted = {slug: weights.get(slug, 0) for slug in scores}
    whole = sum(counted.values())
    if not whole:
        return None
    return sum(scores[slug] * weight for slug, weight in counted.items()) / whole


def may_see_others(*, has_own: bool, is_open: bool) -> bool:
    """Whether somebody sees what others wrote: after their own review, or after the decision."""
    return has_own or not is_open


def _figure(values: Sequence[float]) -> Figure:
    return Figure(float(median(values)), float(min(values)), float(max(values)), len(values))
