"""Backup and restore: a consistent copy while somebody writes, and back on either engine."""

import json
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat import create_app
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City
from citizen_diplomat.cli.archive import read_manifest
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.model import Proposal
from config import read_settings
from tests.cast import CHEAP, Cast
from tests.conftest import database_of

Run = Callable[..., Result]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """Another installation, on SQLite, where nothing was prepared."""
    app = create_app(
        read_settings({"DATA_DIR": str(tmp_path / "elsewhere"), "BASE_URL": "http://localhost"}),
        hasher=CHEAP,
    )
    yield app
    database_of(app).close()


def run(app: Flask, *arguments: str) -> Result:
    result: Result = app.test_cli_runner().invoke(args=list(arguments))
    return result


def test_a_backup_made_while_others_write_is_whole(
    app: Flask, cast: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    path, stop, begun = tmp_path / "copy.zip", threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database_of(app).writing() as session, transaction(session):
                # Each transaction changes two tables: a copy holds both or none.
                record(session, "test.made", f"city:{number}", by=cast.hamid.id, at=now())
                session.get_one(City, "porto").member_count += 1
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    made = run(app, "backup", str(path))
    stop.set()
    writer.join()

    assert made.exit_code == 0, made.output
    assert run(elsewhere, "restore", str(path)).exit_code == 0
    assert "The log is whole" in run(elsewhere, "audit", "verify").output
    with database_of(elsewhere).reading() as session:
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        assert session.get_one(City, "porto").member_count == entries
        assert entries


def test_everything_comes_back_as_it_was(app: Flask, tmp_path: Path) -> None:
    run(app, "demo")
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert run(app, "backup", str(first)).exit_code == 0
    restored = run(app, "restore", str(first), "--force")
    assert restored.exit_code == 0, restored.output
    assert run(app, "backup", str(second)).exit_code == 0
    assert _rows(first) == _rows(second)


def test_what_one_engine_wrote_the_other_reads(
    app: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    run(elsewhere, "init")
    run(elsewhere, "demo")
    path, back = tmp_path / "from-sqlite.zip", tmp_path / "back.zip"
    assert run(elsewhere, "backup", str(path)).exit_code == 0
    restored = run(app, "restore", str(path))
    assert restored.exit_code == 0, restored.output
    assert run(app, "backup", str(back)).exit_code == 0
    assert _rows(path) == _rows(back)


def test_numbers_go_on_after_the_restored_ones(
    app: Flask, cast: Cast, session: Session, tmp_path: Path
) -> None:
    session.close()
    path = tmp_path / "copy.zip"
    run(app, "backup", str(path))
    assert run(app, "restore", str(path), "--force").exit_code == 0
    with database_of(app).writing() as fresh:
        highest = fresh.scalar(select(func.max(Account.id))) or 0
        row = OutboxMessage(
            key="k",
            name="received",
            to_address="a@example.org",
            to_key="a@example.org",
            to_name="A",
            language="en",
            values={},
            message_id="m",
            created_at=now(),
            due_at=now(),
        )
        other = Account(
            email="new@example.org",
            email_key="new@example.org",
            display_name="New",
            language="en",
            time_zone="Asia/Tehran",
            created_at=now(),
        )
        fresh.add_all([row, other])
        fresh.flush()
        assert other.id > highest


def test_a_backup_is_for_its_owner_alone_and_never_replaces_a_file(
    app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "copy.zip"
    assert run(app, "backup", str(path)).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = run(app, "backup", str(path))
    assert again.exit_code == 1
    assert "never replaces a file" in again.output
    assert list(tmp_path.iterdir()) == [path]


def test_a_restore_does_not_overwrite_people_unless_told_to(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "copy.zip"
    run(app, "backup", str(path))
    refused = run(app, "restore", str(path))
    assert refused.exit_code == 1
    assert "--force replaces them" in refused.output
    assert run(app, "restore", str(path), "--force").exit_code == 0


def test_a_restore_that_fails_leaves_everything_as_it_was(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    path, broken = tmp_path / "copy.zip", tmp_path / "broken.zip"
    run(app, "backup", str(path))
    with ZipFile(path) as source, ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, b"" if name == "account.jsonl" else content)
    failed = run(app, "restore", str(broken), "--force")
    assert failed.exit_code == 1
    assert len(failed.output.splitlines()) == 1
    with database_of(app).reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 8
        assert session.get(Account, cast.nasrin.id)


HOSTILE: dict[str, dict[str, bytes | None]] = {
    "no manifest": {"manifest.json": None},
    "a list": {"manifest.json": b"[]"},
    "no rows": {"manifest.json": b'{"format": 1}'},
    "words for numbers": {"manifest.json": b'{"format": 1, "schema": "1", "rows": {"city": "x"}}'},
    "no JSON": {"account.jsonl": b"{\n"},
    "a list for a row": {"account.jsonl": b"[1]\n"},
    "a column of nobody": {"account.jsonl": b'{"is_god": true}\n'},
    "a word for a moment": {"account.jsonl": b'{"id": 1, "created_at": "soon"}\n'},
    "half a row": {"account.jsonl": b'{"id": 1}\n'},
    "no UTF-8": {"account.jsonl": b"\xff\xfe\n"},
    "a table less": {"account.jsonl": None},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_changes_nothing(
    app: Flask, cast: Cast, tmp_path: Path, what: str
) -> None:
    path, hostile = tmp_path / "copy.zip", tmp_path / "hostile.zip"
    run(app, "backup", str(path))
    with ZipFile(path) as source, ZipFile(hostile, "w") as target:
        for name in source.namelist():
            content = HOSTILE[what].get(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    refused = run(app, "restore", str(hostile), "--force")
    assert isinstance(refused.exception, SystemExit), refused.exception
    assert refused.exit_code == 1
    assert len(refused.output.splitlines()) == 1
    with database_of(app).reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 8


def test_an_archive_writes_nothing_but_rows(app: Flask, cast: Cast, tmp_path: Path) -> None:
    path, escaped = tmp_path / "deep" / "copy.zip", tmp_path / "escaped.jsonl"
    path.parent.mkdir()
    run(app, "backup", str(path))
    with ZipFile(path, "a") as archive:
        for name in ("../escaped.jsonl", str(escaped), "sqlite_master.jsonl", "pg_authid.jsonl"):
            archive.writestr(name, '{"rolname": "evil"}\n')
    assert run(app, "restore", str(path), "--force").exit_code == 0
    assert not escaped.exists()
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_backup_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Isfahan")
    refused = run(app, "restore", str(path), "--force")
    assert refused.exit_code == 1
    assert "is not a backup" in refused.output


def test_the_files_of_the_old_database_are_gone(elsewhere: Flask, tmp_path: Path) -> None:
    run(elsewhere, "init")
    run(elsewhere, "demo")
    path = tmp_path / "copy.zip"
    run(elsewhere, "backup", str(path))
    assert run(elsewhere, "restore", str(path), "--force").exit_code == 0
    database_of(elsewhere).close()
    left = {file.name for file in (tmp_path / "elsewhere").glob("site.db*")}
    assert left == {"site.db"}
    with database_of(elsewhere).reading() as session:
        assert session.scalar(select(func.count()).select_from(Proposal))


def _rows(path: Path) -> dict[str, list[object]]:
    """All rows by table; PostgreSQL sorts the names within a document its own way."""
    with ZipFile(path) as archive:
        return {
            name: [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
            for name in read_manifest(path)["rows"]
        }
