"""Taking one's data along, and leaving: with the passphrase, at once, and for good."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.receipts import Occasion
from citizen_diplomat.audit.rules import AccessReason
from citizen_diplomat.directory.contact import open_contact, reader_of
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import add_note
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Draft, State
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, slowly
from tests.desk import BICYCLES, MONDAY, WATER, decided, submitted
from tests.web.account_pages import WORDS, is_signed_in, link_of, login, post, register
from tests.web.talk import post as send

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
NOTE = "Between us: ask the water company first."
REFUSED = "This is not your present passphrase."


def download(browser: FlaskClient, passphrase: str = PASSPHRASE) -> TestResponse:
    token = csrf(browser.get("/en/me/data"))
    fields = {"csrf_token": token, "current_password": passphrase}
    return browser.post("/en/me/data/download", data=fields)


def leave(browser: FlaskClient, passphrase: str = PASSPHRASE, **fields: str) -> TestResponse:
    given = {"current_password": passphrase, "is_sure": "y", **fields}
    return post(browser, "/en/me/data/close", **given)


def logged(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def story(session: Session, cast: Cast) -> int:
    """Nasrin has a draft and an accepted proposal, whose number this is; Kamran has one too."""
    draft = Draft("طرحی ناتمام", "", "", None, (), "fa")
    proposals.start(session, draft, form_key="draft", by=cast.nasrin, at=MONDAY)
    submitted(session, cast.kamran, BICYCLES)
    item = submitted(session, cast.nasrin)
    add_note(session, item, text=NOTE, by=cast.maryam, at=MONDAY)
    return decided(session, item, Outcome.ACCEPT, by=cast.hamid).subject_id


def test_nasrin_takes_everything_along(
    cast: Cast, browser_of: BrowserOf, story: int, session: Session
) -> None:
    open_contact(
        session,
        cast.nasrin.id,
        Occasion(AccessReason.PROPOSAL, "To talk about the pilot."),
        by=reader_of(session, cast.hamid.id),
        at=MONDAY,
        link_for=lambda language: f"http://localhost/{language}/me/access",
    )
    session.commit()
    answer = download(browser_of(cast.nasrin))
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="citizen-diplomat-2'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    data: dict[str, Any] = json.loads(answer.get_data())
    assert data["account"]["email"] == cast.nasrin.email
    assert data["account"]["name_others_see"] == cast.nasrin.display_name
    assert data["profile"]["sister_city"] == "barcelona"
    assert [row["title"] for row in data["proposals"]] == ["طرحی ناتمام", WATER.title]
    accepted = data["proposals"][1]
    assert [version["text"] for version in accepted["versions"]] == [WATER.body]
    assert [(step["who"], step["step"]) for step in accepted["history"]] == [
        ("you", "submit"),
        ("office", "claim"),
        ("office", "accept"),
    ]
    (decision,) = data["decisions"]
    assert (decision["proposal"], decision["outcome"]) == (story, "accept")
    assert decision["message"] == "سپاس از شما."
    assert set(decision["reason"]) == {"fa", "en"}
    assert [row["kind"] for row in data["letters"]["mails"]] == [
        "received",
        "decision",
        "data_opened",
    ]
    (receipt,) = data["contact_data_opened"]
    assert (receipt["role"], receipt["reason"]) == ("moderator", "proposal")
    assert receipt["reason_in_words"] == "To talk about the pilot."
    assert [row["device"] for row in data["sign_ins"]] == ["Test"]
    assert data["log"][-1]["did"] == "account.exported"
    assert logged(session)[-1] == "account.exported"


def test_what_was_said_supported_followed_and_reported_is_in_the_file(
    cast: Cast, browser_of: BrowserOf, story: int
) -> None:
    browser, page = browser_of(cast.kamran), f"/en/proposals/{story}"
    send(
        browser,
        f"{page}/comments/new",
        text="A thought",
        mark="question",
        **slowly(browser, "MemberCommentForm"),
    )
    send(browser, f"{page}/support")
    send(browser, "/en/me/follows", kind="city", subject="porto")
    send(browser, f"/en/report/proposal/{story}", ground="other", text="Look at it")
    data = json.loads(download(browser).get_data())["community"]
    assert [(row["text"], row["state"]) for row in data["comments"]] == [("A thought", "waiting")]
    assert [row["proposal"] for row in data["supports"]] == [story]
    assert [(row["kind"], row["which"]) for row in data["follows"]] == [("city", "porto")]
    assert [(row["about"], row["text"]) for row in data["reports"]] == [
        (f"proposal {story}", "Look at it")
    ]


def test_the_file_holds_nothing_of_others_and_no_secret(
    cast: Cast, browser_of: BrowserOf, story: int, session: Session
) -> None:
    text = download(browser_of(cast.nasrin)).get_data(as_text=True)
    assert cast.nasrin.passphrase_hash
    others = (cast.kamran, cast.hamid, cast.maryam)
    names = [word for person in others for word in (person.display_name, person.email)]
    for secret in (
        *names,
        BICYCLES.title,
        NOTE,
        cast.nasrin.passphrase_hash,
        "argon2",
        'digest":"',
    ):
        assert secret not in text, secret
    for word in ("token", "http://", "link", "note.added", "credential"):
        assert word not in text, word


def test_everybody_gets_their_own(cast: Cast, browser_of: BrowserOf, story: int) -> None:
    data = json.loads(download(browser_of(cast.stranger)).get_data())
    assert data["account"]["email"] == cast.stranger.email
    assert (data["proposals"], data["decisions"]) == ([], [])
    assert WATER.title not in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("wrong", ["", "seven red tiles by the river", "x" * 2_000])
def test_without_the_passphrase_there_is_no_file_and_no_closing(
    cast: Cast, browser_of: BrowserOf, session: Session, wrong: str
) -> None:
    browser = browser_of(cast.nasrin)
    for answer in (download(browser, wrong), leave(browser, wrong)):
        assert (answer.status_code, answer.mimetype) == (422, "text/html")
        page = answer.get_data(as_text=True)
        assert (REFUSED if wrong else "Write your present passphrase.") in page
        assert cast.nasrin.email not in page
    assert logged(session) == []
    assert is_signed_in(browser)


def test_nobody_guesses_for_long(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.nasrin)
    answers = [download(browser, f"guess number {number} of many") for number in range(8)]
    answers += [leave(browser, f"guess number {number} of many") for number in range(3)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert download(browser).status_code == 429
    assert download(browser_of(cast.kamran)).status_code == 200


def test_who_has_no_passphrase_is_led_to_choosing_one(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    session.get_one(Account, cast.nasrin.id).passphrase_hash = None
    session.commit()
    browser = browser_of(cast.nasrin)
    for path in ("/en/me/data", "/en/me/data/close"):
        page = browser.get(path).get_data(as_text=True)
        assert "You have no passphrase yet" in page
        assert "/en/me/security" in page


def test_the_page_says_what_happens_and_wants_a_tick(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/data/close").get_data(as_text=True)
    assert "What is deleted now" in page
    assert "Accepted proposals stay public" in page
    answer = leave(browser, is_sure="")
    assert answer.status_code == 422
    assert "Tick the box" in answer.get_data(as_text=True)
    assert is_signed_in(browser)


def test_nasrin_leaves_at_once_and_on_every_device(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox, session: Session
) -> None:
    phone, laptop = browser_of(cast.nasrin), browser_of(cast.nasrin)
    visitor = app.test_client()
    guard = slowly(visitor, "ForgotForm")
    post(visitor, "/en/password/forgot", email=cast.nasrin.email, **guard)
    reset = link_of(outbox()[0])
    answer = leave(laptop)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/")
    assert "Your account is closed." in laptop.get("/en/").get_data(as_text=True)
    assert not is_signed_in(laptop)
    assert not is_signed_in(phone)
    unknown = login(app.test_client(), "nobody@example.org", PASSPHRASE)
    gone = login(app.test_client(), cast.nasrin.email, PASSPHRASE)
    assert gone.status_code == unknown.status_code == 422
    assert "do not fit together" in gone.get_data(as_text=True)
    assert app.test_client().get(reset).status_code == 410
    assert "account.closed" in logged(session)


def test_her_public_proposal_stays_without_her_name(
    app: Flask, cast: Cast, browser_of: BrowserOf, story: int
) -> None:
    leave(browser_of(cast.nasrin))
    for language, words in (("en", "a former member"), ("fa", "عضو پیشین")):
        page = app.test_client().get(f"/{language}/proposals/{story}").get_data(as_text=True)
        assert WATER.title in page
        assert words in page
        assert cast.nasrin.display_name not in page


def test_staff_still_read_what_they_decided(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    item = submitted(session, cast.nasrin)
    leave(browser_of(cast.nasrin))
    desk = browser_of(cast.hamid)
    page = desk.get(f"/fa/staff/queue/{item.id}").get_data(as_text=True)
    assert WATER.title in page
    assert "عضو پیشین" in page
    assert cast.nasrin.display_name not in page
    assert f"/staff/members/{cast.nasrin.id}" not in page
    assert WATER.title not in desk.get("/fa/staff/queue").get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(Proposal.state)).all() == [State.WITHDRAWN]


def test_she_may_come_back_as_somebody_new(
    app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox, session: Session
) -> None:
    leave(browser_of(cast.nasrin))
    newcomer = app.test_client()
    register(newcomer, cast.nasrin.email)
    mail = outbox()[-1]
    assert (mail.name, mail.to_address) == ("verify", cast.nasrin.email)
    assert post(newcomer, link_of(mail)).status_code == 303
    assert login(app.test_client(), cast.nasrin.email, WORDS).status_code == 303
    numbers = session.scalars(select(Account.id).where(Account.email_key == cast.nasrin.email))
    assert cast.nasrin.id not in numbers


def test_the_last_administrator_is_told_why_not(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    browser = browser_of(cast.mina)
    assert "You are the last administrator" in browser.get("/en/me/data/close").get_data(
        as_text=True
    )
    token = csrf(browser.get("/en/me/data"))
    given = {"csrf_token": token, "current_password": PASSPHRASE, "is_sure": "y"}
    answer = browser.post("/en/me/data/close", data=given)
    assert answer.status_code == 422
    assert "invite another one first" in answer.get_data(as_text=True)
    assert is_signed_in(browser)
    assert logged(session) == []


def test_the_way_there_stands_in_the_menu_and_on_the_pages_about_rights(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    assert 'href="/en/me/data"' in browser_of(cast.nasrin).get("/en/me/security").get_data(
        as_text=True
    )
    for path in ("privacy", "terms", "help"):
        for language in ("en", "fa"):
            page = app.test_client().get(f"/{language}/{path}").get_data(as_text=True)
            assert f'href="/{language}/me/data"' in page
