"""Addresses of ours that are one person's alone: whoever opens them acts, or reads, as that person.

Which these are is read from the map of all routes: every route that takes a token. A new one is
known by itself. What is pasted is compared as browsers and our own pages would read it: escapes
undone, double slashes merged; the host does not matter, for a site has more than one name.
"""

import html
import re
from urllib.parse import unquote

from flask import Flask, current_app

KEY = "citizen_diplomat_personal_links"
_ARGUMENT = re.compile(r"<[^>]+>")
_SLASHES = re.compile(r"(?<!:)/{2,}")
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
DEEPEST = 3
"""How often an escape of an escape is undone."""


def holds_personal_link(text: str) -> bool:
    """Whether a text, in Markdown or plain, holds an address that is somebody's alone."""
    return any(_pattern().search(seen) for seen in _readings(text))


def _pattern() -> re.Pattern[str]:
    kept: re.Pattern[str] | None = current_app.extensions.get(KEY)
    if kept is None:
        kept = current_app.extensions[KEY] = _made(current_app)
    return kept


def _made(app: Flask) -> re.Pattern[str]:
    prefixes = {
        rule.rule.partition(_token_of(rule.rule))[0]
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
    }
    # An address begins at its first slash; nothing of ours comes before a prefix.
    alternatives = "|".join(sorted(map(_as_pattern, prefixes)))
    return re.compile(rf"(?:{alternatives})[\w.~-]", re.IGNORECASE)


def _token_of(rule: str) -> str:
    """The part of a route in which its token stands, such as "<token>"."""
    parts: list[str] = _ARGUMENT.findall(rule)
    return next(part for part in parts if part.strip("<>").split(":")[-1] == "token")


def _as_pattern(prefix: str) -> str:
    pieces = _ARGUMENT.split(prefix)
    return r"[^/\s]+".join(map(re.escape, pieces))


def _readings(text: str) -> set[str]:
    seen, now = set(), _ESCAPED.sub("", text)
    for _ in range(DEEPEST):
        seen.add(_SLASHES.sub("/", now))
        now = html.unescape(unquote(now))
    return seen
