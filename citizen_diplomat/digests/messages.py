"""The mails that this room writes."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class Digest(Message):
    """Tells a member what is new for them in a period that ended this morning.

    `accepted`: title, summary, link, city_names, topic_name of each proposal; `more` is how many
    found no room, all of them at `more_link`. `answers`: title, state, link of each of their own
    proposals that was decided. `queue`: open, oldest_days, link, for staff who review.
    """

    name: ClassVar[str] = "digest"
    bulk: ClassVar[bool] = True

    frequency: str
    period_start: str
    period_end: str
    preferences_link: str
    accepted: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    queue: dict[str, Any] | None = None
    more: int = 0
    more_link: str = ""

    @property
    def item_count(self) -> int:
        """How many things it tells of."""
        return len(self.accepted) + self.more + len(self.answers) + (1 if self.queue else 0)
