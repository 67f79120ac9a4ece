"""Whose work an item is, decided by hand: given to a person, or referred to another desk.

The fairness clock goes on: to hand something on is no answer to its author.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.moderation.claims import AlreadyClaimed, NotOpen, let_go, lock
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desks import Desk, DeskMember
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.referrals import Referral
from citizen_diplomat.moderation.rules import is_held, outlasts_claim
from citizen_diplomat.moderation.sharing import share_out


@dataclass(frozen=True)
class Standing:
    """Whose an item was when the page was made: the version that changes by hand are held to."""

    desk_id: int | None
    assignee_id: int | None


class Moved(Exception):  # noqa: N818 - named for what happened
    """A colleague, or a rule, gave the item to somebody else meanwhile."""


class CannotTake(Exception):  # noqa: N818 - named for what happened
    """The person may not judge the item, or is not of its desk; or the desk takes nothing in."""


class IsKept(Exception):  # noqa: N818 - named for what happened
    """A decision on the item is kept for a batch: it must be discarded first."""


def standing_of(item: QueueItem) -> Standing:
    """Whose an item is now."""
    return Standing(item.desk_id, item.assignee_id)


def who_can_take(session: Session, item: QueueItem, *, viewer: int) -> Sequence[Account]:
    """To whom an item can be given, by name: of its desk who may judge it, and `viewer`."""
    known = colleagues(session, item)
    if item.desk_id is None:
        return known
    members = select(DeskMember.account_id).where(DeskMember.desk_id == item.desk_id)
    head = session.scalar(select(Desk.head_id).where(Desk.id == item.desk_id))
    of_desk = {*session.scalars(members), head, viewer}
    return [person for person in known if person.id in of_desk]


def other_desks(session: Session, item: QueueItem) -> Sequence[Desk]:
    """The desks that an item can be referred to, by name."""
    open_ones = select(Desk).where(Desk.retired_at.is_(None), Desk.id != (item.desk_id or 0))
    return session.scalars(open_ones.order_by(Desk.name_en, Desk.id)).all()


def assign(
    session: Session,
    item: QueueItem,
    account_id: int | None,
    *,
    seen: Standing,
    by: Account,
    at: datetime,
) -> None:
    """Give an item to a person, or with None to its desk; who hands on what they hold lets it go.

    The item's proposal must have been loaded. Raises NotOpen, Moved or CannotTake.
    """
    _lock_as_seen(session, item, seen)
    if account_id is not None:
        known = {person.id for person in who_can_take(session, item, viewer=by.id)}
        if account_id not in known:
            raise CannotTake
    if account_id == item.assignee_id:
        return
    item.assignee_id = account_id
    is_kept = outlasts_claim(item.lease_until, at=at)
    if account_id is not None and item.holder_id == by.id != account_id and not is_kept:
        let_go(item)
    record(session, "item.assigned", item.subject, by=by.id, at=at, account=account_id)


def refer(
    session: Session,
    item: QueueItem,
    desk_id: int,
    *,
    note: str,
    seen: Standing,
    by: Account,
    at: datetime,
) -> Referral:
    """Hand an item to another desk, which reads the note in the item's history.

    The item's proposal must have been loaded. Raises ValueError without a note, NotOpen, Moved,
    CannotTake, AlreadyClaimed while a colleague holds it, and IsKept.
    """
    if not note.strip():
        raise ValueError("referring needs a note")
    _lock_as_seen(session, item, seen)
    desk = next((row for row in other_desks(session, item) if row.id == desk_id), None)
    if desk is None:
        raise CannotTake
    if is_held(item.holder_id, item.lease_until, at=at):
        if item.holder_id != by.id:
            raise _held(session, item)
        if outlasts_claim(item.lease_until, at=at):
            raise IsKept
    let_go(item)
    step = Referral(
        item_id=item.id, from_desk_id=item.desk_id, to_desk_id=desk.id, by_id=by.id,
        note=note, at=at,
    )  # fmt: skip
    session.add(step)
    before, item.desk_id, item.assignee_id = item.desk_id, desk.id, None
    share_out(session, item, at=at)
    record(session, "item.referred", item.subject, by=by.id, at=at, before=before, desk=desk.id)
    return step


def _lock_as_seen(session: Session, item: QueueItem, seen: Standing) -> None:
    lock(session, item)
    if item.closed_at is not None:
        raise NotOpen
    if standing_of(item) != seen:
        raise Moved


def _held(session: Session, item: QueueItem) -> AlreadyClaimed:
    name = session.scalar(select(Account.display_name).where(Account.id == item.holder_id))
    return AlreadyClaimed(name or "", item.claimed_at or item.opened_at)
