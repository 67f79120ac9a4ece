"""The months of the municipality's calendar, which is Jalali, as stretches of its own days."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from citizen_diplomat.foundation.calendar import (
    FIRST_JALALI_YEAR,
    LAST_JALALI_YEAR,
    jalali,
    parse_date,
)

MONTHS = 12
_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A month of the Iranian solar calendar."""

    year: int
    number: int
    """1 is Farvardin, 12 is Esfand."""

    def __str__(self) -> str:
        """The month as it stands in an address: 1405-08."""
        return f"{self.year}-{self.number:02}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        day = parse_date(f"{self.year}-{self.number:02}-01")
        assert day is not None, "a month is one of the calendar's"
        return day

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.following.first_day - timedelta(days=1)

    @property
    def following(self) -> "Month":
        """The month after it."""
        if self.number == MONTHS:
            return Month(self.year + 1, 1)
        return Month(self.year, self.number + 1)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """It as the moments [start, end), from midnight to midnight in `zone`."""
        start, end = self.first_day, self.following.first_day
        return datetime.combine(start, time(), zone), datetime.combine(end, time(), zone)


def month_of(moment: datetime, zone: ZoneInfo) -> Month:
    """The month in which an aware moment lies where the office is."""
    day = jalali(moment.astimezone(zone).date())
    assert day is not None, "nothing happens here before 1921 or after 2121"
    return Month(day.year, day.month)


def read_month(text: str) -> Month | None:
    """The month written as 1405-08, or None. Never raises."""
    match = _WRITTEN.fullmatch(text)
    if not match:
        return None
    year, number = int(match[1]), int(match[2])
    is_known = FIRST_JALALI_YEAR <= year < LAST_JALALI_YEAR and 1 <= number <= MONTHS
    return Month(year, number) if is_known else None
