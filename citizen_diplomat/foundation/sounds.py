"""Names as they sound, so that نوروزی is found as Norouzi, Nowrouzi and Nawruzi.

Persian writes few vowels and Latin spellings disagree about them; what both keep is the row of
consonants. و and ی, v, w and y are left out, being vowels as often as not, and so is a last h.
"""

import re

from sqlalchemy import ColumnElement, false

from citizen_diplomat.foundation.folding import fold
from citizen_diplomat.foundation.search import Searchable

FEWEST_CONSONANTS = 2
"""A name of a single one (علی, Leila) would sound like too many others."""

_JOINTS = re.compile("[\u200c\u200d'\u2019\\-]")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-xz])\1+")
# Two letters that are one sound, as figures: LIKE tells no capitals from small letters.
_PAIRS = {"sh": "6", "ch": "7", "kh": "8", "gh": "q", "zh": "j", "ph": "f", "ck": "k", "x": "ks"}
_CONSONANTS = str.maketrans(
    {
        **dict.fromkeys("aeiouvwyاعوی", ""),
        "c": "k",
        "ب": "b",
        "پ": "p",
        **dict.fromkeys("تط", "t"),
        **dict.fromkeys("ثسص", "s"),
        **dict.fromkeys("جژ", "j"),
        "چ": "7",
        **dict.fromkeys("حه", "h"),
        "خ": "8",
        "د": "d",
        **dict.fromkeys("ذزضظ", "z"),
        "ر": "r",
        "ش": "6",
        **dict.fromkeys("غق", "q"),
        "ف": "f",
        "ک": "k",
        "گ": "g",
        "ل": "l",
        "م": "m",
        "ن": "n",
    }
)


def sounds(*names: str) -> str:
    """The words of some names as consonants, each between two spaces; an empty text without any."""
    found = dict.fromkeys(
        word for name in names for word in _skeletons(name) if len(word) >= FEWEST_CONSONANTS
    )
    return f" {' '.join(found)} " if found else ""


def sounds_like(column: Searchable, word: str) -> ColumnElement[bool]:
    """Rows where a whole name sounds like `word`; none if it has too few consonants."""
    skeletons = [one for one in _skeletons(word) if len(one) >= FEWEST_CONSONANTS]
    if len(skeletons) != 1:
        return false()
    return column.contains(f" {skeletons[0]} ", autoescape=True)


def _skeletons(text: str) -> list[str]:
    return [_skeleton(word) for word in fold(_JOINTS.sub("", text)).split()]


def _skeleton(word: str) -> str:
    for pair, sign in _PAIRS.items():
        word = word.replace(pair, sign)
    word = _DOUBLED.sub(r"\1", word)
    if len(word) > 1 and word[-1] in "hه":
        word = word[:-1]
    return "".join(sign for sign in word.translate(_CONSONANTS) if sign.isalnum())
