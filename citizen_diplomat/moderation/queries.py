"""Reading the queue: what waits and how long, one item, its notes, decisions and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, with_expression

from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.moderation.blindness import hides_author
from citizen_diplomat.moderation.conditions import (
    QueueFilters,
    conditions,
    desks_of,
    is_aged,
    is_free,
    is_unassigned,
    is_work_of,
    looked_after,
    place_of,
    with_scores,
)
from citizen_diplomat.moderation.model import Decision, Note, QueueItem, Reason
from citizen_diplomat.moderation.pending import has_pending
from citizen_diplomat.moderation.rules import Age, ItemKind, Outcome
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State

PAGE_LENGTH = 25
COUNTED_TO = 1000
"""No figure of the queue counts further: whoever has a thousand items needs no exact number, and
the page costs the same at a million."""


@dataclass(frozen=True)
class Counts:
    """How full the queue is, each figure at most `COUNTED_TO`; what is soon or late is in it."""

    in_queue: int
    mine: int
    of_desk: int
    free: int
    soon: int
    late: int
    waiting_for_author: int


def open_items(
    session: Session,
    filters: QueueFilters,
    *,
    viewer: int,
    at: datetime,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[QueueItem]:
    """Items that the filters let through, urgent ones first, then those that are due first.

    Proposal, author, holder, assignee and desk are loaded. Without a state only what waits for
    staff is shown; a state shows closed items too, of proposals alone. Of all this, `viewer` sees
    what they look after.
    """
    place = place_of(filters)
    wanted = (
        select(QueueItem, place)
        .outerjoin(QueueItem.proposal)
        .where(*conditions(filters, viewer, at))
        .options(
            contains_eager(QueueItem.proposal),
            joinedload(QueueItem.author),
            joinedload(QueueItem.holder),
            joinedload(QueueItem.assignee),
            joinedload(QueueItem.desk),
            with_expression(QueueItem.is_blind, hides_author()),
            with_expression(QueueItem.has_pending, has_pending()),
        )
        .order_by(place, QueueItem.id)
        .limit(limit + 1)
    )
    wanted = with_scores(wanted, filters)
    if after is not None:
        wanted = wanted.where(beyond(place, QueueItem.id, after))
    rows = session.execute(wanted).all()
    begun = page(rows, limit, lambda row: (row[1], row[0].id), after=after)
    return Page(tuple(row[0] for row in begun.items), begun.next, is_first=begun.is_first)


def counts(session: Session, *, viewer: int, at: datetime) -> Counts:
    """How many items wait of those that `viewer` looks after, in one query."""
    waits_for_author = and_(
        QueueItem.kind == ItemKind.PROPOSAL, Proposal.state == State.CHANGES_REQUESTED
    )
    row = session.execute(
        select(
            _up_to_a_thousand(viewer),
            _up_to_a_thousand(viewer, is_work_of(viewer, at)),
            _of_desk_up_to_a_thousand(viewer),
            _up_to_a_thousand(viewer, is_unassigned(at)),
            _up_to_a_thousand(viewer, is_aged(Age.SOON, at)),
            _up_to_a_thousand(viewer, is_aged(Age.LATE, at)),
            _counted(
                select(QueueItem.id)
                .join(QueueItem.proposal)
                .where(waits_for_author, looked_after(viewer))
            ),
        )
    ).one()
    return Counts(*row)


def count_open(session: Session, *, viewer: int) -> int:
    """How many items wait for staff of those that `viewer` looks after, up to `COUNTED_TO`."""
    return session.scalar(select(_up_to_a_thousand(viewer))) or 0


def _up_to_a_thousand(viewer: int, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    waits = QueueItem.closed_at.is_(None)
    return _counted(select(QueueItem.id).where(waits, looked_after(viewer), *conditions))


def _of_desk_up_to_a_thousand(viewer: int) -> ColumnElement[int]:
    # Joined from the few desks: asked "whether its desk is one of them", SQLite reads every item.
    theirs = desks_of(viewer).subquery()
    items = select(QueueItem.id).join(theirs, theirs.c.id == QueueItem.desk_id)
    return _counted(items.where(QueueItem.closed_at.is_(None), looked_after(viewer)))


def _counted(ids: Select[int]) -> ColumnElement[int]:
    rows = ids.limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def next_item(session: Session, *, viewer: int, at: datetime, but: int | None = None) -> int | None:
    """The item to review next: of their own work, else of all that nobody else holds.

    Of either the first in the queue's order that `viewer` looks after.
    """
    wanted = (
        select(QueueItem.id)
        .where(
            QueueItem.closed_at.is_(None),
            QueueItem.id != (but or 0),
            looked_after(viewer),
            ~has_pending(),
            or_(is_free(at), QueueItem.holder_id == viewer),
        )
        .order_by(QueueItem.position, QueueItem.id)
        .limit(1)
    )
    # Two questions that an index answers, instead of one that sorts all that waits.
    own = session.scalar(wanted.where(is_work_of(viewer, at)))
    return own if own is not None else session.scalar(wanted)


def looks_after(session: Session, number: int, *, viewer: int) -> bool:
    """Whether `viewer` looks after a proposal that was once submitted."""
    wanted = select(QueueItem.id).where(
        QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id == number, looked_after(viewer)
    )
    return session.scalar(wanted) is not None


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
            joinedload(QueueItem.author),
            joinedload(QueueItem.holder),
            with_expression(QueueItem.is_blind, hides_author()),
        )
    )


def item_of(session: Session, number: int) -> QueueItem | None:
    """The item of a proposal, the proposal loaded; None before it was ever submitted."""
    return session.scalar(
        select(QueueItem)
        .where(QueueItem.kind == ItemKind.PROPOSAL, QueueItem.subject_id == number)
        .options(joinedload(QueueItem.proposal), joinedload(QueueItem.holder))
    )


def decisions_of(session: Session, number: int, *, of_change: bool = False) -> Sequence[Decision]:
    """All decisions on a proposal, or on changes of it, oldest first; reason and decider loaded.

    Who decided is for staff alone.
    """
    return session.scalars(
        select(Decision)
        .where(Decision.proposal_number == number, Decision.of_change == of_change)
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
    """The reasons that are offered by outcome, in the office's order; none that is retired."""
    grouped: dict[Outcome, list[Reason]] = {outcome: [] for outcome in Outcome}
    offered = select(Reason).where(Reason.retired_at.is_(None))
    for reason in session.scalars(offered.order_by(Reason.position, Reason.slug)):
        grouped[Outcome(reason.outcome)].append(reason)
    return grouped
