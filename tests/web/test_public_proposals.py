"""Accepted proposals are everybody's; all others are nobody's but their author's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.web.proposal_stories import DRAFT, tell

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
HIDDEN = [state for state in State if state not in {State.ACCEPTED, State.APPEALED}]
PERSIAN = replace(
    DRAFT,
    title="کارت خوش‌آمد برای دانشجوهای تازه‌وارد",
    summary="نخستین روزها آسان‌تر می‌شود.",
    topic_slug="education-science",
    city_slugs=("freiburg",),
    language="fa",
)


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_accepted_does_not_exist(
    cast: Cast, app: Flask, client: FlaskClient, browser_of: BrowserOf, state: State
) -> None:
    """404 for visitors, members and staff; the author is led to their own page."""
    repeats = tell(app, cast, State.ACCEPTED)[0] if state is State.DUPLICATE else None
    [number] = tell(app, cast, state, draft=replace(DRAFT, title="Hidden words"), repeats=repeats)
    address = f"/en/proposals/{number}"
    for browser in (client, browser_of(cast.stranger), browser_of(cast.hamid)):
        assert browser.get(address).status_code == 404
        for query in ("", f"?state={state}", "?q=Hidden", "?city=barcelona"):
            assert "Hidden words" not in browser.get(f"/en/proposals{query}").text
    own = browser_of(cast.nasrin).get(address)
    assert (own.status_code, own.location) == (303, f"/en/me/proposals/{number}")


def test_the_page_of_an_accepted_proposal(cast: Cast, app: Flask, client: FlaskClient) -> None:
    """Text in its own language and direction, author by display name, answer, both calendars."""
    [number] = tell(app, cast, State.ACCEPTED, draft=PERSIAN)
    answer = client.get(f"/en/proposals/{number}")
    html = answer.text
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert f'<bdi lang="fa">{PERSIAN.title}</bdi>' in html
    assert '<article class="prose" lang="fa" dir="rtl">' in html
    assert '<a href="https://example.org/method"' in html
    assert cast.nasrin.display_name in html
    assert "Freiburg" in html
    assert "what one house costs" in html.partition('class="official')[2]
    assert "4 October 2026" in html
    assert "۱۲ مهر ۱۴۰۵" in client.get(f"/fa/proposals/{number}").text
    for secret in (cast.nasrin.email, cast.hamid.display_name, cast.hamid.email):
        assert secret not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?q=خوش%20آمد", True),
        ("?q=دانشجوهاي", True),
        ("?q=grey", False),
        ("?city=freiburg", True),
        ("?city=porto", False),
        ("?topic=education-science", True),
        ("?topic=health", False),
        ("?city=no-such-city&topic=x", True),
        ("?q=%00&after=nonsense&state=draft", True),
        ("?after=WyIyMDI2LTEwLTA0VDA4OjMwOjAwKzAwOjAwIiw5OTk5OTk5OTk5OTk5OTk5OTk5OV0", True),
    ],
)
def test_the_list_is_filtered(
    cast: Cast, app: Flask, client: FlaskClient, query: str, found: bool
) -> None:
    """By words however they are spelled, by city, by topic; what is unknown is left out."""
    tell(app, cast, State.ACCEPTED, draft=PERSIAN)
    answer = client.get(f"/fa/proposals{query}")
    assert answer.status_code == 200
    assert (PERSIAN.title in answer.text) == found
    assert ("۱ پیشنهاد پذیرفته‌شده" in answer.text) == found


def test_an_empty_list_has_a_way_on(client: FlaskClient) -> None:
    """With no proposal at all, and with none that matches."""
    assert "Yours could be the first" in client.get("/en/proposals").text
    assert "Try fewer words" in client.get("/en/proposals?q=%3Cscript%3E").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_asks_few_questions(
    cast: Cast, app: Flask, client: FlaskClient, queries: Counting, rows: int
) -> None:
    """The count, the rows and their cities, however many there are."""
    tell(app, cast, State.ACCEPTED, times=rows)
    client.get("/en/proposals")
    with queries() as asked:
        html = client.get("/en/proposals").text
    assert html.count("<h3>") == min(rows, 20)
    assert len(asked) == 3, asked


def test_the_next_page(cast: Cast, app: Flask, client: FlaskClient) -> None:
    """Newest first; the second page continues with the same filters and leads back."""
    tell(app, cast, State.ACCEPTED, times=21)
    first = client.get("/en/proposals?city=isfahan").text
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = client.get(address.replace("&amp;", "&")).text
    assert "city=isfahan" in address
    assert second.count("<h3>") == 1
    assert 'href="/en/proposals?city=isfahan"' in second
