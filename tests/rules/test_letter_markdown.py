"""Markdown in letters: the plain twin says all that the HTML says, links included."""

from citizen_diplomat.foundation.letter_markdown import as_html, as_text

WRITTEN = """# Summer

We meet at [the bridge](https://example.org/map),
then walk. Or <https://example.org/>.

1. Water
2. Bread
   * with *salt*

> Come as you are.
"""
PLAIN = """Summer

We meet at the bridge,
then walk. Or https://example.org/.
https://example.org/map

1. Water
2. Bread
   * with salt

> Come as you are."""


def test_the_plain_twin_keeps_lists_quotations_and_links() -> None:
    assert as_text(WRITTEN) == PLAIN


def test_html_of_a_letter_is_safe_and_marks_its_links() -> None:
    html = as_html(WRITTEN + "\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert html.count('<a class="lnk" href="https://example.org/') == 2
