"""What members write in Markdown, made into HTML that is safe inside any page of ours.

Two locks: the parser passes no HTML through, and nh3 keeps nothing but a short list of elements.
Paragraphs, headings, lists, quotations, emphasis, code and links are known; images become their
description, so that no reader's browser asks another site for anything.
"""

import html
import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

LONGEST = 24_000
"""Characters; what is longer is shown as it was typed, without being parsed.

More than any field of the site takes; the most costly text as long takes a third of a second.
"""

_DEEPEST = 12
_OPTIONS = {"html": False, "breaks": True, "maxNesting": _DEEPEST}
_SCHEMES = {"http", "https", "mailto"}
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_BLOCKS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre"}
_INLINE = {"em", "strong", "code", "br", "hr", "a"}
_OWN_PAGE = re.compile(r"/[a-z]{2}/[\w/-]*\Z", re.ASCII)
_PAGE_HEADINGS = {"h1": "h2"}
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def render(text: str, *, links: bool = True) -> str:
    """Safe HTML of a Markdown text; mark it as such in the one place that puts it into a page.

    Every block finds its own direction, `#` begins at h3 below the headings of the page, line ends
    stay line ends, and links lead to http, https and mailto only, marked as their writer's. Without
    `links` they stay as they were typed.
    """
    parser = _parser(links=links)
    tokens = _parsed(parser, text)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    return nh3.clean(
        str(parser.renderer.render(tokens, parser.options, {})),
        tags=_BLOCKS | _INLINE,
        # Without "*" nh3 lets titles and languages through on every element.
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        set_tag_attribute_values={tag: {"dir": "auto"} for tag in _BLOCKS | {"a"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener ugc",
    ).strip()


def render_page(text: str) -> str:
    """Safe HTML of what the office says on a page of its own.

    `#` and `##` begin at h2, below the title of the page, and links may lead to pages of this site
    (`/fa/...`); they are the office's own, and are not marked as a member's.
    """
    parser = _page_parser()
    tokens = _parsed(parser, text)
    for token in tokens:
        token.tag = _PAGE_HEADINGS.get(token.tag, token.tag)
    return nh3.clean(
        str(parser.renderer.render(tokens, parser.options, {})),
        tags=_BLOCKS | _INLINE | {"h2"},
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        set_tag_attribute_values={tag: {"dir": "auto"} for tag in _BLOCKS | {"a", "h2"}},
        url_schemes=_SCHEMES,
        url_relative="pass_through",
        link_rel="noopener",
    ).strip()


def parse(text: str) -> Sequence[Token]:
    """The tokens of a Markdown text, for who writes something else than HTML of it."""
    return _parsed(_parser(), text)


def plain(text: str, limit: int) -> str:
    """The words of a Markdown text in one line, without marks, at most `limit` characters.

    What is cut ends at a word where it can, with an ellipsis.
    """
    words = " ".join(" ".join(_texts(_parsed(_parser(), text))).split())
    if len(words) <= limit:
        return words
    head = words[: max(limit - 1, 0)]
    whole, space, _ = head.rpartition(" ")
    return f"{(whole if space and len(whole) > limit // 2 else head).rstrip()}…"


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether `url` may become a link; what may not stays as it was typed."""
        return _SAFE_LINK.match(url) is not None


class _PageParser(_Parser):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether `url` may become a link: also a page of this site."""
        return super().validateLink(url) or _OWN_PAGE.match(url) is not None


@cache
def _page_parser() -> MarkdownIt:
    return _set_up(_PageParser("commonmark", _OPTIONS))


@cache
def _parser(*, links: bool = True) -> MarkdownIt:
    parser = _set_up(_Parser("commonmark", _OPTIONS))
    if not links:
        parser.disable(["link", "autolink"])
    return parser


def _set_up(parser: MarkdownIt) -> MarkdownIt:
    # Indented text is code in Markdown and nothing to most people; references are written by none.
    parser.disable(["html_block", "html_inline", "code", "reference"])
    parser.add_render_rule("image", _description)
    return parser


def _parsed(parser: MarkdownIt, text: str) -> Sequence[Token]:
    if len(text) <= LONGEST:
        return parser.parse(text)
    typed = Token("text", "", 0, content=text)
    inline = Token("inline", "", 0, content=text, children=[typed])
    return [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)]


def _description(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    return html.escape(renderer.renderInlineAsText(tokens[index].children, options, env))


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_inline_texts(token.children or []))
        elif token.type == "fence":
            yield token.content


def _inline_texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "image":
            yield from _inline_texts(token.children or [])
        else:
            yield token.content
