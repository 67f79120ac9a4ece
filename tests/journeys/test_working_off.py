"""A moderator works off twenty items with the keyboard alone, and every keystroke is counted."""

import re
from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import Decision
from tests.cast import PASSPHRASE, Cast, assemble
from tests.desk import BICYCLES, WATER, submitted
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site

ITEMS = 20
MOST_KEYS = 4
"""From claiming an item to the next one being open."""
ANSWERS = "a1", "e2", "d3"
"""The outcome and the number of its reason."""


class Keys:
    """A keyboard that counts."""

    def __init__(self, who: Reader) -> None:
        """Take somebody's keyboard."""
        self.who, self.pressed = who, 0

    @property
    def page(self) -> Page:
        """What they look at."""
        return self.who.page

    def press(self, key: str) -> None:
        """Press a key that stays on the page."""
        self.pressed += 1
        self.page.keyboard.press(key)

    def leave(self, key: str) -> None:
        """Press a key that leads to another page."""
        self.pressed += 1
        self.who.going(lambda: self.page.keyboard.press(key))


def test_twenty_items_by_keyboard_alone(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, _ = site_on("sqlite")
    with site.database.writing() as session:
        cast = assemble(session)
        _fill(session, cast)
    site.start()
    hamid = reader(site, "fa")
    hamid.sign_in("hamid@example.org", PASSPHRASE)
    hamid.open("staff/queue?city=barcelona")
    keys = Keys(hamid)
    keys.press("j")
    keys.leave("o")
    counted = []
    for number in range(ITEMS):
        counted.append(_work_off(keys, *ANSWERS[number % len(ANSWERS)]))
    # Claim, outcome, reason, send: the README tells this number.
    assert counted == [MOST_KEYS] * ITEMS
    # Of the view nothing is left, so that it opens again; what is not in it still waits.
    assert "city=barcelona" in hamid.page.url
    hamid.reads("Nothing in the queue fits these filters.")
    with site.database.reading() as fresh:
        outcomes = fresh.scalars(select(Decision.outcome).order_by(Decision.id)).all()
    wanted = ["accept", "request_changes", "decline"]
    assert outcomes == [wanted[number % 3] for number in range(ITEMS)]


def test_keys_can_be_asked_for_and_switched_off(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, _ = site_on("sqlite")
    with site.database.writing() as session:
        submitted(session, assemble(session).nasrin)
    site.start()
    hamid = reader(site, "fa")
    hamid.sign_in("hamid@example.org", PASSPHRASE)
    hamid.open("staff/queue")
    keys, help_is_open = Keys(hamid), "document.querySelector('dialog.keys')?.open === true"
    keys.press("?")
    assert keys.page.evaluate(help_is_open)
    keys.press("j")
    assert keys.page.locator("table.queue tr.on").count() == 0, "what is below the help stays"
    keys.page.locator("dialog [data-keys-switch] input").uncheck()
    keys.press("Escape")
    keys.press("j")
    keys.press("?")
    assert keys.page.locator("table.queue tr.on").count() == 0
    assert not keys.page.evaluate(help_is_open)
    hamid.open("staff/queue")
    keys.press("j")
    assert keys.page.locator("table.queue tr.on").count() == 0, "the browser keeps it"


def _fill(session: Session, cast: Cast) -> None:
    for _ in range(ITEMS):
        submitted(session, cast.nasrin, WATER, at=now())
    submitted(session, cast.kamran, BICYCLES, at=now())


def _work_off(keys: Keys, outcome: str, reason: str) -> int:
    """Claim the open item, answer it, and stand before the next; how many keys that took."""
    before, item = keys.pressed, _item(keys.page)
    keys.leave("c")
    keys.press(outcome)
    assert keys.who.focus_is_visible()
    keys.leave(reason)
    keys.who.reads("This is what the author will read")
    keys.leave("s")
    assert _item(keys.page) != item
    return keys.pressed - before


def _item(page: Page) -> str:
    found = re.search(r"/staff/queue/(\d+)", page.url)
    return found[1] if found else ""
