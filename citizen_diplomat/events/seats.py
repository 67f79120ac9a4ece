"""Registering for an event and giving it up; whoever waits longest gets the seat that is free.

The row of the event is locked before anything is counted, and the seats that are taken are counted
by the same statement that takes one: at the last seat exactly one of two gets it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import barring, is_barred
from citizen_diplomat.events.letters import Letters, stamp, tell
from citizen_diplomat.events.model import Event, Registration
from citizen_diplomat.events.rules import (
    CODE_ALPHABET,
    CODE_LENGTH,
    News,
    Phase,
    Refusal,
    refusal_of,
)

Answers = Sequence[dict[str, str]]
BATCH = 20
"""Events of one transaction; on SQLite everybody else waits for it."""


class Refused(Exception):  # noqa: N818 - named for what happened
    """Somebody cannot register now; `why` says why."""

    def __init__(self, why: Refusal) -> None:
        """Take the reason."""
        super().__init__(why.value)
        self.why = why


def refusal(session: Session, event: Event, account_id: int, *, at: datetime) -> Refusal | None:
    """Why a member cannot register for an event now; None if they can."""
    return refusal_of(
        event.phase(at),
        register_until=event.register_until,
        suspended=barring(session, account_id, at=at) is not None,
        at=at,
    )


def register(
    session: Session, event: Event, answers: Answers, *, by: Account, letters: Letters, at: datetime
) -> Registration:
    """Take a seat, or a place in the waiting list when there is none; asking twice is one place.

    Locks the event. Raises Refused.
    """
    lock_event(session, event.number)
    same = registration_of(session, event.number, by.id)
    if same is not None:
        return same
    why = refusal(session, event, by.id, at=at)
    if why is not None:
        raise Refused(why)
    # Who waited while suspended and may come again is not overtaken.
    fill(session, event, letters=letters, at=at)
    row = Registration(
        event=event,
        account=by,
        code=_new_code(session, event.number),
        answers=list(answers),
        registered_at=at,
        seated_at=at if _take_seat(session, event) else None,
    )
    session.add(row)
    # The letter asks whether it was posted before: the row must hold until then.
    session.flush()
    news = News.REGISTERED if row.seated_at else News.WAITING
    tell(session, row, news, letters=letters, at=at, cause=stamp(at))
    return row


def give_up(session: Session, row: Registration, *, letters: Letters, at: datetime) -> None:
    """Leave an event, its event loaded and locked: the seat goes to whoever waits longest."""
    event, had_seat = row.event, row.seated_at is not None
    session.delete(row)
    # Whoever is next is looked for without this row.
    session.flush()
    if had_seat:
        _return_seat(session, event)
        fill(session, event, letters=letters, at=at)


def fill(session: Session, event: Event, *, letters: Letters, at: datetime) -> int:
    """Give the free seats of an event to those who wait, the first ones first; returns how many.

    Whoever is suspended keeps their place and is passed over, as they could not register either.
    Once it has begun nobody is called any more.
    """
    if event.phase(at) is not Phase.COMING or event.free == 0:
        return 0
    seated = 0
    for row in _waiting(session, event.number, _may_come(at)):
        if not _take_seat(session, event):
            break
        row.seated_at = at
        tell(session, row, News.SEAT, letters=letters, at=at, cause=stamp(at))
        seated += 1
    return seated


def is_any_to_fill(session: Session, *, at: datetime) -> bool:
    """Whether `to_fill` would find an event; takes no lock."""
    return session.scalar(select(Event.number).where(*_to_fill(at)).limit(1)) is not None


def to_fill(session: Session, *, at: datetime) -> Sequence[Event]:
    """Some events to come with a seat free and somebody who waits for it: a suspension is over.

    Where the engine locks rows they are locked, and those that another worker has are left out.
    """
    return session.scalars(
        select(Event)
        .where(*_to_fill(at))
        .order_by(Event.number)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def registration_of(
    session: Session, number: int, account_id: int, *, to_change: bool = False
) -> Registration | None:
    """The registration of a member with its event, or None; to change it the event is locked."""
    if to_change:
        lock_event(session, number)
    return session.scalar(
        select(Registration)
        .where(Registration.event_number == number, Registration.account_id == account_id)
        .options(joinedload(Registration.event), joinedload(Registration.account))
    )


def place_in_line(session: Session, row: Registration) -> int:
    """The how manieth somebody is in the waiting list, from 1; 0 with a seat."""
    if row.seated_at is not None:
        return 0
    waiting = [one.id for one in _waiting(session, row.event_number)]
    return waiting.index(row.id) + 1 if row.id in waiting else 0


def lock_event(session: Session, number: int) -> None:
    """Keep everybody else from its seats until the transaction ends."""
    row = select(Event).where(Event.number == number).with_for_update()
    session.scalar(row.execution_options(populate_existing=True))


def _take_seat(session: Session, event: Event) -> bool:
    free = (Event.seats.is_(None)) | (Event.taken < Event.seats)
    return _count(session, event, update(Event).where(free).values(taken=Event.taken + 1))


def _return_seat(session: Session, event: Event) -> None:
    _count(session, event, update(Event).where(Event.taken > 0).values(taken=Event.taken - 1))


def _count(session: Session, event: Event, change: object) -> bool:
    statement = change.where(Event.number == event.number)  # type: ignore[attr-defined]  # an Update
    done = session.execute(statement.execution_options(synchronize_session=False))
    session.refresh(event, ["taken"])
    return bool(done.rowcount)  # type: ignore[attr-defined]  # of a CursorResult


def _waiting(
    session: Session, number: int, *conditions: ColumnElement[bool]
) -> Sequence[Registration]:
    waits = (Registration.event_number == number, Registration.seated_at.is_(None))
    return session.scalars(
        select(Registration)
        .where(*waits, *conditions)
        .order_by(Registration.registered_at, Registration.id)
        .options(joinedload(Registration.account), joinedload(Registration.event))
    ).all()


def _may_come(at: datetime) -> ColumnElement[bool]:
    return ~is_barred(Registration.account_id, at=at)


def _to_fill(at: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = select(Registration.id).where(
        Registration.event_number == Event.number, Registration.seated_at.is_(None), _may_come(at)
    )
    return (
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.starts_at > at,
        or_(Event.seats.is_(None), Event.taken < Event.seats),
        waits.exists(),
    )


def _new_code(session: Session, number: int) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        same = (Registration.event_number == number, Registration.code == code)
        if session.scalar(select(Registration.id).where(*same)) is None:
            return code
