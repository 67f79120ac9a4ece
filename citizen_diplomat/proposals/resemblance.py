"""How much two proposals resemble each other, by the words of their titles and summaries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from citizen_diplomat.foundation.likeness import Terms, spelled_alike
from citizen_diplomat.proposals.vocabulary import is_general

WORDS_ASKED = 30

IN_SUMMARY = 0.6
"""What a word weighs that stands in a summary, beside one in a title."""

GENERAL = 0.5
"""What a word weighs that says how or for whom, beside one that tells the matter."""

SHARE_ASKED = 0.6
"""How much of what is asked is there counts a little more than how much else is there."""


@dataclass(frozen=True)
class Asked:
    """The title and the summary for which similar ones are looked for."""

    title: Terms
    summary: Terms

    @property
    def keys(self) -> list[str]:
        """The words to look up, those of the title first, as many as are worth it."""
        keys = [*sorted(self.title.keys), *sorted(self.summary.keys - self.title.keys)]
        return keys[:WORDS_ASKED]

    def likeness(self, title: Terms, summary: Terms, rarity: Mapping[str, int]) -> float:
        """How much of what is asked the other says, and how much of its title is asked, 0 to 1."""
        mine = self.title if self.title.stems else self.summary
        met = _met(mine, title.keys)
        weak = _met(mine, summary.keys) - met
        if not _is_enough(met | weak, mine, title):
            return 0.0
        weigh = _Scale(rarity, mine)
        said_there = weigh(met) + IN_SUMMARY * weigh(weak)
        asked = _met(title, mine.keys)
        also_asked = _met(title, self.summary.keys) - asked
        asked_here = weigh(asked) + IN_SUMMARY * weigh(also_asked)
        share = said_there / weigh(set(mine.stems))
        share_back = asked_here / (weigh(set(title.stems)) or 1)
        return round(SHARE_ASKED * share + (1 - SHARE_ASKED) * share_back, 4)


class _Scale:
    """What words weigh: by their rarity, a general one half as much."""

    def __init__(self, rarity: Mapping[str, int], asked: Terms) -> None:
        """Let a word that was not asked for weigh what those that were weigh on average."""
        words = set(asked.stems)
        self.rarity = rarity
        self.usual = sum(rarity.get(word, 0) for word in words) / len(words)

    def __call__(self, words: Iterable[str]) -> float:
        """The weight of all of `words`."""
        return sum(
            self.rarity.get(word, self.usual) * (GENERAL if is_general(word) else 1)
            for word in words
        )


def _is_enough(met: set[str], mine: Terms, title: Terms) -> bool:
    """Whether two texts share enough: two words, and one that tells the matter."""
    words, others = set(mine.stems), set(title.stems)
    if len(met) < min(2, len(words), max(1, len(others))):
        return False
    return any(not is_general(word) for word in met) or all(map(is_general, words))


def _met(mine: Terms, theirs: frozenset[str]) -> set[str]:
    """Which of my stems the others have: themselves, as half of two, or spelled a little apart."""
    met = {word for word in mine.stems if word in theirs}
    for both, place in mine.joined:
        if both in theirs:
            met |= set(mine.stems[place : place + 2])
    return met | {word for word in mine.stems if word not in met and spelled_alike(word, theirs)}
