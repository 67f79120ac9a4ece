"""Arranging the desks: opening, naming and closing them, who belongs to them, what comes to them.

Whoever changes a desk takes the turn of the log first, and before that locks the items that change
along: so nobody who changes an item, and then writes to the log, waits in a ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.moderation.declarations import is_reviewer
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember, DeskRule, place_of
from citizen_diplomat.moderation.model import QueueItem


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed the desk since it was last looked at."""


class NotAMember(Exception):  # noqa: N818 - named for what happened
    """Somebody is not of the desk, or does not review at all."""


class PlaceTaken(Exception):  # noqa: N818 - named for what happened
    """Another rule says already where items of this city and topic go: that of `desk`."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk of the other rule."""
        super().__init__(desk.id)
        self.desk = desk


@dataclass(frozen=True)
class Plan:
    """What is said of a desk itself: its names, who heads it, whether it shares out evenly."""

    name_fa: str
    name_en: str
    head_id: int | None = None
    shares_out: bool = False


@dataclass(frozen=True)
class DeskRow:
    """One desk of the list: its head is loaded; `waiting` counts what waits for it."""

    desk: Desk
    members: int
    rules: int
    waiting: int


def desk_rows(session: Session) -> list[DeskRow]:
    """Every desk by name, closed ones last, in one query."""
    members = select(func.count()).where(DeskMember.desk_id == Desk.id).scalar_subquery()
    rules = select(func.count()).where(DeskRule.desk_id == Desk.id).scalar_subquery()
    waiting = (
        select(func.count())
        .where(QueueItem.desk_id == Desk.id, QueueItem.closed_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Desk, members, rules, waiting)
        .options(joinedload(Desk.head))
        .order_by(Desk.retired_at.is_not(None), Desk.name_en, Desk.id)
    )
    return [DeskRow(*row) for row in rows]


def count_desks(session: Session) -> int:
    """How many desks take in what comes."""
    return session.scalar(select(func.count()).where(Desk.retired_at.is_(None))) or 0


def find_desk(session: Session, number: int, *, to_change: bool = False) -> Desk | None:
    """One desk with head and members; with `to_change` no other desk is changed until the end."""
    wanted = select(Desk).where(Desk.id == number)
    people = selectinload(Desk.members).joinedload(DeskMember.account)
    wanted = wanted.options(joinedload(Desk.head), people)
    if to_change:
        take_turn(session)
        wanted = wanted.execution_options(populate_existing=True)
    return session.scalar(wanted)


def rules_of(session: Session, desk: Desk) -> Sequence[DeskRule]:
    """What comes to a desk, the most exact rules first; the person of each is loaded."""
    return session.scalars(
        select(DeskRule)
        .where(DeskRule.desk_id == desk.id)
        .options(joinedload(DeskRule.account))
        .order_by(
            DeskRule.city_slug.is_(None), DeskRule.city_slug,
            DeskRule.topic_slug.is_(None), DeskRule.topic_slug, DeskRule.id,
        )
    ).all()  # fmt: skip


def reviewers(session: Session) -> Sequence[Account]:
    """All who could belong to a desk, by name."""
    by_name = select(Account).where(is_reviewer()).order_by(Account.display_name, Account.id)
    return session.scalars(by_name).all()


def add_desk(session: Session, plan: Plan, *, by: Account, at: datetime) -> Desk:
    """Open a desk. Raises NotAMember when its head does not review."""
    take_turn(session)
    desk = Desk(name_fa="", name_en="")
    _write(session, desk, plan)
    session.add(desk)
    # The log names it by its number.
    session.flush()
    record(session, "desk.added", _subject(desk), by=by.id, at=at)
    return desk


def change_desk(
    session: Session, desk: Desk, plan: Plan, *, version: int, by: Account, at: datetime
) -> None:
    """Write a desk anew; it must have been found to be changed.

    `version` is what the page was made from. Raises ChangedMeanwhile, or NotAMember as `add_desk`.
    """
    if desk.version != version:
        raise ChangedMeanwhile
    _write(session, desk, plan)
    desk.version += 1
    record(session, "desk.changed", _subject(desk), by=by.id, at=at)


def close_desk(session: Session, number: int, *, by: Account, at: datetime) -> int:
    """Let a desk take in nothing new; returns how many items of it are the office's now.

    Members and rules stay, for the day on which it opens again. Raises LookupError without it.
    """
    freed = _free(session, number)
    desk = find_desk(session, number, to_change=True)
    if desk is None:
        raise LookupError(number)
    if desk.retired_at is None:
        desk.retired_at = at
        record(session, "desk.closed", _subject(desk), by=by.id, at=at, items=freed)
    return freed


def reopen_desk(session: Session, desk: Desk, *, by: Account, at: datetime) -> None:
    """Let a closed desk take in what comes again; it must have been found to be changed."""
    if desk.retired_at is not None:
        desk.retired_at = None
        record(session, "desk.reopened", _subject(desk), by=by.id, at=at)


