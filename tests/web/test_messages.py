"""Members write to each other: no address is told, a no is not noticed, nobody else reads it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.correspondence import actions
from citizen_diplomat.correspondence.model import Block, Conversation, MemberMessage
from citizen_diplomat.correspondence.rules import NEW_PEOPLE_A_DAY_FOR_NEWCOMERS
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Audience, Ladder
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.web.personal_data import close, export
from tests.cast import LONG_AGO, Cast
from tests.conftest import csrf, token_of
from tests.house.test_routes import address as address_of
from tests.house.test_routes import rules
from tests.profiles import NASRIN, describe

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
Outbox = Callable[[], list[OutboxMessage]]
HELLO = "Hello. We do the same in Freiburg: shall we talk?"
ANSWER = "سلام، با کمال میل."
SENT = "Your message is with them. If they answer, you can go on from here."


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def press(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def listens(session: Session, person: Account, *, ladder: Ladder = NASRIN.ladder) -> None:
    """Somebody shows their profile to members and lets them write."""
    describe(session, person, NASRIN, display_name=person.display_name, ladder=ladder)
    actions.choose(session, person, accepts=True, at=LONG_AGO)
    session.commit()


def conversation(session: Session) -> Conversation:
    session.rollback()
    there = session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
    assert there is not None
    session.expunge_all()
    session.rollback()
    return there


def fates(session: Session) -> list[str]:
    session.rollback()
    there = list(session.scalars(select(MemberMessage.fate).order_by(MemberMessage.id)))
    session.rollback()
    return there


@pytest.fixture
def request_of_kamran(cast: Cast, session: Session, browser_of: BrowserOf) -> int:
    """Kamran has written to Nasrin, who lets members write; the number of their conversation."""
    listens(session, cast.nasrin)
    answer = press(browser_of(cast.kamran), f"/en/members/{cast.nasrin.id}/message", text=HELLO)
    number = conversation(session).id
    assert (answer.status_code, answer.location) == (303, f"/en/me/messages/{number}")
    return number


def test_nobody_is_written_to_who_did_not_allow_it(
    cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    describe(session, cast.nasrin, NASRIN)
    kamran, address = browser_of(cast.kamran), f"/en/members/{cast.nasrin.id}/message"
    assert address not in text_of(kamran, f"/en/members/{cast.nasrin.id}")
    assert kamran.get(address).status_code == 404
    assert press(kamran, address, text=HELLO).status_code == 404
    nasrin = browser_of(cast.nasrin)
    assert press(nasrin, "/en/me/messages/choice", accepts="y").location == "/en/me/mail"
    assert 'name="accepts" value="y" checked' in text_of(nasrin, "/en/me/mail")
    assert address in text_of(kamran, f"/en/members/{cast.nasrin.id}")
    press(nasrin, "/en/me/messages/choice")
    assert kamran.get(address).status_code == 404


def test_nobody_is_written_to_who_shows_nothing_or_is_oneself(
    cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    listens(session, cast.nasrin, ladder=Ladder.all_of(Audience.STAFF))
    address = f"/en/members/{cast.nasrin.id}/message"
    for person in (cast.kamran, cast.nasrin):
        assert press(browser_of(person), address, text=HELLO).status_code == 404


def test_a_first_message_arrives_as_a_request_with_name_and_words_alone(
    cast: Cast, browser_of: BrowserOf, request_of_kamran: int, outbox: Outbox
) -> None:
    (letter,) = outbox()
    assert (letter.name, letter.to_address) == ("member_wrote", cast.nasrin.email)
    assert letter.values["sender"] == cast.kamran.display_name
    assert letter.values["text"] == HELLO
    assert cast.kamran.email not in repr(letter.values)
    nasrin = browser_of(cast.nasrin)
    for page in ("/en/me", "/en/me/messages", f"/en/me/messages/{request_of_kamran}"):
        text = text_of(nasrin, page)
        assert cast.kamran.display_name in text
        assert cast.kamran.email not in text
    assert "A member would like to write to you" in text_of(nasrin, "/en/me/inbox")
    assert cast.kamran.display_name not in text_of(nasrin, "/en/me/inbox")


def test_after_a_yes_both_write(
    cast: Cast, session: Session, browser_of: BrowserOf, request_of_kamran: int, outbox: Outbox
) -> None:
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    page = f"/en/me/messages/{request_of_kamran}"
    assert SENT in text_of(kamran, page)
    assert press(kamran, page, text="Again").status_code == 422
    assert press(nasrin, f"{page}/answer", answer="accept").location == page
    assert press(nasrin, page, text=ANSWER).status_code == 303
    assert press(nasrin, page, text=ANSWER).status_code == 303, "a double click is one message"
    assert press(kamran, page, text="https://freiburg.example").status_code == 303
    assert fates(session) == ["delivered"] * 3
    assert [row.to_address for row in outbox()] == [
        cast.nasrin.email, cast.kamran.email, cast.nasrin.email,
    ]  # fmt: skip
    for browser in (nasrin, kamran):
        text = text_of(browser, page)
        assert HELLO in text
        assert ANSWER in text
        assert "@example.org" not in text


@pytest.mark.parametrize("how", ["refuse", "block"])
def test_who_is_refused_or_blocked_sees_what_everybody_sees(
    cast: Cast,
    session: Session,
    browser_of: BrowserOf,
    request_of_kamran: int,
    outbox: Outbox,
    how: str,
) -> None:
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    page = f"/en/me/messages/{request_of_kamran}"
    token = csrf(kamran.get("/en/me/mail"))

    def seen() -> list[str]:
        there = [
            text_of(kamran, one) for one in (page, "/en/me/messages", "/en/me", "/en/me/inbox")
        ]
        there.append(text_of(kamran, f"/en/members/{cast.nasrin.id}"))
        again = kamran.post(page, data={"csrf_token": token, "text": "Again"})
        return [*there, str(again.status_code), again.get_data(as_text=True)]

    before = [one.replace(csrf(kamran.get("/en/me/mail")), "") for one in seen()]
    if how == "refuse":
        press(nasrin, f"{page}/answer", answer="refuse")
    else:
        assert nasrin.get(f"{page}/block").status_code == 200
        assert fates(session) == ["waiting"], "a GET does nothing"
        press(nasrin, f"{page}/block")
    assert fates(session) == ["refused"]
    after = [one.replace(csrf(kamran.get("/en/me/mail")), "") for one in seen()]
    assert [_shape(one) for one in after] == [_shape(one) for one in before]
    assert HELLO not in text_of(nasrin, page)
    assert len(outbox()) == 1


def _shape(page: str) -> str:
    """A page without what differs from one request to the next: tokens."""
    parts = page.split('name="csrf_token"')
    return 'name="csrf_token"'.join([parts[0], *(part.partition(">")[2] for part in parts[1:])])


def test_who_is_blocked_later_goes_on_writing_to_nobody(
    cast: Cast, session: Session, browser_of: BrowserOf, request_of_kamran: int, outbox: Outbox
) -> None:
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    page = f"/en/me/messages/{request_of_kamran}"
    press(nasrin, f"{page}/answer", answer="accept")
    press(nasrin, f"{page}/block")
    assert press(kamran, page, text="Are you there?").status_code == 303
    assert "Are you there?" in text_of(kamran, page)
    assert "Are you there?" not in text_of(nasrin, page)
    assert len(outbox()) == 1
    assert press(nasrin, page, text=ANSWER).status_code == 422, "unblock first"
    assert cast.kamran.display_name in text_of(nasrin, "/en/me/blocked")
    assert press(nasrin, f"/en/me/blocked/{cast.kamran.id}/lift").location == "/en/me/blocked"
    assert "You have blocked nobody." in text_of(nasrin, "/en/me/blocked")
    press(kamran, page, text="Good evening")
    text = text_of(nasrin, page)
    assert "Good evening" in text
    assert "Are you there?" not in text, "what was sent meanwhile stays unseen"


def test_who_was_blocked_before_begins_as_if_nothing_were(
    cast: Cast, session: Session, browser_of: BrowserOf, outbox: Outbox
) -> None:
    listens(session, cast.nasrin)
    session.add(Block(blocker_id=cast.nasrin.id, blocked_id=cast.kamran.id, at=LONG_AGO))
    session.commit()
    kamran = browser_of(cast.kamran)
    address = f"/en/members/{cast.nasrin.id}/message"
    assert address in text_of(kamran, f"/en/members/{cast.nasrin.id}")
    answer = press(kamran, address, text=HELLO)
    assert SENT in text_of(kamran, answer.location)
    assert outbox() == []
    nasrin = browser_of(cast.nasrin)
    for page in ("/en/me", "/en/me/messages", "/en/me/inbox"):
        assert cast.kamran.display_name not in text_of(nasrin, page)


def test_nobody_else_reads_answers_or_blocks(
    cast: Cast, session: Session, browser_of: BrowserOf, request_of_kamran: int
) -> None:
    page = f"/en/me/messages/{request_of_kamran}"
    for person in (cast.stranger, cast.hamid, cast.soheila, cast.arash, cast.mina):
        browser = browser_of(person)
        for address in (page, f"{page}/answer", f"{page}/block"):
            assert browser.get(address).status_code == 404
            assert press(browser, address, text=HELLO, answer="accept").status_code == 404
    assert press(browser_of(cast.kamran), f"{page}/answer", answer="accept").status_code == 303
    assert fates(session) == ["waiting"], "nobody says yes to themselves"


def test_no_page_of_staff_shows_a_message(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf, request_of_kamran: int
) -> None:
    for person in (cast.hamid, cast.soheila, cast.arash, cast.mina):
        browser = browser_of(person)
        for rule in rules(app, "GET"):
            if rule.endpoint.startswith("staff."):
                for query in ("", "?q=Freiburg"):
                    page = browser.get(address_of(app, rule) + query, follow_redirects=True)
                    text = page.get_data(as_text=True)
                    assert HELLO not in text, rule
                    assert "/me/messages/" not in text


def test_newcomers_write_to_few_and_send_no_links(
    cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    session.get_one(Account, cast.kamran.id).created_at = now() - timedelta(days=2)
    session.commit()
    people = [cast.nasrin, cast.stranger, _another(session)]
    for person in people:
        listens(session, person)
    kamran = browser_of(cast.kamran)
    first = f"/en/members/{cast.nasrin.id}/message"
    for text in ("See https://evil.example", "www.evil.example", "write to me@evil.example"):
        answer = press(kamran, first, text=text)
        assert answer.status_code == 422
        assert "a new account cannot send them" in answer.get_data(as_text=True)
    sent = [press(kamran, f"/en/members/{one.id}/message", text=HELLO) for one in people]
    codes = [303] * NEW_PEOPLE_A_DAY_FOR_NEWCOMERS + [422]
    assert [answer.status_code for answer in sent] == codes
    assert len(fates(session)) == NEW_PEOPLE_A_DAY_FOR_NEWCOMERS


def test_words_are_never_markup_and_never_too_many(
    cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    listens(session, cast.nasrin)
    kamran, address = browser_of(cast.kamran), f"/en/members/{cast.nasrin.id}/message"
    for wrong in ("", "x" * 2_001, "\u202eevil"):
        assert press(kamran, address, text=wrong).status_code == 422
    press(kamran, address, text="<b>bold</b> {{ 7*7 }}")
    page = text_of(browser_of(cast.nasrin), f"/en/me/messages/{conversation(session).id}")
    assert "&lt;b&gt;bold&lt;/b&gt; {{ 7*7 }}" in page


def test_a_name_kept_from_members_is_told_by_writing_alone(
    cast: Cast, session: Session, browser_of: BrowserOf
) -> None:
    ladder = Ladder(city=Audience.MEMBERS)
    listens(session, cast.nasrin, ladder=ladder)
    kamran = browser_of(cast.kamran)
    press(kamran, f"/en/members/{cast.nasrin.id}/message", text=HELLO)
    page = f"/en/me/messages/{conversation(session).id}"
    nasrin = browser_of(cast.nasrin)
    press(nasrin, f"{page}/answer", answer="accept")
    for address in (page, "/en/me/messages"):
        assert cast.nasrin.display_name not in text_of(kamran, address)
    press(nasrin, page, text=ANSWER)
    assert cast.nasrin.display_name in text_of(kamran, page)


def test_who_leaves_is_a_former_member_and_each_takes_their_own_along(
    cast: Cast, session: Session, browser_of: BrowserOf, request_of_kamran: int
) -> None:
    nasrin, page = browser_of(cast.nasrin), f"/en/me/messages/{request_of_kamran}"
    press(nasrin, f"{page}/answer", answer="accept")
    press(nasrin, page, text=ANSWER)
    press(nasrin, f"{page}/block")
    person = session.get_one(Account, cast.nasrin.id)
    data = export(session, person, at=LONG_AGO)["messages"]
    assert [(row["from"], row["text"]) for row in data["messages"]] == [
        ("the other member", HELLO), ("you", ANSWER),
    ]  # fmt: skip
    assert data["members_may_write"] is True
    assert [row["member_number"] for row in data["blocked"]] == [cast.kamran.id]
    session.rollback()
    session.expunge_all()
    close(session, cast.nasrin, at=now(), link_of=lambda number: lambda _who: f"/{number}")
    session.commit()
    assert session.scalars(select(Block)).all() == []
    session.rollback()
    text = text_of(browser_of(cast.kamran), page)
    assert "a former member" in text
    assert ANSWER in text
    assert cast.nasrin.display_name not in text
    assert "no longer a member" in text


@pytest.mark.parametrize("size", [1, 3, 30])
def test_each_list_takes_as_many_queries_however_long(
    cast: Cast, session: Session, browser_of: BrowserOf, queries: Queries, size: int
) -> None:
    listens(session, cast.nasrin)
    links = actions.Links(read=lambda _who, _n: "https://x.example/", block=lambda _who, _n: "")
    for _ in range(size):
        other = _another(session)
        there = actions.write(session, cast.nasrin.id, HELLO, by=other, links=links, at=now())
        session.add(Block(blocker_id=cast.nasrin.id, blocked_id=other.id, at=LONG_AGO))
        session.commit()
    nasrin = browser_of(cast.nasrin)
    lists = (("/en/me/messages", 3), ("/en/me/blocked", 2), (f"/en/me/messages/{there.id}", 3))
    for address, few in lists:
        nasrin.get(address)
        with queries() as statements:
            nasrin.get(address)
        assert len(statements) == few, address
    assert session.scalars(select(InboxEntry)).first() is not None


def _another(session: Session) -> Account:
    number = len(session.scalars(select(Account.id)).all())
    account = Account(
        email=f"{number}@example.org",
        email_key=f"{number}@example.org",
        display_name=f"Sister {number}",
        language="en",
        time_zone="Asia/Tehran",
        created_at=LONG_AGO,
        verified_at=LONG_AGO,
        role_rows=[AccountRole(role=Role.MEMBER)],
    )
    session.add(account)
    session.flush()
    session.add(Profile(account_id=account.id))
    session.commit()
    return account
