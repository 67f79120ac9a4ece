"""Many join at once: a browser works for a moment, and its owner comes in all the same."""

import re
from collections.abc import Callable
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import Route, expect

from citizen_diplomat.accounts.rush_rules import USUAL_PER_NETWORK
from tests.journeys.audit import judge
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.journeys.story import ADDRESS, OWN_PASSPHRASE

WORKING = (
    "Many people are joining at the moment. So that no program takes their place, your browser"
    " works for a few seconds; you need not do anything."
)
SENDING = "One moment. The form is sent by itself as soon as your browser has finished its work."
PHONE = {"viewport": {"width": 390, "height": 800}}


def many_join(site: Site) -> None:
    """A script of the office posts as many as are usual, as the README says it may."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{site.url}/en/register") as page:
        token = re.search('name="csrf_token"[^>]*value="([^"]*)"', page.read().decode())
    assert token
    for number in range(int(USUAL_PER_NETWORK.partition(" ")[0])):
        fields = {
            "csrf_token": token[1],
            "display_name": "Parisa Shams",
            "email": f"member{number}@example.org",
            "password": OWN_PASSPHRASE,
            "city": "freiburg",
            "accept_terms": "y",
        }
        with opener.open(f"{site.url}/en/register", urlencode(fields).encode()) as answer:
            assert answer.url.endswith("/register/sent")


@pytest.mark.timeout(180)
def test_a_browser_works_while_its_owner_fills_the_form_in(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, letters = site_on("sqlite")
    site.start()
    many_join(site)
    who = reader(site, "fa", **PHONE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    who.page.route("**/altcha-worker*", hold)
    who.open("register")
    status = who.page.locator("[data-proof]")
    expect(status).to_have_text(who.say(WORKING))
    assert judge(who.page, colours=False) == []
    who.fill(display_name="شیرین کاظمی", email=ADDRESS, password=OWN_PASSPHRASE, city="freiburg")
    who.field("accept_terms").check()
    who.takes_as_long_as_people()
    # The form is sent before the work is done: it goes by itself afterwards.
    who.field("email").press("Enter")
    expect(status).to_have_text(who.say(SENDING))

    def let_it_work() -> None:
        held[0].continue_()

    who.going(let_it_work)
    who.reads("We have sent you an e-mail")
    assert letters.next_to(ADDRESS).link("/verify/")
