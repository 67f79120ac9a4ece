"""Who wants a digest about what, and the ledger of those that were made."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.rules import HOUR, SATURDAY, Frequency, Told
from citizen_diplomat.foundation.database import Base, Key, one_of

IS_NOT_STOPPED = text(f"outcome <> '{Told.STOPPED}'")
"""Digests that told their stretch, or will; an engine takes an index of them for the same words."""


class Subscription(Base):
    """How often a member hears, and of which cities and topics. No row means never."""

    __tablename__ = "subscription"
    __table_args__ = (
        one_of("frequency", Frequency),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        Index("ix_subscription_frequency", "frequency"),
    )

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    frequency: Mapped[str] = mapped_column(String(10))
    weekday: Mapped[int] = mapped_column(SmallInteger, default=SATURDAY)
    """On which day a weekly digest comes, as `date.weekday()` counts."""
    hour: Mapped[int] = mapped_column(SmallInteger, default=HOUR)
    """At which hour of the member's clock a digest comes."""
    since: Mapped[datetime]
    """Since when they hear at all: nothing of before is told."""
    chosen_at: Mapped[datetime]
    """When frequency, day or hour were chosen: the first digest is of a period that ends later."""

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
    """The ledger: one row for each member and local period, whether or not there was news.

    It tells what was noted in the half-open stretch of moments [covered_from, covered_until), which
    begins where the stretch before it ended. Of two that would begin alike the database refuses
    one, whatever frequency, day, hour or time zone they belong to: so all is told, and told once.
    One that was stopped told nothing and stands in nobody's way.
    """

    __tablename__ = "digest_issue"
    __table_args__ = (
        one_of("outcome", Told),
        UniqueConstraint("account_id", "frequency", "period_start"),
        Index(
            "uq_digest_issue_told_from",
            "account_id",
            "covered_from",
            unique=True,
            sqlite_where=IS_NOT_STOPPED,
            postgresql_where=IS_NOT_STOPPED,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    frequency: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date] = mapped_column(Date)
    period_end: Mapped[date] = mapped_column(Date)
    covered_from: Mapped[datetime]
    covered_until: Mapped[datetime]
    item_count: Mapped[int] = mapped_column(default=0)
    """How many things its mail told of; 0 until it was written."""
    outcome: Mapped[str] = mapped_column(String(10), default=Told.WAITING)
    """As far as this room wrote it down; what the outbox knows besides, `ledger.told` tells."""
    made_at: Mapped[datetime]

    @property
    def key(self) -> str:
        """The key of its mail in the outbox."""
        return f"digest:{self.account_id}:{self.frequency}:{self.period_start}"
