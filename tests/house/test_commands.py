"""The commands: each helps, does its work, and fails with one line and no traceback."""

import os
import resource
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from citizen_diplomat.audit.actions import record
from citizen_diplomat.cli.commands import PLACES
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.heartbeat import beat
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.messages import ProposalReceived
from config import PROJECT
from tests.cast import LONG_AGO, Cast

Run = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]
NEED_TABLES = {
    **{name: list[str]() for name in ("demo", "serve", "recount")},
    "staff": ["add", "new@example.org", "--name", "Sara", "--role", "moderator"],
    "work": ["--once"],
    "digest": ["preview", "nasrin@example.org"],
    "mail": ["explain", "nasrin@example.org"],
    "search": ["explain", "کاشی"],
    "audit": ["verify"],
    "working-days": ["1405-09-05", "10"],
    "backup": ["backup.zip"],
    "briefing": ["freiburg", "--out", "pack.pdf"],
}


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command on the test's database."""

    def invoke(*arguments: str) -> Result:
        result: Result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return invoke


@pytest.fixture
def port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.fixture
def elsewhere(tmp_path: Path, port: str) -> Iterator[Start]:
    """Start a command in a process of its own, on an empty folder."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=PROJECT,
            env={**os.environ, "DATA_DIR": str(tmp_path), "PORT": port, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            process.communicate()


def test_every_command_and_subcommand_has_help(app: Flask) -> None:
    runner = app.test_cli_runner()
    context = click.Context(app.cli)
    for name in PLACES:
        found = app.cli.get_command(context, name)
        inner = found.list_commands(context) if isinstance(found, click.Group) else [""]
        for subcommand in inner:
            result = runner.invoke(args=[*f"{name} {subcommand}".split(), "--help"])
            assert result.exit_code == 0
            assert "Usage:" in result.output
            assert len(result.output.splitlines()) > 3, f"{name} {subcommand} says nothing"


def test_every_command_of_the_interface_is_there() -> None:
    interface = "init demo staff work digest mail doctor audit search backup restore serve"
    assert set(PLACES) == {*interface.split(), "briefing", "recount", "similar", "working-days"}


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-11-02", "10", "2026-11-16\t1405-08-25\t16 November 2026 (25 Aban 1405)\n"),
        ("1405-08-11", "1", "2026-11-03\t1405-08-12\t3 November 2026 (12 Aban 1405)\n"),
        ("۱۴۰۴/۱۲/۲۷", "1", "2026-03-25\t1405-01-05\t25 March 2026 (5 Farvardin 1405)\n"),
    ],
)
def test_working_days_are_counted_from_either_calendar(
    run: Run, start: str, number: str, expected: str
) -> None:
    assert run("working-days", start, number).output == expected


@pytest.mark.parametrize("start", ["tomorrow", "2026-13-01", "9999-12-31"])
def test_what_is_no_day_is_said_in_one_line(run: Run, start: str) -> None:
    result = run("working-days", start, "1")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("name", NEED_TABLES)
def test_a_database_that_is_not_prepared_is_said_in_one_line(
    name: str, elsewhere: Start, tmp_path: Path
) -> None:
    process = elsewhere(name, *NEED_TABLES[name])
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == ("Error: the database is not prepared; `flask --app wsgi init` does it\n")
    assert not (tmp_path / "site.db").exists()


def test_a_database_that_cannot_be_reached_is_said_in_one_line(
    elsewhere: Start,
) -> None:
    process = elsewhere("init", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("Error: the database refuses: ")
    assert len(errors.splitlines()) == 1


def test_init_can_be_repeated(run: Run) -> None:
    assert run("init").exit_code == 0
    assert run("init").exit_code == 0


def test_the_site_is_served_until_it_is_stopped(elsewhere: Start, tmp_path: Path) -> None:
    process = elsewhere("serve", "--prepare")
    lines = _until(process, "/dev/mail")
    address = next(line.split(" on ")[1].strip() for line in lines if " on http" in line)
    with urllib.request.urlopen(f"{address}readyz", timeout=10) as answer:
        assert answer.read() == b"ready\n"
    assert any("nasrin@example.org" in line and "نسرین" in line for line in lines)
    assert any("passphrase" in line for line in lines)

    second = elsewhere("serve", "--prepare")
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "cannot listen on 127.0.0.1 port" in errors
    assert len(errors.splitlines()) == 1

    process.send_signal(signal.SIGTERM)
    assert _ended(process) == ""
    assert list((tmp_path / "mail").glob("*.eml"))


def test_a_second_start_takes_less_than_five_seconds_and_keeps_the_data(
    elsewhere: Start, tmp_path: Path
) -> None:
    for command in ("init", "demo"):
        assert _ended(elsewhere(command)) == ""
    before = (tmp_path / "site.db").stat().st_ino
    used = _seconds_used()
    process = elsewhere("serve", "--prepare")
    _until(process, "/dev/mail")
    process.send_signal(signal.SIGINT)
    assert _ended(process) == ""
    # Of the processor: what the other tests do at the same time is not counted.
    assert _seconds_used() - used < 5
    assert (tmp_path / "site.db").stat().st_ino == before
    assert (tmp_path / "site.db").stat().st_mode & 0o077 == 0


def test_work_takes_a_time_of_the_municipality(run: Run) -> None:
    assert run("work", "--once", "--at", "2026-11-28T08:00").exit_code == 0
    assert run("work", "--once", "--at", "2026-11-28T08:00+02:00").exit_code == 0
    wrong = run("work", "--once", "--at", "next week")
    assert wrong.exit_code == 1
    assert "--at must be an ISO time" in wrong.output


def test_the_log_is_verified(run: Run, session: Session, cast: Cast) -> None:
    for number in range(3):
        record(session, "test.made", f"proposal:{number}", by=cast.hamid.id, at=LONG_AGO)
    session.commit()
    assert run("audit", "verify").output == "The log is whole: 3 entries.\n"


def test_the_first_broken_entry_of_the_log_is_named(
    run: Run, session: Session, cast: Cast, engine_name: str
) -> None:
    entries = [
        record(session, "test.made", f"proposal:{number}", by=cast.hamid.id, at=LONG_AGO)
        for number in range(3)
    ]
    if engine_name == "sqlite":
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text("UPDATE audit_entry SET subject = 'proposal:9' WHERE id = :id"), {"id": entries[1].id}
    )
    session.commit()
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: entry {entries[1].id} is broken: test.made proposal:9")


def test_search_explain_folds_and_counts(run: Run, cast: Cast) -> None:
    output = run("search", "explain", "نسرين").output
    assert "folded: نسرین" in output
    assert "members: 1" in output
    assert "public proposals: 0" in output
    assert "queue items: 0" in output


def test_mail_explain_tells_the_fate_of_every_mail(run: Run, session: Session, cast: Cast) -> None:
    nasrin = Recipient(cast.nasrin.email, cast.nasrin.display_name, "fa")
    for key in ("sent", "given-up", "waiting"):
        post(session, ProposalReceived(1, "کاشی", 1, "http://x/"), nasrin, key=key, at=LONG_AGO)
    session.flush()
    rows = {row.key: row for row in session.query(OutboxMessage)}
    rows["sent"].done, rows["sent"].sent_at = True, LONG_AGO
    rows["given-up"].done, rows["given-up"].failed_at = True, LONG_AGO
    rows["given-up"].last_error = "550 no such user"
    session.commit()
    output = run("mail", "explain", "NASRIN@example.org").output
    assert f"account: number {cast.nasrin.id}" in output
    assert "sent 2026-09-01 12:30+03:30" in output
    assert "given up" in output
    assert "550 no such user" in output
    assert "waiting until" in output


def test_mail_explain_of_an_unknown_address(run: Run) -> None:
    output = run("mail", "explain", "nobody@example.org").output
    assert "none has this address" in output
    assert "No mail was written to it." in output


def test_a_digest_nobody_asked_for_has_no_preview(run: Run, cast: Cast) -> None:
    assert "has chosen no digest" in run("digest", "preview", cast.nasrin.email).output
    assert run("digest", "preview", "nobody@example.org").exit_code == 1


def test_the_doctor_finds_a_worker_that_never_ran(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    lines = {line[5:20].strip(): line[:3] for line in result.output.splitlines()}
    assert lines["worker"] == "BAD"
    assert lines["database"] == "ok "
    assert lines["migrations"] == "ok "
    assert lines["reference data"] == "ok "


def test_the_doctor_is_content_with_a_worker_that_lives(run: Run, session: Session) -> None:
    beat(session, "worker", at=now())
    session.commit()
    assert "ok   worker " in run("doctor").output


def _until(process: subprocess.Popen[str], last: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if last in line:
            break
    return lines


def _ended(process: subprocess.Popen[str]) -> str:
    """What a process complained of until it ended; nothing when all went well."""
    _, errors = process.communicate(timeout=60)
    return errors if process.returncode or "Traceback" in errors else ""


def _seconds_used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
