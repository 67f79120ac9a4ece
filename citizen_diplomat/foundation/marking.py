"""Where a text holds what somebody searched for, told in the text as it was written.

Search compares folded texts (`foundation.folding`); a reader is shown the original. So each letter
is folded alone and keeps its place: what was met in the folded text is then marked in the original,
however it is spelt there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from citizen_diplomat.foundation.folding import (
    LETTERS_IN_A_QUERY,
    fold,
    fold_tight,
    search_words,
)
from citizen_diplomat.foundation.search import SHORTEST_TIGHT

LONGEST_LOOKED_AT = 12_000
"""Letters; a hit further on in a text is found all the same and only not shown."""
BEFORE_A_HIT = 60
"""Letters of an excerpt that stand before the first hit, so that it is read in its sentence."""
CUT = "…"

_NOT_TIGHT = re.compile(r"[\s'\-]")
Span = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """A piece of a text, and whether it was searched for."""

    text: str
    is_hit: bool = False


def marked(text: str, query: str) -> list[Marked]:
    """The whole of `text` in pieces, those that `query` found apart from the others."""
    return list(_pieces(text, _hits(text, query)))


def holds(text: str, query: str) -> bool:
    """Whether any word of `query` is met in `text`."""
    return bool(_hits(text, query))


def excerpt(text: str, query: str, length: int) -> list[Marked]:
    """About `length` letters of `text` around the first hit, or from its beginning without one.

    It begins and ends at words where it can; an ellipsis tells that something was left out.
    """
    hits = _hits(text, query)
    start, end = _window(text, hits[0][0] if hits else 0, length)
    inside = [
        (max(a, start) - start, min(b, end) - start) for a, b in hits if a < end and b > start
    ]
    pieces = list(_pieces(text[start:end], inside))
    before = [Marked(CUT)] if start else []
    after = [Marked(CUT)] if end < len(text) else []
    return [*before, *pieces, *after]


def _window(text: str, hit: int, length: int) -> Span:
    if len(text) <= length:
        return 0, len(text)
    start = max(0, min(hit - BEFORE_A_HIT, len(text) - length))
    if start:
        space = text.find(" ", start, hit)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start + length // 2, end)
        end = space if space > hit else end
    return start, end


def _pieces(text: str, hits: list[Span]) -> Iterator[Marked]:
    place = 0
    for start, end in hits:
        if start > place:
            yield Marked(text[place:start])
        yield Marked(text[start:end], is_hit=True)
        place = end
    if place < len(text):
        yield Marked(text[place:])


def _hits(text: str, query: str) -> list[Span]:
    """Where the words of a query stand, in order and joined where they touch."""
    words = search_words(query)
    letters = _folded(text[:LONGEST_LOOKED_AT]) if words else []
    tight = [one for one in letters if not _NOT_TIGHT.match(one[0])]
    whole = fold_tight(query[:LETTERS_IN_A_QUERY])
    joined = {fold_tight(word) for word in words} | {whole}
    found = [
        *(span for word in words for span in _met(letters, word)),
        *(span for word in joined if len(word) >= SHORTEST_TIGHT for span in _met(tight, word)),
    ]
    return _merged(text, found)


def _met(letters: list[tuple[str, int]], word: str) -> Iterator[Span]:
    line = "".join(letter for letter, _ in letters)
    place = line.find(word)
    while place >= 0:
        yield letters[place][1], letters[place + len(word) - 1][1] + 1
        place = line.find(word, place + len(word))


def _merged(text: str, spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, bare_end in sorted(spans):
        end = _with_its_marks(text, bare_end)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _with_its_marks(text: str, end: int) -> int:
    """Harakat and accents that folding dropped belong to the letter before them."""
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return end


def _folded(text: str) -> list[tuple[str, int]]:
    """The folded letters, each with the place of the one that it comes from."""
    letters: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        for letter in _fold_one(character):
            if letter != " " or not letters or letters[-1][0] != " ":
                letters.append((letter, place))
    return letters


@lru_cache(maxsize=4096)
def _fold_one(character: str) -> str:
    # Between two letters, so that what separates words is not trimmed away.
    return fold(f"x{character}x")[1:-1]
