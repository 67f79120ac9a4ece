"""The mails that this room writes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class ProposalReceived(Message):
    """Tells the author that a version of their proposal has arrived at the office."""

    name: ClassVar[str] = "received"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    revision: int
    link: str
    reference: str = ""
    sha256: str = ""
    day: str = ""
    """In Isfahan, as an ISO date; the letter writes it in both calendars."""
    clock: str = ""
    """Hours and minutes in Isfahan."""


@dataclass(frozen=True)
class ChangeReceived(Message):
    """Tells the author of an accepted proposal that a change of it has arrived at the office."""

    name: ClassVar[str] = "change_received"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    revision: int
    link: str


@dataclass(frozen=True)
class CoauthorInvitation(Message):
    """Asks whoever has this address to write a proposal along; it may be nobody's we know."""

    name: ClassVar[str] = "coauthor_invitation"
    headline: ClassVar[None] = None

    number: int
    title: str
    author: str
    link: str
    register_link: str


class News(StrEnum):
    """What happened between the writers of a proposal, as the one concerned reads it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASKED = "asked"
    LEFT = "left"
    ADMITTED = "admitted"
    REFUSED = "refused"
    REMOVED = "removed"
    OFFERED = "offered"
    OFFER_DECLINED = "offer_declined"
    HANDED_OVER = "handed_over"
    INHERITED = "inherited"


@dataclass(frozen=True)
class CoauthorNews(Message):
    """Tells a writer of a proposal, or who wanted to be one, what another of them did.

    `event` is a value of News; `person` who did it, where it may be told.
    """

    name: ClassVar[str] = "coauthor_news"
    headline: ClassVar[tuple[str, ...]] = ("event", "title")
    mail_kind: ClassVar[Kind] = Kind.MINE

    event: str
    number: int
    title: str
    person: str
    link: str
