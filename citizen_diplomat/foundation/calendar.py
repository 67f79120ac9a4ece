"""Days and times for Persian and English readers: Jalali and Gregorian, stored as Gregorian in UTC.

The conversion is persiantools' (equal to ICU on every day from 1950 to 2100). Days outside the
Jalali years 1300 to 1500 (1921 to 2122) are shown and read as Gregorian only.
"""

import re
from datetime import date, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from citizen_diplomat.foundation.numbers import is_persian, persian_digits
from citizen_diplomat.foundation.text import latin_digits

FIRST_JALALI_YEAR = 1300
LAST_JALALI_YEAR = 1500
_FIRST_DAY = date(1921, 3, 21)
_LAST_DAY = date(2122, 3, 20)
# A year below this one was typed in the Jalali calendar.
FIRST_GREGORIAN_YEAR = 1700

JALALI_MONTHS = {
    "fa": [
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "تیر",
        "مرداد",
        "شهریور",
        "مهر",
        "آبان",
        "آذر",
        "دی",
        "بهمن",
        "اسفند",
    ],
    "en": [
        "Farvardin",
        "Ordibehesht",
        "Khordad",
        "Tir",
        "Mordad",
        "Shahrivar",
        "Mehr",
        "Aban",
        "Azar",
        "Dey",
        "Bahman",
        "Esfand",
    ],
}
GREGORIAN_MONTHS = {
    "fa": [
        "ژانویه",
        "فوریه",
        "مارس",
        "آوریل",
        "مه",
        "ژوئن",
        "ژوئیه",
        "اوت",
        "سپتامبر",
        "اکتبر",
        "نوامبر",
        "دسامبر",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
WEEKDAYS = {
    "fa": ["دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_DATE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")


class JalaliDay(NamedTuple):
    """A day of the Iranian solar calendar: year, month 1 to 12, day 1 to 31."""

    year: int
    month: int
    day: int


def jalali(day: date) -> JalaliDay | None:
    """The Jalali day of a Gregorian one, or None outside the years 1300 to 1500."""
    day = _without_time(day)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        return None
    converted = JalaliDate(day)  # type: ignore[no-untyped-call]
    return JalaliDay(converted.year, converted.month, converted.day)


def format_date(day: date, language: str) -> str:
    """The day in the reader's own calendar: ۲۲ آذر ۱۴۰۴, or 13 December 2025."""
    if is_persian(language):
        return _jalali_text(day, "fa") or _gregorian_text(day, "fa")
    return _gregorian_text(day, "en")


def format_date_both(day: date, language: str) -> str:
    """The day in both calendars, the reader's own one first: ۲۲ آذر ۱۴۰۴ (۱۳ دسامبر ۲۰۲۵)."""
    code = _code(language)
    in_jalali, in_gregorian = _jalali_text(day, code), _gregorian_text(day, code)
    if not in_jalali:
        return in_gregorian
    if code == "fa":
        return f"{in_jalali} ({in_gregorian})"
    return f"{in_gregorian} ({in_jalali})"


def format_year_both(day: date, language: str) -> str:
    """The year in both calendars, the reader's own one first: ۱۴۰۴ (۲۰۲۵), or 2025 (1404)."""
    converted = jalali(day)
    years = [str(day.year)] if converted is None else [str(day.year), str(converted.year)]
    if is_persian(language):
        years = [persian_digits(year) for year in reversed(years)]
    return years[0] if len(years) == 1 else f"{years[0]} ({years[1]})"


def format_weekday_date(day: date, language: str) -> str:
    """The day with its weekday: شنبه ۲۲ آذر ۱۴۰۴, or Saturday 13 December 2025."""
    return f"{WEEKDAYS[_code(language)][day.weekday()]} {format_date(day, language)}"


def format_time(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Hours and minutes of 24 in `zone`: ۱۴:۰۵ or 14:05. Raises ValueError for a naive moment."""
    figures = f"{_local(moment, zone):%H:%M}"
    return persian_digits(figures) if is_persian(language) else figures


def format_datetime(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Day and time in `zone`: ۲۲ آذر ۱۴۰۴، ساعت ۱۴:۰۵. Raises ValueError for a naive moment."""
    day = format_date(_local(moment, zone), language)
    joint = "، ساعت " if is_persian(language) else ", "
    return f"{day}{joint}{format_time(moment, zone, language)}"


def format_ago(moment: datetime, now: datetime, language: str) -> str:
    """How many days `moment` lies from `now`, by the calendar of `now`'s zone: ۳ روز پیش, today.

    Both are aware; pass `now` in the reader's zone. Raises ValueError for a naive one.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    days = (now.date() - _local(moment, now.tzinfo).date()).days
    if is_persian(language):
        near = {0: "امروز", 1: "دیروز", -1: "فردا"}
        far = f"{abs(days)} روز {'پیش' if days > 0 else 'دیگر'}"
        return near.get(days) or persian_digits(far)
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return near.get(days) or (f"{days} days ago" if days > 0 else f"in {-days} days")


def parse_date(text: str) -> date | None:
    """The day written as year-month-day or year/month/day, in any digits, or None.

    A year below 1700 is Jalali (1300 to 1500 are known), any other Gregorian. Never raises.
    """
    match = _DATE.fullmatch(latin_digits(text.strip()))
    if not match:
        return None
    year, month, day = (int(figures) for figures in match.groups())
    try:
        if year >= FIRST_GREGORIAN_YEAR:
            return date(year, month, day)
        if FIRST_JALALI_YEAR <= year <= LAST_JALALI_YEAR:
            return _gregorian(JalaliDay(year, month, day))
    except ValueError:
        return None
    return None


def _code(language: str) -> str:
    return "fa" if is_persian(language) else "en"


def _without_time(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _local(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no day")
    return moment.astimezone(zone)


def _gregorian(day: JalaliDay) -> date:
    return JalaliDate(*day).to_gregorian()  # type: ignore[no-untyped-call]


def _jalali_text(day: date, code: str) -> str | None:
    converted = jalali(day)
    if converted is None:
        return None
    text = f"{converted.day} {JALALI_MONTHS[code][converted.month - 1]} {converted.year}"
    return persian_digits(text) if code == "fa" else text


def _gregorian_text(day: date, code: str) -> str:
    text = f"{day.day} {GREGORIAN_MONTHS[code][day.month - 1]} {day.year}"
    return persian_digits(text) if code == "fa" else text
