"""Who wants a digest about what, and the ledger of those that were made."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.database import Base, Key, one_of


class Subscription(Base):
    """How often a member hears, and of which cities and topics. No row means never."""

    __tablename__ = "subscription"
    __table_args__ = (
        one_of("frequency", Frequency),
        Index("ix_subscription_frequency", "frequency"),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    frequency: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    """When this frequency was chosen: nothing of before is told."""

    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    cities: Mapped[list["SubscriptionCity"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    topics: Mapped[list["SubscriptionTopic"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class SubscriptionCity(Base):
    """A city whose accepted proposals a member wants to hear of. None at all means every city."""

    __tablename__ = "subscription_city"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.account_id", ondelete="CASCADE"), primary_key=True
    )
    city_slug: Mapped[str] = mapped_column(ForeignKey("city.slug"), primary_key=True)


class SubscriptionTopic(Base):
    """A topic whose accepted proposals a member wants to hear of. None at all means every topic."""

    __tablename__ = "subscription_topic"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.account_id", ondelete="CASCADE"), primary_key=True
    )
    topic_slug: Mapped[str] = mapped_column(ForeignKey("topic.slug"), primary_key=True)


class DigestIssue(Base):
    """The ledger: one row for each member and local period, whether or not there was news."""

    __tablename__ = "digest_issue"
    __table_args__ = (UniqueConstraint("account_id", "frequency", "period_start"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    frequency: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date] = mapped_column(Date)
    period_end: Mapped[date] = mapped_column(Date)
    item_count: Mapped[int]
    """0 when there was nothing to tell and therefore no mail."""
    made_at: Mapped[datetime]
