"""From one item to the next within a view: what somebody works through with filters set."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.paging import Cursor, beyond
from citizen_diplomat.moderation.conditions import (
    QueueFilters,
    conditions,
    is_free,
    place_of,
    with_scores,
)
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.pending import has_pending


def following(
    session: Session,
    filters: QueueFilters,
    *,
    viewer: int,
    at: datetime,
    after: int | None = None,
    backwards: bool = False,
) -> int | None:
    """The item of a view that comes after item `after`, or with `backwards` before it.

    It is one that nobody else holds and that no kept decision waits for. At the end the view begins
    again from its first item, so that what was skipped comes round; None when nothing else is left.
    """
    here = _place(session, filters, after) if after is not None else None
    if here is not None:
        past = beyond(place_of(filters), QueueItem.id, here, descending=backwards)
        found = _first(session, filters, viewer, at, past, backwards)
        if found is not None or backwards:
            return found
    return _first(session, filters, viewer, at, QueueItem.id != (after or 0), False)


def _first(
    session: Session,
    filters: QueueFilters,
    viewer: int,
    at: datetime,
    further: ColumnElement[bool],
    backwards: bool,
) -> int | None:
    order = place_of(filters), QueueItem.id
    wanted = with_scores(select(QueueItem.id).outerjoin(QueueItem.proposal), filters)
    return session.scalar(
        wanted.where(
            *conditions(filters, viewer, at),
            ~has_pending(),
            or_(is_free(at), QueueItem.holder_id == viewer),
            further,
        )
        .order_by(*(column.desc() if backwards else column.asc() for column in order))
        .limit(1)
    )


def _place(session: Session, filters: QueueFilters, item: int) -> Cursor[int] | None:
    """Where an item stands in the order of the view, open or closed; None if nowhere."""
    wanted = with_scores(select(place_of(filters)).select_from(QueueItem), filters)
    place = session.scalar(wanted.where(QueueItem.id == item))
    return None if place is None else Cursor(place, item)
