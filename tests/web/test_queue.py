"""The queue as Hamid sees it in the morning."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.web.reference import KEY as REFERENCE
from tests.cast import Cast
from tests.desk import BICYCLES, WATER, claimed, decided, submitted

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


FILTERS = {
    "": ["water", "bicycles"],
    "city=barcelona": ["water"],
    "city=freiburg": ["bicycles"],
    "city=porto": [],
    "topic=transport": ["bicycles"],
    "language=fa": ["water"],
    "kind=proposal": ["water", "bicycles"],
    "state=submitted": ["bicycles"],
    "state=in_review": ["water"],
    "state=accepted": ["decided"],
    "state=draft": ["water", "bicycles"],
    "assigned=me": ["water"],
    "assigned=free": ["bicycles"],
    "age=late": ["water"],
    "age=fresh": ["bicycles"],
    "q=بارسلون": ["water"],
    "q=خانه هاي تاريخي": ["water"],
    "q=SHADE+madis": ["bicycles"],
    "q=100%25": [],
    "city=barcelona&language=en": [],
    "city=no-such-city&after=nonsense": ["water", "bicycles"],
}


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)


def listed(browser: FlaskClient, address: str = "/en/staff/queue") -> list[str]:
    """The titles on a page of the queue, in order."""
    page = browser.get(address).get_data(as_text=True)
    return [
        part.partition("</bdi>")[0].rpartition(">")[2] for part in page.split('<a class="t"')[1:]
    ]


def test_an_empty_queue_says_so(cast: Cast, browser_of: BrowserOf) -> None:
    page = browser_of(cast.hamid).get("/en/staff/queue").get_data(as_text=True)
    assert "Nothing waits. Every proposal has its answer." in page
    fa = browser_of(cast.hamid).get("/fa/staff/queue?city=freiburg").get_data(as_text=True)
    assert 'dir="rtl"' in fa


def test_what_is_due_first_stands_first(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.kamran, BICYCLES, at=ago(days=2))
    submitted(session, cast.nasrin, WATER, at=ago(days=20))
    browser = browser_of(cast.hamid)
    assert listed(browser) == [WATER.title, BICYCLES.title]
    page = browser.get("/en/staff/queue").get_data(as_text=True)
    assert "overdue since" in page
    assert page.count('<span class="age late">') == 1
    assert "نسرین بهرامی" in page
    fa = browser.get("/fa/staff/queue").get_data(as_text=True)
    assert "از مهلت گذشته" in fa


def test_by_when_its_author_is_to_hear_first_stands_there_until_they_have(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    new = submitted(session, cast.kamran, BICYCLES, at=now())
    browser = browser_of(cast.hamid)
    addresses = ("/en/staff/queue", f"/en/staff/queue/{new.id}")
    assert all("first answer by" in browser.get(address).text for address in addresses)
    row = session.merge(new)
    row.answer_due_at = ago(days=1)
    session.commit()
    assert all("first answer overdue since" in browser.get(address).text for address in addresses)
    assert "نخستین پاسخ از مهلت گذشته" in browser.get("/fa/staff/queue").text
    row.answered_at = now()
    session.commit()
    assert all("first answer" not in browser.get(address).text for address in addresses)


def test_filters_stand_in_the_address(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    water = submitted(session, cast.nasrin, WATER, at=ago(days=20))
    claimed(session, water, by=cast.hamid, at=now())
    submitted(session, cast.kamran, BICYCLES, at=ago(days=1))
    third = submitted(session, cast.kamran, replace(BICYCLES, title="Decided"))
    decided(session, third, by=cast.maryam)
    titles = {"water": WATER.title, "bicycles": BICYCLES.title, "decided": "Decided"}
    browser = browser_of(cast.hamid)
    found = {query: listed(browser, f"/en/staff/queue?{query}") for query in FILTERS}
    assert found == {query: [titles[name] for name in names] for query, names in FILTERS.items()}


def test_the_counts_tell_how_full_the_desk_is(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    mine = submitted(session, cast.nasrin, at=ago(days=20))
    claimed(session, mine, by=cast.hamid, at=now())
    theirs = submitted(session, cast.nasrin, at=ago(days=3))
    claimed(session, theirs, by=cast.maryam, at=now())
    ran_out = submitted(session, cast.nasrin, at=ago(days=3))
    claimed(session, ran_out, by=cast.maryam, at=ago(hours=2))
    waits = submitted(session, cast.kamran, BICYCLES, at=ago(days=3))
    decided(session, waits, Outcome.REQUEST_CHANGES, by=cast.maryam)
    page = browser_of(cast.hamid).get("/en/staff/queue").get_data(as_text=True)
    facts = page.partition('<dl class="facts')[2].partition("</dl>")[0]
    figures = [part.partition("<")[0].rpartition(">")[2] for part in facts.split("<dd")[1:]]
    assert figures == ["3", "1", "0", "1", "1", "1"]


def test_long_queues_have_pages(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    for number in range(30):
        draft = replace(BICYCLES, title=f"Idea {number:02}")
        submitted(session, cast.kamran, draft, at=ago(days=40 - number))
    browser = browser_of(cast.hamid)
    first = listed(browser)
    page = browser.get("/en/staff/queue").get_data(as_text=True)
    address = page.partition('class="page-link" href="')[2].partition('"')[0]
    second = listed(browser, address.replace("&amp;", "&"))
    assert first + second == [f"Idea {number:02}" for number in range(30)]
    assert (len(first), len(second)) == (25, 5)


@pytest.mark.parametrize("number", [1, 3, 30])
def test_a_page_of_the_queue_takes_four_queries(
    app: Flask,
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    queries: Queries,
    number: int,
) -> None:
    for each in range(number):
        item = submitted(session, (cast.nasrin, cast.kamran)[each % 2], at=ago(days=each))
        if each % 2:
            claimed(session, item, by=cast.maryam, at=now())
    session.commit()
    browser = browser_of(cast.hamid)
    # The names of cities and topics are read anew once a minute: not while we count.
    app.extensions.pop(REFERENCE, None)
    browser.get("/fa/staff/queue")
    with queries() as statements:
        assert browser.get("/fa/staff/queue?q=آب").status_code == 200
    # Who reads, how full it is, what waits, and the saved views.
    assert len(statements) == 4, statements


def test_review_next_leads_to_the_oldest_that_is_free(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.hamid)
    assert browser.get("/en/staff/queue/next").headers["Location"] == "/en/staff/queue"
    held = submitted(session, cast.nasrin, at=ago(days=9))
    claimed(session, held, by=cast.maryam, at=now())
    submitted(session, cast.hamid, at=ago(days=8))
    free = submitted(session, cast.kamran, at=ago(days=7))
    answer = browser.get("/en/staff/queue/next")
    assert answer.headers["Location"] == f"/en/staff/queue/{free.id}"


def test_hostile_filters_find_nothing_and_break_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.hamid)
    for query in ("q=%00", "q='%3B--", "after=%ff", "q=" + "a" * 5000, "state[]=x", "age=1e9"):
        assert browser.get(f"/en/staff/queue?{query}").status_code == 200
