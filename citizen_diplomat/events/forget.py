"""Taking somebody out of the events: their seats go to those who wait."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.letters import Letters
from citizen_diplomat.events.model import ActionItem, Event, Registration
from citizen_diplomat.events.seats import give_up


def lock(session: Session, account_id: int) -> None:
    """Keep the seats that `forget` may free from others, in the order of the events' numbers."""
    mine = select(Registration.event_number).where(Registration.account_id == account_id)
    rows = select(Event).where(Event.number.in_(mine)).order_by(Event.number).with_for_update()
    session.scalars(rows.execution_options(populate_existing=True)).all()


def forget(
    session: Session, account: Account, *, letters: Callable[[], Letters], at: datetime
) -> None:
    """Delete where somebody registered, and their name beside what they were to do.

    `letters` is asked only where a seat is given on.
    """
    for row in _registrations(session, account.id):
        give_up(session, row, letters=letters(), at=at)
    session.execute(
        update(ActionItem)
        .where(ActionItem.owner_id == account.id)
        .values(owner_id=None)
        .execution_options(synchronize_session=False)
    )


def _registrations(session: Session, account_id: int) -> Sequence[Registration]:
    return session.scalars(
        select(Registration)
        .where(Registration.account_id == account_id)
        .order_by(Registration.event_number)
        .options(joinedload(Registration.event))
    ).all()
