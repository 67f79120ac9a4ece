"""Words without their endings: forms of one word meet, other words do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.folding import fold
from citizen_diplomat.foundation.likeness import (
    key_of,
    overlap,
    spelled_alike,
    stem,
    terms,
    trigrams,
)
from citizen_diplomat.proposals.vocabulary import said

WRITTEN = st.text(st.sampled_from("آابپتكکيیىئهةۀ\u200c ۱1aeginsé'’-ًَ"), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("کارگاه\u200cهای", "كارگاههاي"), ("مسیرهایی", "مسیر"), ("گردشگران", "گردشگری"),
        ("بزرگراه‌ها", "بزرگراهها"), ("صنایع\u200cدستی", "صنایع دستي"), ("خیابانِ", "خيابان"),
        ("gardens", "Garden"), ("cities’", "city's"), ("planning", "planned"), ("۱۴۰۲", "1402"),
    ],
)  # fmt: skip
def test_forms_and_spellings_of_a_word_meet(one: str, other: str) -> None:
    assert terms(one).stems == terms(other).stems


def test_two_words_written_as_one_meet_them() -> None:
    assert terms("صنایعدستی").keys & terms("صنایع دستی").keys


@pytest.mark.parametrize(
    ("persian", "english"),
    [("آب", "water"), ("دوچرخه\u200cسواری", "cycling"), ("صفحهٔ خورشیدی", "solar panels")],
)
def test_a_meaning_has_one_stem_in_both_languages(persian: str, english: str) -> None:
    assert said(persian).keys & said(english).keys


@pytest.mark.parametrize("name", ["اصفهان", "Xi'an", "Kuala Lumpur", "کوالالامپور", "Freiburg"])
def test_names_of_cities_say_nothing_of_an_idea(name: str) -> None:
    assert said(name).stems == ()


@pytest.mark.parametrize("pair", [("water", "winter"), ("پل", "پول"), ("museum", "music")])
def test_other_words_do_not_meet(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])
    assert not spelled_alike(pair[0], [pair[1]])


def test_a_typing_mistake_is_met() -> None:
    assert spelled_alike("calligraphy", ["caligraphy"])


@given(WRITTEN)
def test_folding_before_changes_nothing(text: str) -> None:
    assert terms(fold(text)).stems == terms(text).stems
    assert fold(fold(text)) == fold(text)


@given(WRITTEN)
def test_stems_hold_no_space_and_fit_their_column(text: str) -> None:
    for key in said(text).keys:
        assert key
        assert key == key.strip()
        assert len(key) <= 40
    assert len(key_of(text)) <= 40


@given(WRITTEN, WRITTEN)
def test_overlap_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = overlap(trigrams(one), trigrams(other))
    assert 0 <= share <= 1
    assert share == overlap(trigrams(other), trigrams(one))
    assert overlap(trigrams(one), trigrams(one)) == 1
