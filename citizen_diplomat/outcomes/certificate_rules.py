"""What a certificate of service may say, and the code by which anybody can verify it.

A code is twelve characters of Crockford's base 32 (https://www.crockford.com/base32.html), in three
groups of four: eleven are drawn, 55 bits, and the twelfth checks them (Luhn mod 32: it finds every
single wrong character and nearly every swap of two neighbours), so that a slip of the hand is told
from a certificate that does not exist.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U: the first three are read as figures, and are taken for them when typed."""
MISREAD = str.maketrans("ILO", "110")
DRAWN, GROUP = 11, 4
CODE_LENGTH = DRAWN + 1
TEXT_LENGTH = 500
"""Characters of what somebody did, in each language."""
MOST_HOURS = 5_000
FIRST_DAY = date(2000, 1, 1)


class Service(StrEnum):
    """What a member is thanked for."""

    HELPER = "helper"
    INTERPRETER = "interpreter"
    ORGANISER = "organiser"
    TRANSLATOR = "translator"
    OTHER = "other"


class RevokeReason(StrEnum):
    """Why a certificate is no longer good; everybody who verifies it reads this."""

    MISTAKE = "mistake"
    """It was issued by mistake, or to somebody else than was meant."""
    REPLACED = "replaced"
    """Another one says the same without an error."""
    UNTRUE = "untrue"
    """What it says was found not to be so."""
    ASKED = "asked"
    """The member asked for it."""


class Standing(StrEnum):
    """What whoever verifies a certificate learns of it."""

    VALID = "valid"
    REVOKED = "revoked"
    LEFT = "left"
    """Its member has left: it is good, and says neither who nor what any more."""
    ALTERED = "altered"
    """The register holds it with another seal than the office set."""


@dataclass(frozen=True)
class Served:
    """What somebody did: when, for how many hours if that is told, and in words of the office."""

    kind: Service
    text_fa: str
    text_en: str
    first_day: date
    last_day: date
    hours: int | None = None


def is_complete(served: Served, *, today: date) -> bool:
    """Whether such a service can be certified: it lies in the past, and is told in both languages.

    `today` is the office's.
    """
    return (
        bool(served.text_fa.strip() and served.text_en.strip())
        and len(served.text_fa) <= TEXT_LENGTH
        and len(served.text_en) <= TEXT_LENGTH
        and FIRST_DAY <= served.first_day <= served.last_day <= today
        and (served.hours is None or 1 <= served.hours <= MOST_HOURS)
    )


def new_code() -> str:
    """A code that nobody can guess, without its hyphens."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return drawn + check_character(drawn)


def check_character(drawn: str) -> str:
    """The character that follows `drawn`, which holds characters of `ALPHABET` alone."""
    return ALPHABET[-_luhn(drawn, doubled=True) % len(ALPHABET)]


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in whichever case and grouping; None for what can be none."""
    code = "".join(one for one in typed.upper() if one.isalnum()).translate(MISREAD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code if _luhn(code, doubled=False) % len(ALPHABET) == 0 else None


def shown_code(code: str) -> str:
    """The code as it is printed: 7K2M-Q0XR-9D4W."""
    return "-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def canonical_text(code: str, served: Served, names: Iterable[str], issued: str) -> str:
    """What the office's seal stands over: a line for each thing that a certificate says.

    `issued` is the moment in UTC, to the second. No value holds a line break of its own but the
    texts, whose further lines are indented: none can pass for another line.
    """
    lines = {
        "code": code,
        "kind": served.kind.value,
        "first-day": served.first_day.isoformat(),
        "last-day": served.last_day.isoformat(),
        "hours": str(served.hours or ""),
        "text-fa": served.text_fa,
        "text-en": served.text_en,
        "name": " / ".join(names),
        "issued": issued,
    }
    return "".join(f"{name}: {_indented(value)}\n" for name, value in lines.items())


def _indented(value: str) -> str:
    return value.replace("\n", "\n  ")


def _luhn(code: str, *, doubled: bool) -> int:
    """Luhn's sum, from the right; `doubled` says whether the last character counts twice."""
    total, base = 0, len(ALPHABET)
    for one in reversed(code):
        value = ALPHABET.index(one) * (2 if doubled else 1)
        total += value // base + value % base
        doubled = not doubled
    return total
