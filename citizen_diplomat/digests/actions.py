"""Choosing and ending a digest."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.consents import give_consent
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import ConsentPurpose
from citizen_diplomat.audit import actions as audit
from citizen_diplomat.digests import queries
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import Subscription, SubscriptionCity, SubscriptionTopic
from citizen_diplomat.digests.rules import CONSENT_TEXT_VERSION, Frequency
from citizen_diplomat.mail import outbox

UNSUBSCRIBE = "unsubscribe"
"""The purpose that unsubscribe tokens are signed for; their value is [account id, mail name]."""


def choose(
    session: Session,
    account: Account,
    frequency: Frequency,
    *,
    cities: Collection[str] = (),
    topics: Collection[str] = (),
    weekday: int | None = None,
    hour: int | None = None,
    by: Account,
    at: datetime,
    source: str,
) -> None:
    """Set how often a member hears, and of which cities and topics (none: all of them).

    `weekday` (as `date.weekday()` counts) is when a weekly digest comes and `hour` (0 to 23, the
    member's clock) when any does; None leaves them as they are.
    A yes or no that is new is kept as a consent, with where it came from (GDPR art. 7(1)).
    """
    # Two requests at once must not both think that they are the first.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    subscription = queries.subscription_of(session, account.id)
    if subscription is None:
        subscription = Subscription(
            account_id=account.id, frequency=Frequency.NEVER, since=at, chosen_at=at
        )
        session.add(subscription)
    was = Frequency(subscription.frequency)
    _narrow(subscription, cities, topics)
    _set_time(subscription, weekday, hour, at=at)
    _set_frequency(session, account, subscription, frequency, at=at)
    if (was == Frequency.NEVER) != (frequency == Frequency.NEVER):
        _consent(session, account, given=frequency != Frequency.NEVER, at=at, source=source)
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
        _consent(session, account, given=False, at=at, source=source)
        audit.record(
            session,
            "digest.chosen",
            f"account:{account_id}",
            by=account_id,
            at=at,
            frequency=Frequency.NEVER,
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


def _set_time(
    subscription: Subscription, weekday: int | None, hour: int | None, *, at: datetime
) -> None:
    chosen = {"weekday": weekday, "hour": hour}
    for name, value in chosen.items():
        if value is not None and value != getattr(subscription, name):
            setattr(subscription, name, value)
            subscription.chosen_at = at


def _set_frequency(
    session: Session,
    account: Account,
    subscription: Subscription,
    frequency: Frequency,
    *,
    at: datetime,
) -> None:
    if subscription.frequency != frequency:
        # Whoever hears already goes on where the last digest ended.
        if Frequency.NEVER in {subscription.frequency, frequency}:
            subscription.since = at
        subscription.frequency = frequency
        subscription.chosen_at = at
    if frequency == Frequency.NEVER:
        outbox.suppress(session, account.email, Digest.name, at=at)
    else:
        outbox.allow(session, account.email, Digest.name)


def _consent(session: Session, account: Account, *, given: bool, at: datetime, source: str) -> None:
    give_consent(
        session,
        account,
        ConsentPurpose.DIGEST,
        source=source,
        at=at,
        given=given,
        text_version=CONSENT_TEXT_VERSION,
    )
