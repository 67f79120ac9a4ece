"""Pages by key."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.paging import Cursor, Page, page

INTEGERS = st.integers(-(2**63) + 1, 2**63 - 1)
IDS = st.integers(0, 2**63 - 1)


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300), IDS
)
def test_a_text_cursor_comes_back(sort: str, row_id: int) -> None:
    cursor = Cursor(sort, row_id)
    assert Cursor.decode(cursor.encode(), str) == cursor


@given(INTEGERS, IDS)
def test_a_number_cursor_comes_back(sort: int, row_id: int) -> None:
    cursor = Cursor(sort, row_id)
    assert Cursor.decode(cursor.encode(), int) == cursor


def test_a_moment_comes_back_to_the_microsecond() -> None:
    cursor = Cursor(datetime(2025, 12, 13, 9, 1, 2, 345678, tzinfo=UTC), 7)
    assert Cursor.decode(cursor.encode(), datetime) == cursor


@pytest.mark.parametrize(
    "text",
    [
        None, "", "nonsense", "سلام", "\ud800", "=", "A" * 100_000, "bnVsbA", "W10", "WzFd", "e30",
        Cursor(1, 7).encode(), Cursor("a\0", 7).encode(), Cursor("a", -1).encode(),
        Cursor("a", 2**63).encode(),
    ],
)  # fmt: skip
def test_nonsense_is_no_cursor(text: str | None) -> None:
    assert Cursor.decode(text, str) is None


def test_a_value_the_database_would_refuse_is_no_cursor() -> None:
    assert Cursor.decode(Cursor(2**63, 7).encode(), int) is None
    assert Cursor.decode(Cursor("1", 7).encode(), int) is None
    assert Cursor.decode(Cursor("tomorrow", 7).encode(), datetime) is None
    assert Cursor.decode(Cursor("2025-12-13T09:00:00", 7).encode(), datetime) is None
    assert Cursor.decode(Cursor("0001-01-01T00:00:00+14:00", 7).encode(), datetime) is None


@given(st.text(st.characters(exclude_categories=())))
def test_decoding_never_raises(text: str) -> None:
    Cursor.decode(text, str)
    Cursor.decode(text, int)
    Cursor.decode(text, datetime)


def test_the_extra_row_only_says_that_more_follow() -> None:
    rows = [("a", 1), ("b", 2), ("c", 3)]
    first = page(rows, 2, key=lambda row: row)
    assert first.items == (("a", 1), ("b", 2))
    assert Cursor.decode(first.next, str) == Cursor("b", 2)
    assert first.is_first
    last = page(rows[2:], 2, key=lambda row: row, after=Cursor("b", 2))
    assert (list(last), last.next, last.is_first) == ([("c", 3)], None, False)


def test_a_full_last_page_and_an_empty_one_have_no_next() -> None:
    assert page([("a", 1)], 1, key=lambda row: row).next is None
    assert page([], 1, key=lambda _: ("", 0)) == Page((), None)
