"""Markdown for letters: as HTML with our classes, and as plain words in which every link shows.

Both are the same for every reader of a text and are therefore rendered once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it.token import Token

from citizen_diplomat.foundation.markdown import parse, render

KEPT = 256
"""Texts: more than the blocks of a few issues in each language."""


@lru_cache(maxsize=KEPT)
def as_html(text: str) -> str:
    """Safe HTML, as `markdown.render` makes it; links carry the class that letters colour."""
    return render(text).replace("<a ", '<a class="lnk" ')


@lru_cache(maxsize=KEPT)
def as_text(text: str) -> str:
    """The words as a plain letter writes them; each link stands on a line after its paragraph."""
    writer = _Writer()
    for token in parse(text):
        writer.take(token)
    return "\n".join(writer.lines).strip("\n")


@dataclass
class _Writer:
    """Writes one token after the other, behind what quotations and lists put before a line."""

    lines: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    """The next number of each list that is open; None: it has none."""
    mark: str = ""
    """What stands before the next line only: the mark of an item."""

    def take(self, token: Token) -> None:
        """Write a token."""
        match token.type:
            case "bullet_list_open":
                self.numbers.append(None)
            case "ordered_list_open":
                self.numbers.append(int(token.attrGet("start") or 1))
            case "list_item_open":
                self._begin_item()
            case "blockquote_open":
                self.before.append("> ")
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
                if not self.numbers:
                    self._gap()
            case "list_item_close" | "blockquote_close":
                self.before.pop()
            case "inline":
                self._write(_words(token.children or []))
            case "fence":
                self._write(token.content)
                self._gap()
            case "paragraph_close" | "heading_close" if not token.hidden:
                self._gap()

    def _begin_item(self) -> None:
        number = self.numbers[-1]
        self.mark = "* " if number is None else f"{number}. "
        if number is not None:
            self.numbers[-1] = number + 1
        self.before.append(" " * len(self.mark))

    def _write(self, text: str) -> None:
        for line in text.strip("\n").split("\n"):
            outer = "".join(self.before[:-1] if self.mark else self.before)
            self.lines.append(f"{outer}{self.mark}{line}".rstrip())
            self.mark = ""

    def _gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _words(tokens: Sequence[Token]) -> str:
    words, links, label = "", [], 0
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                words += "\n"
            case "link_open":
                label = len(words)
                links.append(str(token.attrGet("href")))
            case "link_close":
                # An address that is its own label needs no second line.
                if words[label:] == links[-1]:
                    links.pop()
            case "image":
                words += _words(token.children or [])
            case _:
                words += token.content
    return "\n".join([words, *links])
