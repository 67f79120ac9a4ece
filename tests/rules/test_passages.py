"""A passage is found where it stands, whatever a page did to its marks and line breaks."""

import pytest

from citizen_diplomat.moderation.passages import Span, around, locate, paragraphs_of

BODY = (
    "در بارسلون **چنین** می‌کنند.\n\nSee [the map](https://example.org/map) of *all* trees.\nSee it."
)


@pytest.mark.parametrize(
    ("quote", "there"),
    [
        ("بارسلون **چنین** می‌کنند", "بارسلون **چنین** می‌کنند"),
        ("بارسلون چنین می‌کنند.", "بارسلون **چنین** می‌کنند."),
        (
            "the map of all trees. See it.",
            "the map](https://example.org/map) of *all* trees.\nSee it.",
        ),
        ("می‌کنند. See the map", "می‌کنند.\n\nSee [the map"),
    ],
)
def test_a_passage_is_found_as_it_stands_in_the_text(quote: str, there: str) -> None:
    span = locate(BODY, quote)
    assert span is not None
    assert span.of(BODY) == there


@pytest.mark.parametrize("quote", ["", "  ", "می کنند", "the trees", "THE MAP", "see\u200b it"])
def test_what_is_not_in_the_text_is_not_found(quote: str) -> None:
    assert locate(BODY, quote) is None


def test_of_several_the_nearest_is_meant() -> None:
    assert locate("aba aba aba", "aba", near=8) == Span(8, 11)
    assert locate("aba aba aba", "aba") == Span(0, 3)


def test_a_long_text_of_marks_is_searched_in_no_time() -> None:
    assert locate("a " + "]([" * 6_000, "a " * 200 + "b") is None
    assert locate("*-_" * 6_000, "x y") is None
    assert locate("a" + "- " * 9_000, "a " + "- " * 200 + "b") is None
    assert locate("a](" * 6_000, "a b") is None


def test_paragraphs_are_all_that_is_written() -> None:
    text = "one\ntwo\n\n\n three\n \n\n"
    assert [span.of(text) for span in paragraphs_of(text)] == ["one\ntwo", " three"]
    assert paragraphs_of("") == []


def test_around_a_passage_stands_its_paragraph_in_whole_words() -> None:
    text = "before\n" + "word " * 30 + "HERE" + " word" * 30 + "\nafter"
    before, after = around(text, locate(text, "HERE") or Span(0, 0))
    assert before.startswith("…word ")
    assert after.endswith(" word…")
    assert "before" not in before
    assert around("a HERE b", Span(2, 6)) == ("a ", " b")
