"""Desks: who of the staff works together, for which cities and topics, and who heads them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, case, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Key
from citizen_diplomat.moderation.model import QueueItem

NAME_LENGTH = 60


class Desk(Base):
    """Some members of staff who share the work of some cities and topics."""

    __tablename__ = "desk"
    __table_args__ = (
        CheckConstraint("length(name_fa) > 0 AND length(name_en) > 0", name="has_names"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name_fa: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Who hears of what is late."""
    retired_at: Mapped[datetime | None]
    """Since when it takes in nothing new; what it had is the office's."""
    shares_out: Mapped[bool] = mapped_column(default=False)
    """Whether what comes in for nobody in particular is given to its members in turn."""
    version: Mapped[int] = mapped_column(default=1)

    head: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    members: Mapped[list["DeskMember"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    def name(self, language: str) -> str:
        """Its name in the reader's language."""
        return self.name_fa if language == "fa" else self.name_en


class DeskMember(Base):
    """One member of staff of one desk; somebody may be of several."""

    __tablename__ = "desk_member"

    desk_id: Mapped[int] = mapped_column(
        ForeignKey("desk.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    given_at: Mapped[datetime | None]
    """When an item of the desk was last shared out to them."""

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class DeskRule(Base):
    """Where new items of a city, a topic or both go: to a desk, or to one person of it."""

    __tablename__ = "desk_rule"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    city_slug: Mapped[str | None] = mapped_column(ForeignKey("city.slug"))
    topic_slug: Mapped[str | None] = mapped_column(ForeignKey("topic.slug"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    place: Mapped[str] = mapped_column(String(81), unique=True)
    """City and topic as one word, so that no two rules are for the same: NULL equals nothing."""

    desk: Mapped[Desk] = relationship(lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")


class Absence(Base):
    """Days on which somebody is away, and who stands in for them."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("stand_in_id IS NULL OR stand_in_id <> account_id", name="two_people"),
        Index("ix_absence_account", "account_id", "last_day"),
        Index("ix_absence_stand_in", "stand_in_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)

    account: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=account_id)
    stand_in: Mapped[Account | None] = relationship(lazy="raise_on_sql", foreign_keys=stand_in_id)


def desks_of_city(session: Session, slug: str, *, with_people: bool = False) -> Sequence[Desk]:
    """The desks to which something of a city comes, first the one for the whole of it.

    With people, head and members are loaded too.
    """
    for_a_topic = func.min(case((DeskRule.topic_slug.is_(None), 0), else_=1))
    wanted = (
        select(Desk)
        .join(DeskRule, DeskRule.desk_id == Desk.id)
        .where(DeskRule.city_slug == slug, Desk.retired_at.is_(None))
        .group_by(Desk.id)
        .order_by(for_a_topic, func.min(DeskRule.id))
    )
    if with_people:
        people = selectinload(Desk.members).joinedload(DeskMember.account)
        wanted = wanted.options(selectinload(Desk.head), people)
    return session.scalars(wanted).all()


def place_of(city_slug: str | None, topic_slug: str | None) -> str:
    """City and topic of a rule as one word."""
    return f"{city_slug or ''}/{topic_slug or ''}"


def route(session: Session, item: QueueItem) -> None:
    """Give an item to the desk and person of the rule that fits it best.

    A rule for city and topic goes before one for the city, that before one for the topic; of
    several cities the first that the item lists counts. Without a rule it is the office's, and
    nobody's.
    """
    rule = _best(_fitting(session, item), item)
    item.desk_id = rule.desk_id if rule else None
    item.assignee_id = rule.account_id if rule else None


def _fitting(session: Session, item: QueueItem) -> Sequence[DeskRule]:
    city, topic = DeskRule.city_slug, DeskRule.topic_slug
    return session.scalars(
        select(DeskRule)
        .join(DeskRule.desk)
        .where(
            or_(city.is_(None), city.in_(item.city_slugs)),
            or_(topic.is_(None), topic == item.topic_slug),
            Desk.retired_at.is_(None),
        )
    ).all()


def _best(rules: Sequence[DeskRule], item: QueueItem) -> DeskRule | None:
    order = {slug: place for place, slug in enumerate(item.city_slugs)}
    return min(
        rules,
        key=lambda rule: (
            rule.city_slug is None,
            rule.topic_slug is None,
            order.get(rule.city_slug or "", 0),
            rule.id,
        ),
        default=None,
    )
