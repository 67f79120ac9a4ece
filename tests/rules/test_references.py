"""The number that people read out: short, the same in both scripts, wrong digits are noticed."""

from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.numbers import format_reference
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.proposals.references import read_reference, reference

YEARS = st.integers(1300, 1500)
NUMBERS = st.integers(1, 10**15 - 1)


def test_a_reference_is_year_number_and_check_digit() -> None:
    assert reference(1405, 341) == "1405-0341-8"
    assert reference(1405, 123_456) == "1405-123456-1"
    assert format_reference("1405-0341-8", "fa") == "۱۴۰۵-۰۳۴۱-۸"


@given(YEARS, NUMBERS)
def test_it_is_read_back_however_it_is_written(year: int, number: int) -> None:
    written = reference(year, number)
    for typed in (written, written.replace("-", " "), written.replace("-", ""), f" {written} "):
        assert read_reference(typed) == number
    assert read_reference(latin_digits(format_reference(written, "fa"))) == number


@given(YEARS, NUMBERS, st.data())
def test_one_wrong_digit_is_noticed(year: int, number: int, data: st.DataObject) -> None:
    digits = reference(year, number).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([each for each in "0123456789" if each != digits[place]]))
    assert read_reference(digits[:place] + wrong + digits[place + 1 :]) is None


@given(YEARS, NUMBERS, st.data())
def test_two_digits_that_changed_places_are_noticed(
    year: int, number: int, data: st.DataObject
) -> None:
    digits = reference(year, number).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    first, second = digits[place], digits[place + 1]
    turned = digits[:place] + second + first + digits[place + 2 :]
    assert (read_reference(turned) is None) == (first != second)


@given(st.text())
def test_any_other_text_is_none(text: str) -> None:
    number = read_reference(text)
    assert number is None or 0 <= number < 10**15
