"""Editing what the office promises and when it works: every change stands in the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.office import OfficeClock, OfficeDay, office_clock

MOST_DAYS = 400
"""More days of its own than a year has, no office needs; the calendar stays quick to count in."""
AHEAD = timedelta(days=730)


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague saved something else since the page was made; nothing was changed now."""


class TooMany(Exception):  # noqa: N818 - named for what happened
    """The office has decided on `MOST_DAYS` coming days already."""


@dataclass(frozen=True)
class Promises:
    """What is edited together: the week (Monday is 0), targets in working days, closed desks."""

    working_week: Collection[int]
    answer_days: int
    decision_days: int
    appeal_days: int
    are_desks_closed: bool


def promises_of(row: OfficeClock | None) -> Promises:
    """What holds now, the defaults where nothing was ever edited."""
    of = row or OfficeClock.with_defaults()
    return Promises(
        tuple(of.working_week),
        of.answer_days,
        of.decision_days,
        of.appeal_days,
        of.are_desks_closed,
    )


def change_promises(
    session: Session, promises: Promises, *, version: int, by: Account, at: datetime
) -> None:
    """Promise something else for what comes in from now on.

    `version` is that of the row which the page was made from, 0 where there was none. Raises
    ChangedMeanwhile.
    """
    row = office_clock(session, to_change=True)
    if row.version != version:
        raise ChangedMeanwhile
    row.working_week = sorted(promises.working_week)
    row.answer_days, row.decision_days = promises.answer_days, promises.decision_days
    row.appeal_days, row.are_desks_closed = promises.appeal_days, promises.are_desks_closed
    row.version = version + 1
    record(
        session,
        "office.promised",
        "office:1",
        by=by.id,
        at=at,
        week=sorted(promises.working_week),
        answer=promises.answer_days,
        decision=promises.decision_days,
        appeal=promises.appeal_days,
        closed=promises.are_desks_closed,
    )


def coming_days(session: Session, today: date) -> Sequence[OfficeDay]:
    """The days from the office's today on that it decided on, the nearest first."""
    return session.scalars(
        select(OfficeDay).where(OfficeDay.day >= today).order_by(OfficeDay.day)
    ).all()


def set_day(
    session: Session,
    day: date,
    *,
    is_working: bool,
    name_fa: str,
    name_en: str,
    today: date,
    by: Account,
    at: datetime,
) -> None:
    """Close the office on a day, or let it work on one; a day decided on before is changed.

    Due moments that were promised before stay. Raises TooMany.
    """
    row = session.get(OfficeDay, day)
    if row is None:
        if len(coming_days(session, today)) >= MOST_DAYS:
            raise TooMany
        row = OfficeDay(day=day)
        session.add(row)
    row.is_working, row.name_fa, row.name_en = is_working, name_fa, name_en
    row.added_by, row.added_at = by.id, at
    record(session, "office.day_set", "office:1", by=by.id, at=at, day=str(day), working=is_working)


def forget_day(session: Session, day: date, *, by: Account, at: datetime) -> None:
    """Let week and public holidays decide on a day again; one never decided on stays as it is."""
    row = session.get(OfficeDay, day)
    if row is not None:
        session.delete(row)
        record(session, "office.day_forgotten", "office:1", by=by.id, at=at, day=str(day))
