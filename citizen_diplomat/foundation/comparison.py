"""What changed between two texts, word by word; Persian words and their ZWNJ stay whole.

Of a comparison both texts can be made again, line by line (`before` and `after`): nothing that is
shown was invented, and nothing was left out but blank lines.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from citizen_diplomat.foundation.text import direction, directions

# A word with the space after it: what is marked as added or removed then reads as it was typed.
_WORD = re.compile(r"\S+\s*|\s+")

MOST_PAIRS = 100_000
"""Equal parts on both sides, counted as pairs: beyond it the search would take seconds, and only
texts made of the same few words over and over have so many."""

LEAST_IN_COMMON = 0.25
"""Of two lines that share less than this part of their letters, each stands whole: a word here and
there that both happen to have explains nothing."""


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of words that share one fate."""

    change: Change
    text: str

    def direction(self, line: str) -> str:
        """Its own direction if its letters have one only, else that of the `line` it stands in.

        So each piece can be kept apart from its neighbours and is yet read in the order in which
        it was typed, English in a Persian line and the other way round.
        """
        own = directions(self.text)
        return next(iter(own)) if len(own) == 1 else line


Line = tuple[Piece, ...]


def compare(old: str, new: str) -> list[Line]:
    """The lines of both texts as pieces kept, removed or added; without blank lines.

    Lines are matched first and words only within lines that replaced each other, so that the cost
    stays far below that of comparing all words with all words.
    """
    before, after = _lines(old), _lines(new)
    found: list[Line] = []
    for kind, a, b, c, d in _steps(before, after):
        if kind == "equal":
            found += [(Piece(Change.KEPT, line),) for line in before[a:b]]
        else:
            found += _replaced(before[a:b], after[c:d])
    return found


def before(lines: list[Line]) -> list[str]:
    """The lines of the old text, without blank ones."""
    return _side(lines, Change.ADDED)


def after(lines: list[Line]) -> list[str]:
    """The lines of the new text, without blank ones."""
    return _side(lines, Change.REMOVED)


def line_direction(line: Line) -> str:
    """The direction of a line: that of the text as it is now, or was if nothing is left of it."""
    now = "".join(piece.text for piece in line if piece.change is not Change.REMOVED)
    return direction(now or "".join(piece.text for piece in line))


def is_same(lines: list[Line]) -> bool:
    """Whether a comparison found no difference."""
    return all(piece.change is Change.KEPT for line in lines for piece in line)


def _steps(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """How to get from one to the other, as difflib tells it; all at once if that is too costly."""
    if before == after:
        return [("equal", 0, len(before), 0, len(after))]
    there = Counter(after)
    if sum(number * there[part] for part, number in Counter(before).items()) > MOST_PAIRS:
        return [("replace", 0, len(before), 0, len(after))]
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _side(lines: list[Line], other: Change) -> list[str]:
    joined = ("".join(piece.text for piece in line if piece.change is not other) for line in lines)
    return [text.strip() for text in joined if text.strip()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(before: list[str], after: list[str]) -> Iterator[Line]:
    paired = min(len(before), len(after))
    for old, new in zip(before[:paired], after[:paired], strict=True):
        yield from _rewritten(old, new)
    yield from ((Piece(Change.REMOVED, line),) for line in before[paired:])
    yield from ((Piece(Change.ADDED, line),) for line in after[paired:])


def _rewritten(old: str, new: str) -> Iterator[Line]:
    words = tuple(_words(old, new))
    common = sum(len(piece.text.strip()) for piece in words if piece.change is Change.KEPT)
    if 2 * common < LEAST_IN_COMMON * (len(old) + len(new)):
        yield (Piece(Change.REMOVED, old),)
        yield (Piece(Change.ADDED, new),)
    else:
        yield words


def _words(old: str, new: str) -> Iterator[Piece]:
    # A last word has no space after it: without one on both sides it would never match.
    before, after = _WORD.findall(f"{old} "), _WORD.findall(f"{new} ")
    for kind, a, b, c, d in _steps(before, after):
        if kind == "equal":
            yield Piece(Change.KEPT, "".join(before[a:b]))
            continue
        if a < b:
            yield Piece(Change.REMOVED, "".join(before[a:b]))
        if c < d:
            yield Piece(Change.ADDED, "".join(after[c:d]))
