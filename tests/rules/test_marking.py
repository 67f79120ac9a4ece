"""What somebody searched for is marked in the text as it was written, however it is spelt."""

import pytest
from hypothesis import given
from hypothesis.strategies import text as texts

from citizen_diplomat.foundation.marking import Marked, excerpt, marked


def shown(pieces: list[Marked]) -> str:
    return "".join(f"[{one.text}]" if one.is_hit else one.text for one in pieces)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("كتابخانهٔ سي ساله", "کتابخانه سی", "[كتابخانهٔ سي] ساله"),
        ("کتاب‌های خوب", "كتاب", "[کتاب]‌های خوب"),
        ("صنایع دستی", "صنایعدستی", "[صنایع دستی]"),
        ("صنایع‌دستی", "صنایع دستی", "[صنایع‌دستی]"),
        ("سال ۱۴۰۵", "1405", "سال [۱۴۰۵]"),
        ("year 1405", "۱۴۰۵", "year [1405]"),
        ("کِتاب", "کتاب", "[کِتاب]"),
        ("Zürich, Straße", "zurich STRASSE", "[Zürich], [Straße]"),
        ("<b>&amp;</b>", "<b>", "[<b>]&amp;</b>"),
        ("100% of it", "%", "100[%] of it"),
        ("آب", "نان", "آب"),
        ("آب", "", "آب"),
        ("راه نرم", "هنر", "راه نرم"),
    ],
)
def test_words_are_marked_as_they_are_spelt(text: str, query: str, expected: str) -> None:
    assert shown(marked(text, query)) == expected


def test_an_excerpt_stands_around_the_first_hit() -> None:
    text = "word " * 60 + "کتاب‌های خوب " + "tail " * 60
    pieces = excerpt(text, "كتاب", 120)
    assert shown(pieces).startswith("…word ")
    assert "[کتاب]‌های" in shown(pieces)
    assert shown(pieces).endswith("tail…")
    assert len("".join(one.text for one in pieces)) <= 122
    assert shown(excerpt("short", "none", 120)) == "short"


@given(texts(), texts(max_size=20))
def test_nothing_is_lost_or_added(text: str, query: str) -> None:
    assert "".join(one.text for one in marked(text, query)) == text
