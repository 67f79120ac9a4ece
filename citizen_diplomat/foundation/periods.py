"""Days that are known no more exactly than to the month or the year, of either calendar.

A period is kept as its first day with its precision. A Gregorian month touches two Jalali ones and
the other way round: in the calendar in which a period was not written, its span is told.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from citizen_diplomat.foundation import calendar
from citizen_diplomat.foundation.numbers import is_persian, persian_digits
from citizen_diplomat.foundation.text import latin_digits

_VAGUE = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?")


class Precision(StrEnum):
    """How exactly a day is known, and by which calendar where it is not known as a day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    JALALI_MONTH = "jalali_month"
    JALALI_YEAR = "jalali_year"


IN_JALALI = frozenset({Precision.JALALI_MONTH, Precision.JALALI_YEAR})
MONTHS = frozenset({Precision.MONTH, Precision.JALALI_MONTH})


@dataclass(frozen=True)
class Period:
    """A day, a month or a year: the first day of it, and how exactly it is known."""

    first: date
    precision: Precision = Precision.DAY

    @property
    def last(self) -> date:
        """The last day that it may have been."""
        if self.precision is Precision.DAY:
            return self.first
        if self.precision in IN_JALALI:
            return _next_jalali(self.first, by_month=self.precision in MONTHS) - timedelta(days=1)
        if self.precision in MONTHS:
            return (self.first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(1)
        return date(self.first.year, 12, 31)


def parse_period(text: str) -> Period | None:
    """The period written as 2000-01-14, 2000-01, 2000, 1378-10-24, 1378-10 or 1378, or None.

    Any digits, a hyphen or a slash; a year below 1700 is Jalali. Never raises.
    """
    written = latin_digits(text.strip())
    if day := calendar.parse_date(written):
        return Period(day)
    match = _VAGUE.fullmatch(written)
    if not match:
        return None
    year, month = match[1], match[2]
    first = calendar.parse_date(f"{year}-{month or 1}-1")
    if first is None:
        return None
    if int(year) < calendar.FIRST_GREGORIAN_YEAR:
        return Period(first, Precision.JALALI_MONTH if month else Precision.JALALI_YEAR)
    return Period(first, Precision.MONTH if month else Precision.YEAR)


def written_period(period: Period) -> str:
    """The period as `parse_period` reads it."""
    in_jalali = calendar.jalali(period.first) if period.precision in IN_JALALI else None
    year, month = in_jalali[:2] if in_jalali else (period.first.year, period.first.month)
    if period.precision is Precision.DAY:
        return period.first.isoformat()
    return f"{year:04d}-{month:02d}" if period.precision in MONTHS else f"{year:04d}"


def format_period(period: Period, language: str) -> str:
    """The period in both calendars, the reader's own first: July 2021 (Tir to Mordad 1400)."""
    if period.precision is Precision.DAY:
        return calendar.format_date_both(period.first, language)
    by_month = period.precision in MONTHS
    code = "fa" if is_persian(language) else "en"
    ends = (period.first, period.last)
    months = calendar.GREGORIAN_MONTHS[code]
    gregorian = _span([(day.year, months[day.month - 1]) for day in ends], code, by_month)
    in_jalali = [day for day in map(calendar.jalali, ends) if day is not None]
    if len(in_jalali) < len(ends):
        return persian_digits(gregorian) if code == "fa" else gregorian
    months = calendar.JALALI_MONTHS[code]
    jalali = _span([(day.year, months[day.month - 1]) for day in in_jalali], code, by_month)
    if code == "fa":
        return persian_digits(f"{jalali} ({gregorian})")
    return f"{gregorian} ({jalali})"


def year_of(period: Period, language: str) -> str:
    """Its year in the reader's own calendar, unless it may have been one of two there.

    Then it is the Gregorian year in which it begins.
    """
    begun, ended = calendar.jalali(period.first), calendar.jalali(period.last)
    if not is_persian(language):
        return str(period.first.year)
    is_sure = begun is not None and ended is not None and begun.year == ended.year
    return persian_digits(str(begun.year if begun and is_sure else period.first.year))


def _span(ends: list[tuple[int, str]], code: str, by_month: bool) -> str:
    """From one end to the other, or one month or year where both lie in the same."""
    joint = " تا " if code == "fa" else " to "
    (year, month), (last_year, last_month) = ends
    last = f"{last_month} {last_year}" if by_month else str(last_year)
    if year == last_year:
        return last if not by_month or month == last_month else f"{month}{joint}{last}"
    return f"{month} {year}{joint}{last}" if by_month else f"{year}{joint}{last}"


def _next_jalali(first: date, *, by_month: bool) -> date:
    """The first day of the Jalali month or year after the one that begins on `first`."""
    begun = calendar.jalali(first)
    day = first
    while begun is not None:
        # At most 12 steps: no Jalali month has fewer than 29 days.
        day += timedelta(days=29)
        now = calendar.jalali(day)
        if now is None:
            break
        if now.year != begun.year or (by_month and now.month != begun.month):
            return day - timedelta(days=now.day - 1)
    return day
