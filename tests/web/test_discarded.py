"""A draft thrown away by mistake comes back within a day, without any script."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.worker import clean_up
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import csrf
from tests.web.proposal_stories import DRAFT, tell
from tests.web.test_writing import stored

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def discard(browser: FlaskClient, number: int) -> TestResponse:
    token = csrf(browser.get("/en/me/proposals/new"))
    return browser.post(f"/en/me/proposals/{number}/discard", data={"csrf_token": token})


def restore(browser: FlaskClient, number: int) -> TestResponse:
    token = csrf(browser.get("/en/me/proposals/new"))
    return browser.post(f"/en/me/proposals/{number}/restore", data={"csrf_token": token})


def test_the_next_page_offers_to_undo_it(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """Both clicks of a double click see the same page, and of the undoing too."""
    [number] = tell(app, cast, State.DRAFT)
    browser = browser_of(cast.nasrin)
    for _ in range(2):
        page = browser.get(discard(browser, number).location).text
        assert "The draft is deleted. You can bring it back until" in page
        assert f'action="/en/me/proposals/{number}/restore"' in page
        assert f'href="/en/me/proposals/{number}"' not in page
    for tail in ("", "/edit", "/discard"):
        assert browser.get(f"/en/me/proposals/{number}{tail}").status_code == 404
    for _ in range(2):
        assert restore(browser, number).location == f"/en/me/proposals/{number}"
    assert "The draft is back." in browser.get(f"/en/me/proposals/{number}").text
    assert DRAFT.title in browser.get("/en/me/proposals").text


def test_it_waits_on_the_shelf_of_drafts_for_a_day(
    cast: Cast, app: Flask, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    browser = browser_of(cast.nasrin)
    discard(browser, number)
    assert DRAFT.title not in browser.get("/en/me/proposals").text
    shelf = browser.get("/en/me/proposals?shelf=drafts").text
    assert "Recently deleted" in shelf
    assert DRAFT.title in shelf
    with time_machine.travel(now() + timedelta(days=1, seconds=1)):
        assert (
            "Recently deleted"
            not in browser_of(cast.nasrin).get("/en/me/proposals?shelf=drafts").text
        )
        assert restore(browser_of(cast.nasrin), number).status_code == 404
    with app.app_context():
        clean_up(now())
        assert len(stored(app)) == 1
        clean_up(now() + timedelta(days=1, seconds=1))
    assert not stored(app)


def test_what_was_never_discarded_is_not_restored(
    cast: Cast, app: Flask, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.nasrin)
    for state in (State.SUBMITTED, State.WITHDRAWN):
        [number] = tell(app, cast, state)
        assert restore(browser, number).status_code == 303
        assert [one.state for one in stored(app) if one.number == number] == [state]


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_shelf_asks_the_same_number_of_questions(
    cast: Cast, app: Flask, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    """Who asks, the counts, the discarded ones, the page with its cities, invitations."""
    numbers = tell(app, cast, State.DRAFT, times=rows)
    browser = browser_of(cast.nasrin)
    discard(browser, numbers[0])
    tell(app, cast, State.DRAFT, times=rows)
    with queries() as asked:
        browser.get("/en/me/proposals?shelf=drafts")
    assert len(asked) == 5, asked
