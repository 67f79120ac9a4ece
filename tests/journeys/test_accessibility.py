"""Every page of the story and of the desk, for everybody: WCAG 2.2 A and AA, and the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.audit import gist, judge
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import Story

PUBLIC = (
    "",
    "cities",
    "cities/freiburg",
    "proposals",
    "proposals?q=zzzz",
    "about",
    "how-we-decide",
    "privacy",
    "terms",
    "accessibility",
    "help",
    "login",
    "password/forgot",
    "register",
)
PAGES = {
    "": PUBLIC,
    "nasrin": ("members", "me/proposals", "me/security", "me/mail", "me/profile"),
    "hamid": ("staff/queue", "staff/queue?q=zzzz", "staff/members"),
    "arash": ("staff/log",),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_of_the_story_is_accessible(
    language: str,
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
) -> None:
    faults: list[str] = []
    seen: set[str] = set()

    def look(page: Page) -> None:
        if gist(page) not in seen:
            seen.add(gist(page))
            faults.extend(judge(page))

    def sit_down(site: Site, language: str) -> Reader:
        somebody = reader(site, language)
        somebody.visited = look
        return somebody

    site, letters = site_on("sqlite")
    Story(site, letters, sit_down, language).tell()
    assert len(seen) > 20
    assert faults == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_pages_full_of_content_are_accessible(
    language: str, who: str, demo: Site, reader: Callable[..., Reader]
) -> None:
    somebody = reader(demo, language)
    if who:
        somebody.sign_in(f"{who}@example.org", demo.passphrase)
    faults: list[str] = []
    for path in PAGES[who]:
        somebody.open(path)
        faults += judge(somebody.page)
    assert faults == []


def test_a_refused_form_says_so_to_everybody(demo: Site, reader: Callable[..., Reader]) -> None:
    somebody = reader(demo, "fa")
    somebody.open("register")
    somebody.press("Create account")
    assert somebody.page.title().startswith(somebody.say("Error:"))
    assert somebody.focused("class") == "errs"
    assert judge(somebody.page) == []
    # Each line of the summary leads to its field.
    somebody.page.keyboard.press("Tab")
    somebody.page.keyboard.press("Enter")
    assert somebody.focused("name") == "display_name"
