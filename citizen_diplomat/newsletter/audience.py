"""Who exactly gets an issue: as a list and a number before its release, and written down at it.

Each filter asks about a part of a profile only where its owner shows it to staff, and each name is
handed out only where the ladder lets staff see it (`directory.ladder`). An empty segment is nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.digests.model import Subscription, SubscriptionTopic
from citizen_diplomat.directory.ladder import may_see
from citizen_diplomat.directory.model import Profile, ProfileSkill
from citizen_diplomat.directory.rules import Part, Reader
from citizen_diplomat.foundation.paging import Cursor, Page, page
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.mail.preferences import wants
from citizen_diplomat.newsletter.model import (
    NewsletterExclusion,
    NewsletterIssue,
    NewsletterRecipient,
)
from citizen_diplomat.newsletter.rules import Fate, Segment

PAGE_LENGTH = 50
SIGNED_IN = "account.signed_in"


@dataclass(frozen=True)
class Listing:
    """A page of the list, and how many get the issue in all."""

    people: Page["Addressee"]
    total: int


@dataclass(frozen=True)
class Addressee:
    """One member on the list of an issue, as far as staff may see them."""

    account_id: int
    name: str | None
    """None when they do not show it to staff."""
    city_slug: str | None
    language: str
    is_left_out: bool = False
    fate: Fate = Fate.LISTED


def may_get() -> ColumnElement[bool]:
    """Accounts that a newsletter may be sent to at all: they asked for it and may come in."""
    return and_(wants(Account.id, Kind.NEWSLETTER, Channel.AT_ONCE), may_come_in())


def count(session: Session, issue: NewsletterIssue, *, at: datetime) -> int:
    """How many would get an issue now, without those who are left out."""
    wanted = select(func.count()).select_from(_reached(issue, at=at).subquery())
    return session.scalar(wanted) or 0


def listed(
    session: Session,
    issue: NewsletterIssue,
    *,
    at: datetime,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Addressee]:
    """Who would get an issue now, by their numbers; those who are left out are marked."""
    query = _people(_is_left_out(issue))
    return _page(session.execute(_from(query, issue, at, after, limit)).all(), after, limit)


def listed_and_counted(
    session: Session, issue: NewsletterIssue, *, at: datetime, after: Cursor[int] | None = None
) -> Listing:
    """The same with how many would get it, in one query."""
    total = select(func.count()).select_from(_reached(issue, at=at).subquery()).scalar_subquery()
    query = _people(_is_left_out(issue), total)
    rows = session.execute(_from(query, issue, at, after, PAGE_LENGTH)).all()
    people = _page([row[:5] for row in rows], after, PAGE_LENGTH)
    return Listing(people, rows[0][5] if rows else count(session, issue, at=at) if after else 0)


def log_of(
    session: Session,
    issue: NewsletterIssue,
    *,
    after: Cursor[int] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Addressee]:
    """Who is on the list of a released issue, by their numbers, and what became of it for each."""
    on_list = and_(
        NewsletterRecipient.account_id == Account.id, NewsletterRecipient.issue_id == issue.id
    )
    query = (
        _people(literal(False), fate())
        .join(NewsletterRecipient, on_list)
        .outerjoin(OutboxMessage, OutboxMessage.id == NewsletterRecipient.outbox_id)
    )
    if after is not None:
        query = query.where(NewsletterRecipient.account_id > after.id)
    rows = session.execute(query.order_by(NewsletterRecipient.account_id).limit(limit + 1)).all()
    return _page(rows, after, limit)


def one_of(
    session: Session, issue: NewsletterIssue, account_id: int, *, at: datetime
) -> Addressee | None:
    """One member of the list as it would be now; None for anybody else."""
    query = _people(_is_left_out(issue)).where(
        Account.id == account_id, *_conditions(issue.audience, at=at)
    )
    row = session.execute(query).one_or_none()
    return Addressee(*row) if row else None


def write_list(session: Session, issue: NewsletterIssue, *, at: datetime) -> int:
    """Write down who gets an issue from now on; returns how many. One statement for all of them."""
    people = _reached(issue, at=at).add_columns(literal(issue.id))
    columns = [NewsletterRecipient.account_id, NewsletterRecipient.issue_id]
    session.execute(insert(NewsletterRecipient).from_select(columns, people))
    # Not every driver tells how many rows such a statement wrote.
    mine = NewsletterRecipient.issue_id == issue.id
    return session.scalar(select(func.count()).select_from(NewsletterRecipient).where(mine)) or 0


def fate() -> ColumnElement[str]:
    """What became of an issue for a recipient, whose mail must have been joined."""
    return case(
        (NewsletterRecipient.handled_at.is_(None), literal(Fate.LISTED.value)),
        (OutboxMessage.sent_at.is_not(None), literal(Fate.SENT.value)),
        (OutboxMessage.stopped_at.is_not(None), literal(Fate.STOPPED.value)),
        (OutboxMessage.failed_at.is_not(None), literal(Fate.FAILED.value)),
        (NewsletterRecipient.outbox_id.is_(None), literal(Fate.LEFT_OUT.value)),
        else_=literal(Fate.WAITING.value),
    )


def _people(*more: Any) -> Select[Any]:
    """Accounts with as much of their profile as staff may see, the left out and more after it."""
    # Who has no profile is of the staff, whose names their colleagues know.
    name = case(
        (or_(Profile.account_id.is_(None), may_see(Reader.STAFF, Part.NAME)), Account.display_name),
        else_=null(),
    )
    city = case((may_see(Reader.STAFF, Part.CITY), Profile.city_slug), else_=null())
    return select(Account.id, name, city, Account.language, *more).outerjoin(
        Profile, Profile.account_id == Account.id
    )


def _from(
    query: Select[Any],
    issue: NewsletterIssue,
    at: datetime,
    after: Cursor[int] | None,
    limit: int,
) -> Select[Any]:
    query = query.where(*_conditions(issue.audience, at=at))
    if after is not None:
        query = query.where(Account.id > after.id)
    return query.order_by(Account.id).limit(limit + 1)


def _page(rows: Iterable[Any], after: Cursor[int] | None, limit: int) -> Page[Addressee]:
    people = [Addressee(*row) for row in rows]
    return page(people, limit, lambda one: (one.account_id, one.account_id), after=after)


def _reached(issue: NewsletterIssue, *, at: datetime) -> Select[Any]:
    return (
        select(Account.id)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(*_conditions(issue.audience, at=at), ~_is_left_out(issue))
    )


def _is_left_out(issue: NewsletterIssue) -> ColumnElement[bool]:
    return exists().where(
        NewsletterExclusion.issue_id == issue.id, NewsletterExclusion.account_id == Account.id
    )


def _conditions(segment: Segment, *, at: datetime) -> list[ColumnElement[bool]]:
    if segment.is_empty:
        return [false()]
    asked = [may_get()]
    if segment.cities:
        asked += [may_see(Reader.STAFF, Part.CITY), Profile.city_slug.in_(segment.cities)]
    if segment.topics:
        asked.append(_hears_of(segment))
    if segment.skills:
        asked += [may_see(Reader.STAFF, Part.SKILLS), _has_skill(segment)]
    if segment.languages:
        asked.append(Account.language.in_(segment.languages))
    if segment.active_days:
        asked.append(_signed_in(since=at - timedelta(days=segment.active_days)))
    if segment.earlier:
        asked.append(_got(segment.earlier, only_failed=segment.only_failed))
    return asked


def _hears_of(segment: Segment) -> ColumnElement[bool]:
    """Members who chose one of the topics for their digest, or all topics by choosing none."""
    chosen = exists().where(SubscriptionTopic.account_id == Account.id)
    one_of_them = chosen.where(SubscriptionTopic.topic_slug.in_(segment.topics))
    has_digest = exists().where(Subscription.account_id == Account.id)
    return or_(one_of_them, and_(has_digest, ~chosen))


def _has_skill(segment: Segment) -> ColumnElement[bool]:
    return exists().where(
        ProfileSkill.account_id == Account.id, ProfileSkill.skill_slug.in_(segment.skills)
    )


def _signed_in(*, since: datetime) -> ColumnElement[bool]:
    # The log, for a sign-in itself is forgotten when it ends.
    return Account.id.in_(
        select(AuditEntry.actor_id).where(
            AuditEntry.action == SIGNED_IN,
            AuditEntry.at >= since,
            AuditEntry.actor_id.is_not(None),
        )
    )


def _got(issue_id: int, *, only_failed: bool) -> ColumnElement[bool]:
    """Members on the list of an issue; `only_failed`: whose mail never left.

    Its mail was given up or kept back, or their turn had not come when it was stopped. Who did not
    want it any more when their turn came is not among them.
    """
    got = select(NewsletterRecipient.account_id).where(NewsletterRecipient.issue_id == issue_id)
    if only_failed:
        has_mail = OutboxMessage.id == NewsletterRecipient.outbox_id
        left_out = and_(
            NewsletterRecipient.handled_at.is_not(None), NewsletterRecipient.outbox_id.is_(None)
        )
        got = got.outerjoin(OutboxMessage, has_mail).where(
            OutboxMessage.sent_at.is_(None), ~left_out
        )
    return Account.id.in_(got)
