"""How much a text looks like spam, by the words of texts that the desk has decided on.

Naive Bayes over the words that a text holds at all (Paul Graham, "A Plan for Spam", 2002; add-one
smoothing), both kinds taken as equally likely. The score sorts the queue; nothing decides by it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log

from citizen_diplomat.community.rules import Ground
from citizen_diplomat.moderation.rules import ItemKind, Outcome

SCORED = frozenset({ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.COMMENT, ItemKind.REPORT})
"""What of the queue is scored and taught from."""
LIKELY = 75
"""From this score on, of 100, an item stands in the list of what looks like spam."""
LEARNT_FIRST = 5
"""So many texts of either kind must have been decided on before anything is said."""
SEEN_FIRST = 2
"""In so many texts a word must have stood before it moves a score."""
MOST_TELLING = 15
"""So many words of a text count, those that tell most; more of them would only shout."""
MOST_WORDS = 400
REASONS_OF_SPAM = frozenset({"rules"})
"""The reasons of the catalogue by which advertising is declined."""

_WORD = re.compile(r"[^\W\d_]{2,30}")


class Verdict(StrEnum):
    """What a decision of the desk says of a text."""

    SPAM = "spam"
    FINE = "fine"


@dataclass(frozen=True)
class Seen:
    """In how many texts of either kind something stood: a word, or any word at all."""

    spam: int
    fine: int


@dataclass(frozen=True)
class Moved:
    """A word that moved the score, up for spam or down, and where it stood before."""

    word: str
    weight: float
    seen: Seen


@dataclass(frozen=True)
class Score:
    """How much a text looks like spam, from 0 to 100, and the words that moved it most first."""

    share: int
    moved: tuple[Moved, ...]


def verdict_of_removal(ground: Ground) -> Verdict | None:
    """What taking a text out teaches; an insult is no spam, and no example of a good text."""
    return Verdict.SPAM if ground is Ground.ADVERTISING else None


def verdict_of_decision(outcome: Outcome, reason: str) -> Verdict | None:
    """What deciding on a proposal teaches: accepted, or declined as advertising."""
    if outcome is Outcome.ACCEPT:
        return Verdict.FINE
    is_spam = outcome is Outcome.DECLINE and reason in REASONS_OF_SPAM
    return Verdict.SPAM if is_spam else None


def words_of(folded: str) -> tuple[str, ...]:
    """The different words of a folded text, sorted; nothing with a digit: no number of a person."""
    return tuple(sorted(dict.fromkeys(_WORD.findall(folded)))[:MOST_WORDS])


def weight(word: Seen, texts: Seen) -> float:
    """How strongly a word speaks for spam: the logarithm of how much more often it stood there."""
    in_spam = (word.spam + 1) / (texts.spam + 2)
    in_fine = (word.fine + 1) / (texts.fine + 2)
    return log(in_spam / in_fine)


def score(words: Collection[str], seen: Mapping[str, Seen], texts: Seen) -> Score | None:
    """How much a text with these words looks like spam; None while too little was decided."""
    if min(texts.spam, texts.fine) < LEARNT_FIRST:
        return None
    known = [word for word in words if word in seen and _is_common(seen[word])]
    moved = [Moved(word, weight(seen[word], texts), seen[word]) for word in known]
    moved.sort(key=lambda one: (-abs(one.weight), one.word))
    telling = tuple(one for one in moved[:MOST_TELLING] if one.weight)
    return Score(round(100 / (1 + exp(-sum(one.weight for one in telling)))), telling)


def _is_common(word: Seen) -> bool:
    return word.spam + word.fine >= SEEN_FIRST
