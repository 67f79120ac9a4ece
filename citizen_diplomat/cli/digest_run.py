"""Digests: entered for everybody who is due, or shown to an operator before they are sent."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime

from citizen_diplomat.digests import editions, ledger, news, queries
from citizen_diplomat.digests.ledger import Rhythm
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.rules import Frequency, Period
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.digest_links import PageLinks
from citizen_diplomat.web.services import services

logger = logging.getLogger("citizen_diplomat.worker")
BATCH = 1_000
"""Members of one transaction; on SQLite everybody else waits for it."""


def make_due(at: datetime, *, stop: threading.Event | None = None) -> int:
    """Enter every digest whose period has ended at the moment `at`; returns how many.

    A batch that fails is logged, and tried again member by member: one stops nobody else.
    """
    note_news(at)
    with services().database.reading() as session:
        rhythms = ledger.rhythms(session)
    return sum(_enter_all(rhythm, at, stop) for rhythm in rhythms)


def note_news(at: datetime) -> None:
    """Give what happened since the last run its place among what digests tell."""
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        if not news.is_anything_new(session, at=at):
            return
    with services().database.writing() as session, transaction(session):
        news.note(session, at=at)


def preview(address: str, at: datetime) -> Digest | None:
    """The next digest for an address as it would be sent, or None when there is nothing to tell.

    Raises LookupError when nobody with this address has chosen a digest.
    """
    with services().database.reading() as session:
        subscription = queries.subscription_by_address(session, address)
        if subscription is None or subscription.frequency == Frequency.NEVER:
            raise LookupError(f"{address} has chosen no digest")
        return editions.preview(session, subscription, links=PageLinks(), at=at)


def _enter_all(rhythm: Rhythm, at: datetime, stop: threading.Event | None) -> int:
    newest = rhythm.newest(at)
    if newest is None:
        return 0
    period, end = newest
    made, after = 0, 0
    while stop is None or not stop.is_set():
        with services().database.reading() as session:
            members = ledger.due(session, rhythm, period, end, after=after, limit=BATCH)
        if not members:
            break
        made += _enter_batch(rhythm, period, end, members, at)
        after = members[-1]
    return made


def _enter_batch(
    rhythm: Rhythm, period: Period, end: datetime, members: Sequence[int], at: datetime
) -> int:
    try:
        return _enter(rhythm, period, end, members, at)
    except Exception:
        if len(members) == 1:
            logger.exception("digest of account %s failed", members[0])
            return 0
        logger.exception("a batch of digests failed; they are tried one by one")
        return sum(_enter_batch(rhythm, period, end, [one], at) for one in members)


def _enter(
    rhythm: Rhythm, period: Period, end: datetime, members: Sequence[int], at: datetime
) -> int:
    with services().database.writing() as session, transaction(session):
        return ledger.enter(
            session, rhythm, period, end, members=members, signer=services().signer, at=at
        )
