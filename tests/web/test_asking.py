"""The office looks for an interpreter; who is asked answers by the link in the letter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.model import Profile, ProfileLanguage
from citizen_diplomat.directory.rules import LanguageLevel
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes.model import HelpAsk, HelpRequest
from citizen_diplomat.web.reference import KEY as REFERENCE
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import MONDAY
from tests.helping import accepted

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
Counting = Callable[[], AbstractContextManager[list[str]]]
NEW = "/en/staff/help/requests/new"
STAFF = {"soheila": 200, "mina": 200, "hamid": 403, "arash": 403, "nasrin": 403}


@pytest.fixture
def willing(session: Session, cast: Cast) -> None:
    """Kamran speaks Persian and allowed the office to ask him; the stranger did not."""
    for who in (cast.kamran, cast.stranger):
        session.add(ProfileLanguage(account_id=who.id, code="fa", level=LanguageLevel.NATIVE))
    session.get_one(Profile, cast.kamran.id).may_be_asked = True
    session.commit()
    session.expunge_all()


def look_for(browser: FlaskClient, **fields: object) -> TestResponse:
    """Fill the form of a request and post it."""
    page = browser.get(NEW)
    given = {"title_en": "An interpreter", "languages": ["fa"], "city": "", "level": "some"}
    more = {"availability": "none", "csrf_token": csrf(page), "form_key": "one"}
    return browser.post(NEW, data={**given, **more, **fields})


def press(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    return browser.post(address, data={"csrf_token": csrf(browser.get(address)), **fields})


def asked_by_letter(desk: FlaskClient, outbox: Outbox) -> tuple[str, OutboxMessage]:
    """Make a request and ask: the request's page, and the one letter."""
    place = look_for(desk).location
    assert press(desk, place, action="ask").status_code == 200
    assert press(desk, place, action="send", confirmed="few").status_code == 303
    [letter] = [one for one in outbox() if one.name == "help_asked"]
    return place, letter


