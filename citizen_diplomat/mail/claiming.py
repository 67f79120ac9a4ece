"""Claiming: which mails leave next, taken by one worker, within what a domain and a person bear.

A batch is claimed in one transaction, before anybody talks to a mail server. Mails that may not
leave yet, because their domain rests, has had its mails of this minute, or their reader those of
this hour, are moved to when they may: a claim never walks over the same waiting mail twice.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.mail.domains import MailDomain, held
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import give_up
from citizen_diplomat.mail.rules import (
    BATCH,
    BULK_BATCH,
    CLOCKS_DIFFER,
    DOMAIN_GIVEN_UP_AFTER,
    LEASE,
    MAILS_A_MINUTE,
    MOST_AN_HOUR,
    Lane,
)
from citizen_diplomat.mail.stops import open_lanes

FURTHER = 500
"""How far a claim looks when none of the first could leave; its transaction stays short."""
HOUR = timedelta(hours=1)


class Claimed(NamedTuple):
    """A mail in the hands of one worker, and when it had been due."""

    row: OutboxMessage
    was_due: datetime


@dataclass(frozen=True)
class Claim:
    """What was claimed, and how many mails were moved to later on the way to it."""

    mails: Sequence[Claimed] = ()
    moved: int = 0


@dataclass
class _Sorted:
    """Due mails, told apart."""

    leave: list[int] = field(default_factory=list)
    later: dict[datetime, list[int]] = field(default_factory=lambda: defaultdict(list))
    given_up: list[int] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """How many will not be found due again now."""
        return sum(map(len, self.later.values())) + len(self.given_up)


def is_anything_due(session: Session, *, at: datetime) -> bool:
    """Whether any mail waits to be claimed; for a session that only reads."""
    return any(
        session.scalar(select(OutboxMessage.id).where(is_due(lane, at)).limit(1)) is not None
        for lane in open_lanes(session)
    )


def claim(session: Session, *, at: datetime, lease: timedelta = LEASE) -> OutboxMessage | None:
    """Take the one mail that goes first; None when none may leave."""
    found = Claim(moved=1)
    while found.moved and not found.mails:
        found = claim_batch(session, at=at, lease=lease, most=1)
    return found.mails[0].row if found.mails else None


def claim_batch(
    session: Session,
    *,
    at: datetime,
    lease: timedelta = LEASE,
    most: int | None = None,
    look: int = BATCH,
    pace: int = MAILS_A_MINUTE,
) -> Claim:
    """Take the mails that go first, all of one lane; nobody else gets them for the time of `lease`.

    Of the first `look` that are due, `most` are taken, or a batch of their lane; those that may not
    leave yet are moved. When all were moved, the next claim looks further, in its own transaction.
    Each claim counts as an attempt, so that a mail that kills its worker is given up in the end.
    Commit before talking to a mail server.
    """
    for lane in open_lanes(session):
        batch = most or (BULK_BATCH if lane is Lane.BULK else BATCH)
        due = session.execute(
            select(
                OutboxMessage.id,
                OutboxMessage.to_key,
                OutboxMessage.domain,
                OutboxMessage.due_at,
                OutboxMessage.created_at,
            )
            .where(is_due(lane, at))
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(max(batch, look))
            # Elsewhere than on SQLite, where whoever writes is alone, others claim meanwhile.
            .with_for_update(skip_locked=True)
        ).all()
        if due:
            told = _sort(session, due, lane, most=batch, at=at, pace=pace)
            _put_off(session, told, at=at)
            was_due = {row.id: row.due_at for row in due}
            return Claim(_take(session, told.leave, was_due, at, lease), told.moved)
    return Claim()


def is_due(lane: Lane, at: datetime) -> ColumnElement[bool]:
    """Whether a mail of a lane could be claimed, as its index has it."""
    return and_(
        OutboxMessage.done.is_(False),
        OutboxMessage.held_since.is_(None),
        OutboxMessage.lane == lane,
        OutboxMessage.due_at <= at,
    )


def _sort(
    session: Session, due: Sequence[Any], lane: Lane, *, most: int, at: datetime, pace: int
) -> _Sorted:
    """Tell those that may leave from those that may not yet, the oldest first."""
    told = _Sorted()
    domains = held(session, {row.domain for row in due}, at=at)
    full = {} if lane is Lane.URGENT else _hours(session, due, at=at)
    for row in due:
        domain = domains[row.domain]
        count, free_at = full.get(row.to_key, (0, at))
        if _is_hopeless(domain, row.created_at, at):
            told.given_up.append(row.id)
        elif count >= MOST_AN_HOUR:
            told.later[max(free_at, at + timedelta(minutes=1))].append(row.id)
        elif len(told.leave) == most:
            break
        elif domain.admit(lane, at=at, pace=pace):
            told.leave.append(row.id)
            full[row.to_key] = (count + 1, free_at if count else at + HOUR)
        else:
            told.later[domain.place(lane, at=at, pace=pace)].append(row.id)
    return told


def _is_hopeless(domain: MailDomain, created_at: datetime, at: datetime) -> bool:
    return domain.has_given_up(at) and created_at <= at - DOMAIN_GIVEN_UP_AFTER


def _hours(
    session: Session, due: Sequence[Any], *, at: datetime
) -> dict[str, tuple[int, datetime]]:
    """How many mails each recipient was handed in the last hour, and when the first is over.

    Asked while their domains are held: what another worker has just claimed is counted.
    """
    # A mail whose worker died is due again: it does not stand in its own way.
    ours = [row.id for row in due]
    rows = session.execute(
        select(OutboxMessage.to_key, func.count(), func.min(OutboxMessage.handed_at))
        .where(
            OutboxMessage.to_key.in_({row.to_key for row in due}),
            OutboxMessage.handed_at > at - HOUR,
            OutboxMessage.handed_at < at + CLOCKS_DIFFER,
            OutboxMessage.lane != Lane.URGENT,
            OutboxMessage.id.not_in(ours),
        )
        .group_by(OutboxMessage.to_key)
    )
    return {key: (count, first + HOUR) for key, count, first in rows if first is not None}


def _put_off(session: Session, told: _Sorted, *, at: datetime) -> None:
    for due_at, ids in told.later.items():
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .values(due_at=due_at)
            .execution_options(synchronize_session=False)
        )
    if told.given_up:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(told.given_up)))
        for row in rows.all():
            give_up(session, row, row.last_error or "its domain took no mail for days", at=at)


def _take(
    session: Session,
    ids: Collection[int],
    was_due: dict[int, datetime],
    at: datetime,
    lease: timedelta,
) -> list[Claimed]:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .values(due_at=at + lease, handed_at=at, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    taken = [Claimed(row, was_due[row.id]) for row in rows]
    return sorted(taken, key=lambda one: (one.was_due, one.row.id))
