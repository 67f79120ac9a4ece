"""Somebody at a browser of their own, in one language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from babel.support import Translations
from playwright.sync_api import Browser, Locator, Page, expect

from citizen_diplomat.web.form_guard import QUICKEST
from tests.journeys.site import PROJECT, Site
from tests.journeys.watch import Watch

LIMIT = 30_000  # milliseconds
MOST_TABS = 200
_FOCUS_IS_VISIBLE = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const onScreen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    const ringed = (element) => {
        const style = getComputedStyle(element);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
            || style.boxShadow !== "none";
    };
    // A chip or a whole line may carry the ring of the box within it.
    const frame = one.closest("label, li");
    return onScreen && (ringed(one) || (frame !== null && ringed(frame)));
}"""


class Reader:
    """One browser context; texts are named in English and looked for in the reader's language."""

    def __init__(self, browser: Browser, site: Site, language: str, **options: Any) -> None:
        """Open an empty browser; `options` are Playwright's for a new context."""
        self.site, self.language = site, language
        self._texts = Translations.load(str(PROJECT / "translations"), [language])
        # Without motion, nothing is judged while it is still on its way.
        self.context = browser.new_context(locale=language, reduced_motion="reduce", **options)
        self.context.set_default_timeout(LIMIT)
        self.watch = Watch(self.context, site.url)
        self.page: Page = self.context.new_page()
        self.visited: Callable[[Page], None] = lambda _page: None

    def say(self, english: str) -> str:
        """Return a text of the site in this reader's language."""
        return self._texts.gettext(english)

    def open(self, path: str) -> None:
        """Go to a page of the reader's language, or to a full address."""
        address = path if path.startswith("http") else f"{self.site.url}/{self.language}/{path}"
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        self.visited(self.page)

    def fill(self, **values: str) -> None:
        """Type into fields by their names; choose in lists by value."""
        for name, value in values.items():
            control = self.field(name)
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def takes_as_long_as_people(self) -> None:
        """Wait until a form on this page is not answered faster than people can."""
        self.page.wait_for_timeout(QUICKEST.total_seconds() * 1000)

    def tick(self, name: str, *values: str) -> None:
        """Tick boxes of one name by their values, the folds round them opened."""
        for value in values:
            box = f"[name={name}][value='{value}']"
            fold = self.main.locator(f"details:not([open]):has({box}) > summary")
            if fold.count():
                fold.click()
            self.main.locator(box).check()

    def choose(self, name: str, value: str) -> None:
        """Choose one of a group of radio buttons, or of a list, by its value."""
        radio = self.page.locator(f"main [type=radio][name='{name}'][value='{value}']")
        if radio.count():
            radio.check()
        else:
            self.field(name).select_option(value)

    def chosen(self, name: str) -> str:
        """Return the value that is chosen."""
        radio = self.page.locator(f"main [type=radio][name='{name}']:checked")
        return str(radio.input_value() if radio.count() else self.field(name).input_value())

    def press(self, english: str) -> None:
        """Press a button in the page's main part and wait for the next page."""
        self._leave(self.main.get_by_role("button", name=self.named(english)).first)

    def follow(self, english: str) -> None:
        """Follow a link in the page's main part."""
        self._leave(self.main.get_by_role("link", name=self.named(english)).first)

    def sees(self, text: str) -> None:
        """Wait until the page's main part shows a text as it is written; AssertionError if not."""
        expect(self.main).to_contain_text(text, timeout=LIMIT)

    def reads(self, english: str) -> None:
        """Wait until the page's main part shows a text of the site."""
        self.sees(self.say(english))

    def field(self, name: str) -> Locator:
        """Return the control of a name in the page's main part, one that can be seen if any."""
        control = f"main [name='{name}']:not([type=hidden], button)"
        found = self.page.locator(control)
        # What stands in a fold that is closed is another form's.
        visible = found.filter(visible=True)
        return (visible if visible.count() else found).first

    def sign_in(self, email: str, passphrase: str) -> None:
        """Sign in from the page that asks for it."""
        self.open("login")
        self.fill(email=email, password=passphrase)
        self.press("Sign in")

    def focused(self, attribute: str) -> str | None:
        """Return an attribute of the element that has the focus."""
        value: str | None = self.page.evaluate(
            "name => document.activeElement.getAttribute(name)", attribute
        )
        return value

    def focus_is_visible(self) -> bool:
        """Whether the focused element can be seen, with a ring round it."""
        return bool(self.page.evaluate(_FOCUS_IS_VISIBLE))

    def stops(self, most: int) -> list[str]:
        """Return where the Tab key stops, once round; what cannot be seen begins with "hidden"."""
        found: list[str] = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            place = str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
            if place.startswith("<body") or place in found[:1]:
                break
            found.append(place if self.focus_is_visible() else f"hidden: {place}")
        return found

    def tab_to(self, name: str) -> None:
        """Press Tab until the control of a name has the focus."""
        self._tab_until(lambda: self.focused("name") == name, name)

    def tab_to_button(self, english: str) -> None:
        """Press Tab until a button with a text of the site has the focus."""
        pattern = self.named(english)
        self._tab_until(
            lambda: bool(
                pattern.match(str(self.page.evaluate("document.activeElement.textContent")))
            ),
            english,
        )

    def going(self, act: Callable[[], object]) -> None:
        """Do what leads to another page, and wait for it.

        A draft that is saved meanwhile changes the address without leaving the page: only a page
        that was loaded is another one.
        """
        with self.page.expect_event("load", timeout=LIMIT):
            act()
        self.visited(self.page)

    @property
    def main(self) -> Locator:
        """The page's main part."""
        return self.page.locator("main")

    def named(self, english: str) -> re.Pattern[str]:
        """Return a pattern for a control's name; the key that presses it may follow."""
        return re.compile(rf"^\s*{re.escape(self.say(english))}(\s+\S)?\s*$")

    def close(self) -> None:
        """Close the browser; raises AssertionError if it noticed something."""
        self.context.close()
        self.watch.check()

    def _tab_until(self, arrived: Callable[[], bool], goal: str) -> None:
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if arrived():
                return
        raise AssertionError(f"Tab never came to {goal}")

    def _leave(self, control: Locator) -> None:
        self.going(control.click)
