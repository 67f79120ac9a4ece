"""Words of the two languages that mean the same in a proposal, and names that say nothing of it."""

from functools import cache, lru_cache
from pathlib import Path

from citizen_diplomat.cities.actions import names_of_cities
from citizen_diplomat.foundation.likeness import Terms, key_of, terms
from citizen_diplomat.foundation.reference_file import read_rows

FILE = Path(__file__).parent / "data" / "vocabulary.json"


@lru_cache(maxsize=4_096)
def said(text: str) -> Terms:
    """What a text says: its stems, one for all words of a meaning, names of cities left out.

    Kept for a while: while somebody types, the same texts are compared again every few seconds.

    The same idea for another city is the same idea; and "water" is found by "آب".
    """
    return terms(text, _meanings(), _names())


def is_general(word: str) -> bool:
    """Whether a stem says how or for whom, not what: workshop, festival, online, teenagers."""
    return word in _general()


@cache
def _general() -> frozenset[str]:
    return frozenset(key_of(row["en"][0]) for row in read_rows(FILE) if row.get("general"))


@cache
def _meanings() -> dict[str, str]:
    # Read once in a process: it changes with a release.
    found: dict[str, str] = {}
    for row in read_rows(FILE):
        words = [key_of(word) for word in (*row["en"], *row["fa"])]
        for word in words:
            found.setdefault(word, words[0])
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(key_of(name) for name in names_of_cities())
