"""The ledger of what came back, by address, and which addresses are stopped for it."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.mail.bounce_rules import BounceKind, BounceSource, StopScope


class Bounce(Base):
    """One mail that came back, or one complaint; only ever added, forgotten after a year."""

    __tablename__ = "mail_bounce"
    __table_args__ = (
        one_of("kind", BounceKind),
        one_of("source", BounceSource),
        Index("ix_mail_bounce_address", "to_key", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    to_key: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(12))
    """The status of RFC 3463, such as 5.1.1, or a reply of RFC 5321, such as 550; may be empty."""
    source: Mapped[str] = mapped_column(String(10))
    outbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True
    )
    report: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the report's own name and the mail: the same report never counts twice."""


class StoppedAddress(Base):
    """An address that gets no mail, or none that is sent to many; asked again when sending.

    Made anew from the ledger with each line of it, in the same transaction. What is over stays for
    a year: `tried_at` says from when on the ledger counts.
    """

    __tablename__ = "stopped_address"
    __table_args__ = (
        one_of("scope", StopScope),
        one_of("kind", BounceKind),
        UniqueConstraint("to_key", "scope"),
        Index("ix_stopped_address_since", "since", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    to_key: Mapped[str] = mapped_column(String(254))
    scope: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """When it ends by itself; None: when the owner of the address says so."""
    tried_at: Mapped[datetime | None]
    """When it was last tried whether the address can be reached again."""

    def is_in_force(self, at: datetime) -> bool:
        """Whether it keeps mail back at a moment."""
        return self.until is None or self.until > at


def in_force(at: datetime) -> ColumnElement[bool]:
    """The stops that keep mail back at a moment."""
    return or_(StoppedAddress.until.is_(None), StoppedAddress.until > at)
