"""How much work each reviewer has: told coordinators of all, heads of desks of their members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.desks import Desk, DeskMember
from citizen_diplomat.moderation.model import Decision, QueueItem
from citizen_diplomat.moderation.rules import ItemKind

LOOKED_BACK = timedelta(weeks=4)


@dataclass(frozen=True)
class Load:
    """Of one reviewer: open items given to them, those they hold now, decisions of four weeks."""

    account_id: int
    name: str
    assigned: int
    held: int
    decided: int


def is_head(session: Session, viewer: int) -> bool:
    """Whether somebody heads a desk."""
    return session.scalar(select(Desk.id).where(Desk.head_id == viewer).limit(1)) is not None


def loads(session: Session, *, viewer: int, coordinates: bool, at: datetime) -> Sequence[Load]:
    """The work of those whom `viewer` is responsible for, most assigned first; maybe of nobody.

    Only items that `viewer` looks after are counted. With `coordinates` it is of all reviewers.
    """
    people = session.execute(_people(viewer, coordinates)).all()
    waits = (QueueItem.closed_at.is_(None), looked_after(viewer))
    assigned = dict(
        session.execute(
            select(QueueItem.assignee_id, func.count())
            .where(*waits, QueueItem.assignee_id.is_not(None))
            .group_by(QueueItem.assignee_id)
        ).all()
    )
    held = dict(
        session.execute(
            select(QueueItem.holder_id, func.count())
            .where(*waits, QueueItem.lease_until > at)
            .group_by(QueueItem.holder_id)
        ).all()
    )
    decided = dict(
        session.execute(
            select(Decision.decided_by, func.count())
            .join(QueueItem, _item_decided())
            .where(Decision.at >= at - LOOKED_BACK, Decision.at <= at, looked_after(viewer))
            .group_by(Decision.decided_by)
        ).all()
    )
    found = [
        Load(id, name, assigned.get(id, 0), held.get(id, 0), decided.get(id, 0))
        for id, name in people
    ]
    return sorted(found, key=lambda one: (-one.assigned, -one.held, one.account_id))


def _item_decided() -> ColumnElement[bool]:
    """The item that a decision was made on: a proposal, a change of it and an appeal have each."""
    kind = case(
        (Decision.of_change.is_(True), ItemKind.CHANGE.value),
        (Decision.of_appeal.is_(True), ItemKind.APPEAL.value),
        else_=ItemKind.PROPOSAL.value,
    )
    return and_(QueueItem.kind == kind, QueueItem.subject_id == Decision.proposal_number)


def _people(viewer: int, coordinates: bool) -> Select[int, str]:
    wanted = select(Account.id, Account.display_name).where(Account.closed_at.is_(None))
    reviewers = select(AccountRole.account_id).where(
        AccountRole.role.in_(sorted(HELD_BY[Duty.REVIEW]))
    )
    if coordinates:
        return wanted.where(Account.id.in_(reviewers))
    theirs = (
        select(DeskMember.account_id)
        .join(Desk, Desk.id == DeskMember.desk_id)
        .where(Desk.head_id == viewer)
    )
    return wanted.where(Account.id.in_(theirs))
