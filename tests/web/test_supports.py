"""Supporting and following through the pages: once, in the open, and without a name."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.follows import follow, followers_of
from citizen_diplomat.community.model import ProposalTally, SupportCity
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.community.supports import support, take_back
from citizen_diplomat.community.tallies import supporters_by_city, tally_of
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.proposals.rules import State
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of
from tests.rooms.test_claims import at_once
from tests.web.proposal_stories import tell
from tests.web.talk import post

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def figures(app: Flask, number: int) -> tuple[int, int, dict[str, int]]:
    with database_of(app).reading() as session:
        tally = tally_of(session, number)
        return tally.supporters, tally.own_city, supporters_by_city(session, number)


def supporters(app: Flask, number: int, total: int, own_city: int, **cities: int) -> None:
    with database_of(app).writing() as session:
        session.add(
            ProposalTally(proposal_number=number, supporters=total, own_city=own_city, comments=0)
        )
        session.add_all(
            SupportCity(proposal_number=number, city_slug=slug, supporters=some)
            for slug, some in cities.items()
        )
        session.commit()


def shown(page: str) -> str:
    box = page.partition('aria-labelledby="support-title">')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]+>", " ", box.partition("<div")[0]).split())


def test_support_counts_once_and_own_city_apart(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.ACCEPTED, by=cast.kamran)
    address = f"/en/proposals/{number}/support"
    neighbour, other = browser_of(cast.nasrin), browser_of(cast.stranger)
    for browser in (neighbour, neighbour, other):
        assert post(browser, address).headers["Location"] == f"/en/proposals/{number}"
    assert figures(app, number) == (2, 1, {"barcelona": 1, "porto": 1})
    assert "Take my support back" in neighbour.get(f"/en/proposals/{number}").text
    for _ in range(2):
        post(neighbour, address, take_back="y")
    assert figures(app, number) == (1, 0, {"porto": 1})
    assert "I support this" in neighbour.get(f"/en/proposals/{number}").text


def test_of_two_clicks_at_once_one_counts(app: Flask, cast: Cast) -> None:
    [number] = tell(app, cast, State.ACCEPTED, by=cast.kamran)

    def click(opened: Session, by: Account) -> str:
        proposal = public_one(opened, number)
        assert proposal is not None
        done = support(opened, proposal, cities=["barcelona"], by=by, at=LONG_AGO)
        opened.commit()
        return "counted" if done else "known"

    people = (cast.nasrin, cast.nasrin, cast.stranger, cast.stranger)
    answers = at_once(app, [partial(click, by=person) for person in people])
    assert sorted(answers) == ["counted", "counted", "known", "known"]
    assert figures(app, number) == (2, 1, {"barcelona": 1, "porto": 1})

    def undo(opened: Session, by: Account) -> str:
        done = take_back(opened, number, by=by)
        opened.commit()
        return "gone" if done else "nothing"

    answers = at_once(app, [partial(undo, by=person) for person in people])
    assert sorted(answers) == ["gone", "gone", "nothing", "nothing"]
    assert figures(app, number) == (0, 0, {})


def test_nobody_supports_their_own_or_what_is_not_public(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    [own] = tell(app, cast, State.ACCEPTED)
    [hidden] = tell(app, cast, State.SUBMITTED)
    browser = browser_of(cast.nasrin)
    assert "This is your own proposal" in browser.get(f"/en/proposals/{own}").text
    assert post(browser, f"/en/proposals/{own}/support").status_code == 403
    assert post(browser_of(cast.kamran), f"/en/proposals/{hidden}/support").status_code == 404
    assert figures(app, own) == (0, 0, {})


@pytest.mark.parametrize(
    ("total", "own", "cities", "words"),
    [
        (0, 0, {}, "Nobody has supported this yet."),
        (1, 1, {"barcelona": 1}, "Fewer than 5 people support this."),
        (4, 0, {"porto": 4}, "Fewer than 5 people support this."),
        (
            64,
            12,
            {"barcelona": 12, "porto": 40},
            "64 people in 2 cities support this 12 of them in",
        ),
        (64, 4, {"barcelona": 4, "porto": 60}, "64 people in 2 cities support this"),
        (64, 62, {"barcelona": 62, "porto": 2}, "64 people in 2 cities support this"),
        (9, 9, {"barcelona": 9}, "9 people support this 9 of them in Barcelona , Isfahan"),
    ],
)
def test_small_figures_single_nobody_out(
    app: Flask,
    cast: Cast,
    client: FlaskClient,
    total: int,
    own: int,
    cities: dict[str, int],
    words: str,
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    supporters(app, number, total, own, **cities)
    told = shown(client.get(f"/en/proposals/{number}").text)
    assert told.startswith(f"Support {words}")
    if "of them" not in words:
        assert "of them" not in told


def test_a_visitor_sees_the_same_page_and_is_led_to_sign_in(
    app: Flask, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.ACCEPTED, by=cast.kamran)
    first = client.get(f"/en/proposals/{number}")
    post(browser_of(cast.nasrin), f"/en/proposals/{number}/support")
    assert f'href="/en/login?next=/en/proposals/{number}"' in first.text
    assert "<form" not in first.text.partition("<main")[2].partition("</main>")[0]
    assert "public" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    assert cast.nasrin.display_name not in client.get(f"/en/proposals/{number}").text
    gone = client.post(f"/en/proposals/{number}/support")
    assert gone.status_code == 400


def test_following_and_following_no_longer(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    browser = browser_of(cast.kamran)
    for kind, subject, page in (
        ("proposal", str(number), f"/en/proposals/{number}"),
        ("city", "porto", "/en/cities/porto"),
        ("topic", "transport", "/en/proposals?topic=transport"),
    ):
        for _ in range(2):
            answer = post(browser, "/en/me/follows", kind=kind, subject=subject, next=page)
            assert (answer.status_code, answer.headers["Location"]) == (303, page)
        assert "Follow no longer" in browser.get(page).text
        assert list(followers_of(session, FollowKind(kind), [subject])) == [cast.kamran.id]
        session.rollback()
    mine = browser.get("/en/me/follows").text
    assert mine.count("Follow no longer") == 3
    assert "Reuse grey water" in mine
    assert "Follow no longer" not in browser_of(cast.stranger).get("/en/me/follows").text
    post(browser, "/en/me/follows", kind="city", subject="porto", take_back="y")
    assert list(followers_of(session, FollowKind.CITY, ["porto"])) == []
    assert browser.get("/en/me/follows").text.count("Follow no longer") == 2


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "city", "subject": "atlantis"}, 404),
        ({"kind": "proposal", "subject": "999"}, 404),
        ({"kind": "proposal", "subject": "۱"}, 404),
        ({"kind": "call", "subject": "1"}, 404),
        ({"kind": "weather", "subject": "1"}, 400),
        ({"kind": "topic", "subject": "a\0b"}, 404),
        ({"kind": "topic", "subject": "a\0b", "take_back": "y"}, 303),
        ({"kind": "city", "subject": "porto", "next": "//evil.example"}, 303),
    ],
)
def test_only_what_exists_can_be_followed(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, str], status: int
) -> None:
    answer = post(browser_of(cast.kamran), "/en/me/follows", **fields)
    assert answer.status_code == status
    assert answer.headers.get("Location", "/en/").startswith("/en/")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_of_follows_asks_few_questions(
    app: Flask,
    cast: Cast,
    browser_of: BrowserOf,
    queries: Counting,
    rows: int,
) -> None:
    numbers = tell(app, cast, State.ACCEPTED, times=rows)
    with database_of(app).writing() as opened:
        for number in numbers:
            follow(opened, FollowKind.PROPOSAL, str(number), by=cast.kamran, at=LONG_AGO)
        opened.commit()
    browser = browser_of(cast.kamran)
    browser.get("/en/me/follows")
    with queries() as asked:
        page = browser.get("/en/me/follows").text
    assert page.count("Follow no longer") == rows
    assert len(asked) == 3, asked
