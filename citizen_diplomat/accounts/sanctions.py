"""Sanctions and what each of them hides, for all rooms that ask whether one is in force.

They are imposed and ended by `moderation.sanctions`; here stands what every room may ask.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import (
    BARRING,
    ENDING_LENGTH,
    FACTS_LENGTH,
    Breach,
    Ending,
    Hidden,
    SanctionKind,
)
from citizen_diplomat.foundation.database import Base, Key, one_of
from citizen_diplomat.foundation.paging import Cursor, Page, page

PAGE_LENGTH = 25

HEARD_STILL = frozenset(
    {"sanction", "sanction_ended", "sanction_upheld", "reset", "passphrase_changed"}
    | {"address_change"}
)
"""Letters to somebody who cannot sign in: about that, and about the passphrase that opens what is
theirs by right, their data (GDPR art. 15). They ask for the latter themselves."""


class Sanction(Base):
    """What was imposed on somebody, why, by whom, until when, and how it ended."""

    __tablename__ = "sanction"
    __table_args__ = (
        one_of("kind", SanctionKind),
        one_of("breach", Breach),
        one_of("ending", Ending),
        CheckConstraint("(kind IN ('limit', 'suspend')) = (ends_at IS NOT NULL)", name="has_end"),
        CheckConstraint("(kind = 'limit') = (acts_a_day IS NOT NULL)", name="has_limit"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        CheckConstraint("imposed_by <> account_id", name="two_people"),
        CheckConstraint(f"length(facts) <= {FACTS_LENGTH}", name="facts_length"),
        CheckConstraint(f"length(ending_reason) <= {ENDING_LENGTH}", name="ending_reason_length"),
        UniqueConstraint("account_id", "form_key"),
        Index("ix_sanction_account", "account_id", "id"),
        Index("ix_sanction_ended", "ended_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    breach: Mapped[str] = mapped_column(String(20))
    facts: Mapped[str] = mapped_column(Text)
    """What they did, as they read it; emptied when they close their account."""
    was_reported: Mapped[bool]
    hides: Mapped[bool]
    acts_a_day: Mapped[int | None]
    form_key: Mapped[str] = mapped_column(String(64))
    """Made with the empty form: posting it twice imposes one sanction."""
    begun_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """When it ends by itself; what it hid is shown again by the worker, within a minute."""
    imposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(10))
    ending_reason: Mapped[str] = mapped_column(Text, default="")
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=account_id)
    imposer: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=imposed_by)

    def is_in_force(self, at: datetime) -> bool:
        """Whether it has effect at a moment."""
        return self.ended_at is None and (self.ends_at is None or self.ends_at > at)


class SanctionHide(Base):
    """One thing that a sanction hides; `restored_at` is set when it does so no longer."""

    __tablename__ = "sanction_hide"
    __table_args__ = (one_of("kind", Hidden), Index("ix_sanction_hide_subject", "kind", "subject"))

    sanction_id: Mapped[int] = mapped_column(
        ForeignKey("sanction.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The number of the comment or proposal, or of the account whose profile it is."""
    restored_at: Mapped[datetime | None]


def in_force(at: datetime | None = None) -> ColumnElement[bool]:
    """Sanctions that have effect at a moment; without one, those not yet noted to be over."""
    open_still = Sanction.ended_at.is_(None)
    if at is None:
        return open_still
    return and_(open_still, or_(Sanction.ends_at.is_(None), Sanction.ends_at > at))


def is_barred(account_id: Any, *, at: datetime | None = None) -> ColumnElement[bool]:
    """Whether the account of a column, or a number, cannot sign in; see `in_force` for `at`."""
    barred = exists().where(
        Sanction.account_id == account_id, Sanction.kind.in_(sorted(BARRING)), in_force(at)
    )
    return barred.correlate_except(Sanction)


def may_come_in(*, at: datetime | None = None) -> ColumnElement[bool]:
    """Accounts that may sign in: their address confirmed, neither closed nor barred.

    See `in_force` for `at`.
    """
    is_open = and_(Account.verified_at.is_not(None), Account.closed_at.is_(None))
    return and_(is_open, ~is_barred(Account.id, at=at))


def is_hidden(kind: Hidden, subject: Any) -> ColumnElement[bool]:
    """Whether a sanction hides the thing whose number stands in a column."""
    return exists().where(
        SanctionHide.kind == kind,
        SanctionHide.subject == subject,
        SanctionHide.restored_at.is_(None),
    )


def barring(session: Session, account_id: int, *, at: datetime) -> Sanction | None:
    """What keeps somebody from signing in, the longest of it, its account loaded; or None."""
    rows = session.scalars(
        select(Sanction)
        .where(Sanction.account_id == account_id, Sanction.kind.in_(sorted(BARRING)), in_force(at))
        .options(joinedload(Sanction.account))
        .order_by(Sanction.ends_at.desc(), Sanction.id)
    ).all()
    return next((row for row in rows if row.ends_at is None), rows[0] if rows else None)


def in_force_of(session: Session, account_id: int, *, at: datetime) -> Sequence[Sanction]:
    """What has effect on somebody at a moment, newest first."""
    return session.scalars(
        select(Sanction)
        .where(Sanction.account_id == account_id, in_force(at))
        .order_by(Sanction.id.desc())
    ).all()


def all_in_force(
    session: Session, *, at: datetime, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[Sanction]:
    """All that has effect at a moment, newest first, with who imposed it."""
    wanted = (
        select(Sanction)
        .where(in_force(at))
        .options(joinedload(Sanction.imposer))
        .order_by(Sanction.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(Sanction.id < after.id)
    return page(session.scalars(wanted).all(), limit, lambda row: (row.id, row.id), after=after)


def silenced(
    session: Session, letters: Collection[tuple[str, str]], *, at: datetime
) -> set[tuple[str, str]]:
    """Which letters, each a key of an address and a name, must not leave: their readers are barred.

    Who cannot sign in hears of that, and of the passphrase, and of nothing else.
    """
    asked = {letter for letter in letters if letter[1] not in HEARD_STILL}
    keys = {key for key, _ in asked}
    barred = set(
        session.scalars(
            select(Account.email_key).where(
                Account.email_key.in_(keys), is_barred(Account.id, at=at)
            )
        )
        if keys
        else ()
    )
    return {letter for letter in asked if letter[0] in barred}


def sanctions_of(session: Session, account_id: int) -> Sequence[Sanction]:
    """All sanctions of somebody, newest first, with who imposed them."""
    return session.scalars(
        select(Sanction)
        .where(Sanction.account_id == account_id)
        .options(joinedload(Sanction.imposer))
        .order_by(Sanction.id.desc())
    ).all()


def sanction_of_number(session: Session, number: int) -> Sanction | None:
    """One sanction with whom it is imposed on, that account's roles loaded."""
    return session.scalar(
        select(Sanction)
        .where(Sanction.id == number)
        .options(joinedload(Sanction.account).selectinload(Account.role_rows))
    )


def let_go(session: Session, kind: Hidden, subject: int, *, at: datetime) -> bool:
    """Let no sanction hide a thing any more, because it is gone; whether one did."""
    gone = session.execute(
        update(SanctionHide)
        .where(
            SanctionHide.kind == kind,
            SanctionHide.subject == subject,
            SanctionHide.restored_at.is_(None),
        )
        .values(restored_at=at)
        .execution_options(synchronize_session=False)
        .returning(SanctionHide.sanction_id)
    )
    return bool(gone.all())
