"""Sending mail: what is due is claimed in batches and leaves one by one, over one connection.

What has left is noted in the worker's journal before the next is sent, and in the database within a
second. A batch ends early when a mail does not get through, after ten seconds, and when the worker
is to stop; what is left of it goes back, as if nobody had had it. So does what a worker that was
killed had in its hands: see `recover`.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import silenced
from citizen_diplomat.digests import announcements, publications
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import actions, claiming, domains, journal, outbox
from citizen_diplomat.mail.actions import Fate, NothingToSay, Office
from citizen_diplomat.mail.claiming import Claimed
from citizen_diplomat.mail.delivery import (
    Delayed,
    Refused,
    Sender,
    Undelivered,
    Unreachable,
    sender_of,
)
from citizen_diplomat.mail.journal import InHand, Journal
from citizen_diplomat.mail.letter import HeaderInjection, domain_literal
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import Check
from citizen_diplomat.mail.rules import BATCH, HELD_SECONDS, LEASE, SETTLED_WITHIN, KeptBack
from citizen_diplomat.web.links import absolute_without_language, unsubscribe_token
from citizen_diplomat.web.services import services

logger = logging.getLogger("citizen_diplomat.worker")
Clock = Callable[[], datetime]


def send_due(
    office: Callable[[], Office],
    clock: Clock,
    *,
    lease: timedelta = LEASE,
    stop: threading.Event | None = None,
) -> bool:
    """Send what is due, one after the other; False when there is no mail server to talk to."""
    recover(office, clock)
    batch = _claim(clock(), lease)
    if not batch:
        return True
    writer = office()
    with (
        Journal(_journals()) as hands,
        sender_of(services().settings.mail_url, host=domain_literal(writer.host)) as sender,
    ):
        while batch:
            error = _send(writer, sender, batch, clock, stop, hands)
            if isinstance(error, Unreachable):
                return False
            batch = [] if stop is not None and stop.is_set() else _claim(clock(), lease)
    return True


def recover(office: Callable[[], Office], clock: Clock) -> None:
    """Write down what killed workers of this machine had sent, and let go of what they had not.

    The mail that one was about to send stays as it is: perhaps it left, perhaps it is what killed
    it. It is tried again when its lease ends.
    """
    for path in journal.left_behind(_journals()):
        if found := journal.read(path):
            _let_go(office(), found, clock())
        path.unlink(missing_ok=True)


def _let_go(writer: Office, found: Sequence[InHand], at: datetime) -> None:
    with services().database.reading() as session:
        numbers = [one.number for one in found]
        wanted = select(OutboxMessage).where(OutboxMessage.id.in_(numbers))
        rows = {row.id: row for row in session.scalars(wanted.where(~OutboxMessage.done))}
    # What somebody else has claimed since is theirs.
    ours = [one for one in found if one.number in rows]
    ours = [one for one in ours if rows[one.number].due_at == one.leased_until]
    gone = [rows[one.number] for one in ours if one.has_left]
    for row in gone:
        with suppress(NothingToSay):
            actions.write(writer, row)
    with services().database.writing() as session, transaction(session):
        _settle_left(session, writer, gone, at)
        for one in [one for one in ours if not one.has_left][1:]:
            outbox.give_back(session, rows[one.number], due_at=one.was_due)


def _journals() -> Path:
    return services().settings.data_dir / "worker"


def _claim(at: datetime, lease: timedelta) -> list[Claimed]:
    """Claim what leaves next; the claim is durable when this returns. Empty when nothing may."""
    pace = services().settings.mail_pace
    look, batch, moved = BATCH, list[Claimed](), 1
    while not batch and moved:
        # Look before taking the write lock, which on SQLite everybody waits for.
        with services().database.reading() as session:
            if not claiming.is_anything_due(session, at=at):
                return []
        with services().database.writing() as session, transaction(session):
            claim = claiming.claim_batch(session, at=at, lease=lease, look=look, pace=pace)
            gone = outbox.keep_back(
                session, [one.row for one in claim.mails], at=at, also=ALSO_ASKED
            )
        batch = [one for one in claim.mails if one.row.id not in gone]
        moved = claim.moved + len(gone)
        look = BATCH if claim.mails else claiming.FURTHER
    return batch


def way_out(row: OutboxMessage) -> str | None:
    """Where the reader of a mail ends its kind with one click (RFC 8058); None for a stranger."""
    with services().database.reading() as session:
        reader = session.scalar(select(Account.id).where(Account.email_key == row.to_key))
    if reader is None or row.kind is None:
        return None
    token = unsubscribe_token(reader, row.kind)
    return absolute_without_language("unsubscribe.unsubscribe", token=token)


def suspended(session: Session, rows: Sequence[OutboxMessage], at: datetime) -> dict[int, KeptBack]:
    """Which of these mails are for somebody who is barred."""
    found = silenced(session, {(row.to_key, row.name) for row in rows}, at=at)
    return {row.id: KeptBack.SUSPENDED for row in rows if (row.to_key, row.name) in found}


ALSO_ASKED: tuple[Check, ...] = (suspended, publications.hidden, announcements.over)
"""What the room of mails cannot know itself; what it can stands in `outbox.CHECKS`."""


def _send(
    writer: Office,
    sender: Sender,
    batch: Sequence[Claimed],
    clock: Clock,
    stop: threading.Event | None,
    hands: Journal,
) -> Exception | None:
    """Send a batch, or its beginning: what is left when one fails or time is up goes back."""
    began = settled = monotonic()
    fates: list[tuple[OutboxMessage, Exception | None]] = []
    hands.take(batch)
    for place, claimed in enumerate(batch, 1):
        error = _try(writer, sender, claimed.row)
        if error is None:
            hands.left(claimed.row.id)
        fates.append((claimed.row, error))
        rest = batch[place:]
        is_over = (
            isinstance(error, Delayed | Unreachable)
            # What was just learnt of an address holds for its other mails of this batch.
            or (isinstance(error, Refused) and any(_same_address(claimed, one) for one in rest))
            or (stop is not None and stop.is_set())
            or monotonic() - began > HELD_SECONDS
        )
        is_plain = error is None or isinstance(error, NothingToSay)
        if is_plain and rest and not is_over and monotonic() - settled < SETTLED_WITHIN:
            continue
        _settle(writer, fates, clock(), back=rest if is_over else ())
        hands.clear()
        if is_over:
            return error
        hands.take(rest)
        fates, settled = [], monotonic()
    return None


def _same_address(one: Claimed, other: Claimed) -> bool:
    return one.row.to_address == other.row.to_address


def _settle(
    writer: Office,
    fates: Sequence[tuple[OutboxMessage, Exception | None]],
    at: datetime,
    *,
    back: Sequence[Claimed] = (),
) -> None:
    """Write down the fates of mails, and let go of those in `back`."""
    with services().database.writing() as session, transaction(session):
        _settle_left(session, writer, [row for row, error in fates if error is None], at)
        quiet = [row for row, error in fates if isinstance(error, NothingToSay)]
        for row in quiet:
            outbox.stop_claimed(session, row, KeptBack.NOTHING_TO_SAY, at=at)
        writer.settle(session, [Fate(row, has_left=False) for row in quiet], at=at)
        for row, error in fates:
            if error is not None and not isinstance(error, NothingToSay):
                _settle_failed(session, row, error, at)
        for claimed in back:
            outbox.give_back(session, claimed.row, due_at=claimed.was_due)


def _settle_left(
    session: Session, writer: Office, rows: Sequence[OutboxMessage], at: datetime
) -> None:
    if rows:
        outbox.mark_sent(session, rows, at=at)
        domains.answered(session, {row.domain for row in rows})
        writer.settle(session, [Fate(row, has_left=True) for row in rows], at=at)


def _settle_failed(session: Session, row: OutboxMessage, error: Exception, at: datetime) -> None:
    if isinstance(error, Refused | HeaderInjection):
        outbox.give_up(session, row, str(error), at=at)
    elif isinstance(error, Unreachable):
        outbox.put_back(session, row, str(error), at=at)
    else:
        outbox.postpone(session, row, str(error), at=at)
        domains.failed(session, row.domain, str(error), at=at)
    said = str(error).replace(row.to_address, "the recipient")
    logger.warning("mail %s (%s) not sent: %s", row.id, row.name, said)


def _try(writer: Office, sender: Sender, row: OutboxMessage) -> Exception | None:
    try:
        actions.send(writer, sender, row)
    except (Undelivered, HeaderInjection, NothingToSay) as error:
        return error
    except Exception as error:
        # A template that fails is put right by the next release; the mail waits for it.
        logger.exception("mail %s (%s) cannot be written", row.id, row.name)
        return Delayed(f"{type(error).__name__}: {error}")
    return None
