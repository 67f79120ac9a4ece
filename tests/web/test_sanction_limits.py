"""At most so many acts in 24 hours: what is one too many, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.community.model import Comment
from citizen_diplomat.correspondence.model import MessageChoice
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.rules import State
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of
from tests.profiles import NASRIN, describe
from tests.sanctioning import impose
from tests.web.proposal_stories import tell
from tests.web.talk import make_known, newest, post, say

BrowserOf = Callable[[Account], FlaskClient]
LIMIT = SanctionKind.LIMIT


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A proposal of Nasrin's; staff know Kamran's comments already."""
    [told] = tell(app, cast, State.ACCEPTED)
    make_known(app, cast.kamran, cast.nasrin)
    with database_of(app).writing() as session:
        session.execute(update(Comment).values(created_at=LONG_AGO))
        session.commit()
    return told


def test_beyond_the_limit_nothing_typed_is_lost_and_a_day_later_one_goes_on(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    with database_of(app).writing() as session:
        describe(session, session.merge(cast.nasrin, load=False), NASRIN)
        session.add(MessageChoice(account_id=cast.nasrin.id, accepts=True, since=LONG_AGO))
        session.commit()
    browser = browser_of(cast.kamran)
    impose(app, cast.kamran, LIMIT, by=cast.soheila, acts_a_day=1)
    assert say(browser, number, "My only remark.").status_code == 303
    answer = say(browser, number, "One remark too many.")
    assert answer.status_code == 429
    assert "limited to one proposal, comment or message within any 24 hours" in answer.text
    assert 23 * 3600 < int(answer.headers["Retry-After"]) <= 24 * 3600 + 1
    assert newest(app).text == "My only remark."
    assert "One remark too many." in browser.get(f"/en/proposals/{number}/comments/new").text
    # A message and a proposal are acts too.
    address = f"/en/members/{cast.nasrin.id}/message"
    assert post(browser, address, text="Hello, Nasrin.").status_code == 429
    assert "Hello, Nasrin." in browser.get(address).text
    said_at(app, newest(app), now() - timedelta(hours=23))
    assert say(browser, number, "Good morning.").status_code == 429
    said_at(app, newest(app), now() - timedelta(hours=24))
    assert say(browser, number, "Good morning.").status_code == 303


def said_at(app: Flask, comment: Comment, at: datetime) -> None:
    """Let a comment have been written at another moment."""
    with database_of(app).writing() as session:
        session.get_one(Comment, comment.id).created_at = at
        session.commit()


def test_no_midnight_begins_the_count_anew_wherever_the_member_moves(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    """Two acts, 20 and 13 hours ago; in the city of the profile it is not yet 13 o'clock."""
    hour = now().hour
    browser = browser_of(cast.kamran)
    impose(app, cast.kamran, LIMIT, by=cast.soheila, acts_a_day=2)
    for hours in (20, 13):
        assert say(browser, number, f"{hours} hours ago.").status_code == 303
        said_at(app, newest(app), now() - timedelta(hours=hours))
    with database_of(app).writing() as session:
        zone = "UTC" if hour <= 12 else f"Etc/GMT-{24 - hour}"
        session.get_one(Account, cast.kamran.id).time_zone = zone
        session.commit()
    answer = say(browser, number, "One remark too many.")
    assert answer.status_code == 429
    # The first of the two is the next to be a day old.
    assert 3.9 * 3600 < int(answer.headers["Retry-After"]) <= 4 * 3600 + 1


def test_a_proposal_beyond_the_limit_stays_a_draft_with_all_its_words(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    [draft] = tell(app, cast, State.DRAFT, by=cast.kamran)
    browser = browser_of(cast.kamran)
    impose(app, cast.kamran, LIMIT, by=cast.soheila, acts_a_day=1)
    say(browser, number, "My only remark.")
    assert post(browser, f"/en/me/proposals/{draft}/submit").status_code == 429
    assert "Draft" in browser.get(f"/en/me/proposals/{draft}").text
    with database_of(app).reading() as session:
        kinds = session.scalars(select(QueueItem.kind)).all()
        assert kinds.count(ItemKind.PROPOSAL) == 1


def test_a_form_posted_twice_is_one_act(
    app: Flask, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.kamran)
    impose(app, cast.kamran, LIMIT, by=cast.soheila, acts_a_day=1)
    for _ in range(2):
        assert say(browser, number, "Said once.", form_key="the same").status_code == 303
