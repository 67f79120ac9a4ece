"""What became of mails: for one address, and of the outbox as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.claiming import is_due
from citizen_diplomat.mail.domains import MailDomain
from citizen_diplomat.mail.model import OutboxMessage, Suppression
from citizen_diplomat.mail.rules import LATE, Lane

MOST_EXPLAINED = 200
EVER = datetime(2000, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class OutboxState:
    """The outbox at one moment."""

    waiting: int
    """Held ones not counted."""
    due: int
    """Those of them whose time has come."""
    held: int
    """Waiting for a release by staff."""
    sent: int
    """In the last hour."""
    given_up: int
    """In the last seven days."""
    resting: int
    """Mail domains that rest."""
    lags: Mapping[Lane, timedelta]
    """By how much the most overdue mail of each lane is overdue."""

    @property
    def lag(self) -> timedelta:
        """By how much the most overdue mail of all is overdue."""
        return max(self.lags.values())

    @property
    def late(self) -> frozenset[Lane]:
        """The lanes in which mail is late."""
        return frozenset(lane for lane, lag in self.lags.items() if lag > LATE[lane])


def mails_to(session: Session, address: str, *, since: datetime = EVER) -> list[OutboxMessage]:
    """The newest 200 mails to an address, newest first, whatever became of them."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.to_key == email_key(address), OutboxMessage.created_at >= since)
            .order_by(OutboxMessage.id.desc())
            .limit(MOST_EXPLAINED)
        )
    )


def suppressions_of(session: Session, address: str) -> list[Suppression]:
    """The kinds of mail that an address no longer wants."""
    return list(
        session.scalars(
            select(Suppression)
            .where(Suppression.to_key == email_key(address))
            .order_by(Suppression.name)
        )
    )


def outbox_state(session: Session, *, at: datetime) -> OutboxState:
    """The outbox as a whole, in one query; each figure is read from an index of its own."""
    waits, is_held = OutboxMessage.done.is_(False), OutboxMessage.held_since
    waiting, held, sent, given_up, resting, *by_lane = session.execute(
        select(
            _count(waits, is_held.is_(None)),
            _count(waits, is_held.is_not(None)),
            _count(OutboxMessage.sent_at > at - HOUR, OutboxMessage.sent_at.is_not(None)),
            _count(OutboxMessage.failed_at > at - WEEK, OutboxMessage.failed_at.is_not(None)),
            select(func.count())
            .select_from(MailDomain)
            .where(MailDomain.rest_until > at)
            .scalar_subquery(),
            *(_count(is_due(lane, at)) for lane in Lane),
            *(_oldest(lane, at) for lane in Lane),
        )
    ).one()
    counts, oldest = by_lane[: len(Lane)], by_lane[len(Lane) :]
    lags = {lane: at - (since or at) for lane, since in zip(Lane, oldest, strict=True)}
    return OutboxState(waiting, sum(counts), held, sent, given_up, resting, lags)


def longest_delay(session: Session, *, at: datetime) -> timedelta:
    """How long the oldest mail has been waiting beyond its time; zero when none is late."""
    return outbox_state(session, at=at).lag


def count_failed(session: Session, *, since: datetime) -> int:
    """How many mails were given up since a moment."""
    wanted = _count(OutboxMessage.failed_at >= since, OutboxMessage.failed_at.is_not(None))
    return session.scalar(select(wanted)) or 0


def _count(*conditions: Any) -> ScalarSelect[int]:
    return select(func.count()).select_from(OutboxMessage).where(*conditions).scalar_subquery()


def _oldest(lane: Lane, at: datetime) -> ScalarSelect[datetime]:
    return (
        select(OutboxMessage.due_at)
        .where(is_due(lane, at))
        .order_by(OutboxMessage.due_at)
        .limit(1)
        .scalar_subquery()
    )
