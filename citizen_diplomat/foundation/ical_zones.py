"""Time zones as calendar files carry them: a VTIMEZONE with each change of the clock (RFC 5545).

The library's own generation writes the onset of summer time by the new clock; section 3.6.5 wants
it by the old one, as Berlin's 02:00 on the last Sunday of March. So the changes are found here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=1)
"""No zone changes its clock and changes it back within a day."""


def nothing() -> Timezone:
    """What stands in a calendar without events: it must hold a component (RFC 5545, 3.6).

    A time zone alone is the least there is to publish; the same bytes in every year.
    """
    return timezone("Etc/UTC", 1970, 1970)


@lru_cache(maxsize=200)
def timezone(name: str, first_year: int, last_year: int) -> Timezone:
    """The component of a zone by its name, right from the first until the end of the last year."""
    zone = ZoneInfo(name)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", name)
    # What holds when the first year begins; it has no change of its own.
    component.add_component(_observance(zone, date(first_year, 1, 1), begin, begin))
    for before, after in changes(zone, begin, datetime(last_year + 1, 1, 1, tzinfo=UTC)):
        component.add_component(_observance(zone, None, before, after))
    return component


def changes(zone: tzinfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The changes of a clock between two moments: the second before each, and its first second."""
    moment = begin
    while moment < end:
        following = min(moment + STEP, end)
        if _clock(zone, moment) != _clock(zone, following):
            yield _narrowed(zone, moment, following)
        moment = following


def _narrowed(zone: tzinfo, before: datetime, after: datetime) -> tuple[datetime, datetime]:
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _clock(zone, middle) == _clock(zone, before):
            before = middle
        else:
            after = middle
    return before, after


def _clock(zone: tzinfo, moment: datetime) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _observance(
    zone: tzinfo, first_day: date | None, before: datetime, after: datetime
) -> TimezoneStandard | TimezoneDaylight:
    old, new = before.astimezone(zone), after.astimezone(zone)
    component = TimezoneDaylight() if new.dst() else TimezoneStandard()
    offset_from, offset_to = old.utcoffset(), new.utcoffset()
    assert offset_from is not None
    assert offset_to is not None
    # By the clock as it was until then.
    onset = (after + offset_from).replace(tzinfo=None)
    if first_day is not None:
        onset = datetime.combine(first_day, datetime.min.time())
    component.add("dtstart", onset)
    component.add("tzoffsetfrom", offset_from)
    component.add("tzoffsetto", offset_to)
    component.add("tzname", new.tzname() or "")
    return component
