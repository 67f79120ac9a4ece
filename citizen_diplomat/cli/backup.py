"""`flask backup` and `flask restore`: a copy of all rows while the site runs, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import broken_entries
from citizen_diplomat.audit.days import broken_heads
from citizen_diplomat.cli.archive import (
    ArchiveError,
    read_archive,
    read_manifest,
    schema_of,
    write_archive,
)
from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.cli.init import upgrade_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Base, Database
from citizen_diplomat.web.services import services

SEALED = ("audit_entry", "audit_day_head", "access_receipt", "revision")
"""The tables whose rows the database refuses to change or delete."""


@command("backup")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Write a consistent copy of the database to the new file PATH; the site may run meanwhile.

    It holds all rows, and neither settings nor the secret key nor mails in a folder.
    """
    require_schema()
    count = write_archive(services().database, path, at=now())
    click.echo(f"{path}: {count} rows")


@command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database.")
def restore(path: Path, force: bool) -> None:
    """Fill the database with the rows of the backup PATH. Stop the site first."""
    try:
        read_manifest(path)
        count = restore_from(path, force=force)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} rows of {path} are restored; the log is whole.")


def restore_from(path: Path, *, force: bool) -> int:
    """Replace the database by a backup; returns the number of rows.

    Raises ArchiveError, and leaves what was there, when it holds accounts and not `force`, when
    the backup is of another schema, or when its log is broken.
    """
    database = services().database
    if not force and _holds_accounts(database):
        raise ArchiveError("this database holds accounts; --force replaces them")
    with _emptied_file(database) if database.is_sqlite else _emptied_tables(database) as connection:
        schema = read_manifest(path)["schema"]
        if schema != schema_of(connection):
            raise ArchiveError(
                f"{path} has schema {schema}, this release has {schema_of(connection)}: restore "
                "with the release that made it, then upgrade"
            )
        count = read_archive(path, connection)
        _refuse_broken(connection)
    return count


@contextmanager
def _emptied_file(database: Database) -> Iterator[Connection]:
    """A new file instead of the old one, which comes back if anything fails."""
    file = Path(str(database.url.database))
    aside = file.with_name(file.name + ".before-restore")
    database.close()
    _move(file, aside)
    try:
        upgrade_schema()
        with database.for_migrations().begin() as connection:
            yield connection
            if connection.execute(text("PRAGMA foreign_key_check")).first():
                raise ArchiveError("rows of the backup point to rows that it does not have")
    except BaseException:
        database.close()
        _remove(file)
        _move(aside, file)
        raise
    _remove(aside)


@contextmanager
def _emptied_tables(database: Database) -> Iterator[Connection]:
    """All tables empty, in one transaction: nothing is lost if anything fails."""
    upgrade_schema()
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        # Only the owner of these tables may set their guards aside, and only until this commits.
        for table in SEALED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(f"TRUNCATE {names}"))
        yield connection
        for table in SEALED:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def _holds_accounts(database: Database) -> bool:
    file = database.url.database
    if database.is_sqlite and not (file and Path(file).exists()):
        return False
    with database.engine.connect() as connection:
        if not database.engine.dialect.has_table(connection, Account.__tablename__):
            return False
        return bool(connection.scalar(select(func.count()).select_from(Account)))


def _refuse_broken(connection: Connection) -> None:
    session = Session(connection)
    broken = list(broken_entries(session))
    if broken:
        raise ArchiveError(f"the log in the backup is broken at entry {broken[0].id}")
    heads = broken_heads(session)
    if heads:
        raise ArchiveError(f"the log in the backup is not what was published on {heads[0].day}")


def _move(file: Path, aside: Path) -> None:
    for end in ("", "-wal", "-shm"):
        found = Path(f"{file}{end}")
        if found.exists():
            found.replace(f"{aside}{end}")


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
