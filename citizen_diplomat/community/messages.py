"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class CommentNews(Message):
    """Tells a member that somebody answered them, or spoke below a proposal that they write.

    `news` is a value of `rules.Heard`. It holds neither words nor a name: both may go until it is
    read, and stand where the link leads.
    """

    name: ClassVar[str] = "comment_news"
    headline: ClassVar[tuple[str, ...]] = ("news", "title")
    mail_kind: ClassVar[Kind] = Kind.MINE

    news: str
    title: str
    link: str
    number: int | None = None
    """Of the proposal that it is about; None for news."""


@dataclass(frozen=True)
class TextRemoved(Message):
    """Tells somebody why their words were taken out, and how to object: a statement of reasons.

    `kind` is what it was (`rules.ThingKind`), `subject` its number, `ground` the rule it broke
    (`rules.Ground`); `was_shown`: others had seen it; `was_reported`: members had reported it.
    """

    name: ClassVar[str] = "text_removed"
    headline: ClassVar[tuple[str, ...]] = ("kind",)

    kind: str
    subject: int
    words: str
    ground: str
    message: str
    was_shown: bool
    was_reported: bool
    link: str
    statement_link: str | None = None
    """Where the statement of reasons stands."""
    appeal_until: str = ""
    """The last day to object, as an ISO date."""
    number: int | None = None
    """Of the proposal that it is, or stood below; None for words of a profile."""


@dataclass(frozen=True)
class ReportAnswered(Message):
    """Tells a member what came of their report."""

    name: ClassVar[str] = "report_outcome"
    headline: ClassVar[tuple[str, ...]] = ("outcome",)

    kind: str
    ground: str
    outcome: str
    link: str
    number: int | None = None
    """Of the proposal that it is, or stood below, if it did."""
