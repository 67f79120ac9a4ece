"""What members chose to hear of otherwise than by default."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from citizen_diplomat.foundation.database import Base, one_of
from citizen_diplomat.mail.preference_rules import Channel, Kind


class MailPreference(Base):
    """On which ways one member hears of one kind. No row: `preference_rules.DEFAULTS`."""

    __tablename__ = "mail_preference"
    __table_args__ = (one_of("kind", Kind),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    inbox: Mapped[bool]
    at_once: Mapped[bool]
    digest: Mapped[bool]
    feed: Mapped[bool]
    changed_at: Mapped[datetime]

    @property
    def channels(self) -> frozenset[Channel]:
        """The ways that are wanted."""
        return frozenset(channel for channel in Channel if getattr(self, channel))
