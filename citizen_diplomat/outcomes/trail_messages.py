"""The mails about the outcome of an accepted proposal."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class OutcomeSilent(Message):
    """Tells whoever sees to an outcome, or the head of the desk, that nothing has been heard of it.

    `days` is since when; `last` and `next` are the last step and the one that is planned, in the
    reader's language and empty when there is none; `next_on` is its day as an ISO date.
    """

    name: ClassVar[str] = "outcome_silent"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    number: int
    title: str
    days: int
    is_owner: bool
    """Whether the reader is the one who sees to it."""
    is_escalation: bool
    last: str
    next: str
    next_on: str
    link: str
    is_unowned: bool = False
    """Whether nobody sees to it any more."""


@dataclass(frozen=True)
class OutcomeAsksAuthor(Message):
    """Asks the author of a proposal whose outcome is completed: did it happen?"""

    name: ClassVar[str] = "outcome_asks_author"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE

    number: int
    title: str
    link: str


@dataclass(frozen=True)
class OutcomeAsksPartner(Message):
    """Asks a partner outside the same; `day` is an ISO date until which the link is open."""

    name: ClassVar[str] = "outcome_asks_partner"
    headline: ClassVar[None] = None

    title: str
    organisation: str
    link: str
    day: str
