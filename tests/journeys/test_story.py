"""The main job in a real browser, with a real database, a real worker and a real mail server.

It is told once in each language; whoever has something to say about its pages looks on meanwhile.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.audit import gist, judge, kind
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import ADDRESS, Story
from tests.journeys.weight import too_heavy


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "engine"), [("fa", "sqlite"), ("en", "postgresql")])
def test_from_registration_to_decision_and_digest_every_page_accessible_and_light(
    language: str,
    engine: str,
    browser: Browser,
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
) -> None:
    faults: list[str] = []
    seen: set[str] = set()
    weighed: set[str] = set()

    def look(page: Page) -> None:
        about = gist(page)
        if about in seen:
            return
        seen.add(about)
        # Colours and weight are the same in both languages.
        faults.extend(judge(page, colours=language == "fa"))
        if language == "fa" and kind(about) not in weighed:
            weighed.add(kind(about))
            faults.extend(too_heavy(browser, page))

    def sit_down(site: Site, language: str) -> Reader:
        somebody = reader(site, language)
        somebody.visited = look
        return somebody

    site, letters = site_on(engine)
    Story(site, letters, sit_down, language).tell()
    # Verify, received, changes requested, received again, accepted; nothing twice.
    assert letters.count_to(ADDRESS) == 5
    assert "Traceback" not in site.log()
    assert len(seen) > 20
    assert len(weighed) > 15 or language != "fa"
    assert faults == [], "\n".join(faults)