def add_member(session: Session, desk: Desk, account_id: int, *, by: Account, at: datetime) -> None:
    """Let somebody belong to a desk, found to be changed. Raises NotAMember for non-reviewers."""
    _refuse_stranger(session, account_id)
    if session.get(DeskMember, (desk.id, account_id)) is None:
        session.add(DeskMember(desk_id=desk.id, account_id=account_id))
        subject = _subject(desk)
        record(session, "desk.member_added", subject, by=by.id, at=at, account=account_id)


def remove_member(
    session: Session, number: int, account_id: int, *, by: Account, at: datetime
) -> None:
    """Let somebody belong to a desk no more: what they were given of it waits for the others.

    Rules that named them lead to the desk. Who does not belong to it stays out.
    """
    _free(session, number, account_id)
    take_turn(session)
    row = session.get(DeskMember, (number, account_id), populate_existing=True)
    if row is None:
        return
    session.delete(row)
    session.execute(
        update(DeskRule)
        .where(DeskRule.desk_id == number, DeskRule.account_id == account_id)
        .values(account_id=None)
    )
    record(session, "desk.member_removed", f"desk:{number}", by=by.id, at=at, account=account_id)


def add_rule(
    session: Session,
    desk: Desk,
    *,
    city_slug: str | None,
    topic_slug: str | None,
    account_id: int | None,
    by: Account,
    at: datetime,
) -> None:
    """Let new items of a city, a topic, both or everything come to a desk, or one person of it.

    The desk must have been found to be changed. Raises PlaceTaken, or NotAMember for a person who
    is not of the desk.
    """
    place = place_of(city_slug, topic_slug)
    other = session.scalar(
        select(DeskRule).where(DeskRule.place == place).options(joinedload(DeskRule.desk))
    )
    if other is not None:
        raise PlaceTaken(other.desk)
    if account_id is not None and session.get(DeskMember, (desk.id, account_id)) is None:
        raise NotAMember
    session.add(
        DeskRule(
            city_slug=city_slug, topic_slug=topic_slug, place=place,
            desk_id=desk.id, account_id=account_id,
        )
    )  # fmt: skip
    record(session, "desk.rule_added", _subject(desk), by=by.id, at=at, place=place)


def remove_rule(session: Session, desk: Desk, rule_id: int, *, by: Account, at: datetime) -> None:
    """Take a rule of a desk back, found to be changed; what came by it stays where it is."""
    rule = session.get(DeskRule, rule_id)
    if rule is not None and rule.desk_id == desk.id:
        session.delete(rule)
        record(session, "desk.rule_removed", _subject(desk), by=by.id, at=at, place=rule.place)


def forget(session: Session, account_id: int) -> None:
    """Take somebody who leaves out of all desks; their open items must have been locked before."""
    session.execute(
        update(QueueItem).where(QueueItem.assignee_id == account_id).values(assignee_id=None)
    )
    take_turn(session)
    session.execute(update(Desk).where(Desk.head_id == account_id).values(head_id=None))
    session.execute(
        update(DeskRule).where(DeskRule.account_id == account_id).values(account_id=None)
    )
    session.execute(
        update(Absence).where(Absence.stand_in_id == account_id).values(stand_in_id=None)
    )
    session.execute(delete(DeskMember).where(DeskMember.account_id == account_id))
    session.execute(delete(Absence).where(Absence.account_id == account_id))


def _write(session: Session, desk: Desk, plan: Plan) -> None:
    if plan.head_id is not None and plan.head_id != desk.head_id:
        _refuse_stranger(session, plan.head_id)
    desk.name_fa, desk.name_en = plan.name_fa, plan.name_en
    desk.head_id, desk.shares_out = plan.head_id, plan.shares_out


def _refuse_stranger(session: Session, account_id: int) -> None:
    wanted = select(Account.id).where(Account.id == account_id, is_reviewer())
    if session.scalar(wanted) is None:
        raise NotAMember


def _free(session: Session, desk_id: int, account_id: int | None = None) -> int:
    """Give open items of a desk to nobody: all to the office, or those of one person to the desk.

    They are locked in the order of their numbers. Returns how many there were.
    """
    # What waits for its author comes back to where it was.
    waits = or_(QueueItem.closed_at.is_(None), QueueItem.is_paused)
    wanted = select(QueueItem).where(QueueItem.desk_id == desk_id, waits)
    if account_id is not None:
        wanted = wanted.where(QueueItem.assignee_id == account_id)
    locked = wanted.order_by(QueueItem.id).with_for_update()
    items = session.scalars(locked.execution_options(populate_existing=True)).all()
    for item in items:
        item.assignee_id = None
        if account_id is None:
            item.desk_id = None
    # Items are written before the turn of the log is taken.
    session.flush()
    return len(items)


def _subject(desk: Desk) -> str:
    return f"desk:{desk.id}"
