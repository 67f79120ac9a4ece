"""Two members write to each other by keyboard alone: write, receive, refuse, block, unblock."""

from collections.abc import Callable

import pytest

from tests.journeys.reader import Reader
from tests.journeys.site import Site

HELLO = {
    "fa": "سلام، می‌شود دربارهٔ پیشنهادتان گفتگو کنیم؟",
    "en": "Hello, shall we talk of your idea?",
}
KAMRAN, NASRIN = "kamran@example.org", "nasrin@example.org"
PHONE = {"width": 360, "height": 740}


def enter(who: Reader, email: str) -> None:
    """Sign in by keyboard."""
    who.open("login")
    who.tab_to("email")
    who.page.keyboard.type(email)
    who.tab_to("password")
    who.page.keyboard.type(who.site.passphrase)
    who.going(lambda: who.page.keyboard.press("Enter"))


def press(who: Reader, english: str) -> None:
    """Go to a button or link by Tab, see the focus on it, and press Enter."""
    who.tab_to_button(english)
    assert who.focus_is_visible(), english
    who.going(lambda: who.page.keyboard.press("Enter"))


def allow(who: Reader) -> None:
    """Let members write to oneself."""
    who.open("me/mail")
    if not who.page.locator("#accepts").is_checked():
        who.tab_to("accepts")
        who.page.keyboard.press("Space")
    press(who, "Save this choice")
    who.reads("Your choice is saved.")


def write(who: Reader, path: str, text: str) -> None:
    """Write from a page with the field for it."""
    who.open(path)
    who.tab_to("text")
    who.page.keyboard.insert_text(text)
    press(who, "Send")
    who.reads("Your message has been sent.")


def fits(who: Reader) -> bool:
    """Whether nothing of the page is wider than the screen."""
    return bool(who.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_write_receive_refuse_and_block_by_keyboard_on_a_phone(
    language: str,
    site_on: Callable[[str], tuple[Site, object]],
    reader: Callable[..., Reader],
) -> None:
    site, _letters = site_on("sqlite")
    site.flask("demo", "--force")
    site.start("--no-worker")
    nasrin, kamran = (reader(site, language, viewport=PHONE) for _ in range(2))
    enter(nasrin, NASRIN)
    enter(kamran, KAMRAN)
    allow(nasrin)
    kamran.open("members?q=Nasrin")
    profile = kamran.page.locator("main table a.t").first.get_attribute("href")
    assert profile is not None
    kamran.open(site.url + profile)
    press(kamran, "Write a message")
    write(kamran, kamran.page.url, HELLO[language])
    kamran.reads("Your message is with them. If they answer, you can go on from here.")

    nasrin.open("me")
    assert fits(nasrin)
    page = nasrin.page.locator("main a[href*='/me/messages/']").first.get_attribute("href")
    assert page is not None
    nasrin.open(site.url + page)
    nasrin.sees(HELLO[language])
    assert fits(nasrin)
    press(nasrin, "Decline")
    nasrin.reads("You have declined. Who wrote is not told.")
    kamran.open(site.url + page)
    kamran.reads("Your message is with them. If they answer, you can go on from here.")

    nasrin.open(f"{site.url}{page}/block")
    assert fits(nasrin)
    press(nasrin, "Yes, block")
    nasrin.reads("You will not hear from this member any more. They are not told.")
    assert fits(nasrin)
    kamran.open(site.url + page)
    kamran.reads("Your message is with them. If they answer, you can go on from here.")
    nasrin.tab_to("take_back")
    nasrin.going(lambda: nasrin.page.keyboard.press("Enter"))
    nasrin.reads("You have blocked nobody.")
