"""Certificates of service: what the office confirms that a member did."""

import hmac
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.accounts.rules import NAME_LENGTH
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.outcomes.certificate_rules import (
    CODE_LENGTH,
    MOST_HOURS,
    TEXT_LENGTH,
    RevokeReason,
    Served,
    Service,
    Standing,
    canonical_text,
    shown_code,
)


class Certificate(Base):
    """One certificate: never changed, but revoked, and emptied of its member when they leave."""

    __tablename__ = "certificate"
    __table_args__ = (
        one_of("kind", Service),
        one_of("revoke_reason", RevokeReason),
        UniqueConstraint("issued_by", "form_key"),
        CheckConstraint(f"length(text_fa) <= {TEXT_LENGTH}", name="text_fa_length"),
        CheckConstraint(f"length(text_en) <= {TEXT_LENGTH}", name="text_en_length"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint(f"hours BETWEEN 1 AND {MOST_HOURS}", name="hours"),
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason IS NULL)", name="revoked"),
        Index("ix_certificate_issued", "issued_at", "id"),
        Index("ix_certificate_account", "account_id", "issued_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    """Without hyphens; whoever knows it may read the certificate."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Whom it is for; None once they left."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    latin_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """The member's names when it was issued; the Latin one may be empty."""
    kind: Mapped[str] = mapped_column(String(20))
    text_fa: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    hours: Mapped[int | None]
    desk_fa: Mapped[str] = mapped_column(String(120))
    desk_en: Mapped[str] = mapped_column(String(120))
    shows_name: Mapped[bool] = mapped_column(default=True)
    """Whether whoever verifies it reads the name; the member decides."""
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC with SHA-256 of what it says; empty once its member left, and took the words along."""
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice issues one certificate."""
    issued_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revoke_reason: Mapped[str | None] = mapped_column(String(20))

    @property
    def shown_code(self) -> str:
        """The code as it is printed."""
        return shown_code(self.code)

    @property
    def served(self) -> Served:
        """What it certifies."""
        return Served(
            Service(self.kind),
            self.text_fa,
            self.text_en,
            self.first_day,
            self.last_day,
            self.hours,
        )

    def name_for(self, language: str) -> str:
        """The member's name for a reader of a language."""
        return self.name if language == "fa" else self.latin_name or self.name

    def seal_with(self, key: bytes) -> str:
        """The seal that belongs to what it says now, in 64 hexadecimal digits."""
        issued = f"{self.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        text = canonical_text(self.code, self.served, (self.name, self.latin_name), issued)
        return hmac.new(key, text.encode("utf-8"), sha256).hexdigest()

    def standing(self, key: bytes) -> Standing:
        """What whoever verifies it is told."""
        if self.account_id is not None and not hmac.compare_digest(self.seal, self.seal_with(key)):
            return Standing.ALTERED
        if self.revoked_at is not None:
            return Standing.REVOKED
        return Standing.VALID if self.account_id is not None else Standing.LEFT
