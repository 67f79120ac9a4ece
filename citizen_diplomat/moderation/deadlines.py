"""Until when something can be done, in the calendar of the office."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.working_days import WorkingCalendar

APPEAL_DAYS = 20
"""Working days, which the office has promised."""


def appeal_until(calendar: WorkingCalendar, decided_at: datetime) -> datetime:
    """The moment from which on it is too late to appeal: the midnight that ends the last day.

    The day of the decision does not count. Days begin and end where the office is. Raises NeverOpen
    for an office that is always closed.
    """
    return replace(calendar, zone=ISFAHAN).due_at(decided_at, APPEAL_DAYS)


def last_day(until: datetime) -> date:
    """The last day on which there is still time before `until`, where the office is."""
    return (until.astimezone(ISFAHAN) - timedelta(microseconds=1)).date()
