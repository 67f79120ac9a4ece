"""The score of spam, checked with sums that can be done by hand."""

from math import log

import pytest

from citizen_diplomat.community.rules import Ground
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.moderation.spam_rules import (
    LEARNT_FIRST,
    LIKELY,
    MOST_TELLING,
    Seen,
    Verdict,
    score,
    verdict_of_decision,
    verdict_of_removal,
    weight,
    words_of,
)

TEXTS = Seen(8, 8)
SEEN = {
    "casino": Seen(7, 0),  # (7+1)/10 to (0+1)/10: 8 times as often
    "bridge": Seen(0, 4),  # 1/10 to 5/10: a fifth
    "win": Seen(1, 0),  # seen once: tells nothing yet
    "and": Seen(6, 6),  # as often here as there
}


@pytest.mark.parametrize(
    ("words", "share", "moved"),
    [
        ((), 50, []),
        (("casino",), 89, ["casino"]),  # 8 to 1: 8/9
        (("bridge",), 17, ["bridge"]),  # 1 to 5: 1/6
        (("bridge", "casino"), 62, ["casino", "bridge"]),  # 8/5 to 1: 8/13
        (("win", "and", "never"), 50, []),
        (("and", "casino", "win"), 89, ["casino"]),
    ],
)
def test_sums_done_by_hand(words: tuple[str, ...], share: int, moved: list[str]) -> None:
    found = score(words, SEEN, TEXTS)
    assert found is not None
    assert (found.share, [one.word for one in found.moved]) == (share, moved)


def test_the_weight_of_a_word_is_how_much_more_often_it_stood_in_spam() -> None:
    assert weight(Seen(7, 0), TEXTS) == pytest.approx(log(8))
    assert weight(Seen(0, 4), TEXTS) == pytest.approx(-log(5))
    # Twice as many good texts: the same count there is half as much.
    assert weight(Seen(3, 3), Seen(6, 14)) == pytest.approx(log((4 / 8) / (4 / 16)))


@pytest.mark.parametrize("texts", [Seen(0, 100), Seen(100, 0), Seen(LEARNT_FIRST - 1, 100)])
def test_nothing_is_said_before_enough_was_decided(texts: Seen) -> None:
    assert score(["casino"], SEEN, texts) is None
    assert score(["casino"], SEEN, Seen(LEARNT_FIRST, LEARNT_FIRST)) is not None


def test_many_weak_words_do_not_outshout_the_telling_ones_and_the_score_stays_in_bounds() -> None:
    seen = {f"w{chr(97 + n)}": Seen(8, 0) for n in range(26)}
    found = score(list(seen), seen, TEXTS)
    assert found is not None
    assert (found.share, len(found.moved)) == (100, MOST_TELLING)
    assert 50 < LIKELY < 100


def test_words_are_folded_alike_and_numbers_are_nobodys_words() -> None:
    persian = search_text("كازينو، کازینو 09131234567 a b2b")
    assert words_of(persian.partition("\n")[0]) == ("کازینو",)
    assert words_of("win win casino") == ("casino", "win")


@pytest.mark.parametrize("ground", list(Ground))
def test_only_advertising_that_was_taken_out_is_spam(ground: Ground) -> None:
    expected = Verdict.SPAM if ground is Ground.ADVERTISING else None
    assert verdict_of_removal(ground) is expected


@pytest.mark.parametrize(
    ("outcome", "reason", "verdict"),
    [
        (Outcome.ACCEPT, "trial-first", Verdict.FINE),
        (Outcome.DECLINE, "rules", Verdict.SPAM),
        (Outcome.DECLINE, "not-feasible", None),
        (Outcome.DECLINE, "insult-or-unlawful", None),
        (Outcome.REQUEST_CHANGES, "more-detail", None),
        (Outcome.DUPLICATE, "same-idea", None),
    ],
)
def test_what_a_decision_teaches(outcome: Outcome, reason: str, verdict: Verdict | None) -> None:
    assert verdict_of_decision(outcome, reason) is verdict
