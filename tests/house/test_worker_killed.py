"""Workers are killed in the middle of 200 messages: none is lost, one in flight comes twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from citizen_diplomat.accounts.messages import VerifyAddress
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rules import LEASE, MailState
from citizen_diplomat.web.services import KEY
from tests.conftest import database_of
from tests.servers.smtp import SmtpSink

PROJECT = Path(__file__).resolve().parents[2]
MESSAGES = 200
KILLED_AFTER = (60, 130)
WITHIN_SECONDS = 60


def test_killed_workers_lose_nothing_and_repeat_only_what_was_in_flight(app: Flask) -> None:
    post_messages(app)
    with SmtpSink(delay=0.005) as sink:
        with worker(app, sink) as first, worker(app, sink) as second:
            for process, count in zip((first, second), KILLED_AFTER, strict=True):
                sink.wait_for(count, seconds=WITHIN_SECONDS)
                process.send_signal(signal.SIGKILL)
                process.wait(WITHIN_SECONDS)
        # What they had claimed is let go of at once; only what was in flight waits for its lease.
        with worker(app, sink, "--once") as process:
            assert process.wait(WITHIN_SECONDS) == 0
        in_flight = [row for row in rows(app) if row.state is not MailState.SENT]
        assert len(in_flight) <= len(KILLED_AFTER)
        later = now() + LEASE + timedelta(seconds=1)
        with worker(app, sink, "--once", "--at", later.isoformat()) as process:
            assert process.wait(WITHIN_SECONDS) == 0
        received = [message.message["Message-ID"] for message in sink.messages]
    repeated = [count for count in Counter(received).values() if count > 1]
    assert len(set(received)) == MESSAGES
    assert len(repeated) <= len(KILLED_AFTER)
    assert all(count == 2 for count in repeated)
    assert {row.state for row in rows(app)} == {MailState.SENT}


def test_a_worker_that_is_asked_to_stop_finishes_the_mail_in_its_hands(app: Flask) -> None:
    post_messages(app)
    with SmtpSink(delay=0.02) as sink, worker(app, sink) as process:
        sink.wait_for(10, seconds=WITHIN_SECONDS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN_SECONDS) == 0
        arrived = len(sink.messages)
    states = Counter(row.state for row in rows(app))
    assert states == {MailState.SENT: arrived, MailState.WAITING: MESSAGES - arrived}
    assert arrived < MESSAGES
    waiting = [row for row in rows(app) if row.state is MailState.WAITING]
    assert all(row.attempts == 0 for row in waiting), "a mail was claimed and then left"


def post_messages(app: Flask) -> None:
    with database_of(app).writing() as session:
        for number in range(MESSAGES):
            outbox.post(
                session,
                VerifyAddress(link=f"https://diplomat.example/fa/verify/{number}"),
                Recipient(f"member{number}@example.org", "Nasrin", "fa"),
                key=f"verify:{number}",
                at=now(),
            )
        session.commit()


def rows(app: Flask) -> list[OutboxMessage]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(OutboxMessage)))


@contextmanager
def worker(app: Flask, sink: SmtpSink, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of the application under test that sends to `sink`."""
    settings = app.extensions[KEY].settings
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}},
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": database_of(app).url.render_as_string(hide_password=False),
        "BASE_URL": settings.base_url,
        "SECRET_KEY": settings.secret_key,
        "MAIL_URL": sink.url,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work", *options]
    with subprocess.Popen(command, cwd=PROJECT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()
