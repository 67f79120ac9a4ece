"""Median, spread and weighted figure of reviews, as a table of cases."""

import pytest

from citizen_diplomat.moderation.scoring import Figure, figures, may_see_others, weighted

WEIGHTS = {"relevance": 3, "cost": 1}


@pytest.mark.parametrize(
    ("scores", "weights", "expected"),
    [
        ({"relevance": 5, "cost": 1}, WEIGHTS, 4.0),
        ({"relevance": 5, "cost": 1}, {"relevance": 1, "cost": 1}, 3.0),
        ({"relevance": 5, "cost": 1}, {"relevance": 0, "cost": 2}, 1.0),
        ({"relevance": 5, "cost": 1}, {"relevance": 0, "cost": 0}, None),
        ({"relevance": 4}, WEIGHTS, 4.0),
        ({"gone": 4}, WEIGHTS, None),
        ({}, WEIGHTS, None),
    ],
)
def test_the_weighted_figure_of_one_review(
    scores: dict[str, int], weights: dict[str, int], expected: float | None
) -> None:
    assert weighted(scores, weights) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([3], Figure(3, 3, 3, 1)),
        ([2, 5], Figure(3.5, 2, 5, 2)),
        ([5, 1, 2], Figure(2, 1, 5, 3)),
        ([4, 4, 1, 5], Figure(4, 1, 5, 4)),
    ],
)
def test_median_and_spread_of_one_criterion(column: list[int], expected: Figure) -> None:
    found = figures([{"cost": score} for score in column], {"cost": 2})
    assert found.by_criterion == {"cost": expected}
    assert found.total == expected, "one criterion alone is the whole"


def test_the_whole_is_the_median_of_the_weighted_reviews() -> None:
    reviews = [{"relevance": 5, "cost": 1}, {"relevance": 1, "cost": 5}, {}, {"relevance": 3}]
    found = figures(reviews, WEIGHTS)
    assert found.total == Figure(3.0, 2.0, 4.0, 3), "who abstains counts in none"
    assert found.by_criterion["relevance"] == Figure(3.0, 1.0, 5.0, 3)
    assert found.by_criterion["cost"] == Figure(3.0, 1.0, 5.0, 2)


def test_without_reviews_there_is_no_figure() -> None:
    assert figures([], WEIGHTS).total is None
    assert figures([{}], WEIGHTS).by_criterion == {}
    unweighed = figures([{"cost": 2}], {"cost": 0})
    assert (unweighed.total, set(unweighed.by_criterion)) == (None, {"cost"})


@pytest.mark.parametrize(
    ("has_own", "is_open", "sees"),
    [(False, True, False), (True, True, True), (False, False, True), (True, False, True)],
)
def test_others_are_seen_after_ones_own_or_after_the_decision(
    has_own: bool, is_open: bool, sees: bool
) -> None:
    assert may_see_others(has_own=has_own, is_open=is_open) is sees
