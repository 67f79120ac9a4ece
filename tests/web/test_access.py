"""Staff open a member's contact data: with a reason, within their cities, told to the member."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.export import export_receipts
from citizen_diplomat.audit.model import AccessReceipt, AuditEntry
from citizen_diplomat.audit.receipts import Occasion
from citizen_diplomat.audit.rules import AccessReason
from citizen_diplomat.directory.contact import open_contact, reader_of
from citizen_diplomat.directory.rules import Audience, Ladder
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.personal_data import close
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, token_of
from tests.desk import MONDAY
from tests.profiles import NASRIN, describe
from tests.rooms.test_claims import at_once
from tests.web.account_pages import login
from tests.writers import link_for

Browsers = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
Outbox = Callable[[], list[OutboxMessage]]
ADDRESS = "nasrin@example.org"
WHY = "We meet the delegation of Barcelona in December."
GIVEN = {"reason": "invitation", "words": WHY}


def ask(browser: FlaskClient, number: int, **fields: str) -> TestResponse:
    """Post the form with a token, whether or not the reader sees the form."""
    token = token_of(browser)
    return browser.post(
        f"/en/staff/members/{number}/contact", data={"csrf_token": token, **GIVEN, **fields}
    )


def bind(
    session: Session, account: Account, *, city: str | None = None, topic: str | None = None
) -> None:
    """Bind a moderator to a city or a topic."""
    session.add(StaffScope(account_id=account.id, city_slug=city, topic_slug=topic))
    session.commit()


def receipts(session: Session) -> list[AccessReceipt]:
    session.rollback()
    return list(session.scalars(select(AccessReceipt).order_by(AccessReceipt.id)))


def opened(session: Session, person: Account, *, by: Account, times: int = 1) -> None:
    """Let `by` open the contact data of `person`, an hour apart."""
    for hour in range(times):
        at = MONDAY + timedelta(hours=hour)
        open_contact(
            session,
            person.id,
            Occasion(AccessReason.PROPOSAL, f"{WHY} ({hour})"),
            by=reader_of(session, by.id),
            at=at,
            link_for=lambda language: f"http://localhost/{language}/me/access",
        )
    session.commit()
    session.expunge_all()


# --- who may ---

# who asks, as what, and what the form and its answer are for them
MAY = {
    "visitor": (None, None, 303),
    "another member": ("stranger", None, 403),
    "the member": ("nasrin", None, 403),
    "moderator of all": ("hamid", None, 200),
    "moderator of the city": ("hamid", ("barcelona", None), 200),
    "moderator of a topic in the city": ("hamid", ("barcelona", "environment-water"), 200),
    "moderator of another city": ("hamid", ("freiburg", None), 403),
    "moderator of a topic": ("hamid", (None, "environment-water"), 403),
    "coordinator": ("soheila", None, 200),
    "coordinator with a city": ("soheila", ("freiburg", None), 200),
    "auditor": ("arash", None, 403),
    "administrator": ("mina", None, 403),
}


@pytest.mark.parametrize("reader", MAY)
def test_who_may_open_contact_data(
    app: Flask, cast: Cast, session: Session, browser_of: Browsers, reader: str
) -> None:
    who, scope, status = MAY[reader]
    if who and scope:
        bind(session, getattr(cast, who), city=scope[0], topic=scope[1])
    browser = browser_of(getattr(cast, who)) if who else app.test_client()
    number = cast.nasrin.id
    form = browser.get(f"/en/staff/members/{number}/contact")
    assert form.status_code == status
    assert ADDRESS not in form.get_data(as_text=True)
    if who is None:
        return
    answer = ask(browser, number)
    assert answer.status_code == status
    assert (ADDRESS in answer.get_data(as_text=True)) is (status == 200)
    assert len(receipts(session)) == (1 if status == 200 else 0)
    page = browser.get(f"/en/staff/members/{number}")
    if page.status_code == 200:
        assert ("Show contact data" in page.get_data(as_text=True)) is (status == 200)
        assert ADDRESS not in page.get_data(as_text=True)


def test_a_city_that_the_member_keeps_from_staff_opens_nothing(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    bind(session, cast.hamid, city="barcelona")
    describe(session, cast.nasrin, NASRIN, ladder=Ladder(city=Audience.ONLY_ME))
    assert ask(browser_of(cast.hamid), cast.nasrin.id).status_code == 403


def test_what_the_member_keeps_to_themselves_stays_hidden(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder.all_of(Audience.ONLY_ME))
    page = ask(browser_of(cast.soheila), cast.nasrin.id).get_data(as_text=True)
    assert ADDRESS in page
    for hidden in ("نسرین", "Nasrin Bahrami", "سفال", "Barcelona"):
        assert hidden not in page.partition("<main")[2]


def test_an_address_that_nobody_confirmed_and_one_that_is_gone_open_nothing(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    session.get_one(Account, cast.nasrin.id).verified_at = None
    session.commit()
    browser = browser_of(cast.soheila)
    for number in (cast.nasrin.id, 999_999):
        assert browser.get(f"/en/staff/members/{number}/contact").status_code == 404
        assert ask(browser, number).status_code == 404
    assert receipts(session) == []


# --- with a reason, once ---


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "curiosity"}, "Choose a reason."),
        ({"words": ""}, "Write why you need it."),
        ({"words": "because"}, "at least 10 characters"),
        ({"words": "write to me@example.org please"}, "No addresses here"),
        ({"words": "x" * 501}, "at most 500"),
    ],
)
def test_without_a_reason_nothing_is_shown(
    cast: Cast, session: Session, browser_of: Browsers, fields: dict[str, str], said: str
) -> None:
    answer = ask(browser_of(cast.hamid), cast.nasrin.id, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert ADDRESS not in page
    assert receipts(session) == []


def test_the_address_is_in_this_answer_alone(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    browser = browser_of(cast.hamid)
    answer = ask(browser, cast.nasrin.id)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Location" not in answer.headers
    for path in ("", "/contact"):
        page = browser.get(f"/en/staff/members/{cast.nasrin.id}{path}").get_data(as_text=True)
        assert ADDRESS not in page
    (receipt,) = receipts(session)
    assert (receipt.account_id, receipt.reader_id) == (cast.nasrin.id, cast.hamid.id)
    assert (receipt.role, receipt.reason, receipt.words) == ("moderator", "invitation", WHY)
    assert (receipt.desk_fa, receipt.desk_en) == ("میز همهٔ شهرها", "All cities desk")
    *_, entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (entry.action, entry.subject) == ("contact.opened", f"account:{cast.nasrin.id}")
    assert (entry.actor_id, entry.detail) == (cast.hamid.id, {"reason": "invitation"})


def test_what_was_typed_after_the_session_ended_comes_back(cast: Cast, app: Flask) -> None:
    browser = app.test_client()
    token = csrf(browser.get("/en/login"))
    path = f"/en/staff/members/{cast.nasrin.id}/contact"
    answer = browser.post(path, data={"csrf_token": token, **GIVEN})
    assert answer.headers["Location"].endswith(f"/en/login?next={path}")
    login(browser, "hamid@example.org", PASSPHRASE, next=path)
    page = browser.get(path).get_data(as_text=True)
    assert WHY in page
    assert ADDRESS not in page


# --- told to the member ---


def test_the_member_reads_who_when_and_why(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    bind(session, cast.hamid, city="barcelona")
    ask(browser_of(cast.hamid), cast.nasrin.id)
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/access").get_data(as_text=True)
    for told in (WHY, "To invite to a meeting or an event", "moderator", "Barcelona desk"):
        assert told in page
    assert "حمید" not in page
    persian = browser.get("/fa/me/access").get_data(as_text=True)
    assert "میز بارسلون" in persian
    assert "کارشناس بررسی" in persian


def test_nobody_reads_the_receipts_of_another(
    app: Flask, cast: Cast, session: Session, browser_of: Browsers
) -> None:
    opened(session, cast.nasrin, by=cast.hamid)
    number = cast.nasrin.id
    for person in (cast.stranger, cast.hamid, cast.soheila, cast.arash, cast.mina):
        browser = browser_of(person)
        assert WHY not in browser.get("/en/me/access").get_data(as_text=True)
        for path in (f"me/access/{number}", f"staff/members/{number}/access"):
            assert browser.get(f"/en/{path}").status_code == 404
        assert WHY not in browser.get(f"/en/me/access?account={number}").get_data(as_text=True)
    assert app.test_client().get("/en/me/access").status_code == 303


def test_who_was_never_opened_is_told_so(cast: Cast, browser_of: Browsers) -> None:
    page = browser_of(cast.nasrin).get("/en/me/access").get_data(as_text=True)
    assert "Nobody of the staff has opened your e-mail address" in page


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_takes_two_queries_however_long(
    cast: Cast, session: Session, browser_of: Browsers, queries: Queries, number: int
) -> None:
    opened(session, cast.nasrin, by=cast.hamid, times=number)
    browser = browser_of(cast.nasrin)
    browser.get("/en/me/access")
    with queries() as statements:
        page = browser.get("/en/me/access").get_data(as_text=True)
    assert len(statements) == 2, statements
    assert page.count(WHY) == min(number, 20)
    assert ("Next page" in page) is (number == 30)
    if number == 30:
        address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        rest = browser.get(address).get_data(as_text=True)
        assert rest.count(WHY) == 10


def test_one_letter_a_day_tells_it(cast: Cast, session: Session, outbox: Outbox) -> None:
    opened(session, cast.nasrin, by=cast.hamid, times=3)
    opened(session, cast.nasrin, by=cast.soheila)
    assert len(receipts(session)) == 4
    first, second = outbox()
    assert (first.name, first.to_address, first.language) == ("data_opened", ADDRESS, "fa")
    assert first.values["desk"] == "میز همهٔ شهرها"
    assert first.values["link"] == "http://localhost/fa/me/access"
    assert second.values["role"] == "coordinator"
    assert second.values["desk"] == "ادارهٔ ارتباطات بین‌الملل"
    assert "حمید" not in str([row.values for row in outbox()])


# --- kept ---


@pytest.mark.parametrize(
    "statement", ["UPDATE access_receipt SET words = ''", "DELETE FROM access_receipt"]
)
def test_the_database_refuses_to_change_a_receipt(
    cast: Cast, session: Session, statement: str
) -> None:
    opened(session, cast.nasrin, by=cast.hamid)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_two_openings_at_once_are_two_receipts(app: Flask, cast: Cast, session: Session) -> None:
    def verb(by: Account, other: Session) -> str:
        with transaction(other):
            address = open_contact(
                other,
                cast.nasrin.id,
                Occasion(AccessReason.QUESTION, WHY),
                by=reader_of(other, by.id),
                at=MONDAY,
                link_for=lambda language: f"http://localhost/{language}/me/access",
            )
        return address or ""

    people = [cast.hamid, cast.hamid, cast.maryam]
    answers = at_once(app, [partial(verb, by) for by in people])
    assert answers == [ADDRESS] * 3
    assert len(receipts(session)) == 3


def test_receipts_stay_when_the_account_is_closed(cast: Cast, session: Session) -> None:
    opened(session, cast.nasrin, by=cast.hamid)
    assert [row["desk"]["en"] for row in export_receipts(session, cast.nasrin.id)] == [
        "All cities desk"
    ]
    session.rollback()
    with transaction(session):
        person = account_by_id(session, cast.nasrin.id)
        assert person is not None
        close(session, person, at=MONDAY, link_of=lambda _: link_for)
    (receipt,) = receipts(session)
    assert receipt.account_id == cast.nasrin.id
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.name == "data_opened")).one()
    assert (letter.to_address, letter.values) == ("", {})
    session.rollback()
    with transaction(session):
        address = open_contact(
            session,
            cast.nasrin.id,
            Occasion(AccessReason.QUESTION, WHY),
            by=reader_of(session, cast.hamid.id),
            at=MONDAY,
            link_for=lambda language: language,
        )
    assert address is None
    assert len(receipts(session)) == 1
