"""Reading calls: those that everybody reads, those that are open, and those of the desk."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from citizen_diplomat.calls.codes import late_until
from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import Answerers, Refusal, refusal_of
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.documents import holds
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, by_number, page
from citizen_diplomat.foundation.search import matches

PAGE_LENGTH = 20
MOST_OPEN = 30
"""So many open calls are offered to choose from; there are rarely more than a handful."""


def public_one(session: Session, number: int) -> Call | None:
    """A call that was published, withdrawn or not; None for any other."""
    call = session.get(Call, number)
    return call if call is not None and call.published_at is not None else None


def public_many(session: Session, numbers: Collection[int]) -> Sequence[Call]:
    """Those of some calls that were published, in the order of their numbers."""
    if not numbers:
        return ()
    return session.scalars(
        select(Call)
        .where(Call.number.in_(sorted(numbers)), Call.published_at.is_not(None))
        .order_by(Call.number)
    ).all()


def published(
    session: Session,
    *,
    q: str = "",
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Call]:
    """Calls that everybody reads, by their end, the latest first: so open ones come before others.

    With `q` those that hold these words. A withdrawn one keeps its page and is not listed.
    """
    wanted = (
        select(Call)
        .where(*_listed(), matches(Call.search_text, q))
        .order_by(Call.closes_at.desc(), Call.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        closes_at = cast("InstrumentedAttribute[datetime]", Call.closes_at)
        wanted = wanted.where(beyond(closes_at, Call.number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.closes_at, row.number), after=after)


def open_now(session: Session, *, at: datetime, limit: int = MOST_OPEN) -> Sequence[Call]:
    """Calls that can be answered, the one that closes next first."""
    return session.scalars(
        select(Call)
        .where(*_listed(), Call.opens_at <= at, Call.closes_at > at)
        .order_by(Call.closes_at, Call.number)
        .limit(limit)
    ).all()


def of_city(session: Session, slug: str, *, limit: int) -> Sequence[Call]:
    """Calls that ask a city, those that end last first; withdrawn ones are none."""
    return session.scalars(
        select(Call)
        .where(*_listed(), holds(Call.city_slugs, slug))
        .order_by(Call.closes_at.desc(), Call.number.desc())
        .limit(limit)
    ).all()


def all_calls(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[Call]:
    """Every call, for its coordinators, the newest first."""
    return by_number(session, Call, after=after, limit=limit)


def find(session: Session, number: int, *, to_change: bool = False) -> Call | None:
    """One call; with `to_change` it is locked until the transaction ends."""
    return session.get(Call, number, with_for_update=to_change or None)


def refusal(session: Session, call: Call, account_id: int, *, at: datetime) -> Refusal | None:
    """Why a member cannot answer a call now; None if they can."""
    return refusal_of(
        call.phase(at),
        who=Answerers(call.who),
        cities=call.city_slugs,
        lives_in=city_of(session, account_id) if call.who == Answerers.CITIES else None,
        late_until=late_until(session, call, account_id),
        at=at,
    )


def open_to(session: Session, account_id: int, *, at: datetime) -> list[Call]:
    """The open calls that a member may answer."""
    lives_in = city_of(session, account_id)
    return [
        call
        for call in open_now(session, at=at)
        if call.who == Answerers.EVERYONE or lives_in in call.city_slugs
    ]


def city_of(session: Session, account_id: int) -> str | None:
    """Where a member lives, as their profile says."""
    return session.scalar(select(Profile.city_slug).where(Profile.account_id == account_id))


def _listed() -> tuple[ColumnElement[bool], ...]:
    return (Call.published_at.is_not(None), Call.withdrawn_at.is_(None))
