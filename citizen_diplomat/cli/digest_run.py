"""Digests: made for everybody who is due, or shown to an operator before they are sent."""

import logging
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

from citizen_diplomat.digests import actions, editions, queries
from citizen_diplomat.digests.editions import Edition
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.queries import Answer
from citizen_diplomat.digests.rules import Frequency, Period, newest_period
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

logger = logging.getLogger("citizen_diplomat.worker")
BATCH = 500
REGULAR = (Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY)


class PageLinks:
    """The pages that a digest links to."""

    def proposal(self, language: str, number: int) -> str:
        """The public page of a proposal."""
        return absolute(language, "public.proposal", number=number)

    def own(self, language: str, number: int) -> str:
        """The author's page of a proposal."""
        return absolute(language, "member.own", number=number)

    def proposals(self, language: str) -> str:
        """The public list."""
        return absolute(language, "public.proposals")

    def queue(self, language: str) -> str:
        """The queue at the desk."""
        return absolute(language, "staff.queue")

    def preferences(self, language: str) -> str:
        """Where a member chooses when and what."""
        return absolute(language, "member.mail")


def make_due(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Make every digest whose period has ended at the moment `at`; returns how many were entered.

    A member whose digest fails is logged and tried again with the next run.
    """
    made = 0
    for frequency in REGULAR:
        with services().database.reading() as session:
            zones = queries.time_zones(session, frequency)
        for zone in zones:
            made += _make_for_zone(frequency, zone, at, stop)
    return made


def preview(address: str, at: datetime) -> Digest | None:
    """The next digest for an address as it would be sent, or None when there is nothing to tell.

    Raises LookupError when nobody with this address has chosen a digest.
    """
    with services().database.reading() as session:
        subscription = queries.subscription_by_address(session, address)
        if subscription is None or subscription.frequency == Frequency.NEVER:
            raise LookupError(f"{address} has chosen no digest")
        return editions.preview(session, subscription, links=PageLinks(), at=at)


def _make_for_zone(
    frequency: Frequency, zone_name: str, at: datetime, stop: threading.Event | None
) -> int:
    zone = ZoneInfo(zone_name)
    period = newest_period(frequency, zone=zone, at=at)
    if period is None:
        return 0
    made, after, edition = 0, 0, None
    while stop is None or not stop.is_set():
        batch = _waiting(frequency, zone_name, period, after)
        if not batch:
            break
        edition = edition or _gather(frequency, period, zone)
        made += _make_batch(edition, batch, at, stop)
        after = batch[-1].account_id
    return made


def _waiting(
    frequency: Frequency, zone_name: str, period: Period, after: int
) -> list[Subscription]:
    with services().database.reading() as session:
        return queries.waiting(
            session,
            frequency,
            time_zone=zone_name,
            period=period,
            end=period.moments(ZoneInfo(zone_name))[1],
            after=after,
            limit=BATCH,
        )


def _gather(frequency: Frequency, period: Period, zone: ZoneInfo) -> Edition:
    with services().database.reading() as session:
        return editions.gather(session, frequency, period, zone=zone)


def _make_batch(
    edition: Edition, batch: list[Subscription], at: datetime, stop: threading.Event | None
) -> int:
    with services().database.reading() as session:
        ids = [subscription.account_id for subscription in batch]
        answers = queries.answers_between(session, ids, edition.start, edition.end)
    made = 0
    for subscription in batch:
        if stop is not None and stop.is_set():
            break
        made += _make_one(edition, subscription, answers.get(subscription.account_id, []), at)
    return made


def _make_one(
    edition: Edition, subscription: Subscription, answers: list[Answer], at: datetime
) -> bool:
    try:
        with services().database.writing() as session, transaction(session):
            return actions.issue(
                session,
                subscription,
                edition,
                answers,
                links=PageLinks(),
                signer=services().signer,
                at=at,
            )
    except Exception:
        logger.exception("digest of account %s failed", subscription.account_id)
        return False
