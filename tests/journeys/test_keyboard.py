"""By keyboard alone, the focus always visible."""

from collections.abc import Callable

import pytest

from tests.cast import PASSPHRASE
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import Story

MOST_TABS = 200


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_first_stop_skips_to_the_text(
    language: str, demo: Site, reader: Callable[..., Reader]
) -> None:
    somebody = reader(demo, language)
    somebody.open("")
    somebody.page.keyboard.press("Tab")
    assert somebody.focused("class") == "skip"
    assert somebody.focus_is_visible()
    somebody.page.keyboard.press("Enter")
    somebody.page.keyboard.press("Tab")
    assert somebody.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_focus_is_seen_wherever_it_stands(
    language: str, demo: Site, reader: Callable[..., Reader]
) -> None:
    somebody = reader(demo, language)
    for path in ("", "login", "proposals"):
        somebody.open(path)
        stops = somebody.stops(MOST_TABS)
        assert len(stops) > 5
        assert [stop for stop in stops if stop.startswith("hidden: ")] == []


def test_signing_in_and_deciding_by_keyboard_alone(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, letters = site_on("sqlite")
    story = Story(site, letters, reader, "en")
    story.an_isfahani_registers()
    story.she_writes_a_proposal()
    hamid, keyboard = story.moderator, story.moderator.page.keyboard
    hamid.open("login")
    hamid.tab_to("email")
    keyboard.type("hamid@example.org")
    hamid.tab_to("password")
    keyboard.type(PASSPHRASE)
    hamid.going(lambda: keyboard.press("Enter"))
    hamid.open("staff/queue")
    # The keys that the page explains: choose a row, open it, claim it.
    keyboard.press("j")
    hamid.going(lambda: keyboard.press("Enter"))
    hamid.going(lambda: keyboard.press("c"))
    keyboard.press("r")
    assert hamid.focused("name") == "reason"
    keyboard.type("The proposal helps")
    hamid.tab_to("message")
    keyboard.type(story.words.praise)
    hamid.tab_to_button("Accept")
    hamid.going(lambda: keyboard.press("Enter"))
    hamid.reads("This is what the author will read")
    hamid.tab_to_button("Send the answer")
    hamid.going(lambda: keyboard.press("Enter"))
    hamid.reads("Decided. The author is told by e-mail.")
