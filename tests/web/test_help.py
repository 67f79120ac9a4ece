"""Offers of help through the pages: who sees what, who may do what, and how it comes to an end."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.outcomes import queries as room
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.offers import Offer
from citizen_diplomat.outcomes.rules import OfferState, Party
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.reference import KEY as REFERENCE
from tests.cast import Cast
from tests.conftest import csrf, token_of
from tests.desk import MONDAY
from tests.helping import accepted, agreed, helper, offered
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
PEOPLE = ("visitor", "stranger", "nasrin", "kamran", "hamid", "soheila", "arash", "mina")
# Nasrin wrote the proposal, Kamran offers help. The office: hamid moderates, soheila coordinates,
# arash audits, mina administers.
RIGHTS = {
    # address: what each of PEOPLE is answered
    "/en/proposals/{number}": (200,) * 8,
    "/en/proposals/{number}/help": (303, 200, 303, 303, 200, 200, 200, 200),
    "/en/me/help": (303, 200, 200, 200, 200, 200, 200, 200),
    "/en/me/help/{offer}/withdraw": (303, 404, 404, 200, 404, 404, 404, 404),
    "/en/me/proposals/{number}/help": (303, 404, 200, 404, 404, 404, 404, 404),
    "/en/me/proposals/{number}/help/{offer}": (303, 404, 200, 404, 404, 404, 404, 404),
    "/en/staff/help": (303, 403, 403, 403, 403, 200, 403, 200),
    "/en/staff/help/{offer}": (303, 403, 403, 403, 403, 200, 403, 200),
}
WORDS = "I have a workshop."


def send(browser: FlaskClient, number: int, **fields: object) -> TestResponse:
    """Fill the form of an offer and post it."""
    address = f"/en/proposals/{number}/help"
    given = {"hours": "۸", "words": WORDS, "csrf_token": csrf(browser.get(address)), **fields}
    return browser.post(address, data=given)


def post(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def state_of(session: Session, offer: int) -> str:
    session.rollback()
    state = session.get_one(HelpOffer, offer, populate_existing=True).state
    session.rollback()
    return state


@pytest.mark.parametrize("who", PEOPLE)
def test_who_opens_which_page(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, who: str
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    browser = app.test_client() if who == "visitor" else browser_of(getattr(cast, who))
    for address, expected in RIGHTS.items():
        answer = browser.get(address.format(number=number, offer=offer))
        assert answer.status_code == expected[PEOPLE.index(who)], address


@pytest.mark.parametrize("who", PEOPLE[1:])
def test_who_may_answer_and_withdraw(
    session: Session, cast: Cast, browser_of: BrowserOf, who: str
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    browser = browser_of(getattr(cast, who))
    ends = {
        f"/en/me/proposals/{number}/help/{offer}": {"nasrin": "author_agreed"},
        f"/en/staff/help/{offer}": {"soheila": "office_agreed", "mina": "office_agreed"},
        f"/en/me/help/{offer}/withdraw": {"kamran": "withdrawn"},
    }
    for address, allowed in ends.items():
        answer = post(browser, address, action="agree")
        expected = allowed.get(who, "offered")
        assert state_of(session, offer) == expected, address
        if who not in allowed:
            refused = 403 if "/staff/" in address else 404
            assert answer.status_code == refused, address
        else:
            assert answer.status_code == 303
            return


def test_from_the_button_to_the_helper_beside_the_proposal(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    number = accepted(session, cast, cast.nasrin)
    page = client.get(f"/en/proposals/{number}").text
    assert f'href="/en/proposals/{number}/help"' in page
    assert "Nobody helps with it yet." in page
    kamran, nasrin = browser_of(cast.kamran), browser_of(cast.nasrin)
    sent = send(kamran, number, skills=["pottery"], may_be_named="y")
    assert (sent.status_code, sent.location) == (303, "/en/me/help")
    [row] = room.offers_by(session, cast.kamran.id)
    assert (row.hours_a_month, row.skill_slugs, row.words) == (8, ["pottery"], WORDS)
    offer = row.id
    # A writing session left open would keep every browser waiting.
    session.rollback()
    listed = nasrin.get(f"/en/me/proposals/{number}/help").text
    assert "Kamran Dehghan" in listed
    assert "8 hours a month" in listed
    assert "offer waits for your answer" in nasrin.get(f"/en/me/proposals/{number}").text
    post(nasrin, f"/en/me/proposals/{number}/help/{offer}", action="agree")
    assert "Kamran Dehghan" not in client.get(f"/en/proposals/{number}").text
    soheila = browser_of(cast.soheila)
    assert WORDS in soheila.get(f"/en/staff/help/{offer}").text
    post(soheila, f"/en/staff/help/{offer}", action="agree")
    shown = client.get(f"/en/proposals/{number}").text
    assert "Kamran Dehghan" in shown
    for secret in (WORDS, cast.kamran.email):
        assert secret not in shown
    assert "You help نسرین بهرامی now." in kamran.get("/en/me/help").text
    post(kamran, f"/en/me/help/{offer}/withdraw")
    assert "Kamran Dehghan" not in client.get(f"/en/proposals/{number}").text


def test_who_does_not_want_to_be_named_is_counted(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran, Offer(("pottery",), 2))
    agreed(session, number, offer, Party.AUTHOR, by=cast.nasrin)
    agreed(session, number, offer, Party.OFFICE, by=cast.soheila)
    page = client.get(f"/en/proposals/{number}").text
    assert "1 helper is not named." in page
    assert "Kamran" not in page


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"hours": ""}, "Write how many hours"),
        ({"hours": "0"}, "from 1 to 200"),
        ({"hours": "many"}, "from 1 to 200"),
        ({"words": ""}, "Choose a skill, or say"),
        ({"skills": ["no-such-skill"]}, "Please choose from the list."),
        ({"words": "x" * 501}, "at most 500 fit"),
    ],
)
def test_what_cannot_be_offered(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    fields: dict[str, object],
    complaint: str,
) -> None:
    number = accepted(session, cast, cast.nasrin)
    answer = send(browser_of(cast.kamran), number, **fields)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert room.open_offer(session, number, cast.kamran.id) is None


def test_a_no_needs_a_reason_and_other_needs_words(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    desk, address = browser_of(cast.soheila), f"/en/staff/help/{offer}"
    assert post(desk, address, action="decline").status_code == 422
    wrong = post(desk, address, action="decline", reason="other")
    assert wrong.status_code == 422
    assert "Write the reason" in wrong.text
    assert post(desk, address, action="explode").status_code == 404
    assert post(desk, address, action="decline", reason="not_now").status_code == 303
    assert state_of(session, offer) == "declined"
    told = browser_of(cast.kamran).get("/en/me/help").text
    assert "The office does not accept it. The work has not come so far yet." in told
    late = post(desk, address, action="agree")
    assert late.status_code == 303
    assert "Somebody was faster" in desk.get("/en/staff/help").text


def test_nobody_of_the_office_answers_in_their_own_matter(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.soheila)
    desk = browser_of(cast.soheila)
    assert "This is a matter of your own." in desk.get(f"/en/staff/help/{offer}").text
    assert post(desk, f"/en/staff/help/{offer}", action="agree").status_code == 403
    assert state_of(session, offer) == "offered"


def test_who_writes_along_is_not_asked_to_help(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = accepted(session, cast, cast.nasrin)
    joined(session, number, cast.kamran, by=cast.nasrin)
    kamran = browser_of(cast.kamran)
    assert "I can help" not in kamran.get(f"/en/proposals/{number}").text
    assert "I can help" in browser_of(cast.stranger).get(f"/en/proposals/{number}").text
    answer = kamran.get(f"/en/proposals/{number}/help", follow_redirects=True)
    assert "You write this proposal along; nobody helps with their own." in answer.text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_every_list_asks_few_questions(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    numbers = [accepted(session, cast, cast.nasrin)]
    offer = helper(session, numbers[0], cast.kamran, cast, cast.nasrin)
    for place in range(rows):
        copy = {"proposal_number": numbers[0], "skill_slugs": ["pottery"], "hours_a_month": 1}
        other = Account(
            email=f"{place}@x", email_key=f"{place}@x", display_name=str(place), language="en",
            time_zone="UTC", created_at=MONDAY, verified_at=MONDAY,
        )  # fmt: skip
        session.add(other)
        session.flush()
        session.add(HelpOffer(account_id=other.id, offered_at=MONDAY, **copy))
        withdrawn = OfferState.WITHDRAWN
        session.add(
            HelpOffer(account_id=cast.kamran.id, offered_at=MONDAY, state=withdrawn, **copy)
        )
    session.commit()
    pages = {
        "/en/staff/help": (cast.soheila, 3, rows),
        f"/en/me/proposals/{numbers[0]}/help": (cast.nasrin, 5, 2 * rows + 1),
        "/en/me/help": (cast.kamran, 3, rows + 1),
    }
    assert offer
    for address, (person, expected, length) in pages.items():
        browser = browser_of(person)
        # The names of cities and topics are read anew once a minute: not while we count.
        app.extensions.pop(REFERENCE, None)
        browser.get(address)
        with queries() as asked:
            html = browser.get(address).text
        assert html.count('<h2 class="h3">') == min(length, 20), address
        assert len(asked) == expected, asked


def test_author_and_helper_write_to_each_other_once_both_agreed(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """Neither has to let all members write; nobody else is let in by it."""
    number = accepted(session, cast, cast.nasrin)
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    address = f"/en/members/{cast.kamran.id}/message"
    assert nasrin.get(address).status_code == 404
    helper(session, number, cast.kamran, cast, cast.nasrin)
    session.commit()
    page = nasrin.get(address)
    assert "Kamran Dehghan" in page.text
    sent = nasrin.post(address, data={"text": "سلام، خوش آمدید.", "csrf_token": csrf(page)})
    assert sent.status_code == 303
    there = kamran.get(f"/en/members/{cast.nasrin.id}/message", follow_redirects=True)
    assert "سلام، خوش آمدید." in there.text
    answer = {"text": "Thank you.", "csrf_token": csrf(there)}
    assert kamran.post(there.request.path, data=answer).status_code == 303
    assert browser_of(cast.stranger).get(address).status_code == 404


def test_a_helper_does_not_learn_who_goes_by_a_pen_name(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = accepted(session, cast, cast.nasrin)
    helper(session, number, cast.kamran, cast, cast.nasrin)
    session.execute(update(Proposal).where(Proposal.number == number).values(pen_name="Zayandeh"))
    session.commit()
    kamran = browser_of(cast.kamran)
    assert kamran.get(f"/en/members/{cast.nasrin.id}/message").status_code == 404
    mine = kamran.get("/en/me/help").text
    assert "Zayandeh" in mine
    assert cast.nasrin.display_name not in mine
    assert f"/members/{cast.nasrin.id}/message" not in mine
    asked = browser_of(cast.nasrin).get(f"/en/members/{cast.kamran.id}/message")
    assert asked.status_code == 200
