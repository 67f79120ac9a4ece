"""Fixtures: the real application on a real database, once with SQLite and once with PostgreSQL.

Each worker process prepares one database of each engine; every test finds it holding the reference
data and nothing else.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex

import pytest
from flask import Flask
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from hypothesis import settings
from sqlalchemy import delete, event, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat import create_app
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sessions import open_session
from citizen_diplomat.cities import actions as cities
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.cli.init import prepare
from citizen_diplomat.directory import taxonomy
from citizen_diplomat.directory.model import Skill
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import Base, Database
from citizen_diplomat.foundation.reference_file import read_rows
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation import reasons, review_criteria
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.web import form_guard
from citizen_diplomat.web.services import KEY
from citizen_diplomat.web.throttle import limiter
from config import read_settings
from tests import page_check
from tests.cast import CHEAP, Cast, assemble
from tests.servers.postgres import leave, postgres_url

SETTINGS = ("DATABASE_URL", "MAIL_URL", "SECRET_KEY", "BASE_URL", "DATA_DIR")
# Where it is set, every site that a test starts would compile all code anew.
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
REFERENCE = frozenset(
    {
        *("city", "topic", "skill", "skill_group", "reason", "alembic_version"),
        "relation_event",
    }
)


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


@pytest.fixture(scope="session", autouse=True)
def pages_found_good(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Parse a page once in all processes of this run."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = tmp_path_factory.getbasetemp().parent
        page_check.good_shapes.share(folder / "pages_found_good")


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
    """The application, its database holding reference data and nothing else, no letter sent."""
    limiter.reset()
    yield prepared_app
    shutil.rmtree(Path(prepared_app.extensions[KEY].settings.data_dir) / "mail", ignore_errors=True)
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


def token_of(browser: FlaskClient) -> str:
    """A CSRF token that the site takes from this browser, without opening a page for it."""
    with browser.session_transaction() as cookie:
        secret = cookie.setdefault("csrf_token", token_hex(20))
    with browser.application.test_request_context():
        flask_session["csrf_token"] = secret
        token: str = generate_csrf()
        return token


def slowly(browser: FlaskClient, form: str) -> dict[str, str]:
    """The field of a guarded form that was opened a minute ago, so that no test has to wait."""
    made = (now() - timedelta(minutes=1)).timestamp()
    signer = browser.application.extensions[KEY].signer
    return {"form_time": signer.sign(form_guard.PURPOSE, [form, made])}


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
        # What a test let the office write of a city is the release's again.
        edited = select(City.slug).where(City.edited_at.is_not(None)).limit(1)
        # A migration that went down and up again has left cities without their relations.
        some = select(RelationEvent.id).where(RelationEvent.reference_key.is_not(None)).limit(1)
        if opened.scalar(edited) or not opened.scalar(some):
            opened.execute(delete(RelationEvent))
            opened.execute(text("UPDATE city SET edited_at = NULL, version = 1"))
            cities.load_reference(opened)
        opened.execute(delete(RelationEvent).where(RelationEvent.reference_key.is_(None)))
        opened.execute(text("UPDATE skill SET merged_into = NULL"))
        opened.execute(delete(Skill).where(Skill.slug.not_in(_skills_of_the_release())))
        # A migration that went down and up again has left them without their rules.
        touched = Reason.edited_at.is_not(None) | (Reason.rule_en == "")
        if opened.scalar(select(Reason.slug).where(touched).limit(1)):
            opened.execute(delete(Reason))
            reasons.load_reference(opened)
        # Staff word and weigh them: the next test finds those of the release.
        review_criteria.load_reference(opened)
        opened.commit()


@cache
def _skills_of_the_release() -> list[str]:
    return [skill["slug"] for group in read_rows(taxonomy.FILE) for skill in group["skills"]]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' environment apart from the machine's: no setting of a developer leaks in.

    Rubbish is looked for seldom: what a test leaves is little beside what the application loads.
    """
    for name in (*SETTINGS, NO_BYTECODE):
        os.environ.pop(name, None)
    gc.set_threshold(50_000, 20, 50)
    # How long an example takes, the machine's other work decides.
    settings.register_profile("busy machine", deadline=None)
    settings.load_profile("busy machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process ends with it while the others wait."""

    def rank(item: pytest.Item) -> tuple[bool, int]:
        patience = item.get_closest_marker("timeout")
        return item.path.parent.name != "journeys", -patience.args[0] if patience else 0

    items.sort(key=rank)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the PostgreSQL server that the processes of this run share."""
    leave()
