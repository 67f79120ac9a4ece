"""Reading proposals: an author's own, the public ones, and what happened to one of them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.proposals.model import (
    Proposal,
    ProposalCity,
    ProposalEvent,
    Revision,
)
from citizen_diplomat.proposals.publicity import everybody_reads, has_a_page
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.proposals.rules import DISCARDED_KEPT, PUBLIC, PUBLISHING, State
from citizen_diplomat.proposals.writers import is_writer, of_writer
from citizen_diplomat.proposals.written import ProposalChange, Written

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
    """A proposal if `author_id` is its first author, cities and skills loaded, else None.

    A discarded draft is not there. With `to_change` the row is locked until the transaction ends,
    where the engine locks rows.
    """
    wanted = (
        select(Proposal)
        .where(*_owned(author_id), Proposal.number == number)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    )
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def text_of_writer(
    session: Session, account_id: int, number: int, *, to_change: bool = False
) -> Written | None:
    """What somebody writes on, alone or along: a proposal, or its change once it was accepted.

    A change that was never kept has version 0 and says what the proposal says. With `to_change`
    the proposal's row is locked first, for both.
    """
    proposal = of_writer(session, account_id, number, to_change=to_change)
    if proposal is None or State(proposal.state) not in PUBLIC:
        return proposal
    return change_of(session, number, to_change=to_change) or ProposalChange(
        proposal_number=number,
        proposal=proposal,
        state=State.DRAFT,
        words=asdict(proposal.draft),
        version=0,
    )


def change_of(session: Session, number: int, *, to_change: bool = False) -> ProposalChange | None:
    """The change of an accepted proposal that is under way, or None; all of the proposal is loaded.

    With `to_change` it is read afresh: its proposal must have been locked.
    """
    proposal = joinedload(ProposalChange.proposal)
    wanted = (
        select(ProposalChange)
        .where(ProposalChange.proposal_number == number)
        .options(
            proposal.selectinload(Proposal.cities),
            proposal.selectinload(Proposal.skills),
        )
    )
    change = session.scalar(wanted)
    if change is not None and to_change:
        read = ("state", "words", "version", "written_from", "updated_at", "submitted_at")
        session.refresh(change, read)
    return change


def list_of_author(
    session: Session,
    author_id: int,
    *,
    shelf: Shelf = Shelf.ALL,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Proposal]:
    """What somebody writes, alone or along, on one shelf, last changed first, cities loaded."""
    wanted = (
        select(Proposal)
        .where(is_writer(author_id), Proposal.state.in_(sorted(STATES_ON[shelf])))
        # With the rows themselves: the page asks for invitations and counts beside them.
        .options(joinedload(Proposal.cities))
        .order_by(Proposal.updated_at.desc(), Proposal.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(Proposal.updated_at, Proposal.number, after, descending=True))
    rows = session.scalars(wanted).unique().all()
    return page(rows, limit, lambda row: (row.updated_at, row.number), after=after)


def counts_of_author(session: Session, author_id: int) -> dict[Shelf, int]:
    """How many proposals somebody writes, alone or along, on each shelf."""
    rows = session.execute(
        select(Proposal.state, func.count()).where(is_writer(author_id)).group_by(Proposal.state)
    )
    by_state = {State(state): number for state, number in rows}
    return {
        shelf: sum(by_state.get(state, 0) for state in states)
        for shelf, states in STATES_ON.items()
    }


def discarded_of_author(session: Session, author_id: int, *, at: datetime) -> Sequence[Proposal]:
    """The drafts that one author threw away and can still bring back, newest first."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.author_id == author_id, Proposal.discarded_at > at - DISCARDED_KEPT)
        .order_by(Proposal.discarded_at.desc(), Proposal.number.desc())
    ).all()


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

    `q` is a reference, or words of what its author wrote; `city` and `topic` are slugs.
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
    """An accepted proposal, folded or not, its author, cities and skills loaded; else None."""
    return session.scalar(
        select(Proposal)
        .where(Proposal.number == number, has_a_page())
        .options(
            joinedload(Proposal.author),
            selectinload(Proposal.cities),
            selectinload(Proposal.skills),
        )
    )


def public_many(session: Session, numbers: Collection[int]) -> Sequence[Proposal]:
    """Those of some proposals that everybody reads, in the order of their numbers."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.number.in_(sorted(numbers)), everybody_reads())
        .order_by(Proposal.number)
    ).all()


def history(session: Session, number: int) -> Sequence[ProposalEvent]:
    """Every step that a proposal and the changes of it took, oldest first, with who took it."""
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


def approved_text(session: Session, proposal: Proposal) -> Revision | None:
    """The version of an accepted proposal that everybody reads."""
    if proposal.approved_revision is None:
        return None
    return revision(session, proposal.number, proposal.approved_revision)


def approved_versions(session: Session, number: int) -> Sequence[tuple[Revision, datetime]]:
    """Every version of a proposal that was accepted, and when, oldest first."""
    accepted = and_(
        ProposalEvent.proposal_number == Revision.proposal_number,
        ProposalEvent.revision == Revision.revision,
        ProposalEvent.step.in_(sorted(PUBLISHING)),
    )
    rows = session.execute(
        select(Revision, ProposalEvent.at)
        .join(ProposalEvent, accepted)
        .where(Revision.proposal_number == number)
        .order_by(Revision.revision)
    )
    return [(row, at) for row, at in rows]


def newest_revision(session: Session, number: int) -> Revision | None:
    """The version that was submitted last, which staff read."""
    return session.scalar(
        select(Revision)
        .where(Revision.proposal_number == number)
        .order_by(Revision.revision.desc())
        .limit(1)
    )


def figures(session: Session) -> dict[State, int]:
    """How many proposals there are in each state; what was discarded is none."""
    rows = session.execute(
        select(Proposal.state, func.count())
        .where(Proposal.discarded_at.is_(None))
        .group_by(Proposal.state)
    )
    found = {State(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in State}


def _owned(author_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Proposal.author_id == author_id, Proposal.discarded_at.is_(None))


def _found_by(q: str) -> ColumnElement[bool]:
    """Proposals that a search finds: the one whose reference was typed, else those with the words.

    A number that fails its check digit is taken for words.
    """
    named = read_reference(latin_digits(q))
    return matches(Proposal.search_text, q) if named is None else Proposal.number == named


def _shown(q: str, city: str | None, topic: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [everybody_reads()]
    if q:
        conditions.append(_found_by(q))
    if city:
        there = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == city)
        conditions.append(Proposal.number.in_(there))
    if topic:
        conditions.append(Proposal.topic_slug == topic)
    return conditions
