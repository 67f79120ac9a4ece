"""The member's first page: what waits, where things stand, what came; or three ways to begin."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.follows import follow
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.directory.rules import Availability, SkillLevel
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.outcomes.matching import Wanted
from citizen_diplomat.outcomes.model import HelpAsk
from citizen_diplomat.outcomes.requests import RequestDraft, make
from citizen_diplomat.outcomes.rules import Answer
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.coauthors import ask
from citizen_diplomat.proposals.rules import Draft
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, decided, submitted
from tests.helping import accepted, offered, public
from tests.rooms.test_desks import desk
from tests.writers import invited, link_for

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


def page_of(browser: FlaskClient, language: str = "en") -> str:
    answer = browser.get(f"/{language}/me")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def begin(session: Session, author: Account, title: str) -> int:
    draft = Draft(title, "", "", None, (), "fa")
    number = proposals.start(session, draft, form_key=title, by=author, at=MONDAY).number
    session.commit()
    return number


def test_somebody_new_finds_three_ways_to_begin(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.stranger)
    page = page_of(browser)
    assert "Three ways to begin" in page
    for address in ("/en/me/profile", "/en/me/proposals/new", "/en/cities"):
        assert f'<a href="{address}">' in page
    assert "What waits for you" not in page
    assert "سه راه برای آغاز" in page_of(browser, "fa")


def test_what_waits_comes_first_then_where_things_stand_then_what_came(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    draft = begin(session, cast.nasrin, "طرحی ناتمام")
    asked = decided(
        session, submitted(session, cast.nasrin), Outcome.REQUEST_CHANGES, by=cast.hamid
    )
    waiting = submitted(session, cast.nasrin, BICYCLES)
    page = page_of(browser_of(cast.nasrin))
    places = [
        page.index(text)
        for text in (
            "What waits for you",
            f'/en/me/proposals/{asked.subject_id}"',
            f'/en/me/proposals/{draft}/edit"',
            'id="sent"',
            " of 10 · with the office",
            f'/en/me/proposals/{waiting.subject_id}"',
            "All letters",
            "Changes requested: ",
            "My figures",
        )
    ]
    assert places == sorted(places)
    assert "Three ways to begin" not in page


def test_the_days_are_those_that_the_office_promised(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    submitted(session, cast.nasrin)
    browser = browser_of(cast.nasrin)
    with time_machine.travel(MONDAY, tick=False):
        browser = browser_of(cast.nasrin)
        assert "Arrived; day 1 of 10 is the next working day · with the office" in page_of(browser)
    with time_machine.travel(MONDAY.replace(day=MONDAY.day + 2), tick=False):
        browser = browser_of(cast.nasrin)
        assert "Day 2 of 10 · with the office" in page_of(browser)
        assert "روز ۲ از ۱۰" in page_of(browser, "fa")


def test_who_waits_too_long_reads_so_over_days_of_rest_too(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    """Due by the end of Wednesday 18 November; of a head is told only where there is one."""
    item = submitted(session, cast.nasrin, at=MONDAY + timedelta(days=2))
    address = f"/en/me/proposals/{item.subject_id}"
    friday = MONDAY + timedelta(days=18)
    with time_machine.travel(friday, tick=False):
        page = browser_of(cast.nasrin).get(address).text
    assert "We are late; it now stands first in our queue." in page
    assert "due by" not in page
    water = desk(session, "water", cast.hamid, head=cast.maryam)
    session.get_one(QueueItem, item.id).desk_id = water.id
    session.commit()
    with time_machine.travel(friday, tick=False):
        page = browser_of(cast.nasrin).get(address).text
    assert "We are late and have told the head of the desk." in page


def test_nothing_of_others_stands_there(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    submitted(session, cast.nasrin)
    for person in (cast.kamran, cast.stranger, cast.hamid):
        assert WATER.title not in page_of(browser_of(person))


def test_what_is_followed_stands_there(cast: Cast, browser_of: BrowserOf, session: Session) -> None:
    item = decided(session, submitted(session, cast.nasrin), Outcome.ACCEPT, by=cast.hamid)
    number = item.subject_id
    for kind, subject in (("city", "barcelona"), ("topic", "transport"), ("proposal", str(number))):
        follow(session, FollowKind(kind), subject, by=cast.kamran, at=MONDAY)
    session.commit()
    page = page_of(browser_of(cast.kamran))
    for address in (
        "/en/cities/barcelona",
        "/en/proposals?topic=transport",
        f"/en/proposals/{number}",
    ):
        assert f'<a href="{address}">' in page
    assert "What I follow" not in page_of(browser_of(cast.stranger))


def test_what_others_ask_waits_there_until_it_is_answered(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    own = accepted(session, cast, cast.nasrin)
    others = accepted(session, cast, cast.kamran, BICYCLES)
    offer = offered(session, own, cast.stranger)
    nobody = {"asked to write along": cast.kamran, "offering": cast.stranger}
    ask(session, public(session, own), named=True, by=cast.kamran, at=now(), link_for=link_for)
    invited(session, others, cast.nasrin.email, by=cast.kamran, at=now())
    wanted = Wanted(("pottery",), SkillLevel.SOME, (), "barcelona", Availability.NONE)
    draft = RequestDraft("", "A kiln in Barcelona", "", "", wanted)
    looked_for = make(session, draft, form_key="kiln", by=cast.hamid, at=MONDAY)
    session.flush()
    question = HelpAsk(request_id=looked_for.id, account_id=cast.nasrin.id, asked_at=now())
    session.add(question)
    session.commit()
    waits = [
        f'"/en/me/proposals/{own}/coauthors"',
        f'"/en/me/proposals/{others}/invitation"',
        f'"/en/me/proposals/{own}/help/{offer}"',
        "A kiln in Barcelona",
    ]
    page = page_of(browser_of(cast.nasrin))
    assert [one for one in waits if one not in page] == []
    for why, person in nobody.items():
        assert [one for one in waits if one in page_of(browser_of(person))] == [], why
    question.answer, question.answered_at = Answer.NO, now()
    session.commit()
    assert "A kiln in Barcelona" not in page_of(browser_of(cast.nasrin))


@pytest.mark.parametrize("size", [1, 3, 30])
def test_it_takes_at_most_thirteen_queries_however_much_there_is(
    cast: Cast, browser_of: BrowserOf, session: Session, queries: Queries, size: int
) -> None:
    for number in range(size):
        begin(session, cast.nasrin, f"Idea {number}")
        submitted(session, cast.nasrin)
    browser = browser_of(cast.nasrin)
    page_of(browser)
    with queries() as statements:
        page = page_of(browser)
    assert len(statements) <= 13
    assert page.count("Go on writing") <= 5
    assert page.count(" of 10 · with the office") <= 5
