"""The head of each day: the seal of its last entry, kept once the day is over and published.

Whoever has a copy of a head notices when anything up to it was changed, removed or put in between:
the chain would end that day on another seal. A day is the municipality's. Entries stand in the
order in which they were written; one that was begun before midnight and written after it may be
counted with the day after. A day on which nothing was written has no head.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 30
SETTLES = timedelta(minutes=10)
"""How long after midnight a day is closed: what was begun before it is written by then."""
ONE_DAY = timedelta(days=1)


class DayHead(Base):
    """Where the chain stood at the end of a day.

    Triggers in the database refuse to change or delete a row.
    """

    __tablename__ = "audit_day_head"

    day: Mapped[date] = mapped_column(primary_key=True)
    """The day of the municipality."""
    entries: Mapped[int]
    """How many were written since the head before."""
    last_entry: Mapped[int] = mapped_column(Key, unique=True)
    head: Mapped[str] = mapped_column(String(64))
    """The seal of the last entry."""
    made_at: Mapped[datetime]


def is_a_day_over(session: Session, *, zone: ZoneInfo, at: datetime) -> bool:
    """Whether there is a day to close at the moment `at`; reads only."""
    return _next_day(session, _newest(session), zone=zone, at=at) is not None


def close_days(session: Session, *, zone: ZoneInfo, at: datetime) -> int:
    """Keep the head of every day that is over at the moment `at`; returns how many were made.

    It goes on after the newest head that is kept, so that it may be repeated and catches up.
    """
    take_turn(session)
    before = _newest(session)
    made = 0
    while (day := _next_day(session, before, zone=zone, at=at)) is not None:
        before = _close(session, day, before, zone=zone, at=at)
        made += 1
    return made


def heads(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[DayHead]:
    """The heads, newest first."""
    wanted = select(DayHead).order_by(DayHead.last_entry.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(DayHead.last_entry < after.id)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.last_entry, row.last_entry), after=after)


def every_head(session: Session) -> Sequence[DayHead]:
    """All heads, oldest first."""
    return session.scalars(select(DayHead).order_by(DayHead.day)).all()


def closed_up_to(session: Session) -> int:
    """The number of the last entry that a head stands on; 0 before the first."""
    return session.scalar(select(func.max(DayHead.last_entry))) or 0


def head_over(session: Session, entry_id: int) -> DayHead | None:
    """The first head that stands on an entry, or None while its day is not over."""
    return session.scalar(
        select(DayHead).where(DayHead.last_entry >= entry_id).order_by(DayHead.last_entry).limit(1)
    )


def broken_heads(session: Session) -> Sequence[DayHead]:
    """The heads, oldest first, whose entry is not there any more or has another seal."""
    gone_or_other: ColumnElement[bool] = or_(
        AuditEntry.seal.is_(None), AuditEntry.seal != DayHead.head
    )
    return session.scalars(
        select(DayHead)
        .outerjoin(AuditEntry, AuditEntry.id == DayHead.last_entry)
        .where(gone_or_other)
        .order_by(DayHead.day)
    ).all()


def _newest(session: Session) -> DayHead | None:
    return session.scalar(select(DayHead).order_by(DayHead.last_entry.desc()).limit(1))


def _next_day(
    session: Session, before: DayHead | None, *, zone: ZoneInfo, at: datetime
) -> date | None:
    """The next day that has entries and is over."""
    first = session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.id > (before.last_entry if before else 0))
        .order_by(AuditEntry.id)
        .limit(1)
    )
    if first is None:
        return None
    day = first.astimezone(zone).date()
    if before is not None:
        # What was written late belongs to the day that is still open.
        day = max(day, before.day + ONE_DAY)
    return day if day < (at - SETTLES).astimezone(zone).date() else None


def _close(
    session: Session, day: date, before: DayHead | None, *, zone: ZoneInfo, at: datetime
) -> DayHead:
    since = AuditEntry.id > (before.last_entry if before else 0)
    midnight = datetime.combine(day + ONE_DAY, time.min, tzinfo=zone)
    following = session.scalar(
        select(func.min(AuditEntry.id)).where(since, AuditEntry.at >= midnight)
    )
    within = (since,) if following is None else (since, AuditEntry.id < following)
    count, last = session.execute(
        select(func.count(), func.max(AuditEntry.id)).where(*within)
    ).one()
    head = DayHead(
        day=day,
        entries=count,
        last_entry=last,
        head=session.get_one(AuditEntry, last).seal,
        made_at=at,
    )
    session.add(head)
    # The next day is looked for after this one.
    session.flush()
    return head
