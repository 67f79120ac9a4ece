"""Issues for staff and for everybody, and what was sent to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import HELD_BY, Duty
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.foundation.paging import Cursor, Page, page
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.newsletter.audience import fate
from citizen_diplomat.newsletter.model import NewsletterIssue, NewsletterRecipient
from citizen_diplomat.newsletter.rules import PUBLIC, Fate

PAGE_LENGTH = 20


@dataclass(frozen=True)
class Sent:
    """One issue that a member was on the list of."""

    issue: NewsletterIssue
    fate: Fate
    at: datetime | None
    """When its mail was posted, or they were left out; None while their turn has not come."""
    sent_at: datetime | None


def find(session: Session, number: int, *, to_change: bool = False) -> NewsletterIssue | None:
    """An issue with its editor; `to_change` locks it until the transaction ends."""
    wanted = (
        select(NewsletterIssue)
        .where(NewsletterIssue.id == number)
        .options(joinedload(NewsletterIssue.editor))
    )
    if to_change:
        wanted = wanted.with_for_update(of=NewsletterIssue)
    return session.scalar(wanted)


def issues(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[NewsletterIssue]:
    """All issues for staff, newest first, with who changed each last."""
    wanted = select(NewsletterIssue).options(joinedload(NewsletterIssue.editor))
    return _paged(session, wanted, after, limit)


def public_issues(
    session: Session, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[NewsletterIssue]:
    """The issues that everybody may read, newest first."""
    wanted = select(NewsletterIssue).where(NewsletterIssue.state.in_(sorted(PUBLIC)))
    return _paged(session, wanted, after, limit)


def public_one(session: Session, number: int) -> NewsletterIssue | None:
    """An issue that everybody may read; None for any other."""
    return session.scalar(
        select(NewsletterIssue).where(
            NewsletterIssue.id == number, NewsletterIssue.state.in_(sorted(PUBLIC))
        )
    )


def fates(session: Session, issue: NewsletterIssue) -> dict[Fate, int]:
    """What became of a released issue, in numbers."""
    what = fate()
    rows = session.execute(
        select(what, func.count())
        .select_from(NewsletterRecipient)
        .outerjoin(OutboxMessage, OutboxMessage.id == NewsletterRecipient.outbox_id)
        .where(NewsletterRecipient.issue_id == issue.id)
        .group_by(what)
    )
    return {Fate(name): number for name, number in rows}


def sent_to(session: Session, account_id: int) -> Sequence[Sent]:
    """Every issue that somebody was on the list of, newest first, and what became of each."""
    rows = session.execute(
        select(NewsletterIssue, fate(), NewsletterRecipient.handled_at, OutboxMessage.sent_at)
        .join(NewsletterRecipient, NewsletterRecipient.issue_id == NewsletterIssue.id)
        .outerjoin(OutboxMessage, OutboxMessage.id == NewsletterRecipient.outbox_id)
        .where(NewsletterRecipient.account_id == account_id)
        .order_by(NewsletterIssue.id.desc())
    )
    return [Sent(issue, Fate(what), at, sent_at) for issue, what, at, sent_at in rows]


def count_colleagues(session: Session, account_id: int) -> int:
    """How many others hold the duty and may come in."""
    wanted = (
        select(func.count(Account.id.distinct()))
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.role.in_(sorted(HELD_BY[Duty.NEWSLETTER])),
            Account.id != account_id,
            may_come_in(),
        )
    )
    return session.scalar(wanted) or 0


def _paged(
    session: Session,
    wanted: Select[NewsletterIssue],
    after: Cursor[int] | None,
    limit: int,
) -> Page[NewsletterIssue]:
    wanted = wanted.order_by(NewsletterIssue.id.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(NewsletterIssue.id < after.id)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.id, row.id), after=after)
