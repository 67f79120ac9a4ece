"""How fast mail leaves: what a claim costs beside mails that wait, and a whole run by one worker.

The run is held against sending the same bytes over one connection to the same server, in the same
moment: on another machine both are slower, their ratio is not.
"""

import multiprocessing
import socketserver
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import uuid4

from flask import Flask
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from citizen_diplomat.cli import mail_run, worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Database, transaction
from citizen_diplomat.mail import claiming, outbox
from citizen_diplomat.mail.actions import send
from citizen_diplomat.mail.delivery import FolderSender, sender_of
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.services import KEY
from tests.bench_similar import database_url
from tests.mail.letters import cases
from tests.servers.postgres import leave

AT_ONCE = 10_000
SENT = 1_000
CLAIMS = 25
DOMAINS = ("mail.example", "post.example", *(f"town{number}.example" for number in range(200)))
"""Two that most have, and many that few have."""

Site = Callable[..., Flask]


def report(site: Site, sizes: Sequence[int]) -> None:
    """Print, for each engine, mails claimed and mails sent a second."""
    for engine in ("sqlite", "postgresql"):
        with TemporaryDirectory() as folder, database_url(engine, Path(folder)) as url:
            app = site(Path(folder), url)
            database: Database = app.extensions[KEY].database
            done = 0
            for size in sizes:
                fill(database, done, size)
                done = size
                print_claims(f"claimed, {engine} {size:>9,} wait", database)
            with database.writing() as session, transaction(session):
                session.execute(delete(OutboxMessage))
            print_run(f"sent, {engine}", app)
            database.close()
    leave()


def fill(database: Database, first: int, last: int) -> None:
    """Let mails wait, from the `first` to before the `last`, each step committed."""
    at = now() - timedelta(minutes=5)
    for start in range(first, last, AT_ONCE):
        with database.writing() as session, transaction(session):
            _add(session, range(start, min(start + AT_ONCE, last)), at)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def print_claims(name: str, database: Database) -> None:
    """Print what a claim of a batch costs, and how many mails a second that is."""
    durations, taken = [], 0
    for _ in range(CLAIMS):
        start = perf_counter()
        with database.writing() as session, transaction(session):
            claim = claiming.claim_batch(session, at=now(), pace=1_000_000)
            outbox.keep_back(session, [one.row for one in claim.mails], at=now())
        durations.append(perf_counter() - start)
        taken += len(claim.mails)
    print(f"{name:<34}{median(durations) * 1000:>8.2f} ms a batch{taken / sum(durations):>10.0f}/s")


def print_run(name: str, app: Flask) -> None:
    """Print what one worker renders and sends a second, and the ratio to sending raw bytes."""
    parts = app.extensions[KEY]
    with server() as port, app.app_context():
        url = f"smtp://127.0.0.1:{port}?tls=none"
        fast = replace(parts.settings, mail_url=url, mail_pace=1_000_000)
        app.extensions[KEY] = replace(parts, settings=fast)
        try:
            fill(parts.database, 0, SENT)
            raw = _raw(parts.database)
            start = perf_counter()
            assert mail_run.send_due(worker.office, now)
            taken = perf_counter() - start
            bare = _send_raw(url, raw)
        finally:
            app.extensions[KEY] = parts
    rate, raw_rate = SENT / taken, len(raw) / bare
    print(f"{name:<34}{rate:>8.0f}/s  raw bytes {raw_rate:>6.0f}/s  ratio {raw_rate / rate:.1f}")


@contextmanager
def server() -> Iterator[int]:
    """Run a mail server that takes everything, in a process of its own; its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Takes) as listening:
        process = multiprocessing.get_context("fork").Process(target=listening.serve_forever)
        process.start()
        try:
            yield listening.server_address[1]
        finally:
            process.kill()
            process.join()


class _Takes(socketserver.StreamRequestHandler):
    """Speaks as little SMTP as there is, so that what is measured is not the server."""

    def handle(self) -> None:
        self.wfile.write(b"220 bench\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    for content in self.rfile:
                        if content == b".\r\n":
                            break
            self.wfile.write(b"250 ok\r\n")


class _Keeps(FolderSender):
    """Keeps letters instead of writing them."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.letters: list[bytes] = []

    def send(self, raw: bytes, *, sender: str, recipient: str, name: str) -> None:
        self.letters.append(raw)


def _raw(database: Database) -> list[bytes]:
    """The same letters as bytes, with nothing left to do but to send them."""
    keeping, office = _Keeps(), worker.office()
    with database.reading() as session:
        for row in session.scalars(select(OutboxMessage)):
            send(office, keeping, row)
    return keeping.letters


def _send_raw(url: str, raw: list[bytes]) -> float:
    start = perf_counter()
    with sender_of(url, host="bench.example") as sender:
        for content in raw:
            sender.send(content, sender="a@b.example", recipient="c@d.example", name="x")
    return perf_counter() - start


def _add(session: Session, numbers: range, at: datetime) -> None:
    """Add weekly digests in both languages, as they are posted."""
    letters = {
        case.language: (case.message.name, case.message.values())
        for case in cases()
        if case.name == "digest"
    }
    rows = []
    for number in numbers:
        language = "fa" if number % 2 else "en"
        name, values = letters[language]
        # Half of them at two providers.
        domain = DOMAINS[number % 2 if number % 4 < 2 else number % len(DOMAINS)]
        address = f"member{number}@{domain}"
        to = {"to_address": address, "to_key": address, "to_name": "Nasrin", "language": language}
        ids = {"key": f"digest:{number}", "message_id": uuid4().hex, "unsubscribe_token": "token"}
        what = {"name": name, "values": values}
        rows.append({**to, **ids, **what, "created_at": at, "due_at": at, "last_error": ""})
    session.execute(insert(OutboxMessage), rows)
