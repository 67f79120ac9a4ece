"""Reading the queue: what waits and how long, one item, its notes, decisions and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from citizen_diplomat.accounts.model import StaffScope
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.moderation.model import Decision, Note, QueueItem, Reason
from citizen_diplomat.moderation.rules import (
    LATE_AFTER,
    SOON_AFTER,
    Age,
    Assigned,
    ItemKind,
    Outcome,
)
from citizen_diplomat.proposals.model import Proposal, ProposalCity, Revision
from citizen_diplomat.proposals.rules import WAITING_FOR_STAFF, State

PAGE_LENGTH = 25


@dataclass(frozen=True)
class QueueFilters:
    """What to show of the queue; None everywhere shows all that waits for staff."""

    kind: ItemKind | None = None
    city: str | None = None
    topic: str | None = None
    language: str | None = None
    state: State | None = None
    assigned: Assigned | None = None
    age: Age | None = None
    q: str = ""


@dataclass(frozen=True)
class Counts:
    """How full the queue is; `late` items are part of those in the queue."""

    in_queue: int
    mine: int
    free: int
    late: int
    waiting_for_author: int


@dataclass(frozen=True)
class Row:
    """An item of the queue with the text that was submitted last.

    What its author has written since is nobody else's yet.
    """

    item: QueueItem
    revision: Revision


def open_items(
    session: Session,
    filters: QueueFilters,
    *,
    viewer: int,
    at: datetime,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Row]:
    """Items that the filters let through, those that wait longest first.

    Proposal, author and holder are loaded. Without a state only what waits for staff is shown;
    a state shows closed items too. Of all this, `viewer` sees what they look after.
    """
    newest = aliased(Revision)
    wanted = (
        select(QueueItem, newest)
        .join(QueueItem.proposal)
        .join(newest, _is_newest(newest))
        .where(*_conditions(filters, newest, viewer, at))
        .options(
            contains_eager(QueueItem.proposal).joinedload(Proposal.author),
            joinedload(QueueItem.holder),
        )
        .order_by(QueueItem.opened_at, QueueItem.id)
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(beyond(QueueItem.opened_at, QueueItem.id, after))
    rows = [Row(item, revision) for item, revision in session.execute(wanted)]
    return page(rows, limit, lambda row: (row.item.opened_at, row.item.id), after=after)


def counts(session: Session, *, viewer: int, at: datetime) -> Counts:
    """How many items wait of those that `viewer` looks after, in one query."""
    is_open = QueueItem.closed_at.is_(None)
    waits_for_author = Proposal.state == State.CHANGES_REQUESTED

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    row = session.execute(
        select(
            number(is_open),
            number(is_open, _held_by(viewer, at)),
            number(is_open, _is_free(at)),
            number(is_open, QueueItem.opened_at < at - LATE_AFTER),
            number(waits_for_author),
        )
        .select_from(QueueItem)
        .join(QueueItem.proposal)
        .where(or_(is_open, waits_for_author), looked_after(viewer))
    ).one()
    return Counts(*row)


def count_open(session: Session, *, viewer: int) -> int:
    """How many items wait for staff of those that `viewer` looks after."""
    waits = QueueItem.closed_at.is_(None)
    wanted = select(func.count()).select_from(QueueItem).where(waits, looked_after(viewer))
    return session.scalar(wanted) or 0


def oldest_open(session: Session) -> datetime | None:
    """Since when the item that waits longest has been in the queue."""
    return session.scalar(
        select(func.min(QueueItem.opened_at)).where(QueueItem.closed_at.is_(None))
    )


def next_item(session: Session, *, viewer: int, at: datetime, but: int | None = None) -> int | None:
    """The item to review next: the oldest one that `viewer` may decide on and nobody else holds."""
    return session.scalar(
        select(QueueItem.id)
        .join(QueueItem.proposal)
        .where(
            QueueItem.closed_at.is_(None),
            QueueItem.id != (but or 0),
            looked_after(viewer),
            Proposal.author_id != viewer,
            or_(_is_free(at), QueueItem.holder_id == viewer),
        )
        .order_by(QueueItem.opened_at, QueueItem.id)
        .limit(1)
    )


def looked_after(viewer: int) -> ColumnElement[bool]:
    """Items of the cities and topics given to `viewer`; whoever was given none has them all."""
    given = StaffScope.account_id == viewer
    number = QueueItem.proposal_number
    cities = select(ProposalCity.city_slug).where(ProposalCity.proposal_number == number)
    topic = select(Proposal.topic_slug).where(Proposal.number == number)
    fits = exists().where(
        given,
        or_(StaffScope.city_slug.is_(None), StaffScope.city_slug.in_(cities.correlate(QueueItem))),
        or_(
            StaffScope.topic_slug.is_(None),
            StaffScope.topic_slug == topic.correlate(QueueItem).scalar_subquery(),
        ),
    )
    return or_(~exists().where(given), fits)


def item_for_review(session: Session, item_id: int, *, viewer: int) -> QueueItem | None:
    """One item, if `viewer` looks after it; its holder and proposal, author and cities are loaded.

    Whether `viewer` is of the staff at all is asked before.
    """
    return session.scalar(
        select(QueueItem)
        .where(QueueItem.id == item_id, looked_after(viewer))
        .options(
            joinedload(QueueItem.proposal).joinedload(Proposal.author),
            joinedload(QueueItem.proposal).selectinload(Proposal.cities),
            joinedload(QueueItem.holder),
        )
    )


def item_of(session: Session, number: int) -> QueueItem | None:
    """The item of a proposal, the proposal loaded; None before it was ever submitted."""
    return session.scalar(
        select(QueueItem)
        .where(QueueItem.proposal_number == number)
        .options(joinedload(QueueItem.proposal), joinedload(QueueItem.holder))
    )


def decisions_of(session: Session, number: int) -> Sequence[Decision]:
    """All decisions on a proposal, oldest first; reason and decider are loaded.

    Who decided is for staff alone.
    """
    return session.scalars(
        select(Decision)
        .where(Decision.proposal_number == number)
        .options(joinedload(Decision.reason), joinedload(Decision.decider))
        .order_by(Decision.id)
    ).all()


def notes_of(session: Session, item_id: int) -> Sequence[Note]:
    """The private notes on an item, oldest first, with who wrote them."""
    return session.scalars(
        select(Note)
        .where(Note.item_id == item_id)
        .options(joinedload(Note.author))
        .order_by(Note.id)
    ).all()


def reasons(session: Session) -> dict[Outcome, list[Reason]]:
    """The catalogue of reasons by outcome, in the office's order."""
    grouped: dict[Outcome, list[Reason]] = {outcome: [] for outcome in Outcome}
    for reason in session.scalars(select(Reason).order_by(Reason.position, Reason.slug)):
        grouped[Outcome(reason.outcome)].append(reason)
    return grouped


