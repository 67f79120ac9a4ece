"""Choosing and ending a digest, and making the one that is due."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, Consent
from citizen_diplomat.accounts.rules import ConsentPurpose
from citizen_diplomat.audit import actions as audit
from citizen_diplomat.digests import queries
from citizen_diplomat.digests.editions import Edition, Links, digest_for
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import (
    DigestIssue,
    Subscription,
    SubscriptionCity,
    SubscriptionTopic,
)
from citizen_diplomat.digests.queries import Answer
from citizen_diplomat.digests.rules import CONSENT_TEXT_VERSION, Frequency
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.message import Recipient

UNSUBSCRIBE = "unsubscribe"
"""The purpose that unsubscribe tokens are signed for; their value is [account id, mail name]."""


def choose(
    session: Session,
    account: Account,
    frequency: Frequency,
    *,
    cities: Collection[str] = (),
    topics: Collection[str] = (),
    by: Account,
    at: datetime,
    source: str,
) -> None:
    """Set how often a member hears, and of which cities and topics (none: all of them).

    A yes or no that is new is kept as a consent, with where it came from (GDPR art. 7(1)).
    """
    # Two requests at once must not both think that they are the first.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    subscription = queries.subscription_of(session, account.id)
    if subscription is None:
        subscription = Subscription(account_id=account.id, frequency=Frequency.NEVER, since=at)
        session.add(subscription)
    was = Frequency(subscription.frequency)
    _narrow(subscription, cities, topics)
    _set_frequency(session, account, subscription, frequency, at=at)
    if (was == Frequency.NEVER) != (frequency == Frequency.NEVER):
        _consent(session, account.id, given=frequency != Frequency.NEVER, at=at, source=source)
    audit.record(
        session, "digest.chosen", f"account:{account.id}", by=by.id, at=at, frequency=frequency
    )


def unsubscribe(session: Session, account_id: int, *, at: datetime, source: str) -> bool:
    """End the digest of an account, waiting ones included; False when there is no such account.

    Doing it again changes nothing.
    """
    account = session.get(Account, account_id)
    if account is None:
        return False
    outbox.suppress(session, account.email, Digest.name, at=at)
    subscription = queries.subscription_of(session, account_id)
    if subscription is not None and subscription.frequency != Frequency.NEVER:
        _set_frequency(session, account, subscription, Frequency.NEVER, at=at)
        _consent(session, account_id, given=False, at=at, source=source)
        audit.record(
            session,
            "digest.chosen",
            f"account:{account_id}",
            by=account_id,
            at=at,
            frequency=Frequency.NEVER,
        )
    return True


def issue(
    session: Session,
    subscription: Subscription,
    edition: Edition,
    answers: Collection[Answer],
    *,
    links: Links,
    signer: Signer,
    at: datetime,
) -> bool:
    """Enter one member and period into the ledger and post the digest when there is news.

    False when it was made before, by this worker or another, or when the member changed their mind
    since `subscription` was read. Commit for each member by itself.
    """
    if not _is_unchanged(session, subscription):
        return False
    digest = digest_for(session, edition, subscription, answers, links=links, at=at)
    if not _enter(session, subscription, edition, digest, at):
        return False
    if digest is not None:
        account = subscription.account
        outbox.post(
            session,
            digest,
            Recipient(account.email, account.display_name, account.language),
            key=f"digest:{account.id}:{edition.frequency}:{edition.period.start}",
            at=at,
            unsubscribe_token=signer.sign(UNSUBSCRIBE, [account.id, Digest.name]),
        )
    return True


def _narrow(subscription: Subscription, cities: Collection[str], topics: Collection[str]) -> None:
    kept_cities = [row for row in subscription.cities if row.city_slug in cities]
    new_cities = set(cities) - {row.city_slug for row in kept_cities}
    subscription.cities = [
        *kept_cities,
        *(SubscriptionCity(city_slug=slug) for slug in sorted(new_cities)),
    ]
    kept_topics = [row for row in subscription.topics if row.topic_slug in topics]
    new_topics = set(topics) - {row.topic_slug for row in kept_topics}
    subscription.topics = [
        *kept_topics,
        *(SubscriptionTopic(topic_slug=slug) for slug in sorted(new_topics)),
    ]


def _set_frequency(
    session: Session,
    account: Account,
    subscription: Subscription,
    frequency: Frequency,
    *,
    at: datetime,
) -> None:
    if subscription.frequency != frequency:
        subscription.frequency = frequency
        subscription.since = at
    if frequency == Frequency.NEVER:
        outbox.suppress(session, account.email, Digest.name, at=at)
    else:
        outbox.allow(session, account.email, Digest.name)


def _consent(session: Session, account_id: int, *, given: bool, at: datetime, source: str) -> None:
    session.add(
        Consent(
            account_id=account_id,
            purpose=ConsentPurpose.DIGEST,
            given=given,
            source=source,
            text_version=CONSENT_TEXT_VERSION,
            at=at,
        )
    )


def _is_unchanged(session: Session, seen: Subscription) -> bool:
    now = session.execute(
        select(Subscription.frequency, Subscription.since)
        .where(Subscription.account_id == seen.account_id)
        .with_for_update()
    ).one_or_none()
    return now is not None and tuple(now) == (seen.frequency, seen.since)


def _enter(
    session: Session,
    subscription: Subscription,
    edition: Edition,
    digest: Digest | None,
    at: datetime,
) -> bool:
    row = DigestIssue(
        account_id=subscription.account_id,
        frequency=edition.frequency,
        period_start=edition.period.start,
        period_end=edition.period.end,
        item_count=digest.item_count if digest else 0,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # uq_digest_issue_account_id: another worker was first
        return False
    return True
