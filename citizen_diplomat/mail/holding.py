"""Mails that wait in the outbox until somebody lets them go, however long that takes.

A hold is a name, given by whoever will release it. Letters of one cause share one hold, so that
they leave together.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from citizen_diplomat.mail.model import OutboxMessage

_HOLD = "mail_hold"


@contextmanager
def held(session: Session, hold: str) -> Iterator[None]:
    """Let every mail that is posted in this session meanwhile wait for the release of `hold`."""
    session.info[_HOLD] = hold
    try:
        yield
    finally:
        del session.info[_HOLD]


def hold_of(session: Session) -> str | None:
    """What a mail posted now would wait for."""
    hold: str | None = session.info.get(_HOLD)
    return hold


def release(session: Session, holds: Collection[str], *, at: datetime) -> int:
    """Let the mails of these holds go; returns how many. What was released before stays so."""
    released = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.hold.in_(holds),
            OutboxMessage.held_since.is_not(None),
            OutboxMessage.done.is_(False),
        )
        # Their time runs from now: a mail server that is away has its three days, and the letter
        # bears the day on which it leaves.
        .values(held_since=None, created_at=at, due_at=at)
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.id)
    )
    return len(released.all())


def letters_of(
    session: Session, holds: Collection[str], *, to_change: bool = False
) -> Sequence[OutboxMessage]:
    """The mails that wait or waited for these holds, in the order in which they were posted.

    With `to_change` nobody else releases them until the transaction ends.
    """
    wanted = select(OutboxMessage).where(OutboxMessage.hold.in_(holds)).order_by(OutboxMessage.id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).all()


def count_held(session: Session) -> tuple[int, datetime | None]:
    """How many mails wait for a release, and since when the oldest of them."""
    row = session.execute(
        select(func.count(), func.min(OutboxMessage.held_since)).where(
            OutboxMessage.held_since.is_not(None), OutboxMessage.done.is_(False)
        )
    ).one()
    return row[0], row[1]
