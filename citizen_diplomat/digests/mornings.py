"""What each member of the desk finds in the morning: their work, their desk's overdue, the week.

It goes along with the digest of whoever gets one that morning, and is a letter of its own for all
others; whoever has nothing to do gets none.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, not_, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.messages import DeskMorning
from citizen_diplomat.digests.model import DigestIssue
from citizen_diplomat.digests.rules import MORNING, Told, begin_of_week
from citizen_diplomat.foundation.working_days import DAY, WorkingCalendar
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import wants
from citizen_diplomat.moderation.clock import last_moment, waits_for_answer_until
from citizen_diplomat.moderation.conditions import desks_of, is_aged, is_work_of, looked_after
from citizen_diplomat.moderation.declarations import is_reviewer
from citizen_diplomat.moderation.desks import Desk
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Age

MOST_ITEMS = 10
"""How many items of each list are named; the others are counted."""
NOON = time(12)
"""A letter that could not be made in the morning is not sent in the afternoon."""

ItemLink = Callable[[str, int], str]
"""How the shell makes a link to an item, for the language of its reader."""


def is_morning(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether it is the morning of a working day where the office is."""
    local = at.astimezone(calendar.zone)
    return MORNING <= local.time() < NOON and calendar.is_working(local.date())


def begins_week(calendar: WorkingCalendar, day: date) -> bool:
    """Whether a working day is the first one since Saturday."""
    since = (day - begin_of_week(day)).days
    return not any(calendar.is_working(day - n * DAY) for n in range(1, since + 1))


def waiting(session: Session, day: date) -> Sequence[Account]:
    """Those who review, want it, and have neither their letter nor a digest of this morning."""
    told = exists().where(
        DigestIssue.account_id == Account.id,
        DigestIssue.period_end == day,
        DigestIssue.outcome.in_([Told.WAITING, Told.SENT]),
    )
    # A digest without the work at the desk, as its reader chose, has not told them of it.
    told_there = and_(told, wants(Account.id, Kind.DUTIES, Channel.DIGEST))
    key = literal("desk_morning:") + cast(Account.id, String) + f":{day.isoformat()}"
    sent = exists().where(OutboxMessage.key == key)
    return session.scalars(
        select(Account)
        .where(
            is_reviewer(),
            not_(told_there),
            ~sent,
            wants(Account.id, Kind.DUTIES, Channel.AT_ONCE),
        )
        .options(selectinload(Account.role_rows))
        .order_by(Account.id)
    ).all()


def send(
    session: Session,
    account: Account,
    calendar: WorkingCalendar,
    *,
    link: ItemLink,
    queue_link: str,
    at: datetime,
) -> bool:
    """Post the letter of this morning, once; False when it was posted or there is nothing to do."""
    day = calendar.day_of(at)
    work = work_of(session, account, calendar, link=link, at=at)
    if work is None:
        return False
    letter = DeskMorning(day=day.isoformat(), work=work, link=queue_link)
    key = f"desk_morning:{account.id}:{day.isoformat()}"
    return outbox.post(session, letter, account.recipient, key=key, at=at)


def work_of(
    session: Session,
    account: Account,
    calendar: WorkingCalendar,
    *,
    link: ItemLink,
    at: datetime,
    most: int = MOST_ITEMS,
) -> dict[str, Any] | None:
    """What somebody finds on a working morning as plain values, None for nothing.

    `mine` and `late`: title, kind, last_day, answer_last_day of a first answer that was missed,
    is_late, link of each item, the first `most` of so many as `mine_count` and `late_count`;
    `week`: desk, came, closed, open, late of each desk that they head, on the first working morning
    of a week. What its reader must not see is counted nowhere.
    """
    mine = is_work_of(account.id, at)
    late = and_(QueueItem.desk_id.in_(desks_of(account.id)), is_aged(Age.LATE, at), ~mine)
    work: dict[str, Any] = {"week": _week(session, account, calendar, at)}
    for name, wanted in (("mine", mine), ("late", late)):
        count, items = _items(session, account.id, wanted, most)
        work[f"{name}_count"] = count
        work[name] = [_told(item, calendar, link(account.language, item.id), at) for item in items]
    return work if work["mine_count"] or work["late_count"] or work["week"] else None


def _items(
    session: Session, viewer: int, wanted: ColumnElement[bool], most: int
) -> tuple[int, Sequence[QueueItem]]:
    conditions = (QueueItem.closed_at.is_(None), looked_after(viewer), wanted)
    items = session.scalars(
        select(QueueItem).where(*conditions).order_by(QueueItem.position, QueueItem.id).limit(most)
    ).all()
    if len(items) < most:
        return len(items), items
    return session.scalar(
        select(func.count()).select_from(QueueItem).where(*conditions)
    ) or 0, items


def _told(item: QueueItem, calendar: WorkingCalendar, link: str, at: datetime) -> dict[str, Any]:
    due, answer = item.due_at, waits_for_answer_until(item)
    return {
        "title": item.title,
        "kind": item.kind,
        "last_day": _day(due, calendar) if due else "",
        "answer_last_day": _day(answer, calendar) if answer and answer <= at else "",
        "is_late": due is not None and due <= at,
        "link": link,
    }


def _day(due: datetime, calendar: WorkingCalendar) -> str:
    return calendar.day_of(last_moment(due)).isoformat()


def _week(
    session: Session, account: Account, calendar: WorkingCalendar, at: datetime
) -> list[dict[str, Any]]:
    day = calendar.day_of(at)
    if not begins_week(calendar, day):
        return []
    until = datetime.combine(begin_of_week(day), time(), calendar.zone)
    since = until - timedelta(weeks=1)
    open_now = QueueItem.closed_at.is_(None)
    rows = session.execute(
        select(
            Desk,
            func.count().filter(QueueItem.opened_at >= since, QueueItem.opened_at < until),
            func.count().filter(QueueItem.closed_at >= since, QueueItem.closed_at < until),
            func.count().filter(open_now),
            func.count().filter(open_now, is_aged(Age.LATE, at)),
        )
        .join(QueueItem, QueueItem.desk_id == Desk.id)
        .where(Desk.head_id == account.id, Desk.retired_at.is_(None), looked_after(account.id))
        .group_by(Desk.id)
        .order_by(Desk.id)
    )
    names = ("came", "closed", "open", "late")
    told = [
        {"desk": desk.name(account.language), **dict(zip(names, numbers, strict=True))}
        for desk, *numbers in rows
    ]
    return [row for row in told if any(row[name] for name in names)]
