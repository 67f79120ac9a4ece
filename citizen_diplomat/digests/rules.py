"""When a digest is due and which stretch of local time it covers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(8)
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


@dataclass(frozen=True)
class Period:
    """A half-open stretch [start, end) of local days, told about on the morning of `end`."""

    start: date
    end: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The period as two aware moments, each at the member's morning."""
        return (
            datetime.combine(self.start, MORNING, zone),
            datetime.combine(self.end, MORNING, zone),
        )


def newest_period(frequency: Frequency, *, zone: ZoneInfo, at: datetime) -> Period | None:
    """The last period that has ended for somebody in `zone` at the moment `at`; None for never."""
    local = at.astimezone(zone)
    day = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    match frequency:
        case Frequency.DAILY:
            return Period(day - timedelta(days=1), day)
        case Frequency.WEEKLY:
            end = day - timedelta(days=(day.weekday() - SATURDAY) % 7)
            return Period(end - timedelta(days=7), end)
        case Frequency.MONTHLY:
            end = day.replace(day=1)
            return Period((end - timedelta(days=1)).replace(day=1), end)
        case Frequency.NEVER:
            return None


def next_period(frequency: Frequency, period: Period) -> Period:
    """The period that follows; raises ValueError for never."""
    match frequency:
        case Frequency.DAILY:
            return Period(period.end, period.end + timedelta(days=1))
        case Frequency.WEEKLY:
            return Period(period.end, period.end + timedelta(days=7))
        case Frequency.MONTHLY:
            return Period(period.end, (period.end + timedelta(days=32)).replace(day=1))
        case Frequency.NEVER:
            raise ValueError("never has no periods")
