"""The mails that this room writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class Digest(Message):
    """Tells a member what is new for them in a period that has ended.

    `city`, `followed`, `skills`, `accepted`: title, summary, link, city_names, topic_name of each
    proposal, under the heading that says why it is told; `skills` names skill_names too. `more` is
    how many found no room, all of them at `more_link`. `answers`: title, state, link of each of
    their own proposals that was decided. `notices`: of each sort of what the office tells everybody
    its name `news`, its `items` (title, word, day, link, city_names), how many `more`, all of them
    at `link`; `day`, an ISO date or empty, is the last one to answer a call, or that of an event;
    `word` names the kind of what happened between two cities. `queue`: open, oldest_days, link,
    for staff who review; and on a working morning `work`, as `mornings.work_of` gives it.
    """

    name: ClassVar[str] = "digest"
    bulk: ClassVar[bool] = True
    headline: ClassVar[tuple[str, ...]] = (
        *(
            "period_end",
            "city",
            "followed",
            "skills",
            "accepted",
            "more",
            "answers",
            "notices",
            "queue",
        ),
    )

    frequency: str
    period_start: str
    period_end: str
    preferences_link: str
    city: list[dict[str, Any]] = field(default_factory=list)
    followed: list[dict[str, Any]] = field(default_factory=list)
    skills: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    queue: dict[str, Any] | None = None
    more: int = 0
    more_link: str = ""

    def values(self) -> dict[str, Any]:
        """The fields as they are: plain JSON values, which nobody changes, need no copy."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def headline_values(self) -> dict[str, Any]:
        """The subject only counts: what is counted does not lie in the inbox once more."""
        values = super().headline_values()
        counted: dict[str, Any] = {
            name: [{}] * len(value) for name, value in values.items() if isinstance(value, list)
        }
        queue = {"open": self.queue["open"]} if self.queue else None
        notices = [{"news": one["news"], "count": count_of(one)} for one in self.notices]
        return {**values, **counted, "notices": notices, "queue": queue}

    def leads_to(self) -> str:
        """The list of what was accepted."""
        return self.more_link

    @property
    def proposals(self) -> list[dict[str, Any]]:
        """All proposals that it names, in the order of its headings."""
        return [*self.city, *self.followed, *self.skills, *self.accepted]

    @property
    def item_count(self) -> int:
        """How many things it tells of."""
        desk = 1 if self.queue else 0
        noticed = sum(map(count_of, self.notices))
        return len(self.proposals) + self.more + len(self.answers) + noticed + desk


def count_of(notices: Mapping[str, Any]) -> int:
    """How many notices of one sort there are, those without room included."""
    return len(notices["items"]) + int(notices["more"])


@dataclass(frozen=True)
class Announced(Message):
    """Tells at once of one thing that the office tells everybody of, as `notices.Notice` has it.

    `day` is an ISO date in the reader's time zone, or empty.
    """

    name: ClassVar[str] = "announced"
    bulk: ClassVar[bool] = True
    headline: ClassVar[tuple[str, ...]] = ("news", "title")

    news: str
    notice: int
    """Its number; a field `number` would be a proposal's."""
    title: str
    day: str
    city_names: list[str]
    link: str
    preferences_link: str


class CallAnnounced(Announced):
    """A call that can be answered."""

    mail_kind: ClassVar[Kind] = Kind.CALLS


class EventAnnounced(Announced):
    """A meeting or festival that one can come to."""

    mail_kind: ClassVar[Kind] = Kind.EVENTS


@dataclass(frozen=True)
class Published(Message):
    """Tells at once of one proposal that was accepted; `because` is the kind that its reader chose.

    `topic_name` is empty where it has none.
    """

    name: ClassVar[str] = "published"
    bulk: ClassVar[bool] = True
    headline: ClassVar[tuple[str, ...]] = ("title",)

    number: int
    title: str
    summary: str
    city_names: list[str]
    topic_name: str
    because: str
    link: str
    preferences_link: str


class PublishedInCity(Published):
    """For one's city."""

    mail_kind: ClassVar[Kind] = Kind.CITY


class PublishedFollowed(Published):
    """Of a city, a topic or a proposal that one follows."""

    mail_kind: ClassVar[Kind] = Kind.FOLLOWED


@dataclass(frozen=True)
class DeskMorning(Message):
    """Tells somebody at the desk on a working morning what they, and their desk, have to do.

    `day` is an ISO date; `work` as `mornings.work_of` gives it; `link` leads to the reader's work.
    """

    name: ClassVar[str] = "desk_morning"
    # It is about today: nobody looks for it in an inbox tomorrow.
    headline: ClassVar[tuple[str, ...] | None] = None
    mail_kind: ClassVar[Kind] = Kind.DUTIES

    day: str
    work: dict[str, Any]
    link: str
