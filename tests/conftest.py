"""Fixtures: the real application on a real database, once with SQLite and once with PostgreSQL.

Each worker process prepares one database of each engine; every test finds it holding the reference
data and nothing else.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat import create_app
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sessions import open_session
from citizen_diplomat.cli.init import prepare
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Base, Database
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.services import KEY
from citizen_diplomat.web.throttle import limiter
from config import read_settings
from tests import page_check
from tests.cast import CHEAP, Cast, assemble
from tests.servers.postgres import leave, postgres_url

REFERENCE = frozenset({"city", "topic", "skill", "skill_group", "reason", "alembic_version"})


class Browser(FlaskClient):
    """A test client that checks every page it is given."""

    def open(self, *args: object, **options: object) -> TestResponse:
        """Fetch a page; raises AssertionError when it is not what every page must be."""
        response: TestResponse = super().open(*args, **options)  # type: ignore[arg-type]
        has_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if has_page and response.status_code not in {
            301,
            302,
            303,
            304,
            308,
        }:
            page_check.check(response.get_data(as_text=True), response.request.path)
        return response


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty PostgreSQL database that is this worker's own."""
    with postgres_url(tmp_path_factory) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine that a test runs on; every test that touches data runs on both."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def prepared_app(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on one engine, its schema and reference data in place."""
    folder = tmp_path_factory.mktemp(engine_name)
    environment = {
        "DATA_DIR": str(folder),
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "for tests only " * 4,
    }
    if engine_name == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql")
    app = create_app(read_settings(environment), hasher=CHEAP)
    app.testing = True
    app.test_client_class = Browser
    # A crash shall fail the test that met it, unless the test is about crashes.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        prepare()
    database_of(app).close()
    if engine_name == "sqlite":
        shutil.copy(folder / "site.db", folder / "prepared.db")
    yield app
    database_of(app).close()


@pytest.fixture
def app(prepared_app: Flask, engine_name: str) -> Iterator[Flask]:
    """The application, its database holding reference data and nothing else."""
    limiter.reset()
    yield prepared_app
    if engine_name == "sqlite":
        _restore_file(prepared_app)
    else:
        _empty_tables(prepared_app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The browser of somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Account], FlaskClient]:
    """A function that gives the browser of an account, signed in."""

    def sign_in(account: Account) -> FlaskClient:
        with database_of(app).writing() as session:
            person = session.merge(account, load=False)
            token = open_session(session, person, device="Test", remember=False, at=now())
            session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return browser

    return sign_in


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing session on the test's database; commit before a browser shall see what it wrote."""
    with database_of(app).writing() as opened:
        yield opened


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Everybody of tests/cast.py, committed."""
    with database_of(app).writing() as opened:
        people = assemble(opened)
        opened.commit()
        return people


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[OutboxMessage]]:
    """A function that lists the mails posted so far, oldest first."""

    def posted() -> list[OutboxMessage]:
        with database_of(app).reading() as opened:
            return list(opened.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    return posted


@pytest.fixture
def queries(app: Flask) -> Callable[[], object]:
    """A context manager that collects the SQL statements executed within it, pragmas left out."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN")):
                statements.append(statement)

        engine = database_of(app).engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collecting


def database_of(app: Flask) -> Database:
    """The database of an application."""
    database: Database = app.extensions[KEY].database
    return database


def csrf(page: TestResponse) -> str:
    """The CSRF token in a page's first form; raises AssertionError when there is none."""
    found = page.get_data(as_text=True).partition('name="csrf_token"')[2].partition('value="')[2]
    token = found.partition('"')[0]
    assert token, f"{page.request.path} has no form"
    return token


def _restore_file(app: Flask) -> None:
    database_of(app).close()
    folder = Path(app.extensions[KEY].settings.data_dir)
    for rest in ("site.db-wal", "site.db-shm"):
        (folder / rest).unlink(missing_ok=True)
    shutil.copy(folder / "prepared.db", folder / "site.db")


def _empty_tables(app: Flask) -> None:
    names = [
        table.name for table in reversed(Base.metadata.sorted_tables) if table.name not in REFERENCE
    ]
    with database_of(app).writing() as opened:
        # The log refuses to be emptied; a superuser's session may set its triggers aside.
        opened.execute(text("SET LOCAL session_replication_role = replica"))
        opened.execute(text("; ".join(f'DELETE FROM "{name}"' for name in names)))
        opened.execute(text("UPDATE city SET member_count = 0"))
        opened.commit()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' environment apart from the machine's: no setting of a developer leaks in."""
    for name in ("DATABASE_URL", "MAIL_URL", "SECRET_KEY", "BASE_URL", "DATA_DIR"):
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the PostgreSQL server that the processes of this run share."""
    leave()
