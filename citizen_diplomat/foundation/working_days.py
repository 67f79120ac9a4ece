"""Working days of an office: its week, the country's public holidays, and days it adds itself.

Public holidays are those of the `holidays` library; of the days that follow the moon, it knows past
ones as announced and works out future ones, which may be a day off. The office corrects them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
COUNTRY = "IR"
DAY = timedelta(days=1)
LONGEST_REST = 60
"""No office is closed for so many days in a row; a calendar that says so is wrong."""


class NeverOpen(Exception):  # noqa: N818 - named for what is wrong
    """The calendar has no working day within `LONGEST_REST` days."""


@dataclass(frozen=True)
class WorkingCalendar:
    """When an office works.

    `week` holds its weekdays as Python counts them (Monday is 0), `exceptions` the days that it
    decided on by itself: True for a day on which it works after all, False for one on which it is
    closed. A day is the day in `zone`.
    """

    week: frozenset[int]
    zone: ZoneInfo
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        if day in self.exceptions:
            return self.exceptions[day]
        return day.weekday() in self.week and not holiday_names(day)

    def nth_after(self, day: date, number: int) -> date:
        """The working day number `number` after `day`, which itself never counts.

        `number` is at least 1, else ValueError. Raises NeverOpen for an office that is always
        closed.
        """
        if number < 1:
            raise ValueError("days are counted from one")
        rest = 0
        while number:
            day += DAY
            rest += 1
            if self.is_working(day):
                number, rest = number - 1, 0
            elif rest > LONGEST_REST:
                raise NeverOpen
        return day

    def count(self, after: date, through: date) -> int:
        """How many working days come after `after`, up to and including `through`."""
        length = max((through - after).days, 0)
        return sum(self.is_working(after + timedelta(days=n)) for n in range(1, length + 1))

    def day_of(self, moment: datetime) -> date:
        """The office's day of an aware moment."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The moment at which a day is over: midnight where the office is."""
        return datetime.combine(day + DAY, time(), self.zone)

    def passed(self, since: datetime, at: datetime) -> int:
        """How many working days have begun between two moments; the day of `since` is none."""
        return self.count(self.day_of(since), self.day_of(at))

    def due_at(self, since: datetime, days: int) -> datetime:
        """The end of the working day number `days` after the day of `since`."""
        return self.end_of(self.nth_after(self.day_of(since), days))


def holiday_names(day: date) -> str:
    """What Iran celebrates or mourns on a public holiday, in Persian; empty on any other day."""
    return _holidays(day.year).get(day, "")


@cache
def _holidays(year: int) -> Mapping[date, str]:
    return holidays.country_holidays(COUNTRY, years=year, language="fa_IR")
