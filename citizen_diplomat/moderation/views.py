"""Saved views: filters of the queue under a name, one's own or for everybody of the desk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.moderation.desks import Desk

MOST_VIEWS = 20
"""So many views somebody keeps."""
VIEW_NAME_LENGTH = 60
FILTERS_LENGTH = 1000
SHARERS = frozenset({Role.COORDINATOR, Role.ADMIN})


class TooManyViews(Exception):  # noqa: N818 - named for what happened
    """Somebody keeps `MOST_VIEWS` already."""


class NameTaken(Exception):  # noqa: N818 - named for what happened
    """They have another view of this name."""


class SavedView(Base):
    """Filters of the queue that somebody keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        CheckConstraint("length(name) > 0", name="has_name"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(VIEW_NAME_LENGTH))
    filters: Mapped[str] = mapped_column(String(FILTERS_LENGTH))
    """As they stand in an address: "kind=comment&city=porto"."""
    is_shared: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether everybody of the desk has it beside the queue; each sees their own items in it."""
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


def views_for(session: Session, viewer: int) -> Sequence[SavedView]:
    """The views beside somebody's queue, by name; whose they are is loaded."""
    return session.scalars(
        select(SavedView)
        .where(or_(SavedView.account_id == viewer, SavedView.is_shared))
        .options(joinedload(SavedView.account))
        .order_by(SavedView.name, SavedView.id)
    ).all()


def own_view(session: Session, number: int, *, viewer: int) -> SavedView | None:
    """A view that somebody keeps themselves, else None."""
    wanted = select(SavedView).where(SavedView.id == number, SavedView.account_id == viewer)
    return session.scalar(wanted)


def may_share(session: Session, by: Account) -> bool:
    """Heads of desks, coordinators and administrators give a view to everybody."""
    if SHARERS & by.roles:
        return True
    heads = select(Desk.id).where(Desk.head_id == by.id, Desk.retired_at.is_(None))
    return session.scalar(heads.limit(1)) is not None


def save_view(session: Session, name: str, filters: str, *, by: Account, at: datetime) -> SavedView:
    """Keep filters under a name. Raises TooManyViews or NameTaken."""
    # Two at once by one person wait for each other here, and are counted one after the other.
    session.execute(select(Account.id).where(Account.id == by.id).with_for_update())
    own = select(func.count(SavedView.id)).where(SavedView.account_id == by.id)
    if (session.scalar(own) or 0) >= MOST_VIEWS:
        raise TooManyViews
    _refuse_taken(session, name, by=by)
    view = SavedView(account_id=by.id, name=name, filters=filters, created_at=at)
    session.add(view)
    # The log names it by the number that the database gives.
    session.flush()
    record(session, "view.saved", f"view:{view.id}", by=by.id, at=at)
    return view


def change_view(
    session: Session, view: SavedView, name: str, *, is_shared: bool, by: Account, at: datetime
) -> None:
    """Rename a view, share it or keep it to oneself; raises NameTaken.

    Whoever may not share leaves that as it is, except that everybody may take theirs back.
    """
    session.execute(select(Account.id).where(Account.id == by.id).with_for_update())
    _refuse_taken(session, name, by=by, but=view.id)
    view.name = name
    view.is_shared = is_shared and (view.is_shared or may_share(session, by))
    subject, shared = f"view:{view.id}", view.is_shared
    record(session, "view.changed", subject, by=by.id, at=at, is_shared=shared)


def remove_view(session: Session, view: SavedView, *, by: Account, at: datetime) -> None:
    """Keep a view no more; whoever had it because it was shared has it no more either."""
    session.delete(view)
    record(session, "view.removed", f"view:{view.id}", by=by.id, at=at)


def _refuse_taken(session: Session, name: str, *, by: Account, but: int = 0) -> None:
    taken = select(SavedView.id).where(
        SavedView.account_id == by.id, SavedView.name == name, SavedView.id != but
    )
    if session.scalar(taken) is not None:
        raise NameTaken
