"""Fixtures of the journeys: a browser, and sites that really serve, work and send."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site, prepared_site
from tests.servers.chromium import find_chromium
from tests.servers.postgres import postgres_url
from tests.servers.smtp import SmtpSink


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser."""
    return find_chromium().launch_arguments()


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site on SQLite as `init` leaves them, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    with prepared_site(folder):
        return folder


@pytest.fixture
def site_on(
    tmp_path_factory: pytest.TempPathFactory, prepared_folder: Path
) -> Iterator[Callable[[str], tuple[Site, Letters]]]:
    """A function that gives a prepared site on an engine, and the letters that it sends."""
    with ExitStack() as stack:

        def make(engine: str) -> tuple[Site, Letters]:
            sink = stack.enter_context(SmtpSink())
            environment = {"MAIL_URL": sink.url}
            folder = tmp_path_factory.mktemp("site")
            if engine == "postgresql":
                environment["DATABASE_URL"] = stack.enter_context(postgres_url(tmp_path_factory))
                site = stack.enter_context(prepared_site(folder, **environment))
            else:
                shutil.copytree(prepared_folder, folder, dirs_exist_ok=True)
                site = stack.enter_context(Site(folder, environment))
            return site, Letters(sink)

        yield make


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site full of invented content, serving; its readers change nothing."""
    with prepared_site(tmp_path_factory.mktemp("demo")) as site:
        site.flask("demo")
        site.start()
        yield site


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Reader]]:
    """A function that gives somebody a browser; afterwards what it noticed is judged."""
    readers: list[Reader] = []

    def sit_down(site: Site, language: str, **options: Any) -> Reader:
        readers.append(Reader(browser, site, language, **options))
        return readers[-1]

    yield sit_down
    for one in readers:
        one.close()