def _is_newest(revision: type[Revision]) -> ColumnElement[bool]:
    other = aliased(Revision)
    newest = (
        select(func.max(other.revision))
        .where(other.proposal_number == QueueItem.proposal_number)
        .correlate(QueueItem)
        .scalar_subquery()
    )
    return and_(revision.proposal_number == QueueItem.proposal_number, revision.revision == newest)


def _conditions(
    filters: QueueFilters, newest: type[Revision], viewer: int, at: datetime
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_in_state(filters.state), looked_after(viewer)]
    if filters.kind:
        found.append(QueueItem.kind == filters.kind)
    if filters.city:
        here = select(ProposalCity.proposal_number).where(ProposalCity.city_slug == filters.city)
        found.append(QueueItem.proposal_number.in_(here))
    if filters.topic:
        found.append(newest.topic_slug == filters.topic)
    if filters.language:
        found.append(newest.language == filters.language)
    if filters.assigned:
        mine = filters.assigned is Assigned.ME
        found.append(_held_by(viewer, at) if mine else _is_free(at))
    if filters.age:
        found.append(_is_aged(filters.age, at))
    if filters.q:
        found.append(matches(Proposal.search_text, filters.q))
    return found


def _in_state(state: State | None) -> ColumnElement[bool]:
    if state is None:
        return QueueItem.closed_at.is_(None)
    waits = QueueItem.closed_at.is_(None)
    return and_(Proposal.state == state, waits if state in WAITING_FOR_STAFF else ~waits)


def _held_by(viewer: int, at: datetime) -> ColumnElement[bool]:
    return and_(QueueItem.holder_id == viewer, QueueItem.lease_until > at)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(QueueItem.holder_id.is_(None), QueueItem.lease_until <= at)


def _is_aged(age: Age, at: datetime) -> ColumnElement[bool]:
    late, soon = QueueItem.opened_at < at - LATE_AFTER, QueueItem.opened_at < at - SOON_AFTER
    if age is Age.LATE:
        return late
    return and_(soon, ~late) if age is Age.SOON else ~soon
