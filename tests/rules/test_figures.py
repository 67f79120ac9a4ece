"""Published figures: no small count is shown, and none can be worked out from those beside it."""

from itertools import product

import pytest

from citizen_diplomat.overview.rules import (
    FEWEST,
    Days,
    Figure,
    Hidden,
    days,
    shown,
    shown_parts,
    spread,
)

FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD


@pytest.mark.parametrize(("count", "said"), [(0, FEW), (4, FEW), (5, 5), (1200, 1200)])
def test_fewer_than_five_are_few(count: int, said: Figure) -> None:
    assert shown(count) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([7, 12, 5], [7, 12, 5]),
        ([20, 3, 2, 1], [20, FEW, FEW, FEW]),
        ([12, 3, 3, 3, 3], [12, FEW, FEW, FEW, FEW]),
        ([3, 3, 3, 0, 0], [FEW, FEW, FEW, FEW, FEW]),
        # The small ones would be what is missing to the total, or nearly: larger ones hide them.
        ([20, 3, 6, 12, 4], [20, WITHHELD, WITHHELD, 12, WITHHELD]),
        ([12, 7, 5, 2, 1], [12, WITHHELD, WITHHELD, WITHHELD, WITHHELD]),
        # Nothing that may be withheld would help.
        ([20, 3, 1], []),
        ([20, 4, 4], []),
        ([20, 0, 0], []),
        ([0, 5, 7], []),
        ([9, 9, 2], []),
        # Too few to tell anything, whatever they are.
        ([5, 0, 0, 0, 0], []),
        ([2, 2, 2, 2], []),
        ([0, 0], []),
    ],
)
def test_small_parts_of_a_total_are_not_given_away(counts: list[int], said: list[Figure]) -> None:
    named = {str(place): count for place, count in enumerate(counts)}
    assert list(shown_parts(named).values()) == said


@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 40), (4, 30), (5, 26)])
def test_even_who_knows_this_rule_cannot_work_a_small_part_out(parts: int, most: int) -> None:
    """Of all tables published just so, each part that is not shown is none to four in some.

    That no part is shown at all counts as published, too: it tells as little.
    """
    open_to: dict[tuple[int, tuple[Figure | None, ...]], list[set[int]]] = {}
    for counts in product(range(most + 1), repeat=parts):
        total = sum(counts)
        if FEWEST <= total <= most:
            told = shown_parts({str(n): count for n, count in enumerate(counts)})
            said = tuple(told.get(str(n)) for n in range(parts))
            known = open_to.setdefault((total, said), [set() for _ in counts])
            for values, count in zip(known, counts, strict=True):
                values.add(count)
    for published, known in open_to.items():
        for figure, possible in zip(published[1], known, strict=True):
            assert isinstance(figure, int) or possible >= set(range(FEWEST)), published
    assert {type(figure) for _, said in open_to for figure in said} >= {int, type(None)}


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ([1, 2, 3, 4], Days(None, None)),
        ([5, 1, 2, 3, 4], Days(3, 5)),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Days(5.5, 9)),
        ([3] * 20, Days(3, 3)),
    ],
)
def test_median_and_ninetieth_percentile(taken: list[int], said: Days) -> None:
    assert days(taken) == said


def test_staff_see_the_spread_of_a_single_answer() -> None:
    assert spread([4]) == (4, 4)
