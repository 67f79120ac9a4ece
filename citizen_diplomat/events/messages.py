"""The mails that this room writes."""

from dataclasses import dataclass, field
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class EventNews(Message):
    """Tells somebody what happened to an event that they registered for, or to their seat.

    `news` is a value of `rules.News`. `times` are the same hours by the clock of the reader, of the
    event and of Isfahan, each once: "whose" ("yours", "there", "isfahan"), "day" and "last_day" as
    ISO dates, "begins" and "ends" as hours and minutes. `online`, `code` and `address` are empty
    for who has no seat or where there is none.
    """

    name: ClassVar[str] = "event_news"
    headline: ClassVar[tuple[str, ...]] = ("news", "title")
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    news: str
    title: str
    link: str
    times: list[dict[str, str]] = field(default_factory=list)
    has_seat: bool = True
    address: str = ""
    online: str = ""
    code: str = ""
    reason: str = ""
    """Why it was cancelled, in the reader's language."""
