"""What a weekly digest costs: entering members, and writing and sending their mails, on PostgreSQL.

Each worker is a process of its own, as in life; so is the mail server, which only reads and says
yes. Beside the mails a second stands what the same bytes cost over one bare connection, in the same
run. `python -m tests.bench_digest URL FOLDER MAIL_URL` is one worker.
"""

import json
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.community.model import Follow
from citizen_diplomat.digests.model import Subscription, SubscriptionCity
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.model import Proposal, ProposalCity
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.services import KEY
from tests.bench_similar import database_url
from tests.servers.postgres import leave

AT = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
"""A Saturday on which it is past eight in Europe and in Isfahan."""
LAST_WEEK = AT - timedelta(days=3)
LONG_AGO = AT - timedelta(days=60)
FIRST = 10_000_000
AT_ONCE = 10_000
MOST_SENT = 10_000
"""Of more members only so many mails are sent: their number does not change what one costs."""
PROPOSALS = 24
CITIES = ("freiburg", "barcelona", "florence", "yerevan", "xian")
TOPICS = ("tourism", "handicrafts", "heritage", "transport")
ZONES = ("Europe/Berlin", "Europe/Madrid", "Asia/Tehran")
Site = Callable[..., Flask]


def report(site: Site, sizes: Sequence[int]) -> None:
    """Print what a weekly digest costs for so many members, with one worker and with two."""
    for size in sizes:
        for workers in (1, 2):
            with (
                TemporaryDirectory() as folder,
                database_url("postgresql", Path(folder)) as url,
                _sink() as port,
            ):
                app = site(Path(folder), url)
                _fill(app, size)
                app.extensions[KEY].database.close()
                _measure(url, Path(folder), port, size, workers)
    leave()


def _measure(url: str, folder: Path, port: int, size: int, workers: int) -> None:
    mail_url = f"smtp://127.0.0.1:{port}?tls=none"
    command = [sys.executable, "-m", "tests.bench_digest", url, str(folder), mail_url]
    entered = json.loads(subprocess.check_output([*command, "enter"]))
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(workers)]
    answers = [json.loads(one.communicate()[0]) for one in started]
    sent = sum(answer["sent"] for answer in answers)
    seconds = max(answer["seconds"] for answer in answers)
    raw = _raw(port, answers[0]["bytes"], 500)
    memory = max(answer["megabytes"] for answer in [entered, *answers])
    whole = entered["seconds"] + seconds * entered["made"] / sent
    print(
        f"digest {size:>9,} members, {workers} worker{'s' if workers > 1 else ' '}"
        f"  entered {entered['made'] / entered['seconds']:>7,.0f}/s in {entered['seconds']:.1f} s"
        f"  row {entered['row_bytes']:,.0f} bytes"
        f"  sent {sent:,} at {sent / seconds:,.0f}/s, raw {raw:,.0f}/s, x{seconds * raw / sent:.1f}"
        f"  of {answers[0]['bytes']:,} bytes each  peak {memory:.0f} MB"
        f" (begun with {entered['begun']:.0f} MB)  all in {whole / 60:.1f} min"
        f"{'' if sent == entered['made'] else ' at this pace'}",
        flush=True,
    )


# --- one worker, in its own process ---


def work(url: str, folder: str, mail_url: str, part: str = "") -> dict[str, Any]:
    """Enter what is due, or send what waits; what it took."""
    # Late: a worker alone needs it, and the bench imports us.
    from citizen_diplomat import create_app
    from config import read_settings

    environment = {
        "DATA_DIR": folder,
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "for the bench only " * 4,
        # All of them live at one mail domain here: what is measured is us, not our patience.
        "MAIL_PACE": "1000000",
    }
    app = create_app(read_settings({**environment, "DATABASE_URL": url, "MAIL_URL": mail_url}))
    with app.app_context():
        return _enter(app) if part == "enter" else _send(app)


def _enter(app: Flask) -> dict[str, Any]:
    database = app.extensions[KEY].database
    begun, start = _megabytes(), perf_counter()
    made = digest_run.make_due(AT)
    seconds = perf_counter() - start
    with database.writing() as session, transaction(session):
        row = func.avg(func.pg_column_size(text("outbox_message.*")))
        row_bytes = float(session.scalar(select(row).select_from(OutboxMessage)) or 0)
        newest = session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.done.is_(False))
            .order_by(OutboxMessage.id)
            .offset(MOST_SENT)
            .limit(1)
        ).first()
        if newest is not None:
            others = update(OutboxMessage).where(OutboxMessage.id >= newest)
            session.execute(others.values(due_at=AT + timedelta(days=30)))
    return {
        "made": made,
        "seconds": seconds,
        "row_bytes": row_bytes,
        "begun": begun,
        "megabytes": _megabytes(),
    }


