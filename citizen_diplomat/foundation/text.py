"""What people type: cleaned for keeping, refused when it hides something, folded for search.

Three forms of one text, for three purposes:

* `clean` is what is stored and shown: the writer's own words in the letters of Persian.
* `search_text` is a second column beside it, which `foundation.search.matches` looks into.
* `sort_key` is a third, which the database compares byte by byte.

The last two are made in `foundation.folding`; rooms import all of them from here.
"""

import re
import unicodedata
from enum import StrEnum

import idna

from citizen_diplomat.foundation.folding import (
    fold,
    fold_tight,
    search_text,
    search_words,
    sort_key,
)

__all__ = [
    "ZWJ",
    "ZWNJ",
    "Problem",
    "clean",
    "direction",
    "directions",
    "email_key",
    "fold",
    "fold_tight",
    "initials",
    "isolate",
    "latin_digits",
    "refuse",
    "search_text",
    "search_words",
    "sort_key",
]

ZWNJ = "\u200c"
ZWJ = "\u200d"

_JOINERS = re.compile(f"[{ZWNJ}{ZWJ}]+")
# A joiner after a space, a non-joiner before one, and either between two Latin letters do nothing
# but make two equal-looking texts differ (UAX #31, section 2.3).
_IDLE_JOINER = re.compile(
    rf"(?:(?<=\s)|^)[{ZWNJ}{ZWJ}]|{ZWNJ}(?=\s|\Z)"
    rf"|(?<=[A-Za-z\u00c0-\u024f])[{ZWNJ}{ZWJ}](?=[A-Za-z\u00c0-\u024f])"
)
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_TO_PERSIAN = str.maketrans({"\u064a": "ی", "\u0649": "ی", "\u0643": "ک"})

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and marks that show nothing: Default_Ignorable_Code_Point beyond the category Cf, and the
# blank Braille pattern. The variation selectors FE00-FE0F stay: emoji need them.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


class Problem(StrEnum):
    """Why a text cannot be taken as it is."""

    CONTROL = "control"
    BIDI = "bidi"
    INVISIBLE = "invisible"
    UNASSIGNED = "unassigned"


def clean(text: str, *, multiline: bool = False) -> str:
    """The form of `text` that is stored: NFC, Persian yeh and kaf, no stray space or joiner.

    A single line has each run of whitespace made one space; several lines keep theirs, ended by
    LF. ZWNJ inside a word is part of Persian spelling and stays. Cleaning twice changes nothing.
    Characters that `refuse` names are left in for it to find.
    """
    text = unicodedata.normalize("NFC", text).translate(_TO_PERSIAN)
    text = _LINE_END.sub("\n", text)
    text = _JOINERS.sub(lambda run: run[0][0], text)
    text = _IDLE_JOINER.sub("", text)
    return text.strip() if multiline else " ".join(text.split())


def refuse(text: str, *, multiline: bool = False) -> Problem | None:
    """The first thing in `text` that must not be stored, or None.

    Refused are controls (but tab and line ends where `multiline`), bidirectional marks, overrides
    and isolates (Trojan Source, CVE-2021-42574), other invisible characters but ZWNJ and ZWJ (UTS
    #39, UAX #31), and code points without a meaning: unassigned, private use, lone surrogates.
    Ask it about the text as typed, or after `clean`, which turns a tab in a line into a space.
    """
    for character in dict.fromkeys(text):
        if multiline and character in "\t\n\r":
            continue
        problem = _problem(character)
        if problem:
            return problem
    return None


def direction(text: str) -> str:
    """The direction of the first strong character (UAX #9, rule P2): "rtl" or "ltr"."""
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in ("R", "AL"):
            return "rtl"
        if strong == "L":
            return "ltr"
    return "ltr"


def directions(text: str) -> frozenset[str]:
    """The directions that the letters of a text have: none, one or both of "rtl" and "ltr"."""
    strong = {unicodedata.bidirectional(character) for character in text}
    ways = {"rtl": {"R", "AL"}, "ltr": {"L"}}
    return frozenset(way for way, classes in ways.items() if strong & classes)


def isolate(text: str) -> str:
    """`text` between FSI and PDI: for plain text, where no `<bdi>` can keep directions apart."""
    return f"\u2068{text}\u2069"


def initials(name: str) -> str:
    """The first letters of the first and the last word; ZWNJ keeps Arabic ones from joining."""
    letters = [letter for word in name.split() if (letter := _first_letter(word))]
    chosen = letters if len(letters) < 2 else [letters[0], letters[-1]]
    joint = ZWNJ if any(unicodedata.bidirectional(letter) == "AL" for letter in chosen) else ""
    return joint.join(chosen)


def latin_digits(text: str) -> str:
    """`text` with Persian (۰-۹) and Arabic-Indic (٠-٩) digits as 0-9, all else as it is."""
    return text.translate(_DIGITS)


def email_key(address: str) -> str:
    """The form in which e-mail addresses are compared, unique and looked up; never raises.

    NFKC, case folded, trimmed (the class of CVE-2019-19844), the domain in ASCII (RFC 5891 with
    the mapping of UTS #46). It is a key: mail goes to the address as its owner typed it.
    """
    folded = unicodedata.normalize("NFKC", address.strip()).casefold().strip()
    safe = "".join("\ufffd" if _is_other(character) else character for character in folded)
    local, at, domain = safe.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}" if at else safe


def _problem(character: str) -> Problem | None:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return Problem.CONTROL
    if character in _BIDI:
        return Problem.BIDI
    if character in _BLANK or (category == "Cf" and character not in (ZWNJ, ZWJ)):
        return Problem.INVISIBLE
    if "\U000e0100" <= character <= "\U000e01ef":
        return Problem.INVISIBLE
    # UTS #51 keeps this block for emoji; Python may know an older Unicode than the writer's phone.
    if "\U0001f000" <= character <= "\U0001faff":
        return None
    return Problem.UNASSIGNED if category in ("Cn", "Co", "Cs") else None


def _is_other(character: str) -> bool:
    return unicodedata.category(character).startswith("C")


def _first_letter(word: str) -> str:
    for character in word:
        if character.isalnum():
            return character.upper()[0]
    return ""


def _ascii_domain(domain: str) -> str:
    domain = domain.rstrip(".")
    # 253 is the longest name that DNS knows; the encoder's cost grows faster than its input.
    if domain.isascii() or len(domain) > 253:
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:
        return domain
