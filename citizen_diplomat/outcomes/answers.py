"""What the office looks for, whom it asked, and what they said: for staff, and for those asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from citizen_diplomat.accounts.model import StaffScope
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.outcomes.model import HelpAsk, HelpRequest
from citizen_diplomat.outcomes.queries import looked_after
from citizen_diplomat.outcomes.rules import Answer

PAGE_LENGTH = 20
MOST_SHOWN = 100


@dataclass(frozen=True)
class Answers:
    """How many were asked for a request, and what they said."""

    asked: int
    yes: int
    no: int


def requests_for(
    session: Session,
    *,
    viewer: int,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[HelpRequest]:
    """What the office looks for, newest first, of what `viewer` looks after."""
    wanted = (
        select(HelpRequest)
        .outerjoin(HelpRequest.proposal)
        .where(_request_looked_after(viewer))
        .order_by(HelpRequest.made_at.desc(), HelpRequest.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(HelpRequest.made_at, HelpRequest.id, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.made_at, row.id), after=after)


def request_for(session: Session, number: int, *, viewer: int) -> HelpRequest | None:
    """One request with its proposal, if `viewer` looks after it."""
    return session.scalar(
        select(HelpRequest)
        .outerjoin(HelpRequest.proposal)
        .where(HelpRequest.id == number, _request_looked_after(viewer))
        .options(contains_eager(HelpRequest.proposal))
    )


def answers_to(session: Session, numbers: Collection[int]) -> dict[int, Answers]:
    """How many were asked for each of these requests, and what they said."""
    rows = session.execute(
        select(
            HelpAsk.request_id,
            func.count(),
            func.count().filter(HelpAsk.answer == Answer.YES),
            func.count().filter(HelpAsk.answer == Answer.NO),
        )
        .where(HelpAsk.request_id.in_(numbers))
        .group_by(HelpAsk.request_id)
    )
    found = {row[0]: Answers(*row[1:]) for row in rows}
    return {number: found.get(number, Answers(0, 0, 0)) for number in numbers}


def those_who_said_yes(session: Session, request_id: int) -> list[HelpAsk]:
    """Who would help, the first ones first, with their accounts; for staff."""
    said_yes = (HelpAsk.request_id == request_id, HelpAsk.answer == Answer.YES)
    return list(
        session.scalars(
            select(HelpAsk)
            .where(*said_yes)
            .options(joinedload(HelpAsk.account))
            .order_by(HelpAsk.answered_at, HelpAsk.id)
            .limit(MOST_SHOWN)
        )
    )


def asked_of(session: Session, account_id: int, *, limit: int = PAGE_LENGTH) -> list[HelpAsk]:
    """What a member is asked and has not answered, newest first, with the requests."""
    waits = (HelpAsk.account_id == account_id, HelpAsk.answer.is_(None))
    return list(
        session.scalars(
            select(HelpAsk)
            .join(HelpAsk.request)
            .where(*waits, HelpRequest.closed_at.is_(None))
            .options(contains_eager(HelpAsk.request))
            .order_by(HelpAsk.id.desc())
            .limit(limit)
        )
    )


def ask_of(
    session: Session, account_id: int, number: int, *, to_change: bool = False
) -> HelpAsk | None:
    """One question to this member, with its request and their account, or None."""
    wanted = (
        select(HelpAsk)
        .where(HelpAsk.id == number, HelpAsk.account_id == account_id)
        .options(joinedload(HelpAsk.request), joinedload(HelpAsk.account))
    )
    return session.scalar(wanted.with_for_update(of=HelpAsk) if to_change else wanted)


def _request_looked_after(viewer: int) -> ColumnElement[bool]:
    """Requests of one's own, and those for a proposal or a city that one looks after."""
    given = StaffScope.account_id == viewer
    of_city = exists().where(given, StaffScope.city_slug == HelpRequest.city_slug)
    of_proposal = and_(HelpRequest.proposal_number.is_not(None), looked_after(viewer))
    return or_(HelpRequest.made_by == viewer, ~exists().where(given), of_city, of_proposal)
