"""The check that every page of every test goes through finds what it is there for."""

from pathlib import Path

import pytest

from tests import page_check

GOOD = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Bridges</title></head><body>
<h1>Bridges</h1><form action="/en/comments" method="post">
<label for="text-7">Text</label><input id="text-7" name="text" aria-describedby="hint-7" value="a">
<p id="hint-7">At most 12 words</p><button>Send</button></form>
<p id="note-8">12 people <a href="/en/about">support</a> it</p></body></html>"""
FAULTS = {
    "an element left open": ("<p id", "<div><p id"),
    "an id twice": ("note-8", "text-7"),
    "a hint that is nowhere": ('describedby="hint-7"', 'describedby="hint-9"'),
    "a control without a label": ('for="text-7"', 'for="text-8"'),
    "no title": ("<title>Bridges", "<title> "),
    "an empty heading": ("<h1>Bridges", "<h1>\N{NO-BREAK SPACE}"),
    "a second heading": ("12 people", "<h1>12</h1> people"),
    "an ampersand that begins nothing": ("12 people", "12 &people;"),
    "a character that no page may hold": ("12 people", "12 \x01 people"),
    "another origin": ('action="/en', 'action="//evil.example/en'),
    "inline style": ("<p id", '<p style="color: red" id'),
    "inline script": ("</form>", "</form><script>alert(1)</script>"),
    "no direction": (' dir="ltr"', ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_though_the_page_was_good_before(fault: str) -> None:
    page_check.check(GOOD, "/")
    right, wrong = FAULTS[fault]
    with pytest.raises(AssertionError):
        page_check.check(GOOD.replace(right, wrong, 1), "/")


def test_other_words_and_numbers_make_no_other_page() -> None:
    other = GOOD
    for mine, theirs in (
        ("7", "31"),
        ("Bridges", "پل‌ها &amp; &#39;رودها&#39;"),
        ("about", "terms"),
    ):
        other = other.replace(mine, theirs)
    assert page_check.shape(other) == page_check.shape(GOOD)


def test_a_blank_word_makes_another_page() -> None:
    assert page_check.shape(GOOD.replace(">support<", "> <")) != page_check.shape(GOOD)


def test_processes_tell_each_other_what_is_good(tmp_path: Path) -> None:
    one, other = page_check.GoodShapes(), page_check.GoodShapes()
    for process in (one, other):
        process.share(tmp_path / "found_good")
    one.add("first")
    assert "first" in other
    other.add("second")
    with (tmp_path / "found_good").open("a") as lines:
        lines.write("half writ")
    assert "second" in one
    assert "half writ" not in one
    assert "half writ" not in other
