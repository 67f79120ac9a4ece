"""Feeds of news as feed readers understand them: Atom (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
# What XML 1.0, section 2.2, has no way to write, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One piece of news. `title` and `summary` are plain text in `language`; `key` names it."""

    key: str
    title: str
    link: str
    updated: datetime
    language: str
    summary: str = ""


@dataclass(frozen=True)
class Feed:
    """All of it. `key` names it among all feeds there are; `updated` counts while it is empty."""

    key: str
    title: str
    subtitle: str
    author: str
    link: str
    updated: datetime
    language: str
    entries: Sequence[Entry]
    address: str = ""
    """Its own, if that is no secret."""


def identity(key: str) -> str:
    """The same name for the same thing for ever, which tells nobody what it names (section 4.2.6).

    `key` begins with the site's own origin, so that two sites never name alike.
    """
    return uuid5(NAMESPACE_URL, key).urn


def write(feed: Feed) -> bytes:
    """The feed as XML; the same feed is always the same bytes.

    A private feed does not name its own address (`rel="self"`, which section 4.1.1 only
    recommends): it is a secret, and readers pass on what they read.
    """
    root = Xml.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    newest = max((entry.updated for entry in feed.entries), default=feed.updated)
    _text(root, "id", identity(feed.key))
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(newest))
    _text(Xml.SubElement(root, "author"), "name", feed.author)
    Xml.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.link})
    if feed.address:
        Xml.SubElement(root, "link", {"rel": "self", "href": feed.address})
    for entry in feed.entries:
        root.append(_entry(entry))
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(entry: Entry) -> Xml.Element:
    element = Xml.Element("entry", {"xml:lang": entry.language})
    _text(element, "id", identity(entry.key))
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.updated))
    Xml.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
    if entry.summary:
        _text(element, "summary", entry.summary)
    return element


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _NO_XML.sub("", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
