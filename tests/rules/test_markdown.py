"""Markdown of members, made safe."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_diplomat.foundation.markdown import LONGEST, plain, render

ALLOWED = {
    "p",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
}
ALLOWED |= {"br", "hr", "a"}
MARKS = ["[", "](", ")", "!", "*", "_", "`", "\n", "\n\n", "> ", "- ", "1. ", "#", " ", "\\", "~~~"]
HTML = ["<", ">", "&", '"', "'", "<script>", "</a>", "onerror=", "style=", "<!--", "&#106;", "\0"]
WORDS = ["javascript:", "data:text/html,", "https://", "mailto:", "//", "x", "سلام"]
PIECES = st.sampled_from([*MARKS, *HTML, *WORDS])


class Reader(HTMLParser):
    """Notes every element and attribute of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_safe(fragment: str) -> None:
    for tag, attributes in Reader(fragment).found:
        assert tag in ALLOWED
        assert set(attributes) <= {"dir", "href", "rel", "start"}
        if tag not in {"code", "em", "strong", "br", "hr"}:
            assert attributes["dir"] == "auto"
        if "href" in attributes:
            assert re.match(r"(?i)https?://|mailto:", attributes["href"] or "")
            assert attributes["rel"] == "nofollow noopener ugc"


def test_the_forms_that_people_use() -> None:
    assert render("# عنوان\n\n**مهم** و *نرم*\nخط دوم") == (
        '<h3 dir="auto">عنوان</h3>\n'
        '<p dir="auto"><strong>مهم</strong> و <em>نرم</em><br>\nخط دوم</p>'
    )
    assert '<ul dir="auto">\n<li dir="auto">a</li>' in render("- a\n- b")
    assert '<ol start="3" dir="auto">' in render("3. a")
    assert '<blockquote dir="auto">\n<p dir="auto">q</p>' in render("> q")
    assert "<code>&lt;b&gt;</code>" in render("`<b>`")
    assert render("<b>a</b>") == '<p dir="auto">&lt;b&gt;a&lt;/b&gt;</p>'


def test_headings_stand_below_those_of_the_page() -> None:
    tags = [
        tag for tag, _ in Reader(render("\n\n".join("#" * n + " x" for n in range(1, 7)))).found
    ]
    assert tags == ["h3", "h4", "h5", "h6", "h6", "h6"]


def test_links_are_their_writers() -> None:
    expected = 'href="https://example.org/a?b=1&amp;c=2" dir="auto" rel="nofollow noopener ugc"'
    assert expected in render("[x](https://example.org/a?b=1&c=2)")
    assert 'href="mailto:a@example.org"' in render("<mailto:a@example.org>")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/login?next=//evil.example)",
        "<javascript:alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example/"onmouseover="alert(1))',
        "![x](https://tracker.example/pixel.png)",
        "![<b onload=x>](https://a.example)",
        "```<script>\n</code></pre><script>alert(1)</script>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
        "<!-- --><style>*{display:none}</style>",
        "{{7*7}} %s {0.__class__}",
    ],
)
def test_nothing_harmful_passes(hostile: str) -> None:
    fragment = render(hostile)
    assert_safe(fragment)
    assert "tracker.example" not in fragment


def test_an_image_becomes_its_description() -> None:
    assert render("![پل *خواجو*](https://a.example/p.png)") == '<p dir="auto">پل خواجو</p>'


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_mixture_of_marks_is_unsafe(text: str) -> None:
    assert_safe(render(text))
    assert len(plain(text, 30)) <= 30


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_fails(text: str) -> None:
    assert_safe(render(text))
    plain(text, 10)


HOSTILE = {
    "brackets": "[" * 100_000,
    "bracket pairs": "[" * (LONGEST // 2) + "]" * (LONGEST // 2),
    "images": "![" * 30_000,
    "links": "[a](" * 15_000,
    "stars": "*" * 100_000,
    "stars and words": "**a " * 15_000,
    "underscores": "_" * 100_000,
    "mixed emphasis": "*_" * 30_000,
    "open emphasis": "*a_ " * 15_000,
    "quotations": ">" * 60_000,
    "quotations on quotations": "\n".join(">" * n for n in range(340)),
    "lists in lists": "- " * 30_000,
    "deeper lists": "\n".join(" " * n + "- a" for n in range(340)),
    "backticks": "".join("`" * n + " " for n in range(340)),
    "angles": "<" * 60_000,
    "autolinks": "<http://" * 7_500,
    "backslashes": "\\" * 60_000,
    "entities": "&#x0;" * 12_000,
    "setext": "a\n=" * 20_000,
    "fences": "```\n" * 15_000,
}


ORDINARY = "سلام *دوست* من، [پل](https://example.org/a) زیباست و **مهم**.\n\n- یک\n- دو\n\n"
MOST_TIMES_AS_COSTLY = 12  # Three times today; what grew with the square would be hundreds.


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little_more_than_ordinary_text_as_long(name: str) -> None:
    hostile = HOSTILE[name][:LONGEST]
    ordinary = (ORDINARY * LONGEST)[: len(hostile)]
    # Measured in turn on one machine; once is enough, so a busy moment spoils nothing.
    assert any(
        processor_time(hostile) < MOST_TIMES_AS_COSTLY * processor_time(ordinary) for _ in range(3)
    )
    assert_safe(render(hostile))


def processor_time(text: str) -> float:
    """Seconds of processor time that a text costs on its way to a page and to a list."""
    begun = time.process_time()
    render(text)
    plain(text, 200)
    return time.process_time() - begun


def test_quotations_are_nested_only_so_deep() -> None:
    assert render("> " * 100 + "x").count("<blockquote") <= 20


def test_what_is_too_long_to_parse_is_shown_as_typed() -> None:
    fragment = render("<b> *a* " * 20_000)
    assert fragment.startswith('<p dir="auto">&lt;b&gt; *a* ')


def test_an_excerpt_is_words_without_marks() -> None:
    text = (
        "# پل\n\n*خواجو* را [ببینید](https://a.example)\nو `کد`\n\n- یک\n- ![دو](https://a.example)"
    )
    assert plain(text, 100) == "پل خواجو را ببینید و کد یک دو"


def test_an_excerpt_ends_at_a_word() -> None:
    assert plain("one two three four", 12) == "one two…"
    assert plain("one two", 7) == "one two"
    assert plain("a" * 50, 10) == "a" * 9 + "…"


def test_without_links_what_was_typed_is_read_and_nothing_is_clicked() -> None:
    text = "**See** [x](https://example.org/a) <https://example.org> www.example.org"
    plain_links = render(text, links=False)
    assert "<a" not in plain_links
    assert "<strong" in plain_links
    assert "[x](https://example.org/a) &lt;https://example.org&gt; www.example.org" in plain_links
    assert render(text).count("<a ") == 2
