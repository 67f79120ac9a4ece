"""The outbox: a row is written with the change that causes a mail, and sent later, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.foundation.database import Base, Document, Key
from citizen_diplomat.mail.rules import MailState


class OutboxMessage(Base):
    """One mail to one recipient, waiting, sent, stopped or given up.

    Waiting: `sent_at`, `stopped_at` and `failed_at` are all empty. A worker claims a row by moving
    `due_at` to the end of its lease, so that a row whose worker died becomes due again by itself.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "done", "due_at", "id"),
        Index("ix_outbox_message_recipient", "to_key", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Names the cause, such as "decision:17:3": the same cause never makes a second mail."""
    name: Mapped[str] = mapped_column(String(40))
    """Which message this is; its templates stand under templates/mail/<name>/."""
    to_address: Mapped[str] = mapped_column(String(254))
    to_key: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(5))
    values: Mapped[dict[str, Any]] = mapped_column(Document)
    """The fields of the message; emptied when it has left, for they may hold a one-time link."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Given once, so that a mail repeated after a crash is known as the same (RFC 5322, 3.6.4)."""
    unsubscribe_token: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")

    @property
    def state(self) -> MailState:
        """What became of this mail."""
        if self.sent_at is not None:
            return MailState.SENT
        if self.stopped_at is not None:
            return MailState.STOPPED
        return MailState.WAITING if self.failed_at is None else MailState.FAILED


class Suppression(Base):
    """An address that no longer wants one kind of mail; asked again at the moment of sending."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("to_key", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    to_key: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
