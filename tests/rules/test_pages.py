"""Which edition of a page holds, who is asked to agree again, what a text may name."""

from datetime import UTC, datetime

import pytest

from citizen_diplomat.pages.rules import (
    Answer,
    Dated,
    Slug,
    answer_to,
    asked_for,
    in_force,
    to_come,
    unknown_names,
)


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


FIRST, NOW, ASKS = Dated(1, day(1)), Dated(2, day(1)), Dated(3, day(10), asks_again=True)
TYPO, CALLED_OFF = Dated(4, day(12)), Dated(4, day(5))


@pytest.mark.parametrize(
    ("editions", "at", "holds", "asked", "next_one"),
    [
        ([], day(5), None, None, None),
        ([FIRST, NOW], day(5), 2, None, None),
        ([FIRST, NOW, ASKS], day(9), 2, None, 3),
        ([FIRST, NOW, ASKS], day(10), 3, 3, None),
        # A typing error put right later asks nobody, and does not take the question back.
        ([FIRST, NOW, ASKS, TYPO], day(11), 3, 3, 4),
        ([FIRST, NOW, ASKS, TYPO], day(12), 4, 3, None),
        # What was planned never holds if something newer does when its day comes.
        ([FIRST, NOW, ASKS, CALLED_OFF], day(11), 4, None, None),
    ],
)
def test_the_newest_edition_whose_day_has_come_holds(
    editions: list[Dated], at: datetime, holds: int | None, asked: int | None, next_one: int | None
) -> None:
    held = in_force(editions, at)
    assert (held[-1].number if held else None) == holds
    assert asked_for(editions, at) == asked
    assert next((one.number for one in to_come(editions, at)), None) == next_one


@pytest.mark.parametrize(
    ("asked", "agreed", "answered", "expected"),
    [
        (None, 0, 0, Answer.AGREED),
        (3, 1, 1, Answer.NOT_ASKED),
        (3, 0, 0, Answer.NOT_ASKED),
        (3, 1, 3, Answer.NOT_YET),
        (3, 3, 3, Answer.AGREED),
        (3, 4, 4, Answer.AGREED),
        (5, 3, 4, Answer.NOT_ASKED),
    ],
)
def test_everybody_is_asked_once_for_each_edition_that_asks(
    asked: int | None, agreed: int, answered: int, expected: Answer
) -> None:
    assert answer_to(asked, agreed=agreed, answered=answered) is expected


def test_a_text_names_only_what_the_site_can_show() -> None:
    text = "[Privacy]({{privacy}}) within {{ answer_days }}, {{config}} and {{7*7}}"
    assert unknown_names(Slug.PRIVACY, text) == ["config", "7*7"]
    # What people agreed to must not change when a setting does.
    assert unknown_names(Slug.TERMS, text) == ["answer_days", "config", "7*7"]
