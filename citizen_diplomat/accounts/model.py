"""Accounts, their roles and duties, sign-ins and consents."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from citizen_diplomat.accounts.rules import EMAIL_LENGTH, NAME_LENGTH, ConsentPurpose, Role
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.mail.message import Recipient


class Account(Base):
    """Somebody who may come in. What a member can do and where is in `directory.Profile`."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    email_key: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    """The address folded (case, width): two spellings of one address are one account."""
    passphrase_hash: Mapped[str | None] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    language: Mapped[str] = mapped_column(String(5))
    time_zone: Mapped[str] = mapped_column(String(50))
    credential_version: Mapped[int] = mapped_column(default=1)
    """Raised whenever the passphrase or address changes: mailed links of before are then dead."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    role_rows: Mapped[list["AccountRole"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="AccountRole.role"
    )
    scopes: Mapped[list["StaffScope"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of this account; its `role_rows` must have been loaded."""
        return frozenset(Role(row.role) for row in self.role_rows)

    @property
    def recipient(self) -> Recipient:
        """Its owner as who a mail goes to."""
        return Recipient(self.email, self.display_name, self.language, self.id)

    @property
    def is_open(self) -> bool:
        """Whether this account may sign in: its address confirmed, not closed."""
        return self.verified_at is not None and self.closed_at is None


class AccountRole(Base):
    """One role of one account."""

    __tablename__ = "account_role"
    __table_args__ = (one_of("role", Role),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class StaffScope(Base):
    """A city, a topic or both that a moderator looks after. None at all means everything."""

    __tablename__ = "staff_scope"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    city_slug: Mapped[str | None] = mapped_column(ForeignKey("city.slug"))
    topic_slug: Mapped[str | None] = mapped_column(ForeignKey("topic.slug"))


class AccountSession(Base):
    """One sign-in on one device. The cookie holds the token, we keep only its digest."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(String(80))
    """A browser and system in words, such as "Firefox, Android": enough to recognise one's own."""

    unread_letters: Mapped[int] = query_expression()
    """How many entries of their inbox are not opened; `sessions.find_session` asks for it."""

    asked_terms: Mapped[int | None] = query_expression()
    """The edition of the terms that everybody must have agreed to, if `find_session` was told how
    to find it."""

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Consent(Base):
    """One yes or no to one purpose; only ever added (GDPR art. 7(1))."""

    __tablename__ = "consent"
    __table_args__ = (one_of("purpose", ConsentPurpose),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool]
    source: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class KeptForm(Base):
    """What somebody typed into a page after their sign-in had ended, until they are back.

    The browser's cookie holds the key; `payload` is the posted fields, each a list of texts.
    """

    __tablename__ = "kept_form"
    __table_args__ = (CheckConstraint("length(path) <= 200", name="path_length"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(index=True)
