"""Fixtures of the journeys: a browser, and sites that really serve, work and send."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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


@pytest.fixture
def site_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], tuple[Site, Letters]]]:
    """A function that gives a prepared site on an engine, and the letters that it sends."""
    with ExitStack() as stack:

        def make(engine: str) -> tuple[Site, Letters]:
            sink = stack.enter_context(SmtpSink())
            environment = {"MAIL_URL": sink.url}
            if engine == "postgresql":
                environment["DATABASE_URL"] = stack.enter_context(postgres_url(tmp_path_factory))
            folder = tmp_path_factory.mktemp("site")
            return stack.enter_context(prepared_site(folder, **environment)), Letters(sink)

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
