"""Stopping all mail, or bulk mail alone, until somebody lets it go on; nothing is lost by it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base, one_of
from citizen_diplomat.mail.rules import STOPPED_BY, Lane, Scope

REASON_LENGTH = 300


class MailStop(Base):
    """That no mail leaves, or no bulk mail; without a row it flows."""

    __tablename__ = "mail_stop"
    __table_args__ = (one_of("scope", Scope),)

    scope: Mapped[Scope] = mapped_column(String(10), primary_key=True)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    """For colleagues."""
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    stopped_at: Mapped[datetime]


def stop(session: Session, scope: Scope, reason: str, *, by: int, at: datetime) -> bool:
    """Let mails of this scope wait from now on; False when they do already, and nothing changes."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(MailStop) if on_sqlite else postgresql.insert(MailStop)
    added = session.scalar(
        insert.values(scope=scope, reason=reason, stopped_by=by, stopped_at=at)
        .on_conflict_do_nothing()
        .returning(MailStop.scope)
    )
    return added is not None


def resume(session: Session, scope: Scope) -> bool:
    """Let mails of this scope leave again; False when nothing stopped them."""
    gone = session.scalar(delete(MailStop).where(MailStop.scope == scope).returning(MailStop.scope))
    return gone is not None


def stops(session: Session) -> Sequence[MailStop]:
    """What is stopped now, all mail first."""
    return session.scalars(select(MailStop).order_by(MailStop.scope)).all()


def open_lanes(session: Session) -> list[Lane]:
    """The lanes whose mails may leave, in the order in which they do."""
    stopped = session.scalars(select(MailStop.scope)).all()
    closed = frozenset[Lane]().union(*(STOPPED_BY[Scope(scope)] for scope in stopped))
    return [lane for lane in Lane if lane not in closed]
