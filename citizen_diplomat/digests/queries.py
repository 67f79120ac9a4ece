"""Who hears, and what happened in a stretch of moments."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.news import DigestNews
from citizen_diplomat.digests.rules import News
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.writers import written_by


@dataclass(frozen=True)
class Answer:
    """A decision on somebody's own proposal, or on a change of it; told at the moment `at`."""

    number: int
    title: str
    outcome: str
    of_change: bool
    decided_at: datetime
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


def subscriptions(session: Session, accounts: Collection[int]) -> dict[int, Subscription]:
    """The subscriptions of many accounts, all of them loaded, by account."""
    rows = session.scalars(
        select(Subscription).where(Subscription.account_id.in_(accounts)).options(*_ALL_OF_IT)
    )
    return {row.account_id: row for row in rows}


def accepted_between(
    session: Session, start: datetime, end: datetime, *, unnoted: bool = False
) -> list[tuple[datetime, Proposal]]:
    """The public proposals of a stretch with their moments, oldest first, cities, skills loaded.

    `unnoted` adds those that have no moment yet at the time of their publication.
    """
    moment = func.coalesce(DigestNews.moment, Proposal.published_at) if unnoted else None
    at = DigestNews.moment if moment is None else moment
    noted = and_(DigestNews.kind == News.PROPOSAL, DigestNews.subject_id == Proposal.number)
    rows = session.execute(
        select(at, Proposal)
        .join(DigestNews, noted, isouter=unnoted)
        .where(everybody_reads(), at >= start, at < end)
        .order_by(at, Proposal.number)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    )
    return [(told_at, proposal) for told_at, proposal in rows]


def still_read(session: Session, numbers: Collection[int]) -> frozenset[int]:
    """Those of many proposals that everybody reads now."""
    wanted = select(Proposal.number).where(Proposal.number.in_(numbers), everybody_reads())
    return frozenset(session.scalars(wanted))


def answers_between(
    session: Session, authors: Collection[int], start: datetime, end: datetime
) -> dict[int, list[Answer]]:
    """The decisions in [start, end) on what each of these wrote, alone or along, oldest first.

    A decision that has no moment yet is told at the time at which it was made.
    """
    written = written_by(authors)
    noted = and_(DigestNews.kind == News.ANSWER, DigestNews.subject_id == Decision.id)
    at = func.coalesce(DigestNews.moment, Decision.at)
    found = session.execute(
        select(
            written.c.account_id,
            Proposal.number,
            Proposal.title,
            Decision.outcome,
            Decision.of_change,
            Decision.at,
            at,
        )
        .join(Proposal, Proposal.number == written.c.number)
        .join(Decision, Decision.proposal_number == Proposal.number)
        .outerjoin(DigestNews, noted)
        .where(at >= start, at < end)
        .order_by(at, Decision.id)
    )
    answers: dict[int, list[Answer]] = defaultdict(list)
    for author, *answer in found:
        answers[author].append(Answer(*answer))
    return answers


def open_work(session: Session, account_id: int) -> OpenWork:
    """What waits now of the cities and topics that one of the staff looks after."""
    waits = (QueueItem.closed_at.is_(None), looked_after(account_id))
    count, oldest = session.execute(
        select(func.count(), func.min(QueueItem.opened_at)).where(*waits)
    ).one()
    return OpenWork(count, oldest)


_ALL_OF_IT: tuple[ORMOption, ...] = (
    joinedload(Subscription.account).selectinload(Account.role_rows),
    selectinload(Subscription.cities),
    selectinload(Subscription.topics),
)
