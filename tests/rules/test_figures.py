"""Published figures: no small count is shown, and none can be worked out from those beside it."""

from collections import defaultdict
from itertools import product

import pytest

from citizen_diplomat.overview.rules import Days, Figure, Hidden, days, shown, shown_parts, spread

FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD


@pytest.mark.parametrize(("count", "said"), [(0, FEW), (4, FEW), (5, 5), (1200, 1200)])
def test_fewer_than_five_are_few(count: int, said: Figure) -> None:
    assert shown(count) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([7, 12, 5], [7, 12, 5]),
        # The small part would be the total less the others: the next larger ones are withheld,
        # until what is missing may hold none of it as well as four.
        ([20, 3, 6, 12], [20, FEW, WITHHELD, 12]),
        ([20, 3, 8, 9], [20, FEW, WITHHELD, WITHHELD]),
        # Small ones hide each other, unless their sum says something of each.
        ([20, 3, 1], [20, FEW, FEW]),
        ([20, 3, 2, 1], [20, FEW, FEW, FEW]),
        ([20, 4, 4], [WITHHELD, FEW, FEW]),
        ([20, 0, 0], [WITHHELD, FEW, FEW]),
        # Nothing that may be withheld would help.
        ([0, 5, 7], [WITHHELD, WITHHELD, WITHHELD]),
        ([0, 5], [WITHHELD, WITHHELD]),
        ([1, 1, 1], [FEW, FEW, FEW]),
        ([0, 0], [FEW, FEW]),
    ],
)
def test_small_parts_of_a_total_are_not_given_away(counts: list[int], said: list[Figure]) -> None:
    named = {str(place): count for place, count in enumerate(counts)}
    assert list(shown_parts(named).values()) == said


@pytest.mark.parametrize(("parts", "most"), [(2, 16), (3, 11)])
def test_even_who_knows_this_rule_cannot_work_a_small_part_out(parts: int, most: int) -> None:
    """Of all tables that would be published just so, no two small parts are always the same."""
    same = defaultdict(list)
    for counts in product(range(most + 1), repeat=parts):
        total = sum(counts)
        parts_said = tuple(shown_parts({str(n): count for n, count in enumerate(counts)}).values())
        if total <= most:
            same[parts_said, shown(total)].append(counts)
    assert len(same) > 20
    for (said, whole), tables in same.items():
        for place, one in enumerate(said):
            if one == FEW:
                assert len({table[place] for table in tables}) > 1, (said, whole)


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
