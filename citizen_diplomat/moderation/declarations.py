"""Declaring a conflict of interest and lifting it; and what to do when nobody may judge an item."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account, AccountRole, StaffScope
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.claims import let_go, lock
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.conflicts import (
    ConflictCause,
    ConflictOfInterest,
    exclude,
    has_conflict,
)
from citizen_diplomat.moderation.model import QueueItem

MOST_SHOWN = 50


class NotDeclared(Exception):  # noqa: N818 - named for what happened
    """Nobody declared it, or it was lifted already: what is found cannot be lifted."""


class CannotJudge(Exception):  # noqa: N818 - named for what happened
    """The colleague has a conflict of interest too, or no part in reviewing."""


def declare(session: Session, item: QueueItem, *, reason: str, by: Account, at: datetime) -> None:
    """Say that one must not judge an item: it is hidden from them, and free for others.

    The item's proposal must have been loaded. `reason` may be empty.
    """
    lock(session, item)
    exclude(session, item, by.id, ConflictCause.DECLARED, at=at, reason=reason)
    hand_back(session, item, by=by, at=at)
    record(session, "conflict.declared", item.subject, by=by.id, at=at)


def hand_back(session: Session, item: QueueItem, *, by: Account, at: datetime) -> None:
    """Let an item be nobody's that `by` was given or holds and must not judge; it is locked."""
    if item.assignee_id == by.id:
        item.assignee_id = None
    if item.holder_id == by.id:
        let_go(item)
        record(session, "item.released", item.subject, by=by.id, at=at)


def lift(
    session: Session, row: ConflictOfInterest, *, reason: str, by: Account, at: datetime
) -> None:
    """Let somebody see an item again that they declared a conflict with; its item must be loaded.

    Raises ValueError without a reason, NotDeclared for what cannot be lifted or is one's own.
    """
    if not reason.strip():
        raise ValueError("lifting a conflict of interest needs a reason")
    is_declared = row.cause == ConflictCause.DECLARED and row.lifted_at is None
    if not is_declared or row.account_id == by.id:
        raise NotDeclared
    row.lifted_at, row.lifted_by, row.lifted_because = at, by.id, reason
    subject = session.get_one(QueueItem, row.item_id).subject
    record(session, "conflict.lifted", subject, by=by.id, at=at, account=row.account_id)


def declared(
    session: Session, *, viewer: int
) -> Sequence[tuple[ConflictOfInterest, QueueItem, Account]]:
    """What was declared on open items and stands, newest first; not on what `viewer` may not see.

    At most `MOST_SHOWN`, each with its item and who declared it.
    """
    rows = session.execute(
        select(ConflictOfInterest, QueueItem, Account)
        .join(QueueItem, QueueItem.id == ConflictOfInterest.item_id)
        .join(Account, Account.id == ConflictOfInterest.account_id)
        .where(
            ConflictOfInterest.cause == ConflictCause.DECLARED,
            ConflictOfInterest.lifted_at.is_(None),
            ConflictOfInterest.account_id != viewer,
            QueueItem.closed_at.is_(None),
            ~has_conflict(viewer),
        )
        .order_by(ConflictOfInterest.at.desc(), ConflictOfInterest.id.desc())
        .limit(MOST_SHOWN)
    )
    return [(row, item, person) for row, item, person in rows]


def declaration(session: Session, number: int, *, to_change: bool) -> ConflictOfInterest | None:
    """One row of the table; with `to_change` it is locked until the transaction ends."""
    wanted = select(ConflictOfInterest).where(ConflictOfInterest.id == number)
    if to_change:
        # Loaded before it was locked, it may have been lifted by a colleague in between.
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def judged_by_nobody(session: Session) -> Sequence[QueueItem]:
    """Open items that no open account of the desk may see, in the queue's order, at most 50."""
    reviewer = and_(is_reviewer(), looked_after(Account.id))
    return session.scalars(
        select(QueueItem)
        .where(
            QueueItem.closed_at.is_(None),
            ~exists().where(reviewer).correlate(QueueItem),
        )
        .options(joinedload(QueueItem.proposal))
        .order_by(QueueItem.position, QueueItem.id)
        .limit(MOST_SHOWN)
    ).all()


def seen_by(session: Session, items: Sequence[QueueItem], *, viewer: int) -> frozenset[int]:
    """Those of some items, by number, that `viewer` has no conflict of interest with."""
    wanted = [item.id for item in items]
    if not wanted:
        return frozenset()
    return frozenset(
        session.scalars(select(QueueItem.id).where(QueueItem.id.in_(wanted), ~has_conflict(viewer)))
    )


def could_judge(session: Session, item: QueueItem) -> Sequence[Account]:
    """Colleagues without a conflict of interest whose cities and topics do not reach the item."""
    return session.scalars(
        select(Account)
        .join(QueueItem, QueueItem.id == item.id)
        .where(is_reviewer(), ~looked_after(Account.id), ~has_conflict(Account.id))
        .order_by(Account.display_name, Account.id)
    ).all()


def widen(session: Session, item: QueueItem, account_id: int, *, by: Account, at: datetime) -> None:
    """Let a colleague look after the cities and the topic of an item from now on.

    Raises CannotJudge for whom `could_judge` does not name, and for an item without a proposal.
    """
    if account_id not in {person.id for person in could_judge(session, item)}:
        raise CannotJudge
    if item.proposal_number is None:
        raise CannotJudge
    topic = item.topic_slug
    for city in item.city_slugs:
        session.add(StaffScope(account_id=account_id, city_slug=city, topic_slug=topic))
    if not item.city_slugs:
        session.add(StaffScope(account_id=account_id, topic_slug=topic))
    record(session, "scope.widened", item.subject, by=by.id, at=at, account=account_id)


def colleagues(
    session: Session,
    item: QueueItem,
    *,
    but: int | None = None,
    among: Collection[int] | None = None,
) -> Sequence[Account]:
    """All of the desk who may see an item, by name: except one, or only those `among` some."""
    wanted = (
        select(Account)
        .join(QueueItem, QueueItem.id == item.id)
        .where(is_reviewer(), looked_after(Account.id))
        .order_by(Account.display_name, Account.id)
    )
    if but is not None:
        wanted = wanted.where(Account.id != but)
    if among is not None:
        wanted = wanted.where(Account.id.in_(among))
    return session.scalars(wanted).all()


def is_reviewer() -> ColumnElement[bool]:
    """Accounts that may come in and hold the duty to review."""
    roles = sorted(HELD_BY[Duty.REVIEW])
    has_duty = exists().where(AccountRole.account_id == Account.id, AccountRole.role.in_(roles))
    return and_(may_come_in(), has_duty.correlate(Account))


def reviewers(session: Session) -> Sequence[Account]:
    """All who may come in and review, by name."""
    people = select(Account).where(is_reviewer())
    return session.scalars(people.order_by(Account.display_name, Account.id)).all()
