"""Mail domains: how many mails each got in this minute, and which of them rest.

One row for each domain that mail was sent to of late, shared by all workers on all machines.
Whoever claims mails holds the rows of their domains until the claim is committed: so two workers
never count past each other, for a domain or for one of its mailboxes.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base
from citizen_diplomat.mail.rules import (
    CLOCKS_DIFFER,
    DOMAIN_GIVEN_UP_AFTER,
    Lane,
    is_about_domain,
    most_a_minute,
    rest_of,
)

MINUTE = timedelta(minutes=1)
LONGEST_ANSWER = 300
KEPT = timedelta(days=1)
"""A domain of one's own names somebody: what is idle is forgotten."""
_ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,253}>?")


class MailDomain(Base):
    """What all workers must know of one mail domain."""

    __tablename__ = "mail_domain"

    name: Mapped[str] = mapped_column(String(253), primary_key=True)
    minute: Mapped[datetime]
    """The minute of the clock that `taken` counts in."""
    taken: Mapped[int] = mapped_column(default=0)
    booked_for: Mapped[datetime]
    """The last minute for which bulk mails beyond the pace were given a place."""
    booked: Mapped[int] = mapped_column(default=0)
    """How many in that minute."""
    failures: Mapped[int] = mapped_column(default=0)
    """Refusals for now without a success between them."""
    failing_since: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    last_answer: Mapped[str] = mapped_column(Text, default="")
    """Its last refusal, without addresses."""

    def is_resting(self, at: datetime) -> bool:
        """Whether nothing but urgent letters goes there now."""
        return self.rest_until is not None and self.rest_until > at

    def has_given_up(self, at: datetime) -> bool:
        """Whether it has taken nothing for days."""
        return self.failing_since is not None and self.failing_since <= at - DOMAIN_GIVEN_UP_AFTER

    def admit(self, lane: Lane, *, at: datetime, pace: int) -> bool:
        """Count one more mail, if it may leave now."""
        minute = minute_of(at)
        if minute > self.minute or minute < self.minute - CLOCKS_DIFFER:
            self.minute, self.taken = minute, 0
        is_free = not self.is_resting(at) and self.taken < most_a_minute(lane, pace)
        if lane is not Lane.URGENT and not is_free:
            return False
        self.taken += 1
        return True

    def place(self, lane: Lane, *, at: datetime, pace: int) -> datetime:
        """When a mail that may not leave now comes due again.

        Bulk mails get one place after the other, as many in a minute as may leave in one, so that
        each of them is put off once, however many wait. The few others try again in a minute.
        """
        start = max(minute_of(at) + MINUTE, self.rest_until or at)
        if lane is not Lane.BULK:
            return start
        slot = max(minute_of(start), self.booked_for)
        slot += MINUTE * (slot < start)
        if slot == self.booked_for and self.booked >= most_a_minute(lane, pace):
            slot += MINUTE
        if slot != self.booked_for:
            self.booked_for, self.booked = slot, 0
        self.booked += 1
        return slot


def minute_of(at: datetime) -> datetime:
    """The beginning of a moment's minute."""
    return at.replace(second=0, microsecond=0)


def held(session: Session, names: Collection[str], *, at: datetime) -> dict[str, MailDomain]:
    """The rows of these domains, made when there are none, held until the transaction ends."""
    # In one order, and none is held while others are made: or two claims wait for each other.
    wanted = sorted(names)
    there = set(session.scalars(select(MailDomain.name).where(MailDomain.name.in_(wanted))))
    if missing := [name for name in wanted if name not in there]:
        _make(session, missing, at=at)
    rows = session.scalars(
        select(MailDomain)
        .where(MailDomain.name.in_(wanted))
        .order_by(MailDomain.name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.name: row for row in rows}


def failed(session: Session, name: str, answer: str, *, at: datetime) -> None:
    """Take note of a refusal for now; the domain rests when it was not the first."""
    if not is_about_domain(answer):
        return
    row = held(session, [name], at=at)[name]
    if row.is_resting(at):
        # What was on its way when the rest began says nothing new.
        return
    row.failures += 1
    row.failing_since = row.failing_since or at
    row.rest_until = at + rest if (rest := rest_of(row.failures)) else None
    row.last_answer = _ADDRESS.sub("…", answer)[:LONGEST_ANSWER]


def answered(session: Session, names: Collection[str]) -> None:
    """Take note that domains have taken a mail: their rest is over."""
    session.execute(
        update(MailDomain)
        .where(MailDomain.name.in_(sorted(names)), MailDomain.failures > 0)
        .values(failures=0, failing_since=None, rest_until=None, last_answer="")
        .execution_options(synchronize_session=False)
    )


def resting(session: Session, *, at: datetime, limit: int) -> Sequence[MailDomain]:
    """The domains that rest, those first that rest longest."""
    return session.scalars(
        select(MailDomain)
        .where(MailDomain.rest_until > at)
        .order_by(MailDomain.rest_until.desc(), MailDomain.name)
        .limit(limit)
    ).all()


def forget_idle(session: Session, *, at: datetime) -> None:
    """Forget domains that were sent nothing for a day and neither rest nor have mails booked."""
    since = at - KEPT
    session.execute(
        delete(MailDomain)
        .where(
            MailDomain.minute < since,
            MailDomain.booked_for < since,
            or_(MailDomain.rest_until.is_(None), MailDomain.rest_until < since),
        )
        .execution_options(synchronize_session=False)
    )


def _make(session: Session, names: Collection[str], *, at: datetime) -> None:
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(MailDomain) if on_sqlite else postgresql.insert(MailDomain)
    minute = minute_of(at)
    new = {"minute": minute, "taken": 0, "booked_for": minute, "booked": 0, "failures": 0}
    given = [{"name": name, "last_answer": "", **new} for name in names]
    session.execute(insert.on_conflict_do_nothing(), given)
