"""The register of cities. It is short and whole: no page of it needs another page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.audit.actions import take_turn
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.foundation.search import matches


def register(session: Session, text: str = "") -> Sequence[City]:
    """All cities whose names (in any language, or another spelling) match, in the office's order.

    No text matches all of them; Isfahan comes first.
    """
    query = select(City).where(matches(City.search_text, text)).order_by(City.position, City.slug)
    return session.scalars(query).all()


def find(session: Session, slug: str, *, to_change: bool = False) -> City | None:
    """The city of this slug, or None.

    With `to_change` it is read afresh and locked until the transaction ends; the turn of the log,
    which everybody who changes a city needs too, is taken before.
    """
    if not to_change:
        return session.get(City, slug)
    take_turn(session)
    return session.get(City, slug, with_for_update=True, populate_existing=True)


def relation_changes_between(
    session: Session, start: datetime, end: datetime, *, limit: int | None = None
) -> Sequence[RelationEvent]:
    """What the office wrote down of relations from `start` until before `end`, oldest first.

    The city of each is loaded. What came with a release is no news.
    """
    return session.scalars(
        select(RelationEvent)
        .where(
            RelationEvent.announced_at >= start,
            RelationEvent.announced_at < end,
            RelationEvent.removed_at.is_(None),
        )
        .options(joinedload(RelationEvent.city))
        .order_by(RelationEvent.announced_at, RelationEvent.id)
        .limit(limit)
    ).all()
