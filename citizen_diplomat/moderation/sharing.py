"""Sharing out: what comes to a desk for nobody in particular goes to who has least to do."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.moderation.absences import is_away_on
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.declarations import is_reviewer
from citizen_diplomat.moderation.desks import Desk, DeskMember
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.office import office_day


def share_out(session: Session, item: QueueItem, *, at: datetime) -> None:
    """Give an item of a desk that shares out, and that is nobody's yet, to one of its members.

    To the one who is there, may judge it, and was given the fewest items that still wait; of
    several to who has waited longest for one. Where there is nobody, it is the desk's.
    """
    if item.desk_id is None or item.assignee_id is not None:
        return
    desk = session.get(Desk, item.desk_id)
    if desk is None or not desk.shares_out:
        return
    # Of two that come at the same moment, the second one is counted after the first.
    take_turn(session)
    # The database is asked about the item as it is now.
    session.flush()
    member = _least_busy(session, item, at)
    if member is not None:
        item.assignee_id, member.given_at = member.account_id, at


def _least_busy(session: Session, item: QueueItem, at: datetime) -> DeskMember | None:
    given = aliased(QueueItem)
    load = (
        select(func.count())
        .where(given.assignee_id == Account.id, given.closed_at.is_(None))
        .correlate(Account)
        .scalar_subquery()
    )
    return session.scalar(
        select(DeskMember)
        .join(DeskMember.account)
        .join(QueueItem, QueueItem.id == item.id)
        .where(
            DeskMember.desk_id == item.desk_id,
            is_reviewer(),
            looked_after(Account.id),
            ~is_away_on(Account.id, office_day(at)),
        )
        .order_by(load, DeskMember.given_at.is_not(None), DeskMember.given_at, Account.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
