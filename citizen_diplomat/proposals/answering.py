"""Proposals that answer a call: whether one may be sent, how many there are, what became of them.

What is counted and listed was sent; a draft is its author's alone, and names its call to nobody.
"""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from citizen_diplomat.calls import queries as calls
from citizen_diplomat.calls.rules import Refusal
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.proposals.rules import State

PAGE_LENGTH = 20
NOT_SENT = frozenset({State.DRAFT, State.WITHDRAWN})


class CallRefused(Exception):  # noqa: N818 - named for what happened
    """The proposal cannot be sent as an answer to its call now; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        """Take the reason."""
        super().__init__(refusal)
        self.refusal = refusal


def require_open(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Raise CallRefused when a proposal answers a call that its first author cannot answer now."""
    refusal = refusal_of(session, proposal, at=at)
    if refusal is not None:
        raise CallRefused(refusal)


def refusal_of(session: Session, proposal: Proposal, *, at: datetime) -> Refusal | None:
    """Why a proposal cannot be sent as an answer to its call; None if it can, or answers none.

    What was sent in time is sent again at any time: the office asked for the change.
    """
    if proposal.call_number is None or proposal.submitted_at is not None:
        return None
    call = calls.public_one(session, proposal.call_number)
    if call is None:
        return Refusal.NOT_PUBLIC
    return calls.refusal(session, call, proposal.author_id, at=at)


def counts_of(session: Session, numbers: Collection[int]) -> dict[int, int]:
    """How many proposals that were sent answer each of some calls, by its number."""
    if not numbers:
        return {}
    rows = session.execute(
        select(Proposal.call_number, func.count())
        .where(Proposal.call_number.in_(sorted(numbers)), _sent())
        .group_by(Proposal.call_number)
    )
    found = {int(number): count for number, count in rows if number is not None}
    return {number: found.get(number, 0) for number in numbers}


def outcomes_of(session: Session, number: int) -> dict[State, int]:
    """How many of the proposals that answer a call stand in each state; none that was not sent."""
    rows = session.execute(
        select(Proposal.state, func.count())
        .where(Proposal.call_number == number, _sent())
        .group_by(Proposal.state)
    )
    return {State(state): count for state, count in rows}


def accepted_of(
    session: Session,
    number: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Proposal]:
    """The proposals of a call that everybody reads, newest first, their authors and cities."""
    wanted = (
        select(Proposal)
        .where(Proposal.call_number == number, everybody_reads())
        .options(joinedload(Proposal.author), selectinload(Proposal.cities))
        .order_by(Proposal.published_at.desc(), Proposal.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        published_at = cast("InstrumentedAttribute[datetime]", Proposal.published_at)
        wanted = wanted.where(beyond(published_at, Proposal.number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.published_at, row.number), after=after)


def _sent() -> ColumnElement[bool]:
    return Proposal.state.not_in(sorted(NOT_SENT))
