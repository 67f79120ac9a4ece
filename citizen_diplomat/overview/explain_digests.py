"""Digests for which no letter was made: in a quiet period, or while its member could not hear."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests import ledger
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.rules import Frequency, Period, Told, newest_period, next_period
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.overview.explain_rules import (
    LetterFacts,
    ReaderFacts,
    Why,
    no_digest_at,
)


def without_letter(
    session: Session,
    account: Account,
    subscription: Subscription | None,
    reader: ReaderFacts,
    *,
    since: datetime,
    until: datetime,
    limit: int,
) -> list[LetterFacts]:
    """Of each digest of a member in [since, until) that was never written; two queries.

    Looked at are the newest `limit` in the ledger, and the periods since they chose their rhythm.
    """
    told = ledger.told(session, account.id, limit=limit)
    return _quiet(session, [one for one, fate in told if fate is Told.NOTHING], since, until) + [
        _no_letter(end, why)
        for period, end in _periods(account, subscription, since, until)
        if (why := no_digest_at(reader, end)) is not None
        and all((one.frequency, one.period_start) != period for one, _ in told)
    ]


def _quiet(
    session: Session, issues: list[DigestIssue], since: datetime, until: datetime
) -> list[LetterFacts]:
    """Where a letter was posted and then had nothing to say, the outbox tells of it."""
    within = {one.key: one for one in issues if since <= one.made_at < until}
    posted = select(OutboxMessage.key).where(OutboxMessage.key.in_(within))
    keys = set(session.scalars(posted))
    return [
        _no_letter(one.made_at, Why.NOTHING_NEW) for key, one in within.items() if key not in keys
    ]


def _no_letter(at: datetime, why: Why) -> LetterFacts:
    return LetterFacts(Digest.name, at, stopped_at=at, kept_back=why, never_written=True)


def _periods(
    account: Account, subscription: Subscription | None, since: datetime, until: datetime
) -> Iterator[tuple[tuple[str, date], datetime]]:
    """What names each period of a member that ended in a stretch, and when it did."""
    if subscription is None or subscription.frequency == Frequency.NEVER:
        return
    zone, frequency = ZoneInfo(account.time_zone), Frequency(subscription.frequency)
    begin = max(since, subscription.chosen_at)
    period: Period | None = newest_period(
        frequency, zone=zone, at=begin, weekday=subscription.weekday, hour=subscription.hour
    )
    while period is not None and (end := period.moments(zone)[1]) < until:
        if end > begin:
            yield (frequency.value, period.start), end
        period = next_period(frequency, period)
