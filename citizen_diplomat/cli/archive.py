"""A backup: one zip file with a list of JSON rows for each table, alike for both engines.

All rows are read in one snapshot, so the copy is consistent while the site runs; and what SQLite
wrote can be read into PostgreSQL. docs/decisions/0010-backup-of-rows.md tells why.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - the library's name says too little

from sqlalchemy import (
    Column,
    Connection,
    Date,
    LargeBinary,
    Table,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import StatementError

from citizen_diplomat.foundation.database import Base, Database, UtcDateTime

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 500
Row = dict[str, Any]
# A file that somebody else made, or changed, may hold anything where we look for something.
UNREADABLE = (
    BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError,
    AttributeError, LookupError, TypeError, ValueError, StatementError,
)  # fmt: skip


class ArchiveError(Exception):
    """A backup cannot be made or read; the message is one line."""


def write_archive(database: Database, path: Path, *, at: datetime) -> int:
    """Copy all rows as they are at one moment into a new file at `path`, readable by us alone.

    Returns the number of rows. Raises FileExistsError where there is a file, OSError.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    # Opened with its mode: what it holds is private from the first byte on.
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                counts = _write_tables(database, archive, at=at)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise FileExistsError(f"{path} exists; a backup never replaces a file")
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return sum(counts.values())


def read_manifest(path: Path) -> Row:
    """What a backup says of itself. Raises ArchiveError if it is none, or was damaged."""
    try:
        with ZipFile(path) as archive:
            damaged = archive.testzip()
            manifest: Row = json.loads(archive.read(MANIFEST))
        _ = manifest["format"], manifest["schema"], sum(manifest["rows"].values())
    except UNREADABLE as error:
        raise ArchiveError(f"{path} is not a backup of this application") from error
    if damaged:
        raise ArchiveError(f"{path} is damaged: {damaged}")
    if manifest["format"] != FORMAT:
        raise ArchiveError(f"{path} has format {manifest['format']}; this release reads {FORMAT}")
    return manifest


def read_archive(path: Path, connection: Connection) -> int:
    """Put all rows of a backup into empty tables; returns how many. Raises ArchiveError."""
    manifest = read_manifest(path)
    with ZipFile(path) as archive:
        for table in Base.metadata.sorted_tables:
            if table.name in manifest["rows"]:
                try:
                    count = _read_table(connection, archive, table)
                except UNREADABLE as error:
                    raise ArchiveError(f"{path} is damaged: {table.name} cannot be read") from error
                if count != manifest["rows"][table.name]:
                    raise ArchiveError(f"{path} is damaged: {table.name} has {count} rows")
    if connection.dialect.name == "postgresql":
        _continue_numbering(connection)
    return cast(int, sum(manifest["rows"].values()))


def schema_of(connection: Connection) -> str:
    """The newest migration that was applied to this database."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _write_tables(database: Database, archive: ZipFile, *, at: datetime) -> dict[str, int]:
    engine = database.engine.execution_options(postgresql_readonly=True)
    if not database.is_sqlite:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    counts = {}
    with engine.connect() as connection:
        schema = schema_of(connection)
        for table in Base.metadata.sorted_tables:
            with archive.open(f"{table.name}.jsonl", "w") as file:
                counts[table.name] = _write_table(connection, table, TextIOWrapper(file, "utf-8"))
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(timespec="seconds"),
        "schema": schema,
        "engine": database.url.get_backend_name(),
        "rows": counts,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


def _write_table(connection: Connection, table: Table, file: TextIOWrapper) -> int:
    count = 0
    rows = connection.execution_options(yield_per=BATCH).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows.mappings():
        plain = {name: _to_json(value) for name, value in row.items()}
        file.write(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    file.flush()
    return count


def _read_table(connection: Connection, archive: ZipFile, table: Table) -> int:
    own = _columns_to_itself(table)
    known: set[Any] = set()
    count, later = 0, []
    for rows in _batches(archive, table):
        first = []
        for row in rows:
            # A row may point to one that comes after it: that is put in when all are there.
            ahead = own and not {row[column.name] for column in own} - {None} <= known
            first.append(row | {column.name: None for column in own} if ahead else row)
            if own:
                known.add(row[table.primary_key.columns[0].name])
            if ahead:
                later.append(row)
        connection.execute(insert(table), first)
        count += len(rows)
    for row in later:
        key = [column == row[column.name] for column in table.primary_key.columns]
        values = {column.name: row[column.name] for column in own}
        connection.execute(update(table).where(*key).values(values))
    return count


def _batches(archive: ZipFile, table: Table) -> Iterator[list[Row]]:
    batch: list[Row] = []
    with archive.open(f"{table.name}.jsonl") as file:
        for line in TextIOWrapper(file, "utf-8"):
            batch.append(_from_json(table, json.loads(line)))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _columns_to_itself(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _to_json(value: object) -> object:
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value


def _from_json(table: Table, row: Row) -> Row:
    unknown = set(row) - set(table.columns.keys())
    if unknown:
        raise ArchiveError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    return {name: _value(table.columns[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return b64decode(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _continue_numbering(connection: Connection) -> None:
    """PostgreSQL counts apart from the rows: go on after the highest number."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = connection.scalar(
                select(func.pg_get_serial_sequence(table.name, column.name))
            )
            highest = connection.scalar(select(func.max(column)))
            if sequence and highest:
                connection.execute(select(func.setval(sequence, highest)))
