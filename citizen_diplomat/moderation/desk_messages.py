"""The mails between colleagues at the desk, and between the desk and those whom it asks."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class OpinionAsked(Message):
    """Asks somebody outside for their opinion; nothing of the text itself travels by mail.

    `day` is an ISO date and `clock` a time in Isfahan: until then the link is open.
    """

    name: ClassVar[str] = "opinion_asked"
    headline: ClassVar[None] = None

    question: str
    link: str
    day: str
    clock: str


@dataclass(frozen=True)
class OpinionArrived(Message):
    """Tells a member of staff that an outside opinion is there; `link` leads to the item itself.

    What it says, and whose it is, stands on that page alone.
    """

    name: ClassVar[str] = "opinion_arrived"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    number: int
    title: str
    link: str


@dataclass(frozen=True)
class Mentioned(Message):
    """Tells a member of the desk that a colleague named them in a private note; not what it says.

    `title` is that of the item, empty where it has none.
    """

    name: ClassVar[str] = "mentioned"
    headline: ClassVar[tuple[str, ...]] = ("person", "title")
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    person: str
    title: str
    link: str
    number: int | None = None
    """Of the proposal that it is about, if it is."""


@dataclass(frozen=True)
class OfficeAsks(Message):
    """Asks those who write a proposal something about it, under the name of the office."""

    name: ClassVar[str] = "office_asks"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    question: str
    link: str


@dataclass(frozen=True)
class QuestionAnswered(Message):
    """Tells whoever asked for the office that there is an answer; `question` is what they asked.

    Neither the answer nor who gave it: both stand in the file.
    """

    name: ClassVar[str] = "question_answered"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    number: int
    title: str
    question: str
    link: str


@dataclass(frozen=True)
class TakenOver(Message):
    """Tells a member of the desk that a colleague took over what they held, and why.

    `title` is that of the item, empty where it has none; `note` what the colleague wrote.
    """

    name: ClassVar[str] = "taken_over"
    headline: ClassVar[tuple[str, ...]] = ("person", "title")
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    person: str
    title: str
    note: str
    link: str
    number: int | None = None
    """Of the proposal that it is about, if it is."""
