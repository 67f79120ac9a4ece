"""The number of a proposal as people read it out, and how it is understood again."""

import re

# H. M. Damm's quasigroup of order 10 (2004). One wrong digit, or two neighbours that changed
# places, always give another check digit: the mistakes of people who read a number out.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_REFERENCE = re.compile(r"([0-9]{4})[-\s]?([0-9]{4,15})[-\s]?([0-9])")


def reference(year: int, number: int) -> str:
    """The number of a proposal as it is read out: year, number, check digit (1405-0341-8).

    `year` is that of its first submission in the calendar of Iran. The number is filled up to four
    digits. There are digits alone, so that it is the same in Persian figures.
    """
    digits = f"{year:04}{number:04}"
    return f"{year:04}-{number:04}-{_check_digit(digits)}"


def read_reference(text: str) -> int | None:
    """The number of the proposal that a reference in ASCII digits names, or None if it is none.

    Hyphens may be spaces or missing. A reference that was heard or typed wrong is none.
    """
    found = _REFERENCE.fullmatch(text.strip())
    if found is None or _check_digit(f"{found[1]}{found[2]}") != int(found[3]):
        return None
    return int(found[2])


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
