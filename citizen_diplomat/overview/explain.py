"""What was written to whom, what became of it and why: the facts for `explain_rules`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import BARRING
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.rules import Frequency, newest_period, next_period
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.bounce_model import StoppedAddress
from citizen_diplomat.mail.bounce_rules import (
    ASKED_FOR,
    LET_THROUGH,
    StopScope,
    is_tried_too_soon,
)
from citizen_diplomat.mail.bounces import stops_of
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.mail.preference_model import MailPreference
from citizen_diplomat.mail.preference_rules import Channel
from citizen_diplomat.mail.queries import HOUR, suppressions_of
from citizen_diplomat.mail.rules import MOST_AN_HOUR, STOPPED_BY, KeptBack, Lane, Scope
from citizen_diplomat.mail.stops import stops
from citizen_diplomat.overview.explain_digests import without_letter
from citizen_diplomat.overview.explain_rules import (
    LetterFacts,
    ReaderFacts,
    Verdict,
    Why,
    explain,
    explain_digest,
)

_KEPT_BACK = {
    KeptBack.UNSUBSCRIBED.value: Why.UNSUBSCRIBED,
    KeptBack.SUSPENDED.value: Why.SUSPENDED,
    KeptBack.CAME_BACK.value: Why.BOUNCED,
    KeptBack.COMPLAINED.value: Why.COMPLAINED,
    KeptBack.NOTHING_TO_SAY.value: Why.NOTHING_NEW,
    KeptBack.WITHDRAWN.value: Why.OVER,
}
MOST = 200
"""Letters of one answer; a shorter period shows older ones."""


@dataclass(frozen=True)
class Explained:
    """One letter with what became of it, or a digest for which none was made."""

    name: str
    kind: str | None
    written_at: datetime
    verdict: Verdict
    has_letter: bool
    """Whether one was written at all: not for a quiet digest, nor for what stands on the site."""


@dataclass(frozen=True)
class Explanation:
    """All of a period, newest first, and what the next digest waits for."""

    letters: Sequence[Explained]
    next_digest: Verdict


def explain_mail(
    session: Session, account: Account, *, since: datetime, until: datetime, at: datetime
) -> Explanation:
    """What somebody was written in [since, until), what became of it, and why; eleven queries."""
    subscription = session.get(Subscription, account.id)
    reader = reader_facts(session, account, at=at)
    letters = letter_facts(session, account.email, account.id, since=since, until=until)
    letters += without_letter(
        session, account, subscription, reader, since=since, until=min(until, at), limit=MOST
    )
    found = [
        Explained(
            facts.name,
            facts.kind,
            facts.written_at,
            explain(facts, reader, at),
            has_letter=not (facts.on_site_only or facts.never_written),
        )
        for facts in letters
    ]
    found.sort(key=lambda one: one.written_at, reverse=True)
    return Explanation(found[:MOST], explain_digest(reader))


def letter_facts(
    session: Session, address: str, account_id: int | None, *, since: datetime, until: datetime
) -> list[LetterFacts]:
    """Of every letter of a period that was written, and of what stood on the site alone."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.to_key == email_key(address),
            OutboxMessage.created_at >= since,
            OutboxMessage.created_at < until,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(MOST)
    )
    return [facts_of(row) for row in rows] + _on_site(session, account_id, since, until)


def facts_of(row: OutboxMessage) -> LetterFacts:
    """What the outbox knows of a letter."""
    return LetterFacts(
        name=row.name,
        kind=row.kind,
        written_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        stopped_at=row.stopped_at,
        failed_at=row.failed_at,
        held_since=row.held_since,
        attempts=row.attempts,
        last_error=row.last_error,
        lane=row.lane,
        kept_back=_kept_back(row) if row.stopped_at else None,
    )


