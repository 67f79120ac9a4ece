"""Finding things by keyboard alone: a visitor in all that is public, Hamid at the desk."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.reader import Reader
from tests.journeys.site import Site
from tests.journeys.test_messages import enter

HAMID = "hamid@example.org"


def test_a_visitor_searches_and_hamid_goes_to_a_city_without_a_mouse(
    demo: Site, reader: Callable[..., Reader]
) -> None:
    visitor, hamid = reader(demo, "fa"), reader(demo, "en")
    visitor.open("cities")
    keys = visitor.page.keyboard
    keys.press("/")
    # At once, or the first letters of who types on would be lost.
    assert visitor.focused("id") == "site-q"
    keys.insert_text("زاينده")
    visitor.going(lambda: keys.press("Enter"))
    keys.press("/")
    assert visitor.focused("id") == "q"
    keys.press("ArrowDown")
    assert visitor.focused("data-result") == ""
    assert visitor.focus_is_visible()
    keys.press("Escape")
    assert visitor.focused("id") == "q"
    keys.press("ArrowDown")
    visitor.going(lambda: keys.press("Enter"))
    assert re.search(r"/fa/calls/\d+$", visitor.page.url)

    enter(hamid, HAMID)
    hamid.open("staff/queue")
    page, keys = hamid.page, hamid.page.keyboard
    box, options = page.locator("#palette-q"), page.locator("#palette-list [role=option]")
    keys.press("Control+k")
    expect(box).to_be_focused()
    expect(options.first).to_have_attribute("aria-selected", "true")
    keys.type("freib")
    expect(options.first).to_contain_text("Freiburg")
    expect(box).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowUp")
    last = options.last.get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", str(last))
    keys.press("Escape")
    expect(box).to_be_hidden()
    # What was asked before stands there still; whoever types on and is quicker than the answer
    # gets what belongs to the new words, and a slow answer to the old ones changes nothing.
    held: list[Callable[[], None]] = []
    page.route("**/staff/find?*q=freibu", lambda route: held.append(route.continue_))
    keys.press("Control+k")
    keys.press("End")
    with page.expect_request("**/staff/find?*q=freibu"):
        keys.type("u")
    keys.press("Control+a")
    keys.type("figures")
    hamid.going(lambda: keys.press("Enter"))
    assert page.url.endswith("/en/staff/dashboard")
    assert held
    hamid.tab_to_button("Go to")
    keys.press("Enter")
    expect(box).to_be_focused()
