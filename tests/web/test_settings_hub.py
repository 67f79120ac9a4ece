"""One page leads staff to what the office does for its cities and arranges for itself."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from tests.cast import Cast

BrowserOf = Callable[[Account], FlaskClient]
HEADINGS = re.compile(r"<h2[^>]*>([^<]+)</h2>")
ENTRIES = re.compile(r'<h3[^>]*><a href="/en/staff/([^"]+)"')


@pytest.mark.parametrize(
    ("who", "groups", "some", "none"),
    [
        ("hamid", ["City desk", "Moderation desk"], {"outcomes", "briefing", "absences"}, {"mail"}),
        (
            "soheila",
            ["City desk", "Texts and mail", "Moderation desk"],
            {"cities", "events", "news", "pages", "desks"},
            {"mail"},
        ),
        ("arash", ["City desk"], {"fair-hours"}, {"cities", "absences"}),
    ],
)
def test_everybody_on_the_staff_finds_there_what_their_duties_open_and_nothing_else(
    cast: Cast, browser_of: BrowserOf, who: str, groups: list[str], some: set[str], none: set[str]
) -> None:
    browser = browser_of(getattr(cast, who))
    page = browser.get("/en/staff/settings").text
    assert [heading for heading in HEADINGS.findall(page) if heading in _ALL] == groups
    found = set(ENTRIES.findall(page))
    assert some <= found
    assert not none & found
    for entry in found:
        assert browser.get(f"/en/staff/{entry}").status_code == 200, entry
    assert 'href="/en/staff/settings" aria-current="page"' in page


_ALL = {"City desk", "Texts and mail", "Moderation desk"}