def _send(app: Flask) -> dict[str, Any]:
    start = perf_counter()
    with _counting() as taken:
        worker.send_due(lambda: AT)
    seconds = perf_counter() - start
    average = sum(taken) // max(len(taken), 1)
    return {"sent": len(taken), "seconds": seconds, "bytes": average, "megabytes": _megabytes()}


@contextmanager
def _counting() -> Iterator[list[int]]:
    """The sizes of the letters that were handed to the mail server meanwhile."""
    sizes: list[int] = []
    whole = smtplib.SMTP.data

    def data(self: smtplib.SMTP, message: Any) -> Any:
        sizes.append(len(message))
        return whole(self, message)

    smtplib.SMTP.data = data  # type: ignore[method-assign, assignment]
    try:
        yield sizes
    finally:
        smtplib.SMTP.data = whole  # type: ignore[method-assign]


def _megabytes() -> float:
    """The most memory that this process ever held; `ru_maxrss` would count who started it."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


# --- the mail server ---


def _raw(port: int, size: int, count: int) -> float:
    """Letters of `size` bytes a second over one connection, with nothing else to do."""
    letter = b"Subject: raw\r\n\r\n" + (b"x" * 76 + b"\r\n") * (size // 78)
    with smtplib.SMTP("127.0.0.1", port) as connection:
        start = perf_counter()
        for _ in range(count):
            connection.sendmail("a@example.org", ["b@example.org"], letter)
        return count / (perf_counter() - start)


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server in a process of its own that takes everything; its port."""
    command = [sys.executable, "-m", "tests.bench_digest", "sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def serve() -> None:
    """Take letters until somebody ends us."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_take, args=(connection,), daemon=True).start()


def _take(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 sink\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                while next(lines) != b".\r\n":
                    pass
            is_over = line.upper().startswith(b"QUIT")
            connection.sendall(b"221 goodbye\r\n" if is_over else b"250 fine\r\n")


# --- the members ---


def _fill(app: Flask, size: int) -> None:
    """So many members: two in three hear of everything, the others of a city; some follow."""
    database = app.extensions[KEY].database
    with database.writing() as session:
        _add_proposals(session)
        for first in range(0, size, AT_ONCE):
            with transaction(session):
                _add_members(session, range(first, min(first + AT_ONCE, size)))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _add_proposals(session: Session) -> None:
    with transaction(session):
        session.execute(update(Subscription).values(frequency=Frequency.NEVER))
        author = account_by_email(session, "kamran@example.org")
        assert author is not None
        for each in range(PROPOSALS):
            at = LAST_WEEK + timedelta(minutes=each)
            times = dict.fromkeys(("created_at", "updated_at", "submitted_at", "published_at"), at)
            session.add(
                Proposal(
                    author_id=author.id,
                    state=State.ACCEPTED,
                    language="en",
                    title=f"A path along the river, part {each}",
                    summary="Trees that give shade, benches, and a way for bicycles. " * 3,
                    topic_slug=TOPICS[each % len(TOPICS)],
                    form_key=f"bench {each}",
                    cities=[ProposalCity(city_slug=CITIES[each % len(CITIES)])],
                    **times,
                )
            )


def _add_members(session: Session, numbers: range) -> None:
    people, roles, profiles, hearing, narrowed, followed = [], [], [], [], [], []
    for each in numbers:
        number, address = FIRST + each, f"member{each}@example.org"
        known = {"email": address, "email_key": address, "display_name": f"Member {each}"}
        where = {"language": "en" if each % 3 else "fa", "time_zone": ZONES[each % len(ZONES)]}
        people.append(
            {"id": number, **known, **where, "created_at": LONG_AGO, "verified_at": LONG_AGO}
        )
        roles.append({"account_id": number, "role": Role.MEMBER})
        profiles.append({"account_id": number, "city_slug": CITIES[each % len(CITIES)]})
        chosen = {"frequency": Frequency.WEEKLY, "since": LONG_AGO, "chosen_at": LONG_AGO}
        hearing.append({"account_id": number, **chosen})
        if each % 3 == 0:
            narrowed.append({"account_id": number, "city_slug": CITIES[each // 3 % len(CITIES)]})
        if each % 10 == 0:
            thing = {"kind": "topic", "subject": TOPICS[each // 10 % len(TOPICS)]}
            followed.append({"account_id": number, **thing, "at": LONG_AGO})
    for table, rows in (
        (Account, people),
        (AccountRole, roles),
        (Profile, profiles),
        (Subscription, hearing),
        (SubscriptionCity, narrowed),
        (Follow, followed),
    ):
        session.execute(insert(table), rows)


if __name__ == "__main__":
    if sys.argv[1] == "sink":
        serve()
    else:
        print(json.dumps(work(*sys.argv[1:])))
