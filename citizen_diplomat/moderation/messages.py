"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class DecisionMade(Message):
    """Tells the author what was decided, on what ground, and what it means for them.

    `state` is the proposal's new state; `reason` is the catalogue's text in the author's language;
    `duplicate_link` is the public page of the proposal that came first, if there is one.
    """

    name: ClassVar[str] = "decision"

    number: int
    title: str
    state: str
    reason: str
    message: str
    link: str
    duplicate_link: str | None = None
