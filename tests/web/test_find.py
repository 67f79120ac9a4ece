"""Staff go to what they name: items they look after, members, cities and pages of their duties."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Audience
from citizen_diplomat.proposals.receipts import reference_of
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, submitted

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def found(browser: FlaskClient, q: str, language: str = "en") -> list[str]:
    """The addresses of the options that the palette is given."""
    page = browser.get(f"/{language}/staff/find", query_string={"q": q, "part": "list"})
    assert page.status_code == 200
    return re.findall(rf'role="option"[^>]* href="/{language}/([^"]+)"', page.text)


def test_items_are_found_by_number_reference_and_words_by_who_looks_after_them(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    water, cycling = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="freiburg"))
    session.commit()
    everything, hers = browser_of(cast.hamid), browser_of(cast.maryam)
    spoken = reference_of(water.subject_id, MONDAY)
    for q in (spoken, "بازچرخاني آب", str(water.subject_id)):
        assert f"staff/queue/{water.id}" in found(everything, q), q
        assert f"staff/queue/{water.id}" not in found(hers, q), q
    assert found(hers, "cycle routes") == [f"staff/queue/{cycling.id}"]


def test_members_are_found_by_their_names_alone_as_the_directory_shows_them(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser, person = browser_of(cast.hamid), f"staff/members/{cast.nasrin.id}"
    for q in ("نسرين", "بهرامی نسرین", "Nasrin"):
        assert found(browser, q) == [person], q
    assert found(browser, "nasrin@example.org") == []
    profile = session.get_one(Profile, cast.nasrin.id)
    profile.name_seen_by = Audience.ONLY_ME
    session.commit()
    assert found(browser, "نسرين") == []


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("hamid", ["staff/queue?city=freiburg", "cities/freiburg"]),
        ("soheila", ["staff/queue?city=freiburg", "cities/freiburg"]),
        ("arash", ["cities/freiburg"]),
        ("mina", ["cities/freiburg"]),
    ],
)
def test_everybody_finds_what_their_duties_open(
    session: Session, cast: Cast, browser_of: BrowserOf, who: str, pages: list[str]
) -> None:
    submitted(session, cast.kamran, BICYCLES)
    browser = browser_of(getattr(cast, who))
    assert [one for one in found(browser, "Freiburg") if "reib" in one] == pages
    assert bool(found(browser, "Kamran")) == (who in {"hamid", "soheila"})
    assert ("staff/log" in found(browser, "log")) == (who in {"arash", "mina"})
    # A page is found by its English name too, and nothing typed shows what every duty opens.
    assert ("staff/queue" in found(browser, "queue", "fa")) == (who in {"hamid", "soheila"})
    assert "staff/settings" in found(browser, "")


def test_it_costs_the_same_whatever_is_found(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting
) -> None:
    browser, counts = browser_of(cast.hamid), []
    found(browser, "shade")
    for more in (1, 8):
        for _ in range(more):
            submitted(session, cast.kamran, BICYCLES)
        with queries() as statements:
            assert len(found(browser, "shade")) == min(more, 4)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 3 + 2  # the session and its account


def test_it_is_a_page_of_its_own_without_a_script(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.kamran, BICYCLES)
    page = browser_of(cast.hamid).get("/en/staff/find?q=cycle")
    assert f'<li><a href="/en/staff/queue/{item.id}">' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'role="option"' not in page.text
