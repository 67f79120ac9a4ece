"""What a moderator sees between two versions of a text."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.comparison import Change, compare, is_same


def shown(old: str, new: str) -> list[str]:
    """Each line in plain signs: [-removed-], {+added+}."""
    marks = {Change.KEPT: "%s", Change.REMOVED: "[-%s-]", Change.ADDED: "{+%s+}"}
    return [
        "".join(marks[piece.change] % piece.text.strip() + " " for piece in line).strip()
        for line in compare(old, new)
    ]


def test_words_that_changed_stand_between_those_that_stayed() -> None:
    assert shown("It costs about 850 euros.", "It costs about 1,200 euros.") == [
        "It costs about [-850-] {+1,200+} euros."
    ]


def test_persian_words_stay_whole() -> None:
    assert shown("هزینه می‌شود ۶۰ میلیون", "هزینه می‌شود ۸۵ میلیون تومان") == [
        "هزینه می‌شود [-۶۰-] {+۸۵+} میلیون {+تومان+}"
    ]


def test_whole_lines_come_and_go() -> None:
    assert shown("one\n\ntwo", "one\n\nnew here\n\ntwo") == ["one", "{+new here+}", "two"]
    assert shown("one\nold\ntwo", "one\ntwo") == ["one", "[-old-]", "two"]
    assert shown("", "first") == ["{+first+}"]


def test_equal_texts_have_no_difference() -> None:
    assert is_same(compare("a b\nc", "a b\n\nc"))
    assert not is_same(compare("a b", "a c"))


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_nothing_is_lost_on_either_side(old: str, new: str) -> None:
    lines = compare(old, new)
    for text, other in ((old, Change.ADDED), (new, Change.REMOVED)):
        words = [word for line in lines for p in line if p.change is not other
                 for word in p.text.split()]  # fmt: skip
        assert words == text.split()


@pytest.mark.parametrize("kinds", [1, 20, 97, 250, 999])
def test_the_longest_texts_are_compared_in_a_moment(kinds: int) -> None:
    old, new = [[f"w{n * step % kinds}" for n in range(6000)] for step in (1, 7)]
    began = perf_counter()
    compare(" ".join(old), " ".join(new))
    compare("\n".join(old), "\n".join(new))
    assert perf_counter() - began < 5
