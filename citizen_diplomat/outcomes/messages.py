"""The mails that this room writes."""

from dataclasses import dataclass, field
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class HelpOffered(Message):
    """Tells an author that somebody offers to help with their proposal.

    `skills` are their names in the author's language.
    """

    name: ClassVar[str] = "help_offered"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE

    number: int
    title: str
    helper: str
    hours_a_month: int
    words: str
    link: str
    skills: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class HelpAnswered(Message):
    """Tells whoever offered help that both agreed, or who did not and why.

    `state` is accepted or declined; `by` is author or office, `reason` one of `DeclineReason`,
    both empty when accepted.
    """

    name: ClassVar[str] = "help_answered"
    headline: ClassVar[tuple[str, ...]] = ("title", "state")
    mail_kind: ClassVar[Kind] = Kind.MINE

    number: int
    title: str
    state: str
    by: str
    reason: str
    answer: str
    link: str


@dataclass(frozen=True)
class HelperChanged(Message):
    """Tells an author that a helper has joined, the office having agreed too, or has left."""

    name: ClassVar[str] = "helper_changed"
    headline: ClassVar[tuple[str, ...]] = ("title", "has_joined")
    mail_kind: ClassVar[Kind] = Kind.MINE

    number: int
    title: str
    helper: str
    has_joined: bool
    link: str


@dataclass(frozen=True)
class HelpAsked(Message):
    """Asks a member who allowed it whether they would help; title and text are the office's."""

    name: ClassVar[str] = "help_asked"
    bulk: ClassVar[bool] = True
    headline: ClassVar[None] = None

    title: str
    text: str
    yes_link: str
    no_link: str
