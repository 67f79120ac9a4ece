"""When a digest is due and which stretch of local time it covers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR = 8
"""The local hour at which a member hears who chose none."""
MORNING = time(HOUR)
SATURDAY = 5
"""As `date.weekday()` counts; the week of the municipality begins on Saturday."""

CONSENT_TEXT_VERSION = "2026-11"
"""Which wording of /me/mail a consent was given to; raise it when its meaning changes."""


class Frequency(StrEnum):
    """How often a member wants to hear."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


class Told(StrEnum):
    """What became of one digest."""

    WAITING = "waiting"
    SENT = "sent"
    NOTHING = "nothing"
    """There was nothing to tell, and so no mail."""
    STOPPED = "stopped"
    """Its reader could not, or would not, get it any more; the next one tells what it held."""


class News(StrEnum):
    """What a digest can tell of."""

    PROPOSAL = "proposal"
    """A proposal that everybody reads since."""
    ANSWER = "answer"
    """A decision on what somebody wrote."""
    CALL = "call"
    """A call of the office, from the moment on at which it can be answered."""
    EVENT = "event"
    """A meeting or festival to come."""
    RELATION = "relation"
    """Something between Isfahan and a city that the office wrote down."""
    NEWS = "news"
    """A piece of news of the office."""


class Section(StrEnum):
    """Why a proposal stands in a digest, in the order in which they are told."""

    CITY = "city"
    """It is for the city in which the reader lives."""
    FOLLOWED = "followed"
    """The reader follows its topic or one of its cities."""
    SKILLS = "skills"
    """It needs something that the reader would help with."""
    NEW = "new"
    """Everybody who chose its city and topic, or chose none, hears of it."""


def begin_of_week(day: date, weekday: int = SATURDAY) -> date:
    """The day on which the week of a day began; weeks begin on `weekday`."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """When the clock of `zone` first shows `hour` on a day, or later where it skips that hour."""
    return datetime.combine(day, time(hour), zone)


@dataclass(frozen=True)
class Period:
    """A half-open stretch [start, end) of local days, told about on the day `end` at `hour`."""

    start: date
    end: date
    hour: int = HOUR

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The period as two aware moments, each at the member's hour."""
        return moment(self.start, self.hour, zone), moment(self.end, self.hour, zone)


def newest_period(
    frequency: Frequency,
    *,
    zone: ZoneInfo,
    at: datetime,
    weekday: int = SATURDAY,
    hour: int = HOUR,
) -> Period | None:
    """The last period that has ended for somebody in `zone` at the moment `at`; None for never.

    Weeks end on `weekday`, all periods at `hour`, the member's clock.
    """
    day = _newest_day(zone, at, hour)
    match frequency:
        case Frequency.DAILY:
            return Period(day - timedelta(days=1), day, hour)
        case Frequency.WEEKLY:
            end = begin_of_week(day, weekday)
            return Period(end - timedelta(days=7), end, hour)
        case Frequency.MONTHLY:
            end = day.replace(day=1)
            return Period((end - timedelta(days=1)).replace(day=1), end, hour)
        case Frequency.NEVER:
            return None


def next_period(frequency: Frequency, period: Period) -> Period:
    """The period that follows; raises ValueError for never."""
    match frequency:
        case Frequency.DAILY:
            return Period(period.end, period.end + timedelta(days=1), period.hour)
        case Frequency.WEEKLY:
            return Period(period.end, period.end + timedelta(days=7), period.hour)
        case Frequency.MONTHLY:
            end = (period.end + timedelta(days=32)).replace(day=1)
            return Period(period.end, end, period.hour)
        case Frequency.NEVER:
            raise ValueError("never has no periods")


def _newest_day(zone: ZoneInfo, at: datetime, hour: int) -> date:
    """The last day on which it has been `hour` in `zone`, told by moments and not by the clock.

    A clock that is put back shows a time twice; the second does not undo the first.
    """
    today = at.astimezone(zone).date()
    past = (today + timedelta(days=days) for days in (1, 0))
    reached = (day for day in past if moment(day, hour, zone).astimezone(UTC) <= at)
    return next(reached, today - timedelta(days=1))
