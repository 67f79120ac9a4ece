"""How alike two short texts are: their words without endings, without the words that say nothing.

Made for titles of three to fifteen words in Persian and English. Everything starts from `fold`, so
spellings that search takes for the same are the same here. Stems are keys to compare, not words to
show: all that matters is that forms of one word meet, and that other words do not.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from citizen_diplomat.foundation.folding import fold

LONGEST_STEM = 40
SHORTEST_FUZZY = 5
"""Letters; shorter words that differ in one letter are mostly different words."""

FUZZY = 0.6
"""Share of trigrams from which two spellings pass for one word."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_POSSESSIVE = re.compile(r"'s?$")
_PERSIAN = re.compile("[\u0600-\u06ff]")
# After folding: ZWNJ has become a space, so endings written apart are words of their own here.
_PERSIAN_STOP = frozenset(
    """
    از با به بر در تا و یا که را هم نیز این ان اینها انها یک دو سه چند هر همه ها های هایی ای ام ات
    اش ایم اید اند تر ترین می نمی است هست بود شد شود شده کرد کند کنند کردن کنیم شدن دارد داشتن باید
    شاید برای درباره روی زیر میان بین نزد پیش پس بی بدون مانند مثل چون اگر اما ولی بلکه نه
    خود ما شما انان من تو او ایشان دیگر بسیار کمی نو جدید خوب بهتر بزرگ کوچک راه کار برنامه طرح ایده
    پیشنهاد پروژه ایجاد ساخت برگزاری راه اندازی انجام توسعه گسترش بهبود همکاری مشترک شهر شهرها شهری
    شهرداری خواهرخوانده خواهرخواندگی خواهر خوانده
    """.split()
)
_ENGLISH_STOP = frozenset(
    """
    a an the and or of in on at to for from by with without as is are be it its this that these
    those we our us you your they their he she his her i my me one two three some any all each
    every both between among into over under about how what which who when where why not no than
    then there here can could may should would will do does make making made let get new good
    better best big small more most less own way ways work idea ideas project programme program
    plan proposal propose create creating set build building establish joint shared
    common together city cities town urban municipal municipality sister twin twinned
    """.split()
)
# Longest first; each with the letters that must be left in front of it.
_PERSIAN_ENDINGS = (
    ("هایی", 2), ("ترین", 3), ("های", 2), ("گان", 3), ("ها", 2), ("تر", 3), ("ات", 3), ("ان", 3),
    ("ای", 3), ("ی", 3),
)  # fmt: skip
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


@dataclass(frozen=True)
class Terms:
    """A text as a list of stems, and those that two neighbours make when written as one."""

    stems: tuple[str, ...]
    joined: tuple[tuple[str, int], ...]
    """Each with the place in `stems` of the first of the two."""

    @cached_property
    def keys(self) -> frozenset[str]:
        """All that this text can be found by."""
        return frozenset((*self.stems, *(word for word, _place in self.joined)))


def terms(
    text: str,
    same: Mapping[str, str] | None = None,
    ignored: frozenset[str] = frozenset(),
) -> Terms:
    """The stems of `text` in their order, without stop words.

    `same` maps stems, and stems of two words written as one, to the one that stands for all words
    of the same meaning; stems in `ignored` are left out as stop words are.
    """
    same = same or {}
    words = [word for word in _words(text) if not _is_stop(word)]
    stems, joined, skip = [], [], False
    for place, word in enumerate(words):
        if skip:
            skip = False
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        both = stem(word + following) if following else ""
        if both and (both in same or both in ignored):
            # Two words that have one meaning of their own: solar panel, صفحهٔ خورشیدی.
            skip = True
            if both not in ignored:
                stems.append(same[both])
            continue
        one = stem(word)
        if one in ignored:
            continue
        if both and _PERSIAN.search(word) and _PERSIAN.search(following):
            joined.append((both, len(stems)))
        stems.append(same.get(one, one))
    return Terms(tuple(stems), tuple(joined))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its endings: plural, comparative, ezafe; plural, -ing, -ed."""
    bare = _persian_stem(word) if _PERSIAN.search(word) else _english_stem(word)
    return bare[:LONGEST_STEM]


def key_of(phrase: str) -> str:
    """The key under which `terms` looks up a word, or two that belong together."""
    words = [word for word in _words(phrase) if not _is_stop(word)] or _words(phrase)
    return stem("".join(words))


@lru_cache(maxsize=20_000)
def trigrams(text: str) -> frozenset[str]:
    """Every three letters that follow each other, the ends of the text marked."""
    padded = f"  {text} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """What two sets share, between 0 and 1 (Dice)."""
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def spelled_alike(word: str, others: Iterable[str]) -> bool:
    """Whether one of `others` is nearly `word`: a typing mistake, or another spelling of a name."""
    if len(word) < SHORTEST_FUZZY:
        return False
    letters = trigrams(word)
    return any(
        # Whoever mistypes a word, or a name, mostly begins it right.
        other[0] == word[0]
        and abs(len(other) - len(word)) <= 2
        and overlap(letters, trigrams(other)) >= FUZZY
        for other in others
        if len(other) >= SHORTEST_FUZZY
    )


def _words(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", word).replace("'", "") for word in _WORD.findall(fold(text))]


def _is_stop(word: str) -> bool:
    return len(word) < 2 or word in _PERSIAN_STOP or word in _ENGLISH_STOP


def _persian_stem(word: str) -> str:
    # Endings pile up: گردشگرانی, کارگاههایی.
    for _ in range(3):
        for ending, left in _PERSIAN_ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= left:
                word = word[: -len(ending)]
                break
        else:
            break
    return word


def _english_stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and re.search(r"(?:ss|sh|ch|x|z)es$", word):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = _DOUBLED.sub(r"\1", word[:-3])
    elif len(word) > 4 and word.endswith("ed"):
        word = _DOUBLED.sub(r"\1", word[:-2])
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
