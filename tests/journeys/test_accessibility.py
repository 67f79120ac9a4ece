"""Pages full of content, for everybody: WCAG 2.2 A and AA, and the keyboard."""

from collections.abc import Callable

import pytest

from tests.journeys.audit import judge
from tests.journeys.reader import Reader
from tests.journeys.site import Site

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
    "nasrin": (
        "members",
        "me",
        "me/inbox",
        "me/messages",
        "me/blocked",
        "me/proposals",
        "me/proposals/new",
        "me/security",
        "me/mail",
        "me/profile",
        "me/access",
    ),
    "hamid": ("staff/queue", "staff/queue?q=zzzz", "staff/members", "staff/members.csv"),
    "soheila": ("staff/questions", "staff/questions/environment-water/new"),
    "arash": ("staff/log",),
}


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
        faults += judge(somebody.page, colours=language == "fa")
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
