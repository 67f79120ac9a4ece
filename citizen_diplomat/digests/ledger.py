"""Entering digests into the ledger, for many members at once, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, case, cast, exists, func, literal, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.digests import news
from citizen_diplomat.digests.actions import UNSUBSCRIBE
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import IS_NOT_STOPPED, DigestIssue, Subscription
from citizen_diplomat.digests.rules import SATURDAY, Frequency, Period, Told, newest_period
from citizen_diplomat.foundation.database import UtcDateTime, inserting
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail.bulk import Slip, post_slips
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.declarations import is_reviewer

NEARBY = 200
"""Digests that were entered one after the other are sent so, mostly: look no farther."""
_COLUMNS = (
    *("account_id", "frequency", "period_start", "period_end"),
    *("covered_from", "covered_until", "item_count", "outcome", "made_at"),
)


@dataclass(frozen=True)
class Rhythm:
    """All who live in one time zone and hear as often, on the same day, at the same hour."""

    frequency: Frequency
    time_zone: str
    weekday: int
    hour: int

    def newest(self, at: datetime) -> tuple[Period, datetime] | None:
        """The last period that has ended for them, and when it did; None for never."""
        zone = ZoneInfo(self.time_zone)
        kept = {"weekday": self.weekday, "hour": self.hour}
        period = newest_period(self.frequency, zone=zone, at=at, **kept)
        return (period, period.moments(zone)[1]) if period else None


def rhythms(session: Session) -> list[Rhythm]:
    """Every rhythm in which somebody hears."""
    weekday = case((Subscription.frequency == Frequency.WEEKLY, Subscription.weekday))
    found = session.execute(
        select(Subscription.frequency, Account.time_zone, weekday, Subscription.hour)
        .join(Subscription.account)
        .where(Subscription.frequency != Frequency.NEVER)
        .distinct()
        .order_by(Subscription.frequency, Account.time_zone, weekday, Subscription.hour)
    )
    return [
        Rhythm(Frequency(frequency), zone, SATURDAY if day is None else day, hour)
        for frequency, zone, day, hour in found
    ]


def due(
    session: Session, rhythm: Rhythm, period: Period, end: datetime, *, after: int, limit: int
) -> Sequence[int]:
    """Up to `limit` members of a rhythm who wait for the digest of `period`, by account id.

    `end` is the moment at which the period ended for them. While a digest of theirs is still on its
    way, the next waits: should it be lost, the next tells what it would have told.
    """
    entered = exists().where(
        DigestIssue.account_id == Subscription.account_id,
        DigestIssue.frequency == rhythm.frequency,
        DigestIssue.period_start == period.start,
    )
    wanted = (
        select(Subscription.account_id)
        .join(Subscription.account)
        .where(
            *_is_of(rhythm, end),
            Subscription.account_id > after,
            # Who cannot come in hears nothing, and the digest goes on once they can.
            may_come_in(),
            ~entered,
            ~_is_on_its_way(),
            func.coalesce(_told_until(), Subscription.since) < end,
        )
        .order_by(Subscription.account_id)
        .limit(limit)
    )
    return session.scalars(wanted).all()


def enter(
    session: Session,
    rhythm: Rhythm,
    period: Period,
    end: datetime,
    *,
    members: Collection[int],
    signer: Signer,
    at: datetime,
) -> int:
    """Enter the digest of `period` for these members and post a slip for each; returns how many.

    What was entered before, by this worker or another, or is no longer wanted, is left out. Where
    nothing at all happened since, no mail is posted.
    """
    news.reach(session, end)
    _lock(session, members)
    _leave_to_the_next(session, members)
    rows = _insert(session, rhythm, period, end, members, at)
    if not rows:
        return 0
    is_news = news.is_anything_between(session, min(start for _, start in rows), end)
    posted, quiet = [], []
    for issue, account, reviews in _readers(session, [number for number, _ in rows]):
        if is_news or reviews:
            token = signer.sign(UNSUBSCRIBE, [account.id, Digest.name])
            posted.append(Slip(issue.key, account.recipient, {"issue": issue.id}, token))
        else:
            quiet.append(issue.id)
    post_slips(session, Digest, posted, at=at)
    _write(session, DigestIssue.id.in_(quiet), outcome=Told.NOTHING)
    return len(rows)


def waiting_from(session: Session, first: int, *, limit: int) -> dict[DigestIssue, Account]:
    """Up to `limit` digests that wait to be sent, from number `first` on, and whose they are.

    Left out are those of accounts that cannot come in now.
    """
    nearby = DigestIssue.id.between(first, first + NEARBY)
    rows = session.execute(
        select(DigestIssue, Account)
        .join(Account, Account.id == DigestIssue.account_id)
        .where(nearby, DigestIssue.outcome == Told.WAITING, may_come_in())
        .order_by(DigestIssue.id)
        .limit(limit)
    )
    return {row[0]: row[1] for row in rows}


def settle(session: Session, item_counts: Mapping[int, int], outcome: Told) -> dict[int, int]:
    """Write down what became of digests, by number how much each told; returns whose they were.

    Left out are those that are settled already. One that was stopped leaves its stretch to the
    next.
    """
    if not item_counts:
        return {}
    rows = session.execute(
        update(DigestIssue)
        .where(DigestIssue.id.in_(item_counts), DigestIssue.outcome == Told.WAITING)
        .values(outcome=outcome, item_count=case(dict(item_counts), value=DigestIssue.id))
        .execution_options(synchronize_session=False)
        .returning(DigestIssue.id, DigestIssue.account_id)
    )
    return {row.id: row.account_id for row in rows}


def told(session: Session, account_id: int, *, limit: int) -> list[tuple[DigestIssue, Told]]:
    """The newest digests of a member and what became of each, as far as anybody knows."""
    rows = session.execute(
        select(DigestIssue, _is_lost())
        .where(DigestIssue.account_id == account_id)
        .order_by(DigestIssue.covered_until.desc(), DigestIssue.id.desc())
        .limit(limit)
    )
    return [(issue, Told.STOPPED if lost else Told(issue.outcome)) for issue, lost in rows]


def told_until(session: Session, account_id: int) -> datetime | None:
    """Where the last digest of a member that left, or waits to, ended."""
    wanted = select(_told_until()).where(Subscription.account_id == account_id)
    return session.scalar(wanted)


def last_made_at(session: Session) -> datetime | None:
    """When the newest digest was made, or None if never."""
    return session.scalar(select(func.max(DigestIssue.made_at)))


def _is_of(rhythm: Rhythm, end: datetime) -> list[ColumnElement[bool]]:
    conditions = [
        Subscription.frequency == rhythm.frequency,
        Subscription.hour == rhythm.hour,
        Account.time_zone == rhythm.time_zone,
        Subscription.chosen_at < end,
    ]
    if rhythm.frequency is Frequency.WEEKLY:
        conditions.append(Subscription.weekday == rhythm.weekday)
    return conditions


def _told_until() -> ColumnElement[Any]:
    """Where the stretches of a member that were told, or wait to be, end."""
    return (
        select(DigestIssue.covered_until)
        .where(
            DigestIssue.account_id == Subscription.account_id,
            IS_NOT_STOPPED,
        )
        .order_by(DigestIssue.covered_from.desc())
        .limit(1)
        .correlate(Subscription)
        .scalar_subquery()
    )


def _insert(
    session: Session,
    rhythm: Rhythm,
    period: Period,
    end: datetime,
    members: Collection[int],
    at: datetime,
) -> Sequence[tuple[int, datetime]]:
    begun = _told_until()
    start = case((begun > Subscription.since, begun), else_=Subscription.since)
    rows = (
        select(
            Subscription.account_id,
            Subscription.frequency,
            *(literal(day) for day in (period.start, period.end)),
            start,
            literal(end, UtcDateTime()),
            literal(0),
            literal(Told.WAITING.value),
            literal(at, UtcDateTime()),
        )
        .join(Subscription.account)
        .where(*_is_of(rhythm, end), may_come_in(), Subscription.account_id.in_(members))
        .where(start < literal(end, UtcDateTime()), ~_is_on_its_way())
        .order_by(Subscription.account_id)
    )
    new = inserting(session, DigestIssue).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    found = session.execute(new.returning(DigestIssue.id, DigestIssue.covered_from)).all()
    return [(number, begin) for number, begin in found]


def _readers(session: Session, issues: Collection[int]) -> Any:
    return session.execute(
        select(DigestIssue, Account, is_reviewer())
        .join(Account, Account.id == DigestIssue.account_id)
        .where(DigestIssue.id.in_(issues))
        .order_by(DigestIssue.id)
    )


def _lock(session: Session, members: Collection[int]) -> None:
    """Let who chooses, or leaves, at this moment do so before or after; locks in their order."""
    accounts = select(Account.id).where(Account.id.in_(members)).order_by(Account.id)
    session.execute(accounts.with_for_update(read=True, key_share=True))
    hearing = select(Subscription.account_id).where(Subscription.account_id.in_(members))
    session.execute(hearing.order_by(Subscription.account_id).with_for_update())


def _leave_to_the_next(session: Session, members: Collection[int]) -> None:
    """What the outbox stopped or gave up, the next digest tells: its stretch begins there again."""
    _write(session, DigestIssue.account_id.in_(members), _is_lost(), outcome=Told.STOPPED)


def _is_lost() -> ColumnElement[bool]:
    return (DigestIssue.outcome == Told.WAITING) & exists().where(
        OutboxMessage.key == _key(), OutboxMessage.done, OutboxMessage.sent_at.is_(None)
    )


def _is_on_its_way() -> ColumnElement[bool]:
    """Whether a digest of a subscription's owner has neither left nor been given up."""
    return exists().where(
        DigestIssue.account_id == Subscription.account_id,
        DigestIssue.outcome == Told.WAITING,
        OutboxMessage.key == _key(),
        OutboxMessage.done.is_(False),
    )


def _key() -> ColumnElement[str]:
    """`DigestIssue.key` within a query."""
    who = literal("digest:") + cast(DigestIssue.account_id, String)
    return who + ":" + DigestIssue.frequency + ":" + cast(DigestIssue.period_start, String)


def _write(session: Session, *which: ColumnElement[bool], **values: Any) -> None:
    session.execute(
        update(DigestIssue)
        .where(*which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
