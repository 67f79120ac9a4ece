"""Links of accounts that nobody knows yet can be read and not clicked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.standing_rules import PROVEN_AFTER
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import database_of
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, newest, say

BrowserOf = Callable[[Account], FlaskClient]
LINK = "[a film](https://film.example)"
CLICKED = 'href="https://film.example"'


def came(app: Flask, person: Account, ago: timedelta) -> None:
    """Let somebody have registered so long ago."""
    with database_of(app).writing() as session:
        session.get_one(Account, person.id).created_at = now() - ago
        session.commit()


@pytest.mark.parametrize(
    ("age", "clicked"), [(PROVEN_AFTER + timedelta(hours=1), True), (timedelta(days=6), False)]
)
def test_a_young_account_shows_its_links_as_text(
    app: Flask,
    cast: Cast,
    client: FlaskClient,
    browser_of: BrowserOf,
    age: timedelta,
    clicked: bool,
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    make_known(app, cast.kamran)
    came(app, cast.kamran, age)
    assert say(browser_of(cast.kamran), number, LINK).status_code == 303
    page = client.get(f"/en/proposals/{number}").text
    assert (CLICKED in page) is clicked
    assert (LINK in page) is not clicked


def test_staff_click_on_nothing_that_nobody_has_approved(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    make_known(app, cast.kamran)
    browser = browser_of(cast.kamran)
    told = browser.get(say(browser, number, f"{LINK} " * 3).headers["Location"]).text
    assert "reads a comment with many links before others do" in told
    with database_of(app).reading() as session:
        item = session.scalars(
            select(QueueItem.id).where(QueueItem.subject_id == newest(app).id)
        ).first()
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item}").text
    assert LINK in page
    assert CLICKED not in page
    with database_of(app).writing() as session:
        session.get_one(Comment, newest(app).id).state = CommentState.SHOWN
        session.commit()
    assert CLICKED in browser_of(cast.hamid).get(f"/en/staff/queue/{item}").text


@pytest.mark.parametrize("published", [False, True])
def test_a_proposal_in_review_has_links_once_its_author_has_published_something(
    app: Flask, cast: Cast, browser_of: BrowserOf, published: bool
) -> None:
    [number] = tell(app, cast, State.SUBMITTED)
    if published:
        tell(app, cast, State.ACCEPTED)
    with database_of(app).reading() as session:
        wanted = select(QueueItem.id).where(QueueItem.proposal_number == number)
        item = session.scalars(wanted).first()
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item}").text
    assert ('href="https://example.org/method"' in page) is published
    assert ("[Method](https://example.org/method)" in page) is not published
