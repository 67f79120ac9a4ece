"""How many bytes a page brings over the wire."""

from typing import Any

from playwright.sync_api import Browser, Page

WITH_ASSETS_CACHED = 100_000  # bytes, headers included
ON_A_FIRST_VISIT = 350_000


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


def too_heavy(browser: Browser, page: Page) -> list[str]:
    """Return what is to be said against the weight of a page, as its reader sees it."""
    # A browser of its own, so that nothing is cached yet.
    with browser.new_context(storage_state=page.context.storage_state()) as fresh:
        tab, address = fresh.new_page(), page.url
        first, again = (received(tab, address) for _ in range(2))
    # The second may come whole from the cache: public pages are kept for a minute.
    assert first > 0, page.url
    if first <= ON_A_FIRST_VISIT and again <= WITH_ASSETS_CACHED:
        return []
    return [f"{page.url}: {first} on a first visit, {again} with assets cached"]
