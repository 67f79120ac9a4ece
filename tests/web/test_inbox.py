"""The inbox on the site: what was also mailed, in the reader's language, and nobody else's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli import worker
from citizen_diplomat.mail import inbox
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals.messages import ProposalReceived
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import MONDAY, WATER, decided, submitted

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def press(browser: FlaskClient, address: str) -> str:
    token = token_of(browser)
    answer = browser.post(address, data={"csrf_token": token})
    assert answer.status_code == 303
    return answer.headers["Location"]


def lying(session: Session, account: Account) -> list[InboxEntry]:
    """What lies in an inbox now; no browser waits for our transaction afterwards."""
    session.rollback()
    wanted = select(InboxEntry).where(InboxEntry.account_id == account.id)
    there = list(session.scalars(wanted.order_by(InboxEntry.id)))
    session.expunge_all()
    session.rollback()
    return there


def fill(session: Session, account: Account, size: int) -> None:
    to = Recipient(account.email, account.display_name, account.language, account.id)
    for number in range(size):
        letter = ProposalReceived(
            number, f"Idea {number:02}", 1, "https://x.example/en/me/proposals"
        )
        at = MONDAY + timedelta(minutes=number)
        assert post(session, letter, to, key=f"received:{number}:1", at=at)
    session.commit()


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin sent a proposal, and it was accepted."""
    return decided(
        session, submitted(session, cast.nasrin), Outcome.ACCEPT, by=cast.hamid
    ).subject_id


def test_what_was_mailed_lies_in_the_inbox_in_the_language_of_the_page(
    cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    browser = browser_of(cast.nasrin)
    english, persian = (text_of(browser, f"/{code}/me/inbox") for code in ("en", "fa"))
    for page, decision, received in (
        (english, "Accepted: ", "Received: "),
        (persian, "پذیرفته شد: ", "رسید: "),
    ):
        assert WATER.title in page
        assert page.index(decision) < page.index(received), "the newest first"
    assert text_of(browser_of(cast.stranger), "/en/me/inbox").count(WATER.title) == 0


def test_opening_a_letter_leads_to_its_page_and_counts_it_as_read(
    cast: Cast, browser_of: BrowserOf, session: Session, number: int
) -> None:
    browser = browser_of(cast.nasrin)
    _received, decision = lying(session, cast.nasrin)
    assert 'class="badge-n">2<' in text_of(browser, "/en/")
    address = f"/en/me/inbox/{decision.id}"
    assert browser.get(address).status_code == 303
    assert [entry.read_at for entry in lying(session, cast.nasrin)] == [None, None]
    assert press(browser, address) == "/en/me/proposals/1"
    assert 'class="badge-n">1<' in text_of(browser, "/en/")
    assert 'href="/en/me/proposals/1"' in text_of(browser, "/en/me/inbox")
    assert press(browser, "/en/me/inbox/read") == "/en/me/inbox"
    assert all(entry.read_at for entry in lying(session, cast.nasrin))
    assert "badge-n" not in text_of(browser, "/en/me/inbox")


def test_nobody_opens_the_letters_of_another(
    cast: Cast, browser_of: BrowserOf, session: Session, number: int
) -> None:
    decision = lying(session, cast.nasrin)[-1]
    for person in (cast.kamran, cast.hamid, cast.mina):
        browser = browser_of(person)
        token = token_of(browser)
        address = f"/en/me/inbox/{decision.id}"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"csrf_token": token}).status_code == 404
        press(browser, "/en/me/inbox/read")
    assert [entry.read_at for entry in lying(session, cast.nasrin)] == [None, None]


def test_an_empty_inbox_says_what_will_lie_there(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.stranger)
    assert "Nothing has come yet." in text_of(browser, "/en/me/inbox")
    assert "badge-n" not in text_of(browser, "/en/me/inbox")


def test_a_letter_of_last_year_whose_template_asks_for_more_still_has_a_line(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    for name in ("received", "no_longer_written"):
        session.add(
            InboxEntry(account_id=cast.nasrin.id, name=name, values={}, path="", created_at=MONDAY)
        )
    session.commit()
    browser = browser_of(cast.nasrin)
    assert text_of(browser, "/en/me/inbox").count("A letter from us") == 2
    entry = lying(session, cast.nasrin)[0]
    assert press(browser, f"/en/me/inbox/{entry.id}") == "/en/me/inbox"


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_a_letter_never_leads_elsewhere(
    cast: Cast, browser_of: BrowserOf, session: Session, path: str
) -> None:
    fill(session, cast.nasrin, 1)
    (entry,) = lying(session, cast.nasrin)
    session.get_one(InboxEntry, entry.id).path = path
    session.commit()
    assert press(browser_of(cast.nasrin), f"/en/me/inbox/{entry.id}") == "/en/me/inbox"


def test_after_a_year_a_letter_is_gone(app: Flask, cast: Cast, session: Session) -> None:
    fill(session, cast.nasrin, 2)
    with app.app_context():
        worker.clean_up(MONDAY + inbox.KEPT)
    assert [entry.values for entry in lying(session, cast.nasrin)] == [{"title": "Idea 01"}]


def test_the_same_cause_lies_there_once(cast: Cast, session: Session) -> None:
    to = Recipient(cast.nasrin.email, "", "fa", cast.nasrin.id)
    letter = ProposalReceived(7, "Idea", 1, "https://x.example/fa/me/proposals/7")
    assert [post(session, letter, to, key="received:7:1", at=MONDAY) for _ in "ab"] == [True, False]
    session.commit()
    (entry,) = lying(session, cast.nasrin)
    assert entry.path == "/fa/me/proposals/7"


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_inbox_takes_three_queries_however_full(
    cast: Cast, browser_of: BrowserOf, session: Session, queries: Queries, size: int
) -> None:
    fill(session, cast.nasrin, size)
    browser = browser_of(cast.nasrin)
    browser.get("/en/me/inbox")
    with queries() as statements:
        browser.get("/en/me/inbox")
    assert len(statements) == 3


def test_the_next_page_goes_on_where_this_one_ends(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    fill(session, cast.nasrin, 21)
    browser = browser_of(cast.nasrin)
    first = text_of(browser, "/en/me/inbox")
    assert "Idea 01" in first
    assert "Idea 00" not in first
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert "Idea 00" in text_of(browser, address.replace("&amp;", "&"))
