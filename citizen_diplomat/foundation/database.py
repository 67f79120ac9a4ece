"""Engines, sessions and the one commit point.

Two engines are supported. SQLite is the embedded default: write-ahead log, foreign keys on, a busy
timeout, and `BEGIN IMMEDIATE` for every session that may write (the driver's deferred transactions
lose updates or fail with "database is locked" when two writers meet). PostgreSQL serves more than
one machine. A session opened for reading cannot write on either engine: the database refuses it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

BUSY_TIMEOUT_SECONDS = 15

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
"""Type of generated keys: 64 bits on PostgreSQL; SQLite only numbers rows by itself as INTEGER."""

Document = JSON().with_variant(JSONB(), "postgresql")
"""Type of small structured values."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. Naive values are refused; SQLite's naive answers are made aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Send a moment to the database as UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand back a moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables share one MetaData, so that every constraint has a predictable name."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check constraint that keeps `column` to the values of an enumeration, named after it."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Database:
    """Opens sessions on one database."""

    def __init__(self, url: str) -> None:
        """Prepare an engine for a SQLAlchemy URL of SQLite or PostgreSQL (psycopg 3)."""
        self.url = make_url(url)
        self.engine = _engine(url)
        self._reading = self.engine.execution_options(postgresql_readonly=True)
        self._writing = self.engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded engine."""
        return self.url.get_backend_name() == "sqlite"

    def reading(self) -> Session:
        """A session that sees one state of the database and cannot change it."""
        return Session(self._reading, expire_on_commit=False)

    def writing(self) -> Session:
        """A session that may write; on SQLite it waits for its turn at its first statement."""
        return Session(self._writing, expire_on_commit=False)

    def for_migrations(self) -> Engine:
        """An engine to change the schema with.

        On SQLite its foreign keys are off: a migration rebuilds tables, and dropping the old one
        would delete the rows that point to it.
        """
        if not self.is_sqlite:
            return self.engine
        engine = create_engine(self.url, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin_sqlite)
        return engine.execution_options(writes=True)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def inserting(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows `on_conflict_do_nothing`, which both engines have under one name."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return (sqlite.insert if is_sqlite else postgresql.insert)(table)


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """The one commit point: all that was done inside becomes durable, or nothing of it."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _engine(url: str) -> Engine:
    """An engine whose errors, and so the logs, do not repeat what people wrote."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
    )


def _prepare_sqlite(connection: DBAPIConnection, record: object) -> None:
    assert isinstance(connection, sqlite3.Connection)
    _leave_transactions_to_us(connection, record)
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
        "journal_mode = WAL",
        # FULL: a power cut after an acknowledged commit loses nothing.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _leave_transactions_to_us(connection: DBAPIConnection, _record: object) -> None:
    """Keep the driver from opening transactions of its own: `_begin_sqlite` does it."""
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None


def _begin_sqlite(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    read_only = bool(options.get("postgresql_readonly"))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
