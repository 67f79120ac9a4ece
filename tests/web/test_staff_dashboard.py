"""The dashboard: today's work leads to the queue, and it costs the same whatever waits."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.foundation.clock import now
from tests.cast import Cast
from tests.desk import BICYCLES, decided, submitted

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
ADDRESS = "/en/staff/dashboard"
MOST_QUERIES = 15


@pytest.mark.parametrize("many", [1, 3, 30])
def test_it_costs_the_same_whatever_waits(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Queries, many: int
) -> None:
    for day in range(many):
        at = now() - timedelta(days=day)
        item = submitted(session, cast.kamran, BICYCLES, at=at)
        if day % 2:
            decided(session, item, by=cast.hamid, at=at)
    browser = browser_of(cast.soheila)
    browser.get(ADDRESS)
    with queries() as asked:
        page = browser.get(ADDRESS).text
    assert len(asked) <= MOST_QUERIES, asked
    assert page.count('<svg class="chart"') == 2


def test_each_figure_of_today_leads_to_its_items(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.kamran, BICYCLES, at=now() - timedelta(days=60))
    browser = browser_of(cast.hamid)
    page = browser.get(ADDRESS).text
    for filters, number in (
        ("age=late", 1),
        ("age=today", 0),
        ("assigned=free", 1),
        ("assigned=held", 0),
    ):
        address = f"/en/staff/queue?{filters}"
        assert f'href="{address}"' in page
        assert browser.get(address).text.count('<a class="t"') == number, filters
    assert "Work of each reviewer" not in page
    persian = browser.get("/fa/staff/dashboard").text
    for said in ("کار امروز", "تا ۲ روز کاری"):
        assert said in persian


def test_the_map_says_what_waits_of_each_city_and_leads_to_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.kamran, BICYCLES, at=now() - timedelta(days=60))
    submitted(session, cast.kamran, BICYCLES, at=now() - timedelta(days=1))
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="porto"))
    session.commit()
    browser = browser_of(cast.hamid)
    page = browser.get(ADDRESS).text
    link = 'href="/en/staff/queue?city=freiburg"'
    assert f'<a {link} aria-label="Freiburg: 2 waiting, 1 overdue">' in page, "on the map"
    assert f'<a class="tap" {link}>Freiburg</a><span class="num">2 waiting</span>' in page, (
        "its twin"
    )
    assert browser.get("/en/staff/queue?city=freiburg").text.count('<a class="t"') == 2
    others = browser_of(cast.maryam).get(ADDRESS).text
    assert "Nothing waits of any city." in others
    assert "Freiburg: " not in others
    assert 'aria-label="Freiburg">' in browser.get("/en/").text, "the home page tells no figures"


@pytest.mark.parametrize(
    ("name", "status"), [("nasrin", 403), ("arash", 403), ("mina", 403), ("soheila", 200)]
)
def test_who_reviews_sees_it(cast: Cast, browser_of: BrowserOf, name: str, status: int) -> None:
    answer = browser_of(getattr(cast, name)).get(ADDRESS)
    assert answer.status_code == status
    if status == 200:
        assert "Work of each reviewer" in answer.text
