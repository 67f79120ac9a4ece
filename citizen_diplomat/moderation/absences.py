"""Absences of the staff: entered, looked at and taken back; who is away, and who stands in.

What is given to somebody who is away is the work of whoever stands in: `conditions.is_work_of`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.moderation.conditions import desks_of
from citizen_diplomat.moderation.declarations import is_reviewer
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember

LONGEST = timedelta(days=366)
MOST_SHOWN = 100


class AwayAlready(Exception):  # noqa: N818 - named for what happened
    """They are away on one of these days already."""


class StandInAway(Exception):  # noqa: N818 - named for what happened
    """Whoever was to stand in is away themselves on one of these days."""


class NotTheirs(Exception):  # noqa: N818 - named for what happened
    """Nobody enters or takes back the absence of somebody whom they do not look after."""


def coming(session: Session, *, viewer: Account, arranges: bool, today: date) -> Sequence[Absence]:
    """Absences that are not over of those who work with `viewer`, or of all whom `arranges` says.

    The nearest first, at most `MOST_SHOWN`; both people are loaded.
    """
    wanted = (
        select(Absence)
        .where(Absence.last_day >= today)
        .options(joinedload(Absence.account), joinedload(Absence.stand_in))
        .order_by(Absence.first_day, Absence.id)
        .limit(MOST_SHOWN)
    )
    if not arranges:
        works_with = Absence.account_id.in_(_of_desks(_desks_of(viewer.id)))
        wanted = wanted.where(or_(Absence.account_id == viewer.id, works_with))
    return session.scalars(wanted).all()


def looked_after_by(session: Session, head: Account, *, arranges: bool) -> Sequence[Account]:
    """Whose absences somebody enters beside their own, by name: of the desks that they head."""
    wanted = select(Account).where(is_reviewer(), Account.id != head.id)
    if not arranges:
        headed = select(Desk.id).where(Desk.head_id == head.id)
        wanted = wanted.where(Account.id.in_(_of_desks(headed)))
    return session.scalars(wanted.order_by(Account.display_name, Account.id)).all()


def stand_ins(session: Session, account_id: int) -> Sequence[Account]:
    """Who can stand in for somebody, by name: of their desks; of whoever has none, everybody."""
    theirs = _desks_of(account_id)
    wanted = select(Account).where(is_reviewer(), Account.id != account_id)
    if session.scalar(theirs.limit(1)) is not None:
        wanted = wanted.where(Account.id.in_(_of_desks(theirs)))
    return session.scalars(wanted.order_by(Account.display_name, Account.id)).all()


def enter(
    session: Session,
    account_id: int,
    *,
    first_day: date,
    last_day: date,
    stand_in_id: int | None,
    arranges: bool,
    by: Account,
    at: datetime,
) -> Absence:
    """Say that somebody is away from the first to the last day, both included.

    With `arranges` for everybody, else for oneself and whoever is of a desk that one heads. Raises
    NotTheirs, also for somebody who cannot stand in; AwayAlready or StandInAway.
    """
    take_turn(session)
    _refuse_stranger(session, account_id, by=by, arranges=arranges)
    if stand_in_id is not None:
        if stand_in_id not in {person.id for person in stand_ins(session, account_id)}:
            raise NotTheirs
        if _is_away(session, stand_in_id, first_day, last_day):
            raise StandInAway
    if _is_away(session, account_id, first_day, last_day):
        raise AwayAlready
    row = Absence(
        account_id=account_id, stand_in_id=stand_in_id, first_day=first_day, last_day=last_day
    )
    session.add(row)
    subject = f"account:{account_id}"
    record(session, "absence.entered", subject, by=by.id, at=at, stand_in=stand_in_id)
    return row


def take_back(
    session: Session, number: int, *, today: date, arranges: bool, by: Account, at: datetime
) -> None:
    """Let an absence that is not over hold no more; one that is over, or gone, stays as it is.

    Raises NotTheirs as `enter`.
    """
    take_turn(session)
    row = session.get(Absence, number, populate_existing=True)
    if row is None or row.last_day < today:
        return
    _refuse_stranger(session, row.account_id, by=by, arranges=arranges)
    session.delete(row)
    record(session, "absence.taken_back", f"account:{row.account_id}", by=by.id, at=at)


def is_away_on(account: InstrumentedAttribute[int], day: date) -> ColumnElement[bool]:
    """Whether somebody, the column of an enclosing query, is away on a day of the office."""
    away = select(Absence.account_id).where(Absence.first_day <= day, Absence.last_day >= day)
    return account.in_(away)


def _refuse_stranger(session: Session, account_id: int, *, by: Account, arranges: bool) -> None:
    if account_id == by.id:
        return
    if account_id not in {row.id for row in looked_after_by(session, by, arranges=arranges)}:
        raise NotTheirs


def _is_away(session: Session, account_id: int, first_day: date, last_day: date) -> bool:
    wanted = select(Absence.id).where(
        Absence.account_id == account_id,
        Absence.first_day <= last_day,
        Absence.last_day >= first_day,
    )
    return session.scalar(wanted.limit(1)) is not None


def _desks_of(account_id: int) -> Select[int]:
    return desks_of(account_id).where(Desk.retired_at.is_(None))


def _of_desks(desks: Select[int]) -> CompoundSelect[int]:
    """Who belongs to some desks or heads them."""
    members = select(DeskMember.account_id).where(DeskMember.desk_id.in_(desks))
    heads = select(Desk.head_id).where(Desk.id.in_(desks), Desk.head_id.is_not(None))
    return members.union_all(heads)
