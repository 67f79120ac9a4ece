"""Items of the queue that somebody of the staff names: by number, by reference, or by words."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.search import matches
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.moderation.conditions import looked_after
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.references import read_reference

LARGEST_NUMBER = 10**15


def named_items(session: Session, q: str, *, viewer: int, limit: int) -> Sequence[QueueItem]:
    """Items that `q` names, of those that `viewer` looks after.

    A reference or the number of a proposal finds all that stands below it, decided or not; a number
    also finds the item that the address of its page names. Words find only what waits.
    """
    return session.scalars(
        select(QueueItem)
        .where(_named_by(q), looked_after(viewer))
        .order_by(QueueItem.closed_at.is_not(None), QueueItem.position, QueueItem.id)
        .limit(limit)
    ).all()


def _named_by(q: str) -> ColumnElement[bool]:
    reference = read_reference(latin_digits(q))
    if reference is not None:
        return QueueItem.proposal_number == reference
    number = parse_int(q, lowest=1, highest=LARGEST_NUMBER)
    if number is not None:
        return or_(QueueItem.proposal_number == number, QueueItem.id == number)
    return and_(QueueItem.closed_at.is_(None), matches(QueueItem.search_text, q))
