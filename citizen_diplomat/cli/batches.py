"""Doing what is due in small transactions, one after the other: nobody waits long for any."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.services import services

Row = TypeVar("Row")


def in_batches(
    is_anything_due: Callable[[Session], bool],
    due: Callable[[Session], Sequence[Row]],
    do: Callable[[Session, Row], int],
    *,
    stop: threading.Event | None,
) -> int:
    """Do all that is due until `due` finds nothing more; returns the sum of what `do` returned.

    A run that is cut short goes on with the next: what was done is committed with its batch.
    """
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        waiting = is_anything_due(session)
    done = 0
    while waiting and not (stop is not None and stop.is_set()):
        with services().database.writing() as session, transaction(session):
            batch = due(session)
            done += sum(do(session, row) for row in batch)
        waiting = bool(batch)
    return done
