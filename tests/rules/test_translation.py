"""Cutting a text into paragraphs, and what of its translation stays when the text changes."""

import pytest

from citizen_diplomat.translation.rules import (
    Kept,
    Stage,
    blocks,
    carried,
    direction,
    mark_of,
    may_check,
    stage_of,
    strange_links,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("one", ("one",)),
        ("one\nline\n\ntwo\n", ("one\nline", "two")),
        ("\n\none\n \t\n\n\ntwo", ("one", "two")),
        ("# Head\n\n- a\n\n- b", ("# Head", "- a", "- b")),
        ("- a\n\n  goes on\n\nnext", ("- a\n\n  goes on", "next")),
        ("```\nx\n\ny\n```\n\nafter", ("```\nx\n\ny\n```", "after")),
        ("~~~\n```\n\nstill\n~~~\n\nafter", ("~~~\n```\n\nstill\n~~~", "after")),
        ("```\nnever closed\n\nend", ("```\nnever closed\n\nend",)),
    ],
)
def test_blank_lines_part_paragraphs(text: str, parts: tuple[str, ...]) -> None:
    assert blocks(text) == parts


BEFORE = ("T", "a", "b", "c")


@pytest.mark.parametrize(
    ("after", "rows"),
    [
        (("T", "a", "b", "c"), (0, 1, 2, 3)),
        (("U", "a", "b", "c"), (0, 1, 2, 3)),
        (("T", "a", "B", "c"), (0, 1, 2, 3)),  # changed in its place: its own row, stale
        (("T", "c", "a", "b"), (0, 3, 1, 2)),  # moved
        (("T", "a", "new", "b", "c"), (0, 1, None, 2, 3)),  # put in between
        (("T", "a", "c"), (0, 1, 3)),  # taken out
        (("T", "A", "B", "C"), (0, 1, 2, 3)),  # all of it written anew
        (("T", "A", "more", "b", "c"), (0, 1, None, 2, 3)),  # changed, and one more
        (("T", "b", "A", "c"), (0, 2, None, 3)),  # moved and another in the old place
        (("T", "a", "a", "b", "c"), (0, 1, None, 2, 3)),  # said twice
        (("T", "a", "b", "c", "gone"), (0, 1, 2, 3, 9)),  # back after it was set aside
    ],
)
def test_who_keeps_their_translation(after: tuple[str, ...], rows: tuple[int | None, ...]) -> None:
    kept = [Kept(number, number, mark_of(text)) for number, text in enumerate(BEFORE)]
    kept.append(Kept(9, None, mark_of("gone")))
    assert tuple(place.row for place in carried(kept, after)) == rows
    assert tuple(place.text for place in carried(kept, after)) == after


@pytest.mark.parametrize(
    ("text", "fits", "is_checked", "stage"),
    [
        ("", True, False, Stage.TO_TRANSLATE),
        ("x", True, False, Stage.TO_CHECK),
        ("x", True, True, Stage.CHECKED),
        ("x", False, True, Stage.STALE),
        ("x", False, False, Stage.STALE),
    ],
)
def test_where_a_paragraph_stands(text: str, fits: bool, is_checked: bool, stage: Stage) -> None:
    assert stage_of(text, fits=fits, is_checked=is_checked) is stage
    assert may_check(stage, 1, by=2) is (stage is Stage.TO_CHECK)
    assert not may_check(stage, 1, by=1)


def test_a_translation_brings_no_links_and_has_a_direction() -> None:
    original = "See https://a.example/x and www.b.example."
    assert strange_links(original, "ببینید https://a.example/x») www.b.example.") == ()
    assert strange_links(original, "HTTPS://c.example") == ("HTTPS://c.example",)
    assert [direction(code) for code in ("fa", "ar", "pa-Arab", "de", "zh")] == [
        *("rtl", "rtl", "rtl", "ltr", "ltr"),
    ]
