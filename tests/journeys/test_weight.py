"""What a reader pays for a page: bytes received, and how soon the site is there."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.audit import gist
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site, prepared_site
from tests.journeys.story import Story

WITH_ASSETS_CACHED = 100_000  # bytes, headers included
ON_A_FIRST_VISIT = 350_000
READY_WITHIN = 5.0  # seconds


def received(page: Page, address: str) -> int:
    """Return the bytes that came over the wire for a page and all it needs."""
    total = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal total
        total += int(event["encodedDataLength"])

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", count)
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok
    page.evaluate("document.fonts.ready")
    session.detach()
    return total


@pytest.mark.timeout(240)
def test_every_page_of_the_story_is_light(
    browser: Browser,
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
) -> None:
    heavy: list[str] = []
    seen: set[str] = set()

    def weigh(page: Page) -> None:
        if gist(page) in seen:
            return
        seen.add(gist(page))
        # A browser of its own, so that nothing is cached yet.
        with browser.new_context(storage_state=page.context.storage_state()) as fresh:
            tab, address = fresh.new_page(), page.url
            first, again = (received(tab, address) for _ in range(2))
        # The second may come whole from the cache: public pages are kept for a minute.
        assert first > 0, page.url
        if first > ON_A_FIRST_VISIT or again > WITH_ASSETS_CACHED:
            heavy.append(f"{page.url}: {first} on a first visit, {again} with assets cached")

    def sit_down(site: Site, language: str) -> Reader:
        somebody = reader(site, language)
        somebody.visited = weigh
        return somebody

    site, letters = site_on("sqlite")
    Story(site, letters, sit_down, "fa").tell()
    assert len(seen) > 20
    assert heavy == []


@pytest.mark.parametrize("path", ["", "cities", "proposals", "members", "staff/queue"])
def test_pages_full_of_content_are_light(
    path: str, demo: Site, reader: Callable[..., Reader]
) -> None:
    somebody = reader(demo, "fa")
    somebody.sign_in("hamid@example.org", demo.passphrase)
    assert received(somebody.page, f"{demo.url}/fa/{path}") < WITH_ASSETS_CACHED


def test_a_prepared_site_is_ready_within_five_seconds(tmp_path: Path) -> None:
    with prepared_site(tmp_path) as site:
        site.flask("demo")
        begun = monotonic()
        said = site.start("--prepare")
        taken = monotonic() - begun
        assert "nasrin@example.org" in said
        assert taken < READY_WITHIN
