"""Figures as both languages write and type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.numbers import (
    format_identifier,
    format_number,
    format_percent,
    parse_int,
    persian_digits,
)


@pytest.mark.parametrize(
    ("value", "persian", "english"),
    [
        (0, "۰", "0"),
        (1234567, "۱٬۲۳۴٬۵۶۷", "1,234,567"),
        (1234.5, "۱٬۲۳۴٫۵", "1,234.5"),
        (2.0, "۲", "2"),
        (0.12345, "۰٫۱۲۳", "0.123"),
        (-7, "\u200e\u2212۷", "-7"),
        (-0.0001, "۰", "0"),
    ],
)
def test_numbers_have_the_readers_digits_and_separators(
    value: float, persian: str, english: str
) -> None:
    assert format_number(value, "fa") == persian
    assert format_number(value, "fa_IR") == persian
    assert format_number(value, "en") == english


def test_shares_are_percentages() -> None:
    assert format_percent(0.25, "fa") == "۲۵٪"
    assert format_percent(1, "en") == "100%"


def test_only_digits_become_persian() -> None:
    assert persian_digits("a1-2") == "a۱-۲"


@pytest.mark.parametrize("typed", ["1405", "۱۴۰۵", "١٤٠٥", " ۱4٠5 ", "+1405"])
def test_all_three_kinds_of_digits_are_read(typed: str) -> None:
    assert parse_int(typed, lowest=0, highest=9999) == 1405


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12a",
        "1.5",
        "1_000",
        "--1",
        "²",
        "१२",
        "9" * 19,
        "9" * 5000,
        "\0",
        "\ud800",
        "10000",
        "-1",
    ],
)
def test_what_is_no_number_in_bounds_is_none(typed: str) -> None:
    assert parse_int(typed, lowest=0, highest=9999) is None


@given(st.text(st.characters(exclude_categories=())))
def test_reading_never_raises(typed: str) -> None:
    number = parse_int(typed, lowest=-5, highest=5)
    assert number is None or -5 <= number <= 5


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_a_number_written_in_persian_is_read_back(number: int) -> None:
    assert parse_int(persian_digits(str(number)), lowest=-(10**18), highest=10**18) == number


def test_a_number_that_names_something_has_no_separators() -> None:
    assert format_identifier(12682, "en") == "12682"
    assert format_identifier(12682, "fa") == "۱۲۶۸۲"
