"""The outbox, whose rows are written with what causes a mail and sent later; and the inboxes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.mail.rules import Lane, MailState, lane_of


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that fulfil a condition; `done` is written as each engine asks for it.

    An engine takes it when a query says the same, as SQLAlchemy writes `done.is_(False)`.
    """
    on_postgresql = where.replace("done IS 0", "done IS false")
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(on_postgresql))


def _domain(context: DefaultExecutionContext) -> str:
    """The mail domain of a new row's recipient."""
    return str(_given(context)["to_key"]).rpartition("@")[2]


def _lane(context: DefaultExecutionContext) -> Lane:
    row = _given(context)
    return lane_of(row["name"], has_way_out=row.get("unsubscribe_token") is not None)


def _given(context: DefaultExecutionContext) -> dict[str, Any]:
    row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]  # it carries no types
    return row


class OutboxMessage(Base):
    """One mail to one recipient, waiting, sent, stopped or given up.

    Waiting: `sent_at`, `stopped_at` and `failed_at` are all empty. A worker claims a row, unless it
    is held, by moving `due_at` to the end of its lease, so that a row whose worker died becomes due
    again by itself.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("lane", Lane),
        # What has left and what is held is not in it: claiming never walks over such rows.
        _partial(
            "ix_outbox_message_due",
            "lane",
            "due_at",
            "id",
            where="done IS 0 AND held_since IS NULL",
        ),
        _partial(
            "ix_outbox_message_held", "held_since", where="done IS 0 AND held_since IS NOT NULL"
        ),
        _partial("ix_outbox_message_handed", "to_key", "handed_at", where="handed_at IS NOT NULL"),
        _partial("ix_outbox_message_sent", "sent_at", where="sent_at IS NOT NULL"),
        _partial("ix_outbox_message_failed", "failed_at", where="failed_at IS NOT NULL"),
        Index("ix_outbox_message_recipient", "to_key", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Names the cause, such as "decision:17:3": the same cause never makes a second mail."""
    name: Mapped[str] = mapped_column(String(40))
    """Which message this is; its templates stand under templates/mail/<name>/."""
    kind: Mapped[str | None] = mapped_column(String(20))
    """The `preference_rules.Kind` that its reader may switch off; None: it always comes."""
    to_address: Mapped[str] = mapped_column(String(254))
    to_key: Mapped[str] = mapped_column(String(254))
    domain: Mapped[str] = mapped_column(String(253), default=_domain)
    """Of the recipient's mailbox; whatever is posted, in whichever way, gets it from `to_key`."""
    lane: Mapped[Lane] = mapped_column(String(10), default=_lane)
    to_name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(5))
    values: Mapped[dict[str, Any]] = mapped_column(Document)
    """The fields of the message; emptied when it has left, for they may hold a one-time link."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Given once, so that a mail repeated after a crash is known as the same (RFC 5322, 3.6.4)."""
    unsubscribe_token: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    hold: Mapped[str | None] = mapped_column(String(60), index=True)
    """Names those who wait, or waited, to be released together: see `holding`."""
    held_since: Mapped[datetime | None]
    """Since when it waits to be released; no worker takes it until then."""
    attempts: Mapped[int] = mapped_column(default=0)
    handed_at: Mapped[datetime | None]
    """When it was taken to be handed to the mail server, if it has left, may have left, or is just
    leaving: what the hourly cap counts. Empty again when it did not leave."""
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


class InboxEntry(Base):
    """What one member was also mailed, to be found again on the site for a year.

    Its one line is written from the subject's template when it is read, in the page's language.
    """

    __tablename__ = "inbox_entry"
    __table_args__ = (
        Index("ix_inbox_entry_account", "account_id", "created_at", "id"),
        Index(
            "ix_inbox_entry_unread",
            "account_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    key: Mapped[str | None] = mapped_column(String(120), unique=True, index=True)
    """Names the cause as that of the mail does, which may not have been wanted."""
    name: Mapped[str] = mapped_column(String(40))
    """Which message it was; its templates stand under templates/mail/<name>/."""
    values: Mapped[dict[str, Any]] = mapped_column(Document)
    """The message's `headline`: what its subject needs, and nothing else of it."""
    path: Mapped[str] = mapped_column(Text)
    """The page that it is about, without our origin; empty when there is none."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
