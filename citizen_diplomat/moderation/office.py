"""When the office works and how quickly it means to answer; coordinators edit all of it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.database import Base, Document, Key
from citizen_diplomat.foundation.working_days import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    TUESDAY,
    WEDNESDAY,
    WorkingCalendar,
)
from citizen_diplomat.moderation.rules import TARGETS, Target

ONLY_ROW = 1
NAME_LENGTH = 80
WORKING_WEEK = (SATURDAY, SUNDAY, MONDAY, TUESDAY, WEDNESDAY)
LONGEST_TARGET = 60
"""Working days; a promise of more than a quarter of a year is none."""


class OfficeClock(Base):
    """The one row of what the office promises. Without it the defaults of this file hold."""

    __tablename__ = "office_clock"
    __table_args__ = (
        CheckConstraint(f"id = {ONLY_ROW}", name="only_row"),
        CheckConstraint(f"answer_days BETWEEN 1 AND {LONGEST_TARGET}", name="answer_days"),
        CheckConstraint(f"decision_days BETWEEN 1 AND {LONGEST_TARGET}", name="decision_days"),
        CheckConstraint(f"appeal_days BETWEEN 1 AND {LONGEST_TARGET}", name="appeal_days"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, default=ONLY_ROW)
    time_zone: Mapped[str] = mapped_column(String(50))
    """Written by `flask init` from TIMEZONE: rooms read no settings."""
    working_week: Mapped[list[int]] = mapped_column(Document)
    """Weekdays as Python counts them, Monday being 0."""
    answer_days: Mapped[int]
    decision_days: Mapped[int]
    appeal_days: Mapped[int]
    """Targets in working days, for what comes in from now on: a promise once given stays."""
    are_desks_closed: Mapped[bool]
    """Whether a desk sees its own items alone."""
    version: Mapped[int]

    @classmethod
    def with_defaults(cls, **edited: Any) -> "OfficeClock":
        """A row of what is promised where nobody has edited anything, but for what is `edited`."""
        defaults = {
            "time_zone": ISFAHAN.key,
            "working_week": list(WORKING_WEEK),
            "answer_days": TARGETS[Target.ANSWER],
            "decision_days": TARGETS[Target.DECISION],
            "appeal_days": TARGETS[Target.APPEAL],
            "are_desks_closed": False,
            "version": 0,
        }
        return cls(id=ONLY_ROW, **{**defaults, **edited})


class OfficeDay(Base):
    """A day on which the office decided otherwise than week and public holidays say."""

    __tablename__ = "office_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name_fa: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]


class Office:
    """What the office promises, and the calendar that it is counted in."""

    def __init__(self, row: OfficeClock | None, exceptions: dict[date, bool]) -> None:
        """Take the row, if there is one, and the days the office decided on."""
        of = row or OfficeClock.with_defaults()
        self.targets = {
            Target.ANSWER: of.answer_days,
            Target.DECISION: of.decision_days,
            Target.APPEAL: of.appeal_days,
        }
        self.calendar = WorkingCalendar(
            frozenset(of.working_week), ZoneInfo(of.time_zone), exceptions
        )


def office(session: Session) -> Office:
    """The promises and the calendar of today, in one query."""
    rows: Any = session.execute(
        select(OfficeClock, OfficeDay.day, OfficeDay.is_working)
        .select_from(_ONE)
        .outerjoin(OfficeClock, true())
        .outerjoin(OfficeDay, true())
    ).all()
    exceptions = {day: is_working for _, day, is_working in rows if day is not None}
    return Office(rows[0][0], exceptions)


def office_day(at: datetime) -> date:
    """The day in Isfahan, for who is away today; what is promised is counted in `office`'s zone."""
    return at.astimezone(ISFAHAN).date()


def office_clock(session: Session, *, to_change: bool = False) -> OfficeClock:
    """The row to be edited, added where it was never written.

    With `to_change` it is locked until the transaction ends, where the engine locks rows.
    """
    row = session.get(OfficeClock, ONLY_ROW, with_for_update=to_change or None)
    if row is None:
        row = OfficeClock.with_defaults()
        session.add(row)
    return row


def keep_zone(session: Session, time_zone: str) -> None:
    """Let days begin at midnight in this zone from now on; the default needs no row."""
    row = session.get(OfficeClock, ONLY_ROW)
    if row is None and time_zone != ISFAHAN.key:
        row = office_clock(session)
    if row is not None:
        row.time_zone = time_zone


_ONE = select(true().label("one")).subquery()
"""A table of one row to hang the others on: either may be empty."""
