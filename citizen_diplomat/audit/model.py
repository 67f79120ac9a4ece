"""The log's entries, each sealed with the hash of the one before it, and receipts of access."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.audit.rules import AccessReason, Opened
from citizen_diplomat.foundation.database import Base, Document, Key, one_of


class AuditEntry(Base):
    """Who did what to which thing and when. Names things by number and never holds personal data.

    Triggers in the database refuse to change or delete a row.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    """Number of the account that acted; None for the system itself or a visitor."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """What was acted on, as "proposal:17" or "account:4"."""
    detail: Mapped[dict[str, Any]] = mapped_column(Document)
    salt: Mapped[str | None] = mapped_column(String(64))
    """Random digits that keep its hash from being guessed, see `audit.chain`; None in old entries.
    """
    previous_seal: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str] = mapped_column(String(64), unique=True)


class AccessReceipt(Base):
    """That somebody of the staff opened the contact data of a member: who, when and why.

    For the member to read. Accounts are numbers without a foreign key, as in the log: what happened
    stays, whoever leaves. Triggers in the database refuse to change or delete a row.
    """

    __tablename__ = "access_receipt"
    __table_args__ = (
        one_of("opened", Opened),
        one_of("reason", AccessReason),
        Index("ix_access_receipt_account_id", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(Key)
    """Whose contact data it is."""
    reader_id: Mapped[int] = mapped_column(Key)
    """Who opened it; a number that the member is not shown."""
    role: Mapped[str] = mapped_column(String(20))
    """As what the reader acted."""
    desk_fa: Mapped[str] = mapped_column(Text)
    desk_en: Mapped[str] = mapped_column(Text)
    """The desk of the reader at that moment, in words; never a person's name."""
    opened: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    """The reason in the reader's own sentence."""
    at: Mapped[datetime]
