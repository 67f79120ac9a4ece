"""Reading proposals: an author's own, the public ones, and what happened to one of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalEvent, Revision
from citizen_diplomat.proposals.rules import PUBLIC, State

PAGE_LENGTH = 20


class Shelf(StrEnum):
    """Where an author looks for one of their proposals."""

    ALL = "all"
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    DRAFTS = "drafts"
    ARCHIVE = "archive"


STATES_ON: dict[Shelf, frozenset[State]] = {
    Shelf.ALL: frozenset(State),
    Shelf.WAITING: frozenset({State.CHANGES_REQUESTED}),
    Shelf.IN_REVIEW: frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPEALED}),
    Shelf.ACCEPTED: frozenset({State.ACCEPTED}),
    Shelf.DRAFTS: frozenset({State.DRAFT}),
    Shelf.ARCHIVE: frozenset({State.DECLINED, State.DUPLICATE, State.WITHDRAWN}),
}


def of_author(
    session: Session, author_id: int, number: int, *, to_change: bool = False
) -> Proposal | None:
    """A proposal if `author_id` wrote it, its cities and skills loaded, else None.

    With `to_change` the row is locked until the transaction ends, where the engine locks rows.
    """
    wanted = (
        select(Proposal)
        .where(Proposal.number == number, Proposal.author_id == author_id)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    )
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def list_of_author(
    session: Session,
    author_id: int,
    *,
    shelf: Shelf = Shelf.ALL,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Proposal]:
    """The proposals of one author on one shelf, last changed first, their cities loaded."""
    wanted = (
        select(Proposal)
        .where(Proposal.author_id == author_id, Proposal.state.in_(sorted(STATES_ON[shelf])))
        .options(selectinload(Proposal.cities))
        .order_by(Proposal.updated_at.desc(), Proposal.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(Proposal.updated_at, Proposal.number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.updated_at, row.number), after=after)


def counts_of_author(session: Session, author_id: int) -> dict[Shelf, int]:
    """How many proposals one author has on each shelf."""
    rows = session.execute(
        select(Proposal.state, func.count())
        .where(Proposal.author_id == author_id)
        .group_by(Proposal.state)
    )
    by_state = {State(state): number for state, number in rows}
    return {
        shelf: sum(by_state.get(state, 0) for state in states)
        for shelf, states in STATES_ON.items()
    }


def published(
    session: Session,
    *,
    q: str = "",
    city: str | None = None,
    topic: str | None = None,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Proposal]:
    """Accepted proposals, newest first, their authors and cities loaded.

    `q` is searched in title, summary and text; `city` and `topic` are slugs.
    """
    wanted = (
        select(Proposal)
        .where(*_shown(q, city, topic))
        .options(joinedload(Proposal.author), selectinload(Proposal.cities))
        .order_by(Proposal.published_at.desc(), Proposal.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        published_at = cast("InstrumentedAttribute[datetime]", Proposal.published_at)
        wanted = wanted.where(beyond(published_at, Proposal.number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.published_at, row.number), after=after)


def count_published(
    session: Session, *, q: str = "", city: str | None = None, topic: str | None = None
) -> int:
    """How many accepted proposals the same filters of `published` find."""
    wanted = select(func.count()).select_from(Proposal).where(*_shown(q, city, topic))
    return session.scalar(wanted) or 0


def public_one(session: Session, number: int) -> Proposal | None:
    """An accepted proposal, its author, cities and skills loaded; None for any other."""
    return session.scalar(
        select(Proposal)
        .where(Proposal.number == number, Proposal.state.in_(sorted(PUBLIC)))
        .options(
            joinedload(Proposal.author),
            selectinload(Proposal.cities),
            selectinload(Proposal.skills),
        )
    )


def history(session: Session, number: int) -> Sequence[ProposalEvent]:
    """Every step that a proposal took, oldest first, with who took it."""
    return session.scalars(
        select(ProposalEvent)
        .where(ProposalEvent.proposal_number == number)
        .options(joinedload(ProposalEvent.actor))
        .order_by(ProposalEvent.id)
    ).all()


def revisions(session: Session, number: int) -> Sequence[Revision]:
    """Every submitted version of a proposal, oldest first."""
    return session.scalars(
        select(Revision).where(Revision.proposal_number == number).order_by(Revision.revision)
    ).all()


def revision(session: Session, number: int, wanted: int) -> Revision | None:
    """One submitted version of a proposal."""
    return session.scalar(
        select(Revision).where(Revision.proposal_number == number, Revision.revision == wanted)
    )


def newest_revision(session: Session, number: int) -> Revision | None:
    """The version that was submitted last, which staff and the public read."""
    return session.scalar(
        select(Revision)
        .where(Revision.proposal_number == number)
        .order_by(Revision.revision.desc())
        .limit(1)
    )


def figures(session: Session) -> dict[State, int]:
    """How many proposals there are in each state."""
    rows = session.execute(select(Proposal.state, func.count()).group_by(Proposal.state))
    found = {State(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in State}


def _shown(q: str, city: str | None, topic: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Proposal.state.in_(sorted(PUBLIC))]
    if q:
        conditions.append(matches(Proposal.search_text, q))
    if city:
        there = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == city)
        conditions.append(Proposal.number.in_(there))
    if topic:
        conditions.append(Proposal.topic_slug == topic)
    return conditions
