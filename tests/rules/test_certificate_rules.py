"""The code of a certificate: hard to guess, kind to who types it, and strict about slips."""

from dataclasses import replace
from datetime import date

import pytest

from citizen_diplomat.outcomes.certificate_rules import (
    ALPHABET,
    CODE_LENGTH,
    Served,
    Service,
    canonical_text,
    check_character,
    is_complete,
    new_code,
    read_code,
    shown_code,
)

CODE = "7K2MQ0XR9D4" + check_character("7K2MQ0XR9D4")
TODAY = date(2026, 11, 26)
SERVED = Served(
    Service.INTERPRETER, "ترجمه", "Interpreted", date(2026, 11, 1), date(2026, 11, 3), 12
)


def test_every_code_is_new_and_is_read_as_it_is_shown() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_code(shown_code(code)) == code for code in codes)
    assert len(shown_code(CODE)) == CODE_LENGTH + 2


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        f" {shown_code(CODE)} ",
        CODE.replace("0", "O"),
        shown_code(CODE).replace("-", " "),
    ],
)
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert read_code(typed) == CODE


def test_every_single_slip_is_found() -> None:
    for place in range(CODE_LENGTH):
        for wrong in set(ALPHABET) - {CODE[place]}:
            assert read_code(CODE[:place] + wrong + CODE[place + 1 :]) is None


def test_a_swap_of_neighbours_is_found() -> None:
    for place in range(CODE_LENGTH - 1):
        one, other = CODE[place], CODE[place + 1]
        assert one != other
        assert read_code(CODE[:place] + other + one + CODE[place + 2 :]) is None


@pytest.mark.parametrize("typed", ["", "7K2M", CODE + "0", "ا" * 12, "\0" * 12, "UUUU-UUUU-UUUU"])
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("wrong", "is_right"),
    [
        ({}, True),
        ({"hours": None}, True),
        ({"last_day": TODAY}, True),
        ({"last_day": date(2026, 11, 27)}, False),
        ({"last_day": date(2026, 10, 31)}, False),
        ({"text_fa": " "}, False),
        ({"text_en": "x" * 501}, False),
        ({"hours": 0}, False),
    ],
)
def test_only_what_was_done_and_is_told_in_both_languages_is_certified(
    wrong: dict[str, object], is_right: bool
) -> None:
    assert is_complete(replace(SERVED, **wrong), today=TODAY) is is_right  # type: ignore[arg-type]


def test_no_value_can_pass_for_another_line_of_what_is_sealed() -> None:
    forged = replace(SERVED, text_en="Interpreted\nname: somebody else")
    lines = canonical_text(CODE, forged, ("نسرین", ""), "2026-11-26T09:15:00Z").splitlines()
    assert [line for line in lines if line.startswith("name:")] == ["name: نسرین / "]
