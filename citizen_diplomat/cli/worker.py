"""The worker: sends the mail that is due, makes digests, cleans up, and shows that it lives.

The rows of the database are the truth; the worker asks for them once a second. Each piece of work
has its own transaction, and a piece that fails is logged and stops nothing else. Mail goes out in a
thread of its own: a mail server that is slow delays mail and nothing more.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from math import inf
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask

from citizen_diplomat.accounts import actions as accounts
from citizen_diplomat.accounts import changed_address, spent_proofs
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit import days
from citizen_diplomat.cli import bounces, mail_run
from citizen_diplomat.cli.comment_run import tell_of_comments
from citizen_diplomat.cli.digest_letters import DigestComposer
from citizen_diplomat.cli.digest_run import make_due
from citizen_diplomat.cli.event_run import remind, seat
from citizen_diplomat.cli.morning_run import make_mornings
from citizen_diplomat.cli.newsletter_run import NewsletterComposer, send_newsletters
from citizen_diplomat.cli.outcome_run import tell_silent
from citizen_diplomat.cli.publication_run import tell_published
from citizen_diplomat.cli.translation_run import follow_originals
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.foundation import heartbeat
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import domains, inbox
from citizen_diplomat.mail.actions import Office
from citizen_diplomat.mail.bounces import forget_old as forget_old_bounces
from citizen_diplomat.mail.form_letters import FormLetters
from citizen_diplomat.mail.rules import LEASE
from citizen_diplomat.moderation import delays, sanctions
from citizen_diplomat.moderation.office import office as office_of
from citizen_diplomat.moderation.spam_scores import refresh_scores
from citizen_diplomat.newsletter.messages import Newsletter
from citizen_diplomat.overview import fairness
from citizen_diplomat.proposals import attachments, drafts, invitations, visitors
from citizen_diplomat.web.links import absolute, absolute_without_language
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.services import return_paths, services

logger = logging.getLogger("citizen_diplomat.worker")
Clock = Callable[[], datetime]

POLL_SECONDS = 1.0
CHORES_SECONDS = 60.0
SWEEP_SECONDS = 3600.0
"""Listing all files costs more than asking for rows."""
BEAT_SECONDS = heartbeat.EXPECTED_EVERY.total_seconds()
SERVER_AWAY_SECONDS = 30.0
"""How long the mail thread rests when there is no mail server to talk to."""
NAME = "worker"


class Chore(Protocol):
    """Does all that is due at a moment; what takes long ends early when it is asked to stop."""

    def __call__(self, at: datetime, *, stop: threading.Event | None = None) -> object:
        """Do it."""


Chores = tuple[tuple[str, Chore], ...]
"""What the log calls each, and what it does."""


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
        for _, write in WRITING:
            write(at)
        send_due(lambda: at, lease=lease)
        for _, keep in (*KEEPING, *SWEEPING):
            keep(at)


def office(clock: Clock = now) -> Office:
    """Who writes our mails; needs an application context."""
    settings = services().settings
    return Office(
        renderer=services().letters,
        mail_from=settings.mail_from,
        host=_own_host(),
        unsubscribe_link=lambda token: absolute_without_language(
            "unsubscribe.unsubscribe", token=token
        ),
        composers={Digest.name: DigestComposer(clock), Newsletter.name: NewsletterComposer(clock)},
        forms=FormLetters(services().letters),
        way_out=mail_run.way_out,
        return_path=return_paths().of if settings.bounce_address else None,
    )


def send_due(
    clock: Clock, *, lease: timedelta = LEASE, stop: threading.Event | None = None
) -> bool:
    """Send what is due, one after the other; False when there is no mail server to talk to."""
    return mail_run.send_due(lambda: office(clock), clock, lease=lease, stop=stop)


def clean_up(at: datetime) -> None:
    """Forget what has run out: sign-ins, unconfirmed accounts, drafts, old letters, sanctions."""
    with services().database.writing() as session, transaction(session):
        accounts.clean_up(session, at=at)
        spent_proofs.forget_expired(session, at=at)
        changed_address.forget_old(session, at=at)
        inbox.forget_old(session, at=at)
        forget_old_bounces(session, at=at)
        invitations.forget_expired(session, at=at)
        drafts.forget_discarded(session, at=at)
        visitors.forget_old(session, at=at)
        sanctions.run_out(session, at=at, letters=letters())
        domains.forget_idle(session, at=at)


def watch_clocks(at: datetime) -> None:
    """Tell authors whose answer is late, and put their proposals to the front."""
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        waiting = delays.is_anything_missed(session, at=at)
    while waiting:
        with services().database.writing() as session, transaction(session):
            waiting = bool(batch := delays.missed(session, at=at))
            promised = office_of(session)
            for item in batch:
                delays.note_missed(session, item, promised, at=at, link=_own_page)


def _own_page(person: Account, number: int) -> str:
    return absolute(person.language, "member.own", number=number)


def close_days(at: datetime) -> None:
    """Keep the head of the log for each day that is over."""
    zone = services().settings.timezone
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        if not days.is_a_day_over(session, zone=zone, at=at):
            return
    with services().database.writing() as session, transaction(session):
        made = days.close_days(session, zone=zone, at=at)
    logger.info("the log's heads of %s days are kept", made)


def publish_reports(at: datetime) -> None:
    """Publish the fairness report of each month that is over."""
    # Look before taking the write lock, which on SQLite everybody waits for.
    with services().database.reading() as session:
        if not fairness.is_a_month_over(session, at=at):
            return
    with services().database.writing() as session, transaction(session):
        made = fairness.publish(session, at=at)
    logger.info("the fairness reports of %s months are published", made)


def sweep_files(at: datetime) -> None:
    """Remove the files that nothing names any more."""
    with services().database.reading() as session:
        removed = attachments.clean_up(session, services().storage, at=at)
    if removed:
        logger.info("%s files that nothing named were removed", removed)


def score_again(at: datetime) -> None:
    """Let the queue sort by what the desk has taught since things came in."""
    with services().database.writing() as session, transaction(session):
        refresh_scores(session, at=at)


def beat(at: datetime) -> None:
    """Show that the worker lives."""
    with services().database.writing() as session, transaction(session):
        heartbeat.beat(session, NAME, at=at)


def _in_one_go(work: Callable[[datetime], object]) -> Chore:
    """What is over too soon to be stopped."""

    def chore(at: datetime, *, stop: threading.Event | None = None) -> object:
        return None if stop is not None and stop.is_set() else work(at)

    return chore


WRITING: Chores = (
    ("digests", make_due),
    ("mornings", make_mornings),
    ("publications", tell_published),
    ("comments", tell_of_comments),
    ("seats", seat),
    ("reminders", remind),
    ("translations", follow_originals),
    ("newsletters", send_newsletters),
    ("clocks", _in_one_go(watch_clocks)),
    ("silence", _in_one_go(tell_silent)),
)
"""What puts letters into the outbox, each minute."""
KEEPING: Chores = (
    ("bounces", _in_one_go(bounces.look)),
    ("clean-up", _in_one_go(clean_up)),
    ("record", _in_one_go(close_days)),
    ("reports", _in_one_go(publish_reports)),
)
"""What keeps the house, each minute."""
SWEEPING: Chores = (("files", _in_one_go(sweep_files)), ("scores", _in_one_go(score_again)))
"""What costs more, each hour."""


def _mail_loop(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        there = _attempt(app, "mail", lambda: send_due(now, stop=stop))
        stop.wait(SERVER_AWAY_SECONDS if there is False else POLL_SECONDS)


def _chores_loop(app: Flask, stop: threading.Event) -> None:
    beaten = chored = swept = -inf
    while not stop.is_set():
        if monotonic() - beaten >= BEAT_SECONDS:
            beaten = monotonic()
            _attempt(app, "heartbeat", lambda: beat(now()))
        if monotonic() - chored >= CHORES_SECONDS:
            chored = monotonic()
            _attempt_all(app, (*WRITING, *KEEPING), stop)
        if monotonic() - swept >= SWEEP_SECONDS:
            swept = monotonic()
            _attempt_all(app, SWEEPING, stop)
        stop.wait(POLL_SECONDS)


def _attempt_all(app: Flask, chores: Chores, stop: threading.Event) -> None:
    for what, chore in chores:
        _attempt(app, what, partial(chore, now(), stop=stop))


def _attempt(app: Flask, what: str, work: Callable[[], object]) -> object:
    try:
        with app.app_context():
            return work()
    except Exception:
        logger.exception("the worker's %s failed; it goes on", what)
        return None


def _own_host() -> str:
    return urlsplit(services().settings.base_url).hostname or "localhost"
