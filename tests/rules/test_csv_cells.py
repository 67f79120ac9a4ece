"""No cell of a table is a formula to a spreadsheet, whatever somebody typed into it."""

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.csv_cells import cell, table

FORMULAS = "=+-@＝＋－＠﹢﹣﹦﹫⁺⁼−"
# Half a character (a surrogate) cannot be stored and so is never exported.
TYPED = st.text(
    st.one_of(
        st.sampled_from(FORMULAS + " '\"«“\t\r\n,;|\0\u200c\u00a0"),
        st.characters(exclude_categories=["Cs"]),
    )
)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could run a cell: its first sign that is neither space nor quote."""
    for letter in text:
        if letter in FORMULAS or unicodedata.normalize("NFKC", letter) in set("=+-@"):
            return True
        if letter == "'" or not (letter.isspace() or letter in '"«»“”‘’\u200c\u200b\ufeff'):
            return False
    return False


def as_read(content: bytes, separator: str) -> list[list[str]]:
    lines = content.decode("utf-8-sig").split("\r\n")
    return list(csv.reader(lines, delimiter=separator))


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1",
        "  =1", "\u00a0=1", "'=1", '"=1', "«=1", "\0=1", "\u200c=1",
        '=HYPERLINK("http://a.example","b")', "−1",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(typed: str) -> None:
    assert cell(typed).startswith("'")
    assert not is_formula(cell(typed))


def test_a_formula_behind_a_separator_of_another_country_becomes_text() -> None:
    assert cell("Freiburg; =1+1") == "Freiburg;' =1+1"
    assert cell('a,"=1') == "a,'\"=1"


@pytest.mark.parametrize(
    "typed", ["نسرین بهرامی", "گروه ۵-نفره", "a@b.example", "", "می‌روم", "x = y"]
)
def test_harmless_text_is_left_alone(typed: str) -> None:
    assert cell(typed) == typed


@given(TYPED)
def test_no_text_at_all_begins_as_a_formula(typed: str) -> None:
    assert not is_formula(cell(typed))
    assert "\n" not in cell(typed)
    assert "\r" not in cell(typed)


@given(st.lists(TYPED, min_size=1, max_size=4), st.sampled_from(",;|"))
def test_no_way_to_split_a_line_makes_a_formula(typed: list[str], separator: str) -> None:
    for row in as_read(table(["no", *typed], [["1", *typed]]), separator):
        assert not any(is_formula(text) for text in row), row


@given(st.lists(TYPED, min_size=1, max_size=4))
def test_a_table_is_read_back_as_it_was_written(typed: list[str]) -> None:
    content = table(["one"] * len(typed), [typed])
    assert content.startswith(b"\xef\xbb\xbf")
    assert as_read(content, ",")[1] == [cell(text) for text in typed]
