"""Finding a quoted passage in a text, and the paragraphs of a text; pure."""

import re
from dataclasses import dataclass

# What a page shows between two words, or leaves out: spaces, and the marks of Markdown.
_MARKS = "*_#>`[]-"
_BETWEEN = rf"(?:\]\([^)\s]{{0,300}}\)|[\s{re.escape(_MARKS)}])*"
_EMPTY_LINES = re.compile(r"\n\s*\n")
AROUND = 80
"""How many characters of the text stand on either side of a passage, to recognise it by."""


@dataclass(frozen=True)
class Span:
    """A piece of a text, from `start` up to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


def locate(text: str, quote: str, *, near: int = 0) -> Span | None:
    """Where a passage stands, of several the one that begins nearest to `near`; None: nowhere.

    Somebody who copies from a page copies without the marks of Markdown and with other line
    breaks: where the exact words do not stand, the same words with those between them do too.
    """
    # A word of nothing but marks could be found at every mark: the search would take for ever.
    words = [word for word in quote.split() if word.strip(_MARKS)]
    if not words:
        return None
    spans = [Span(*found.span()) for found in re.finditer(re.escape(quote), text)]
    if not spans:
        loose = re.compile(_BETWEEN.join(re.escape(word) for word in words))
        spans = [Span(*found.span()) for found in loose.finditer(text)]
    return min(spans, key=lambda span: abs(span.start - near), default=None)


def paragraphs_of(text: str) -> list[Span]:
    """The paragraphs of a text: what stands between empty lines."""
    spans, start = [], 0
    for gap in _EMPTY_LINES.finditer(text):
        spans.append(Span(start, gap.start()))
        start = gap.end()
    spans.append(Span(start, len(text)))
    return [span for span in spans if span.of(text).strip()]


def around(text: str, span: Span) -> tuple[str, str]:
    """What stands before and after a passage in its paragraph, cut to whole words."""
    before = text[: span.start].rpartition("\n")[2]
    after = text[span.end :].partition("\n")[0]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return before, after
