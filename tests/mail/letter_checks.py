"""What every letter must be; each check raises AssertionError for one letter in one language."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import html5lib

from citizen_diplomat.mail.letter import Envelope, Letter, compose
from tests.mail import letters
from tests.mail.letters import UNSUBSCRIBE, Case

XHTML = "{http://www.w3.org/1999/xhtml}"
LINK = re.compile(r"https?://[^\s\u2069]+")
# What is the same figures in every language: a hash, and its name.
HASH = re.compile(r"SHA-256|\b[0-9a-f]{64}\b")
ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
OTHER_LETTERS = {"fa": re.compile("[A-Za-z]"), "en": re.compile("[\u0600-\u06ff]")}
LARGEST_HTML = 40_000
ONE_TIME = "4f7c-91ab"
"""What makes a link in our cases one that works once."""
FETCHING = ("src=", "url(", "<link", "<img", "@import", "<script", "background=", "srcset")
PARAMETERS = {"thread", "answer", "assigned"}
"""Of addresses in letters: which part of a page, which of two answers. None says who reads."""
FOOT = {"fa": "این نامه", "en": "You get this"}
COPY_HINT = {
    "fa": "دکمه کار نمی‌کند؟ این نشانی را در مرورگر باز کنید:",
    "en": "The button does not work? Open this address in your browser:",
}
"""Stands below buttons; the text has the address itself."""
DARK_TEXT = frozenset({"ink", "mut", "lnk", "st", "btn", "name", "place"})
DARK_GROUND = frozenset({"bg", "card", "soft", "st", "btn", "head"})
"""Classes whose colours kept.css changes on a dark display; the head is dark on every one."""


@cache
def document_of(letter: Letter) -> Element:
    """The HTML of a letter, which a browser reads without one complaint."""
    parser = html5lib.HTMLParser(strict=False)
    document: Element = parser.parse(letter.html)
    assert parser.errors == []
    return document


def hrefs(letter: Letter) -> set[str]:
    """Where the links of a letter lead."""
    return {element.get("href") or "" for element in document_of(letter).iter(f"{XHTML}a")}


def it_is_as_it_was_approved(case: Case) -> None:
    """The golden files say what it must be."""
    for part, content in letters.parts(case.letter).items():
        assert content == case.golden(part).read_text("utf-8"), part


def both_twins_say_the_same_in_the_same_order(case: Case) -> None:
    """Without its style, too, the HTML reads from top to bottom as the text does."""
    text = LINK.sub(" ", case.letter.text)
    html = " ".join(_read(document_of(case.letter))).replace(COPY_HINT[case.language], " ")
    assert _words(html) == _words(text)
    assert set(LINK.findall(case.letter.text)) == hrefs(case.letter)


def a_link_that_shows_an_address_leads_there(case: Case) -> None:
    """Nobody is led elsewhere than they read."""
    for link in document_of(case.letter).iter(f"{XHTML}a"):
        shown = "".join(link.itertext()).strip()
        assert shown == link.get("href") or "://" not in shown


def nothing_is_fetched_nothing_runs_and_nobody_is_followed(case: Case) -> None:
    """No picture that tells of the reading, no parameter that tells who follows a link."""
    html = case.letter.html.lower()
    assert [word for word in FETCHING if word in html] == []
    for link in hrefs(case.letter):
        names = {name for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
        assert names <= PARAMETERS, link
        assert link.startswith("https://diplomat.example/"), link


def language_and_direction_stand_on_the_page_and_on_each_cell(case: Case) -> None:
    """Some mail programs take the page away and keep the cells."""
    document = document_of(case.letter)
    direction = "rtl" if case.language == "fa" else "ltr"
    assert (document.get("lang"), document.get("dir")) == (case.language, direction)
    for cell in document.iter(f"{XHTML}td"):
        assert cell.get("align")
        assert cell.get("dir") == direction or cell.get("class") == "edge"


def the_other_direction_is_kept_apart(case: Case) -> None:
    """In subject, text and HTML: isolates, or elements with a direction of their own."""
    other = OTHER_LETTERS[case.language]
    for text in (case.letter.subject, case.letter.text):
        ours = ISOLATED.sub("", HASH.sub("", LINK.sub("", text)))
        assert not other.search(ours), ours
    html = " ".join(_read(document_of(case.letter), apart=False))
    assert not other.search(HASH.sub("", html)), html


def it_can_be_read_on_a_dark_display(case: Case) -> None:
    """Every colour that is written on an element has a class that changes it."""
    head, _, body = case.letter.html.partition("</head>")
    assert 'content="light dark"' in head
    assert "prefers-color-scheme:dark" in head
    for element in document_of(case.letter).find(f"{XHTML}body").iter():  # type: ignore[union-attr]
        style = element.get("style") or ""
        classes = set((element.get("class") or "").split())
        if element.tag == f"{XHTML}a" and not classes:
            classes = {"btn", "ink"}  # `.btn a` and `.ink a`
        if re.search(r"(?<![-\w])color:", style):
            assert classes & DARK_TEXT, (element.tag, style)
        if "background" in style or element.get("bgcolor"):
            assert classes & DARK_GROUND, (element.tag, style)
    assert "bgcolor" in body


def it_is_small_and_arrives_as_it_was(case: Case) -> None:
    """Short lines of ASCII on the way (RFC 5321), and below what Gmail cuts off."""
    letter = case.letter
    assert len(letter.html.encode()) < LARGEST_HTML
    raw = compose(letter, envelope_of(case))
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 998
    arrived = message_from_bytes(raw, policy=default)
    assert isinstance(arrived, EmailMessage)
    assert arrived["Subject"] == letter.subject
    assert "\n" not in letter.subject
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        part = arrived.get_body((kind,))
        assert part is not None
        assert part.get_content() == content
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == case.language
    number = getattr(case.message, "number", None)
    root = f"<proposal-{number}@diplomat.example>" if number else None
    assert arrived["References"] == arrived["In-Reply-To"] == root
    one_click = ["List-Unsubscribe=One-Click"] if case.message.bulk else []
    assert arrived.get_all("List-Unsubscribe-Post", []) == one_click
    assert (UNSUBSCRIBE in hrefs(letter)) == case.message.bulk


def our_voice_is_calm_and_its_figures_are_the_reader_s(case: Case) -> None:
    """No exclamation marks; Persian figures and letters in Persian."""
    words = HASH.sub("", LINK.sub("", case.letter.subject + case.letter.text))
    assert "!" not in words
    if case.language == "fa":
        assert not re.search("[0-9يك]", words)
    else:
        assert not re.search("[۰-۹]", ISOLATED.sub("", words))


def the_foot_says_why_it_came(case: Case) -> None:
    """In the reader's own terms, the same in both twins."""
    foot = case.letter.text.rpartition("\n--\n")[2].strip()
    assert foot.startswith(FOOT[case.language]), foot
    cells = [
        cell
        for cell in document_of(case.letter).iter(f"{XHTML}td")
        if "foot" in (cell.get("class") or "").split()
    ]
    assert len(cells) == 1
    assert " ".join("".join(cells[0].itertext()).split()).startswith(FOOT[case.language])
    number = getattr(case.message, "number", None)
    if number and case.message.name in {"received", "decision", "answer_delayed"}:
        assert {"fa": "۳۴۱", "en": "341"}[case.language] in foot