def reader_facts(session: Session, account: Account, *, at: datetime) -> ReaderFacts:
    """What is known of a reader at a moment."""
    suspensions = session.scalars(
        select(Sanction)
        .where(Sanction.account_id == account.id, Sanction.kind.in_(sorted(BARRING)))
        .order_by(Sanction.id)
    )
    preferences = session.scalars(
        select(MailPreference).where(MailPreference.account_id == account.id)
    )
    subscription = session.get(Subscription, account.id)
    stopped = {one.scope: one for one in stops_of(session, account.email, at=at)}
    came_back, complained = stopped.get(StopScope.ALL), stopped.get(StopScope.BULK)
    return ReaderFacts(
        verified_at=account.verified_at,
        closed_at=account.closed_at,
        suspensions=tuple((row.begun_at, _end_of(row, at)) for row in suspensions),
        unsubscribed={row.name: row.at for row in suppressions_of(session, account.email)},
        switched_off={
            row.kind: row.changed_at for row in preferences if Channel.AT_ONCE not in row.channels
        },
        paused={
            lane: row.stopped_at for row in stops(session) for lane in STOPPED_BY[Scope(row.scope)]
        },
        capped_until=_capped_until(session, account, at),
        stopped_address=came_back.since if came_back else None,
        let_through=_let_through(came_back, at),
        complained=complained.since if complained else None,
        frequency=subscription.frequency if subscription else None,
        chosen_at=subscription.chosen_at if subscription else None,
        next_digest_at=_next_digest(account, subscription, at),
    )


def _capped_until(session: Session, account: Account, at: datetime) -> datetime | None:
    """When the first of so many letters as there may be within an hour is an hour ago."""
    count, first = session.execute(
        select(func.count(), func.min(OutboxMessage.handed_at)).where(
            OutboxMessage.to_key == account.email_key,
            OutboxMessage.handed_at > at - HOUR,
            OutboxMessage.lane != Lane.URGENT,
        )
    ).one()
    return first + HOUR if first is not None and count >= MOST_AN_HOUR else None


def _kept_back(row: OutboxMessage) -> Why | None:
    why = _KEPT_BACK.get(row.last_error)
    # Of a newsletter with nothing to say the issue was stopped.
    return Why.OVER if why is Why.NOTHING_NEW and row.name != Digest.name else why


def _let_through(stop: StoppedAddress | None, at: datetime) -> frozenset[str]:
    is_tried = stop is not None and is_tried_too_soon(stop.tried_at, at=at)
    return LET_THROUGH if is_tried else LET_THROUGH | ASKED_FOR


def _end_of(sanction: Sanction, at: datetime) -> datetime | None:
    if sanction.ended_at is not None:
        return sanction.ended_at
    is_over = sanction.ends_at is not None and sanction.ends_at <= at
    return sanction.ends_at if is_over else None


def _next_digest(
    account: Account, subscription: Subscription | None, at: datetime
) -> datetime | None:
    if subscription is None or subscription.frequency == Frequency.NEVER:
        return None
    zone, frequency = ZoneInfo(account.time_zone), Frequency(subscription.frequency)
    newest = newest_period(
        frequency, zone=zone, at=at, weekday=subscription.weekday, hour=subscription.hour
    )
    return next_period(frequency, newest).moments(zone)[1] if newest else None


def _on_site(
    session: Session, account_id: int | None, since: datetime, until: datetime
) -> list[LetterFacts]:
    """What their inbox got and no letter went along with."""
    mailed = select(OutboxMessage.id).where(OutboxMessage.key == InboxEntry.key)
    rows = session.scalars(
        select(InboxEntry)
        .where(
            InboxEntry.account_id == account_id,
            InboxEntry.created_at >= since,
            InboxEntry.created_at < until,
            # Entries of before they had a key came with a letter each.
            InboxEntry.key.is_not(None),
            ~mailed.exists(),
        )
        .order_by(InboxEntry.id.desc())
        .limit(MOST)
    )
    return [LetterFacts(row.name, row.created_at, on_site_only=True) for row in rows]
