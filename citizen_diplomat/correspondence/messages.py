"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class MemberWrote(Message):
    """Relays what a member wrote to another; neither learns an address of the other.

    `first`: it waits for a yes. The inbox keeps neither the name nor the words: both may go.
    """

    name: ClassVar[str] = "member_wrote"
    headline: ClassVar[tuple[str, ...]] = ("first",)
    mail_kind: ClassVar[Kind] = Kind.MESSAGES

    sender: str
    text: str
    first: bool
    link: str
    block_link: str