def the_inbox_shows_the_same_subject_from_what_it_keeps(case: Case) -> None:
    """Neither a link nor what could be one lies there."""
    message = case.message
    if message.headline is None or not message.leads_to():
        return
    kept = message.headline_values()
    assert letters.renderer().subject(message.name, case.language, kept) == case.letter.subject
    assert LINK.findall(repr(kept)) == []
    assert message.leads_to().startswith("https://diplomat.example/")
    assert ONE_TIME not in message.leads_to()


CHECKS: tuple[Callable[[Case], None], ...] = (
    it_is_as_it_was_approved,
    both_twins_say_the_same_in_the_same_order,
    a_link_that_shows_an_address_leads_there,
    nothing_is_fetched_nothing_runs_and_nobody_is_followed,
    language_and_direction_stand_on_the_page_and_on_each_cell,
    the_other_direction_is_kept_apart,
    it_can_be_read_on_a_dark_display,
    it_is_small_and_arrives_as_it_was,
    our_voice_is_calm_and_its_figures_are_the_reader_s,
    the_foot_says_why_it_came,
    the_inbox_shows_the_same_subject_from_what_it_keeps,
)


def envelope_of(case: Case) -> Envelope:
    """As `mail.actions` makes it of the row."""
    return Envelope(
        sender="Citizen Diplomat <noreply@diplomat.example>",
        to_name="نسرین بهرامی",
        to_address="nasrin@example.org",
        language=case.language,
        message_id="0f8d4c",
        host="diplomat.example",
        at=datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
        thread=case.message.thread(),
        list_name=case.message.name,
        unsubscribe_link=UNSUBSCRIBE if case.message.bulk else None,
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _read(document: Element, *, apart: bool = True) -> Iterator[str]:
    """The visible texts in their order; not `apart`: without what has a direction of its own."""
    body = document.find(f"{XHTML}body")
    assert body is not None
    yield from _texts(body, apart=apart)


def _texts(element: Element, *, apart: bool) -> Iterator[str]:
    classes = (element.get("class") or "").split()
    if callable(element.tag):
        return  # a comment
    if "preheader" in classes or (element.tag == f"{XHTML}a" and "address" in classes):
        return
    if not apart and element.get("dir") == "auto":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child, apart=apart)
        yield child.tail or ""
