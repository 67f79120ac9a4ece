"""The log's entries, each sealed with the hash of the one before it."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.foundation.database import Base, Document, Key


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
    previous_seal: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str] = mapped_column(String(64), unique=True)