def path_of(link: object) -> str:
    parts = urlsplit(str(link))
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("who", STAFF)
def test_who_looks_for_help(cast: Cast, browser_of: BrowserOf, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    for address in ("/en/staff/help/requests", NEW):
        assert browser.get(address).status_code == STAFF[who], address


@pytest.mark.usefixtures("willing")
def test_staff_see_a_number_and_then_who_said_yes(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient, outbox: Outbox
) -> None:
    desk = browser_of(cast.soheila)
    place, letter = asked_by_letter(desk, outbox)
    assert letter.to_address == cast.kamran.email
    before = desk.get(place).text
    assert "fewer than five members" in before
    assert "Kamran" not in before
    address = path_of(letter.values["yes_link"])
    assert "What your answer tells" in client.get(address).text
    assert "Kamran" not in desk.get(place).text, "a scanner that opens the link says nothing"
    assert press(client, address, answer="yes").status_code == 303
    assert "You said yes." in client.get(address).text
    assert "Kamran Dehghan" in desk.get(place).text
    assert cast.kamran.email not in desk.get(place).text


@pytest.mark.usefixtures("willing")
def test_nobody_is_asked_before_the_letter_and_the_number_were_looked_at(
    browser_of: BrowserOf, cast: Cast, outbox: Outbox
) -> None:
    desk = browser_of(cast.soheila)
    place = look_for(desk, text_en="For two days in May").location
    shown = press(desk, place, action="ask")
    for words in ("fewer than five members", "An interpreter", "For two days in May", "Ask them"):
        assert words in shown.text, words
    assert "Kamran" not in shown.text
    assert press(desk, place, action="send").status_code == 409
    assert press(desk, place, action="send", confirmed="7").status_code == 409
    assert [one for one in outbox() if one.name == "help_asked"] == []
    assert press(desk, place, action="send", confirmed="few").status_code == 303
    assert len([one for one in outbox() if one.name == "help_asked"]) == 1


@pytest.mark.usefixtures("willing")
@pytest.mark.parametrize("said", ["no", "stop"])
def test_a_no_shows_nobody(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    client: FlaskClient,
    outbox: Outbox,
    said: str,
) -> None:
    desk = browser_of(cast.soheila)
    place, letter = asked_by_letter(desk, outbox)
    address = path_of(letter.values["no_link"])
    token = csrf(client.get(address))
    client.post(address, data={"csrf_token": token, "answer": said})
    # One-time: a yes that comes after it changes nothing.
    client.post(address, data={"csrf_token": token, "answer": "yes"})
    assert "You said no." in client.get(address).text
    assert "Kamran" not in desk.get(place).text
    assert session.scalars(select(HelpAsk.answer)).all() == ["no"]
    assert session.get_one(Profile, cast.kamran.id).may_be_asked is (said == "no")


@pytest.mark.usefixtures("willing")
@pytest.mark.parametrize("before", ["yes", "no", "closed"])
def test_who_wants_no_more_questions_is_heard_from_an_old_page_too(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    client: FlaskClient,
    outbox: Outbox,
    before: str,
) -> None:
    """Answered in another window, or closed by the office, since the page was opened."""
    desk = browser_of(cast.soheila)
    place, letter = asked_by_letter(desk, outbox)
    address = path_of(letter.values["no_link"])
    stale = csrf(client.get(address))
    if before == "closed":
        assert press(desk, place, action="close").status_code == 303
    else:
        press(client, address, answer=before)
    client.post(address, data={"csrf_token": stale, "answer": "stop"})
    assert "The office does not ask you again." in client.get(address).text
    assert not session.get_one(Profile, cast.kamran.id).may_be_asked
    kept = "yes" if before == "yes" else "no"
    assert session.scalars(select(HelpAsk.answer)).all() == [kept], "what was said stays"


@pytest.mark.usefixtures("willing")
def test_one_click_ends_the_asking(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient, outbox: Outbox
) -> None:
    _, letter = asked_by_letter(browser_of(cast.soheila), outbox)
    address = f"/unsubscribe/{letter.unsubscribe_token}"
    assert "Do not ask me for help any more" in client.get(address).text
    assert "You are not asked any more" in client.post(address).text
    assert not session.get_one(Profile, cast.kamran.id).may_be_asked


@pytest.mark.usefixtures("willing")
def test_who_is_asked_sees_it_when_they_sign_in(
    cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    asked_by_letter(browser_of(cast.soheila), outbox)
    assert "An interpreter" in browser_of(cast.kamran).get("/en/me/help").text
    assert "An interpreter" not in browser_of(cast.stranger).get("/en/me/help").text


def test_a_link_that_is_not_ours_is_dead(client: FlaskClient) -> None:
    assert client.get("/en/asked/nonsense").status_code == 410


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title_en": ""}, "Say in one language at least"),
        ({"languages": []}, "Choose a skill or a language."),
        ({"proposal": "999"}, "No accepted proposal"),
        ({"city": "atlantis"}, "Please choose one from the list."),
    ],
)
def test_what_cannot_be_looked_for(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, object], complaint: str
) -> None:
    answer = look_for(browser_of(cast.soheila), **fields)
    assert answer.status_code == 422
    assert complaint in answer.text


def test_the_same_form_twice_is_one_request_for_a_proposal(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number, desk = accepted(session, cast, cast.nasrin), browser_of(cast.soheila)
    session.rollback()
    first, second = (look_for(desk, proposal=str(number)).location for _ in range(2))
    assert first == second
    assert [row.proposal_number for row in session.scalars(select(HelpRequest))] == [number]


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_asks_few_questions(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, rows: int
) -> None:
    for key in range(rows):
        made = {"form_key": str(key), "made_by": cast.soheila.id, "made_at": MONDAY}
        session.add(HelpRequest(title_en="Anybody", language_codes=["fa"], **made))
    session.commit()
    browser = browser_of(cast.soheila)
    app.extensions.pop(REFERENCE, None)
    browser.get("/en/staff/help/requests")
    with queries() as asked:
        html = browser.get("/en/staff/help/requests").text
    assert html.count('<h2 class="h3">') == min(rows, 20)
    assert len(asked) == 4, asked
