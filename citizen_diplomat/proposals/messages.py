"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class ProposalReceived(Message):
    """Tells the author that a version of their proposal has arrived at the office."""

    name: ClassVar[str] = "received"

    number: int
    title: str
    revision: int
    link: str
