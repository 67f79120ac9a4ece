"""A briefing pack ready to be laid out, as a page or as a document."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.text import direction, refuse
from citizen_diplomat.foundation.typesetting import typeset
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.services import services
from config import PROJECT

TEMPLATE = PROJECT / "templates" / "briefing" / "pack.typ"


@dataclass(frozen=True)
class Row:
    """A proposal or a call: its title in a language of its own, what is known, what was said."""

    title: str
    language: str
    mark: str
    facts: tuple[str, ...]
    said: tuple[tuple[str, str], ...] = ()
    """What was answered: paragraphs, each with its direction, for either may be in any language."""


@dataclass(frozen=True)
class Section:
    """A part of the pack: a sentence, figures, rows; `empty` is said where there are none."""

    name: str
    heading: str
    about: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Paper:
    """The whole pack, ready to be laid out."""

    language: str
    direction: str
    office: str
    city: str
    title: str
    facts: tuple[str, ...]
    about: str
    made: str
    note: str
    page: str
    """Has {page} and {pages} in it."""
    figures: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def document(paper: Paper) -> bytes:
    """The pack as PDF. Raises AssetError without fonts, `typesetting.Busy` or `.NotSet`."""
    return typeset(TEMPLATE, asdict(paper), services().assets.fonts)


def plain(text: str) -> str:
    """A text without what no text of ours may hold, such as marks that turn the line round.

    Nothing of the kind is taken in; this is for what came in before, or another way.
    """
    if refuse(text, multiline=True) is None:
        return text
    return "".join(one for one in text if refuse(one) is None)


def said(*texts: str) -> Iterator[tuple[str, str]]:
    """Paragraphs for `Row.said`; what is empty is left out."""
    for text in filter(None, texts):
        yield plain(text), direction(text)


def day_at_home(moment: datetime) -> str:
    """The day of a moment by the clock of the office, in both calendars."""
    return format_date_both(moment.astimezone(ISFAHAN).date(), language())


def listed(parts: Iterable[str]) -> str:
    """Some words in a row, as the language of the page parts them."""
    return ("، " if language() == "fa" else ", ").join(parts)
