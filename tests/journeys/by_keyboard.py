"""Going through the site with a keyboard alone, at a desk and on a small phone."""

from typing import Any

from tests.cast import PASSPHRASE
from tests.journeys.reader import Reader

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"viewport": {"width": 360, "height": 740}},
}
EVERYWHERE = [("fa", "desk"), ("en", "desk"), ("fa", "phone"), ("en", "phone")]


def come_in(who: Reader, name: str) -> None:
    """Sign one of the cast in."""
    keyboard = who.page.keyboard
    who.open("login")
    who.tab_to("email")
    keyboard.type(f"{name}@example.org")
    who.tab_to("password")
    keyboard.type(PASSPHRASE)
    who.going(lambda: keyboard.press("Enter"))


def enter(who: Reader, english: str) -> None:
    """Tab to a link or button and press Enter; the page that follows fits the screen."""
    who.tab_to_button(english)
    assert who.focus_is_visible()
    who.going(lambda: who.page.keyboard.press("Enter"))
    assert who.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
