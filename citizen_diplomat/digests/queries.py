"""Whose digest is due, and what happened in a period."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.rules import Frequency, Period
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.queries import looked_after
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State


@dataclass(frozen=True)
class Answer:
    """A decision on somebody's own proposal."""

    number: int
    title: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class OpenWork:
    """What waits at the desk: how many items, and since when the oldest."""

    count: int
    oldest_at: datetime | None


def subscription_of(session: Session, account_id: int) -> Subscription | None:
    """The subscription of an account, its cities and topics loaded, or None."""
    return session.scalars(
        select(Subscription)
        .where(Subscription.account_id == account_id)
        .options(selectinload(Subscription.cities), selectinload(Subscription.topics))
    ).one_or_none()


def subscription_by_address(session: Session, address: str) -> Subscription | None:
    """The subscription of the account with an e-mail address, all of it loaded, or None."""
    return session.scalars(
        select(Subscription)
        .join(Subscription.account)
        .where(Account.email_key == email_key(address))
        .options(*_ALL_OF_IT)
    ).one_or_none()


def time_zones(session: Session, frequency: Frequency) -> list[str]:
    """The time zones that subscribers of a frequency live in."""
    return list(
        session.scalars(
            select(Account.time_zone)
            .join(Subscription, Subscription.account_id == Account.id)
            .where(Subscription.frequency == frequency)
            .distinct()
            .order_by(Account.time_zone)
        )
    )


def waiting(
    session: Session,
    frequency: Frequency,
    *,
    time_zone: str,
    period: Period,
    end: datetime,
    after: int,
    limit: int,
) -> list[Subscription]:
    """Up to `limit` subscribers of one time zone without an issue for `period`, by account id.

    `end` is the moment at which the period ended for them: who subscribed later is not waiting.
    """
    issued = exists().where(
        DigestIssue.account_id == Subscription.account_id,
        DigestIssue.frequency == frequency,
        DigestIssue.period_start == period.start,
    )
    statement = (
        select(Subscription)
        .join(Subscription.account)
        .where(
            Subscription.frequency == frequency,
            Subscription.since < end,
            Subscription.account_id > after,
            Account.time_zone == time_zone,
            Account.verified_at.is_not(None),
            Account.closed_at.is_(None),
            ~issued,
        )
        .order_by(Subscription.account_id)
        .limit(limit)
        .options(*_ALL_OF_IT)
    )
    return list(session.scalars(statement))


def is_issued(session: Session, subscription: Subscription, period_start: date) -> bool:
    """Whether the ledger has a row for this member and period."""
    found = select(DigestIssue.id).where(
        DigestIssue.account_id == subscription.account_id,
        DigestIssue.frequency == subscription.frequency,
        DigestIssue.period_start == period_start,
    )
    return session.scalar(found) is not None


def accepted_between(session: Session, start: datetime, end: datetime) -> list[Proposal]:
    """The proposals published in [start, end), oldest first, their cities loaded."""
    return list(
        session.scalars(
            select(Proposal)
            .where(
                Proposal.state == State.ACCEPTED,
                Proposal.published_at >= start,
                Proposal.published_at < end,
            )
            .order_by(Proposal.published_at, Proposal.number)
            .options(selectinload(Proposal.cities))
        )
    )


def answers_between(
    session: Session, authors: Collection[int], start: datetime, end: datetime
) -> dict[int, list[Answer]]:
    """The decisions in [start, end) on proposals of each of these authors, oldest first."""
    found = session.execute(
        select(Proposal.author_id, Proposal.number, Proposal.title, Decision.outcome, Decision.at)
        .join(Decision, Decision.proposal_number == Proposal.number)
        .where(Proposal.author_id.in_(authors), Decision.at >= start, Decision.at < end)
        .order_by(Decision.at, Decision.id)
    )
    answers: dict[int, list[Answer]] = defaultdict(list)
    for author, number, title, outcome, at in found:
        answers[author].append(Answer(number, title, outcome, at))
    return answers


def open_work(session: Session, account_id: int) -> OpenWork:
    """What waits now of the cities and topics that one of the staff looks after."""
    waits = (QueueItem.closed_at.is_(None), looked_after(account_id))
    count, oldest = session.execute(
        select(func.count(), func.min(QueueItem.opened_at)).where(*waits)
    ).one()
    return OpenWork(count, oldest)


def last_made_at(session: Session) -> datetime | None:
    """When the newest digest was made, or None if never."""
    return session.scalar(select(func.max(DigestIssue.made_at)))


_ALL_OF_IT: tuple[ORMOption, ...] = (
    joinedload(Subscription.account).selectinload(Account.role_rows),
    selectinload(Subscription.cities),
    selectinload(Subscription.topics),
)
