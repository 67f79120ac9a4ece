"""What a private calendar holds: the days by which something is due, for one member."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.digests.feed_news import notices_for
from citizen_diplomat.digests.rules import News
from citizen_diplomat.events.queries import of_member
from citizen_diplomat.foundation.working_days import WorkingCalendar
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.moderation.appeals import Appeal
from citizen_diplomat.moderation.clock import last_moment
from citizen_diplomat.moderation.conditions import is_work_of, looked_after
from citizen_diplomat.moderation.deadlines import last_day
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import ItemKind, Measure
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import INVITATION_KEPT
from citizen_diplomat.proposals.writers import invitations_to, is_writer

MOST = 100
"""How many of each sort a calendar holds at most, the next ones first."""


class Sort(StrEnum):
    """What a day in the calendar is."""

    ANSWER = "answer"
    """The last day of the time that the office promised to answer in."""
    APPEAL = "appeal"
    OBJECTION = "objection"
    """The last day to say something against a statement of reasons."""
    INVITATION = "invitation"
    """The day on which an invitation to write along ends."""
    ITEM = "item"
    """The last day of the promise for an item at the desk."""
    CALL = "call"
    """The last day to answer a call."""
    EVENT = "event"
    """The day of an event that its reader registered for."""


@dataclass(frozen=True)
class Due:
    """One day. `known_at` is since when it is what it is; `number` is that of its page.

    `title` is that of a proposal which its reader writes, of a call or an event. Staff, and whoever
    is invited by somebody, find none: a calendar is shown to others, and its provider reads it.
    """

    sort: Sort
    number: int
    day: date
    known_at: datetime
    title: str = ""


def dates_of(
    session: Session, account: Account, wanted: Collection[Kind], *, at: datetime
) -> list[Due]:
    """All days of the wanted kinds that somebody has ahead of them, or is late with, in order.

    The roles of the account must have been loaded.
    """
    calendar = office(session).calendar
    found: list[Due] = []
    if Kind.MINE in wanted:
        found.extend(_answers(session, account, calendar))
        found.extend(_last_days(session, account, at))
        found.extend(_invitations(session, account, at))
    found.extend(_calls(session, account, wanted, at))
    if Kind.EVENTS in wanted:
        found.extend(_events(session, account, at))
    if Kind.DUTIES in wanted and may(account.roles, Duty.REVIEW):
        found.extend(_items(session, account, calendar, at))
    return sorted(found, key=lambda due: (due.day, due.sort, due.number))


def _answers(session: Session, account: Account, calendar: WorkingCalendar) -> Iterator[Due]:
    kinds = (ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL)
    rows = session.execute(
        select(Proposal.number, Proposal.title, QueueItem.due_at, QueueItem.opened_at)
        .join(QueueItem, QueueItem.proposal_number == Proposal.number)
        .where(
            is_writer(account.id),
            QueueItem.kind.in_(kinds),
            QueueItem.closed_at.is_(None),
            QueueItem.due_at.is_not(None),
        )
        .order_by(QueueItem.due_at, QueueItem.id)
        .limit(MOST)
    )
    for number, title, due_at, opened_at in rows:
        assert due_at is not None
        yield Due(Sort.ANSWER, number, calendar.day_of(last_moment(due_at)), opened_at, title)


def _last_days(session: Session, account: Account, at: datetime) -> Iterator[Due]:
    """Of what was decided against their words, where nothing was said against it yet."""
    appealed = exists().where(Appeal.decision_id == StatementOfReasons.decision_id)
    rows = session.execute(
        select(StatementOfReasons, Proposal.title)
        .outerjoin(Proposal, Proposal.number == StatementOfReasons.proposal_number)
        .where(
            StatementOfReasons.account_id == account.id,
            StatementOfReasons.appeal_until > at,
            ~appealed,
        )
        .order_by(StatementOfReasons.appeal_until, StatementOfReasons.id)
        .limit(MOST)
    )
    for statement, title in rows:
        assert statement.appeal_until is not None
        day, number = last_day(statement.appeal_until), statement.proposal_number
        if statement.measure == Measure.DECLINED and number is not None:
            yield Due(Sort.APPEAL, number, day, statement.at, title)
        else:
            yield Due(Sort.OBJECTION, statement.id, day, statement.at)


def _invitations(session: Session, account: Account, at: datetime) -> Iterator[Due]:
    zone = ZoneInfo(account.time_zone)
    for row in invitations_to(session, account, at=at)[:MOST]:
        ends = (row.begun_at + INVITATION_KEPT).astimezone(zone).date()
        yield Due(Sort.INVITATION, row.proposal_number, ends, row.begun_at)


def _calls(
    session: Session, account: Account, wanted: Collection[Kind], at: datetime
) -> Iterator[Due]:
    zone = ZoneInfo(account.time_zone)
    for notice in notices_for(session, account.id, wanted, at=at, only={News.CALL}):
        if notice.when is not None:
            day = notice.when.astimezone(zone).date()
            yield Due(Sort.CALL, notice.number, day, notice.at, notice.title(account.language))


def _events(session: Session, account: Account, at: datetime) -> Iterator[Due]:
    zone, in_persian = ZoneInfo(account.time_zone), account.language == "fa"
    for row in of_member(session, account.id, at, limit=MOST):
        event = row.event
        if event.starts_at is not None and event.cancelled_at is None:
            day = event.starts_at.astimezone(zone).date()
            title = event.title_fa if in_persian else event.title_en
            yield Due(Sort.EVENT, event.number, day, row.registered_at, title)


def _items(
    session: Session, account: Account, calendar: WorkingCalendar, at: datetime
) -> Iterator[Due]:
    rows = session.execute(
        select(QueueItem.id, QueueItem.due_at, QueueItem.opened_at)
        .where(
            QueueItem.closed_at.is_(None),
            QueueItem.due_at.is_not(None),
            looked_after(account.id),
            is_work_of(account.id, at),
        )
        .order_by(QueueItem.due_at, QueueItem.id)
        .limit(MOST)
    )
    for number, due_at, opened_at in rows:
        assert due_at is not None
        yield Due(Sort.ITEM, number, calendar.day_of(last_moment(due_at)), opened_at)
