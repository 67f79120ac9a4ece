"""Text as search and order see it: spelling differences that no reader minds are folded away.

Lucene's PersianNormalizer and CLDR's Persian collation are the models; Unicode normalisation alone
unifies neither Arabic and Persian yeh nor kaf, and code point order puts پ چ ژ ک گ ی last.
"""

import re
import unicodedata

WORDS_IN_A_QUERY = 8
LETTERS_IN_A_QUERY = 200
SORT_KEY_LENGTH = 300

SEPARATOR = "\n"
"""Stands between the spaced and the tight half of a search column; neither half contains it."""

_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02be\u02bf\u2032`\u00b4", "'")
)
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("\u064a\u0649\u06d2\u06cd\u06ce\u06d0", "ی"),
        **dict.fromkeys("\u0643\u06aa", "ک"),
        **dict.fromkeys("\u0629\u06c1\u06c3\u06be\u06d5", "ه"),
        "\u0671": "ا",
        "\u0621": "",
        "\u0640": "",
        "\u200c": " ",
        **dict(zip("٪٫٬،؛؟", "%.,,;?", strict=True)),
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
# Accents of Latin, Greek and Cyrillic; harakat; hamza and madda that decomposition sets free.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed]+")
_NOT_TIGHT = re.compile(r"[\s'\-]+")

_ALPHABET = "آاءبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
# CLDR fa: every carried hamza sorts as hamza, after alef.
_SORTED_AS = str.maketrans(
    {
        **dict.fromkeys("\u0623\u0625\u0624\u0626", "ء"),
        **dict.fromkeys("\u06c0\u06c2", "ه"),
        "\u06d3": "ی",
        "\u200c": "",
    }
)


def fold(text: str) -> str:
    """The search form of `text`: one spelling for each word that readers take for the same.

    Compatibility forms, case, Latin accents and harakat go; ي ى ے ئ become ی, ك becomes ک, ة ۀ هٔ
    become ه, أ إ ٱ آ become ا, ؤ becomes و; ء and tatweel are dropped; all digits become 0-9; ZWNJ
    becomes a space; apostrophes and dashes become one each; ٪ ، ؟ become the signs of Latin
    keyboards. Nothing invisible is left, so the result can be given to any database. Folding
    twice changes nothing.
    """
    text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_APOSTROPHES)
    text = _MARKS.sub("", text.translate(_LETTERS))
    text = text.translate({ord(character): _plain(character) for character in set(text)})
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_tight(text: str) -> str:
    """`fold` without spaces, apostrophes and hyphens: صنایع‌دستی, صنایع دستی, صنایعدستی are one."""
    return _NOT_TIGHT.sub("", fold(text))


def search_text(*parts: str) -> str:
    """The column to search in: all parts folded, a line end, and the same without spaces.

    A row matches when each word of the query is in the first half, or (if long enough not to be
    met by chance across two words) in the second; see `foundation.search.matches`.
    """
    folded = fold(" ".join(parts))
    return f"{folded}{SEPARATOR}{_NOT_TIGHT.sub('', folded)}"


def search_words(query: str) -> list[str]:
    """The first eight different folded words of what somebody typed into a search box."""
    words = fold(query[:LETTERS_IN_A_QUERY]).split()
    return list(dict.fromkeys(words))[:WORDS_IN_A_QUERY]


def sort_key(text: str) -> str:
    """An ASCII key whose byte order is the alphabetical order of Persian readers.

    Space, digits, the 33 letters from آ to ی (و before ه), other letters of Arabic script, Latin
    letters, other scripts; case, accents, harakat, ZWNJ and punctuation do not count. Made of
    a-z and 0-9 alone, it compares alike in Python, SQLite and PostgreSQL under any collation. At
    most 300 characters; equal keys are told apart by the row's id.
    """
    text = unicodedata.normalize("NFKC", text[:SORT_KEY_LENGTH].translate(_APOSTROPHES)).casefold()
    key = "".join(_weight(character) for character in text.translate(_SORTED_AS))
    return "0".join(key.split())[:SORT_KEY_LENGTH]


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    if category in ("Cf", "Cs"):
        return ""
    return " " if category in ("Cc", "Zl", "Zp", "Zs", "Cn") else character


def _weight(character: str) -> str:
    """A code of the character; no code is the beginning of another one."""
    if character.isspace() or unicodedata.category(character) == "Pd":
        return " "
    if character in _ALPHABET:
        return f"a{_ALPHABET.index(character):02}"
    return "".join(_weight_folded(letter) for letter in fold(character))


def _weight_folded(letter: str) -> str:
    if letter in _ALPHABET:
        return f"a{_ALPHABET.index(letter):02}"
    if not letter.isalnum():
        return ""
    if letter.isascii():
        return f"1{letter}" if letter.isdigit() else f"b{letter}"
    script = "a99" if unicodedata.bidirectional(letter) == "AL" else "c"
    return f"{script}{ord(letter):06x}"
