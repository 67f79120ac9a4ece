"""What a moderator sees between two versions of a text."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.comparison import (
    Change,
    Piece,
    after,
    before,
    compare,
    is_same,
    line_direction,
)

# Letters of both scripts, ZWNJ, digits of both, signs that turn, line ends of all kinds.
MIXED = st.text(alphabet="ابپیک\u200c۶۰ abAZ09 .,()«»؟-\n\r\t", max_size=60)
WORDS = st.lists(
    st.sampled_from(["می‌شود", "هزینه", "GIS", "850", "۶۰", "euros", "(see", "تومان.", "\n"]),
    max_size=40,
).map(" ".join)


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


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@given(MIXED | WORDS | st.just(""), MIXED | WORDS | st.just(""))
def test_both_texts_can_be_made_again(old: str, new: str) -> None:
    lines = compare(old, new)
    assert before(lines) == lines_of(old)
    assert after(lines) == lines_of(new)
    assert is_same(lines) == (lines_of(old) == lines_of(new))


@given(WORDS, WORDS)
def test_back_again_what_was_added_is_removed(old: str, new: str) -> None:
    there, back = compare(old, new), compare(new, old)
    assert before(back) == after(there)
    assert after(back) == before(there)


def test_long_texts_can_be_made_again() -> None:
    old = "\n\n".join(f"بند {n} می‌گوید که GIS {n} است." for n in range(400))
    new = "\n\n".join(f"بند {n} می‌گوید که QGIS {n} است." for n in range(5, 420))
    lines = compare(old, new)
    assert (before(lines), after(lines)) == (lines_of(old), lines_of(new))


def test_lines_that_share_next_to_nothing_stand_whole() -> None:
    assert shown("هزینه و زمان کار", "یک گروه تازه و چند خانهٔ دیگر در گراسیا") == [
        "[-هزینه و زمان کار-]",
        "{+یک گروه تازه و چند خانهٔ دیگر در گراسیا+}",
    ]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("GIS", "rtl", "ltr"),
        ("می‌شود", "ltr", "rtl"),
        ("QGIS است", "rtl", "rtl"),
        ("QGIS است", "ltr", "ltr"),
        ("۶۰", "rtl", "rtl"),
        ("60 (!)", "rtl", "rtl"),
        ("60 (!)", "ltr", "ltr"),
    ],
)
def test_a_piece_reads_in_its_own_direction_else_in_that_of_its_line(
    text: str, line: str, expected: str
) -> None:
    assert Piece(Change.ADDED, text).direction(line) == expected


def test_a_line_reads_as_it_does_now() -> None:
    (line,) = compare("The map of GIS is shared", "نقشهٔ map of GIS is shared")
    assert line_direction(line) == "rtl"
    (gone,) = compare("نقشه", "")
    assert line_direction(gone) == "rtl"


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
    revised = [*ORDINARY[:3000], "changed", *ORDINARY[3100:]]
    # Measured in turn on one machine; once is enough, so a busy moment spoils nothing.
    assert any(
        processor_time(old, new) < MOST_TIMES_AS_COSTLY * processor_time(ORDINARY, revised)
        for _ in range(3)
    )


ORDINARY = [f"w{n}" for n in range(6000)]
MOST_TIMES_AS_COSTLY = 40  # Ten times today; without a bound on pairs it would be hundreds.


def processor_time(old: list[str], new: list[str]) -> float:
    """Seconds of processor time for comparing the words as one line, and as a line each."""
    began = process_time()
    compare(" ".join(old), " ".join(new))
    compare("\n".join(old), "\n".join(new))
    return process_time() - began
