"""Search in the folded column that `foundation.text.search_text` makes, alike on both engines.

LIKE with escaped wildcards is all it needs, so what an index may add (trigrams) is left to the
engine. The folded text has no upper case in it: that SQLite's LIKE folds ASCII makes no difference.
"""

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from citizen_diplomat.foundation.folding import (
    LETTERS_IN_A_QUERY,
    SEPARATOR,
    fold_tight,
    search_words,
)

SHORTEST_TIGHT = 4
"""Letters; a shorter word would be met across two words by chance (هنر in راه نرم)."""

Searchable = ColumnElement[str] | InstrumentedAttribute[str]


def matches(column: Searchable, query: str) -> ColumnElement[bool]:
    """Rows whose text holds every word of `query`, or the whole of it however it is spaced.

    A word may be a part of a longer one. A query without any letter or sign matches every row.
    """
    words = search_words(query)
    if not words:
        return true()
    each = and_(*(_holds(column, word) for word in words))
    tight = fold_tight(query[:LETTERS_IN_A_QUERY])
    return or_(each, _tight_holds(column, tight)) if _is_long_enough(tight) else each


def _holds(column: Searchable, word: str) -> ColumnElement[bool]:
    spaced = column.like(f"%{_escaped(word)}%{SEPARATOR}%", escape="\\")
    tight = fold_tight(word)
    return or_(spaced, _tight_holds(column, tight)) if _is_long_enough(tight) else spaced


def _tight_holds(column: Searchable, tight: str) -> ColumnElement[bool]:
    return column.like(f"%{SEPARATOR}%{_escaped(tight)}%", escape="\\")


def _is_long_enough(tight: str) -> bool:
    return len(tight) >= SHORTEST_TIGHT


def _escaped(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text
