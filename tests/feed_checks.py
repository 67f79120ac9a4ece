"""Whether a feed is Atom and a calendar iCalendar, read by the letter and by no library of ours."""

import re
from datetime import datetime
from xml.etree import ElementTree as Xml

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# RFC 3339 as RFC 4287, section 3.3, narrows it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"(urn:uuid:[0-9a-f-]{36}|https?://[^\s/]+/\S*)")
ONCE = {"id", "title", "updated"}
# What each element may hold (RFC 4287, 4.1.1 and 4.1.2), as far as we write it.
IN_FEED = ONCE | {"subtitle", "author", "link", "entry"}
IN_ENTRY = ONCE | {"link", "summary"}


def checked_feed(content: bytes, address: str = "") -> Xml.Element:
    """The feed, after every rule of RFC 4287 for what stands in it held.

    With its `address` it must name that itself (4.1.1); without, its address is a secret.
    """
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n")
    feed = Xml.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANGUAGE) in {"fa", "en"}
    _container(feed, IN_FEED)
    own = [one.get("href") for one in feed.findall(f"{ATOM}link[@rel='self']")]
    assert own == ([address] if address else [])
    names = [author.findtext(f"{ATOM}name") for author in feed.findall(f"{ATOM}author")]
    assert len(names) == 1
    assert names[0]
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        _container(entry, IN_ENTRY)
    ids = [one.findtext(f"{ATOM}id") for one in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    moments = [one.findtext(f"{ATOM}updated") or "" for one in entries]
    assert moments == sorted(moments, reverse=True)
    assert moments[:1] in ([], [feed.findtext(f"{ATOM}updated")])
    return feed


def _container(element: Xml.Element, may_hold: set[str]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= may_hold
    assert all(names.count(name) == 1 for name in ONCE)
    assert all(names.count(name) <= 1 for name in ("subtitle", "summary"))
    assert IRI.fullmatch(element.findtext(f"{ATOM}id") or "")
    moment = element.findtext(f"{ATOM}updated") or ""
    assert MOMENT.fullmatch(moment)
    assert datetime.fromisoformat(moment)
    links = element.findall(f"{ATOM}link")
    rels = [link.get("rel") for link in links]
    assert rels in (["alternate"], ["alternate", "self"][: 1 + (element.tag == f"{ATOM}feed")])
    assert all(IRI.fullmatch(link.get("href") or "") for link in links)
    for text in ("title", "subtitle", "summary"):
        found = element.find(f"{ATOM}{text}")
        if found is not None:
            assert found.get("type", "text") == "text"
            assert len(found) == 0
            assert found.text


def checked_calendar(content: bytes) -> list[dict[str, str]]:
    """The events by their properties, after RFC 5545's rules for lines and events held."""
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    folded = text.removesuffix("\r\n").split("\r\n")
    # 3.1: at most 75 octets a line; a character must not be cut in two for our readers.
    assert max(len(line.encode("utf-8")) for line in folded) <= 75
    lines = "\r\n".join(folded).replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    head, *bodies = "\n".join(lines[1:-1]).split("BEGIN:VEVENT\n")
    # 3.6: a calendar holds a component; without an event it is a time zone.
    head, begin, zone = head.partition("\nBEGIN:VTIMEZONE\n")
    assert bool(begin) != bool(bodies)
    assert zone.endswith("END:VTIMEZONE") == bool(begin)
    properties = _properties(head)
    assert properties["VERSION"] == "2.0"
    assert properties["PRODID"]
    events = []
    for body in bodies:
        inner, end, rest = body.partition("\nEND:VEVENT")
        assert (end, rest.strip("\n")) == ("\nEND:VEVENT", "")
        events.append(_properties(inner))
    uids = [event["UID"] for event in events]
    assert len(set(uids)) == len(uids)
    for event in events:
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
        assert not {"DTEND", "ATTENDEE", "ORGANIZER", "DESCRIPTION"} & set(event)
    return events


def _properties(text: str) -> dict[str, str]:
    """Each property with its parameters, and its value; none stands twice in what we write."""
    found: dict[str, str] = {}
    for line in text.strip("\n").split("\n"):
        name, colon, value = line.partition(":")
        assert colon, line
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Za-z-]+)*", name), line
        assert name not in found, line
        found[name] = value
    return found
