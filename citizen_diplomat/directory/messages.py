"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class DataOpened(Message):
    """Tells a member that staff opened their contact data: as what, when and why.

    `role` and `reason` are codes; `desk` is named in the member's language; `in_file` says
    that the address stands in a file with those of others.
    """

    name: ClassVar[str] = "data_opened"
    headline: ClassVar[tuple[str, ...]] = ()

    role: str
    desk: str
    in_file: bool
    reason: str
    words: str
    day: str
    """In Isfahan, as an ISO date; the letter writes it in both calendars."""
    clock: str
    """Hours and minutes in Isfahan."""
    link: str
