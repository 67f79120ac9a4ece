"""The worker: sends the mail that is due, makes digests, cleans up, and shows that it lives.

The rows of the database are the truth; the worker asks for them once a second. Each piece of work
has its own transaction, and a piece that fails is logged and stops nothing else. Mail goes out in a
thread of its own: a mail server that is slow delays mail and nothing more.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import actions as accounts
from citizen_diplomat.cli.digest_run import make_due
from citizen_diplomat.foundation import heartbeat
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import actions, outbox
from citizen_diplomat.mail.actions import Office
from citizen_diplomat.mail.delivery import (
    Delayed,
    Refused,
    Sender,
    Undelivered,
    Unreachable,
    sender_of,
)
from citizen_diplomat.mail.letter import HeaderInjection, domain_literal
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.mail.rules import LEASE
from citizen_diplomat.web.links import absolute_without_language
from citizen_diplomat.web.services import services
from config import PROJECT

logger = logging.getLogger("citizen_diplomat.worker")
Clock = Callable[[], datetime]

POLL_SECONDS = 1.0
CHORES_SECONDS = 60.0
BEAT_SECONDS = heartbeat.EXPECTED_EVERY.total_seconds()
SERVER_AWAY_SECONDS = 30.0
"""How long the mail thread rests when there is no mail server to talk to."""
NAME = "worker"


def run(app: Flask, stop: threading.Event) -> None:
    """Work until `stop` is set; the mail on its way is finished first."""
    mail = threading.Thread(target=_mail_loop, args=(app, stop), name="worker-mail")
    mail.start()
    _chores_loop(app, stop)
    mail.join()


def work_once(app: Flask, at: datetime, *, lease: timedelta = LEASE) -> None:
    """Do all that is due at the moment `at`, then return.

    Unlike the worker that stays, it lets an error in digests or clean-up be seen by its caller.
    """
    with app.app_context():
        make_due(at)
        send_due(lambda: at, lease=lease)
        clean_up(at)


def office() -> Office:
    """Who writes our mails; needs an application context."""
    settings = services().settings
    return Office(
        renderer=Renderer(services().templates, PROJECT / "translations"),
        mail_from=settings.mail_from,
        host=_own_host(),
        unsubscribe_link=lambda token: absolute_without_language(
            "unsubscribe.unsubscribe", token=token
        ),
    )


def send_due(
    clock: Clock, *, lease: timedelta = LEASE, stop: threading.Event | None = None
) -> bool:
    """Send what is due, one after the other; False when there is no mail server to talk to."""
    row = _first(clock(), lease)
    if row is None:
        return True
    writer = office()
    with sender_of(services().settings.mail_url, host=domain_literal(_own_host())) as sender:
        while row is not None:
            error = _try(writer, sender, row)
            is_away = isinstance(error, Unreachable)
            is_over = is_away or (stop is not None and stop.is_set())
            row = _settle(row, error, clock(), None if is_over else lease)
    return not is_away


def clean_up(at: datetime) -> None:
    """Forget what has run out: links, sign-ins, accounts that were never confirmed."""
    with services().database.writing() as session, transaction(session):
        accounts.clean_up(session, at=at)


def beat(at: datetime) -> None:
    """Show that the worker lives."""
    with services().database.writing() as session, transaction(session):
        heartbeat.beat(session, NAME, at=at)


def _first(at: datetime, lease: timedelta) -> OutboxMessage | None:
    """Claim the first mail of a batch; the claim is durable when this returns."""
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        if not outbox.is_anything_due(session, at=at):
            return None
    with services().database.writing() as session, transaction(session):
        return _claim(session, at, lease)


def _settle(
    row: OutboxMessage, error: Exception | None, at: datetime, lease: timedelta | None
) -> OutboxMessage | None:
    """Write down the fate of a mail and, unless `lease` is None, claim the next one with it."""
    with services().database.writing() as session, transaction(session):
        if error is None:
            outbox.mark_sent(session, row, at=at)
        elif isinstance(error, Refused | HeaderInjection):
            outbox.give_up(session, row, str(error), at=at)
        elif isinstance(error, Unreachable):
            outbox.put_back(session, row, str(error), at=at)
        else:
            outbox.postpone(session, row, str(error), at=at)
        following = _claim(session, at, lease) if lease is not None else None
    if error is not None:
        said = str(error).replace(row.to_address, "the recipient")
        logger.warning("mail %s (%s) not sent: %s", row.id, row.name, said)
    return following


def _claim(session: Session, at: datetime, lease: timedelta) -> OutboxMessage | None:
    while (row := outbox.claim(session, at=at, lease=lease)) is not None:
        if not outbox.keep_back(session, row, at=at):
            return row
    return None


def _try(writer: Office, sender: Sender, row: OutboxMessage) -> Exception | None:
    try:
        actions.send(writer, sender, row)
    except (Undelivered, HeaderInjection) as error:
        return error
    except Exception as error:
        # A template that fails is put right by the next release; the mail waits for it.
        logger.exception("mail %s (%s) cannot be written", row.id, row.name)
        return Delayed(f"{type(error).__name__}: {error}")
    return None


def _mail_loop(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        there = _attempt(app, "mail", lambda: send_due(now, stop=stop))
        stop.wait(SERVER_AWAY_SECONDS if there is False else POLL_SECONDS)


def _chores_loop(app: Flask, stop: threading.Event) -> None:
    beaten = chored = -inf
    while not stop.is_set():
        if monotonic() - beaten >= BEAT_SECONDS:
            beaten = monotonic()
            _attempt(app, "heartbeat", lambda: beat(now()))
        if monotonic() - chored >= CHORES_SECONDS:
            chored = monotonic()
            _attempt(app, "digests", lambda: make_due(now(), stop=stop))
            _attempt(app, "clean-up", lambda: clean_up(now()))
        stop.wait(POLL_SECONDS)


def _attempt(app: Flask, what: str, work: Callable[[], object]) -> object:
    try:
        with app.app_context():
            return work()
    except Exception:
        logger.exception("the worker's %s failed; it goes on", what)
        return None


def _own_host() -> str:
    return urlsplit(services().settings.base_url).hostname or "localhost"
