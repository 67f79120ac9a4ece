"""A forgotten passphrase and a changed one."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, slowly
from tests.web.account_pages import (
    OTHER_WORDS,
    WORDS,
    counted_hashing,
    is_signed_in,
    link_of,
    login,
    post,
    register,
)

Outbox = Callable[[], list[OutboxMessage]]
BrowserOf = Callable[[Account], FlaskClient]


def ask(browser: FlaskClient, email: str) -> TestResponse:
    guard = slowly(browser, "ForgotForm")
    return post(browser, "/en/password/forgot", email=email, **guard)


def forgot(browser: FlaskClient, email: str) -> object:
    answer = ask(browser, email)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/password/sent")
    return browser.get("/en/password/sent").get_data()


def test_nasrin_chooses_a_new_passphrase_and_every_other_device_is_out(
    client: FlaskClient, app: Flask, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    phone = browser_of(cast.nasrin)
    forgot(client, cast.nasrin.email)
    (mail,) = outbox()
    assert (mail.name, mail.language) == ("reset", "fa")
    link = link_of(mail)
    assert client.get(link).status_code == 200
    assert is_signed_in(phone)
    answer = post(client, link, password=WORDS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fa/me")
    assert is_signed_in(client)
    assert not is_signed_in(phone)
    assert login(app.test_client(), cast.nasrin.email, PASSPHRASE).status_code == 422
    assert login(app.test_client(), cast.nasrin.email, WORDS).status_code == 303
    assert [row.name for row in outbox()] == ["reset", "passphrase_changed"]
    assert outbox()[1].values == {"reset_link": "http://localhost/fa/password/forgot"}
    gone = app.test_client().get(link)
    assert gone.status_code == 410
    assert "/fa/password/forgot" in gone.get_data(as_text=True)


def test_asking_is_the_same_for_every_address(
    client: FlaskClient, app: Flask, cast: Cast, outbox: Outbox, session: Session
) -> None:
    register(app.test_client(), "waiting@example.org")
    pages = set()
    for email in (cast.nasrin.email, "nobody@example.org", "waiting@example.org"):
        with counted_hashing() as used:
            pages.add(forgot(app.test_client(), email))
        assert used == []
    assert len(pages) == 1
    assert [mail.name for mail in outbox()] == ["verify", "reset", "verify"]
    logged = session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id.desc())).all()
    assert logged[1] == "account:unknown"


def test_a_reset_link_lasts_an_hour(client: FlaskClient, cast: Cast, outbox: Outbox) -> None:
    forgot(client, cast.nasrin.email)
    link = link_of(outbox()[0])
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 410
        assert client.post(link, data={"password": WORDS}).status_code in {400, 410}


def test_a_changed_passphrase_kills_the_links_that_are_out(
    client: FlaskClient, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    forgot(client, cast.nasrin.email)
    forgot(client, cast.nasrin.email)
    post(client, link_of(outbox()[1]), password=WORDS)
    assert client.get(link_of(outbox()[0])).status_code == 410


def test_a_changed_address_kills_the_links_that_are_out(
    client: FlaskClient, cast: Cast, session: Session, outbox: Outbox
) -> None:
    forgot(client, cast.nasrin.email)
    nasrin = session.merge(cast.nasrin)
    nasrin.email = nasrin.email_key = "nasrin@elsewhere.example"
    session.commit()
    assert client.get(link_of(outbox()[0])).status_code == 410


def test_a_reset_link_is_no_link_of_another_kind(
    client: FlaskClient, cast: Cast, outbox: Outbox
) -> None:
    forgot(client, cast.nasrin.email)
    token = link_of(outbox()[0]).rpartition("/")[2]
    assert client.get(f"/fa/verify/{token}").status_code == 410
    assert client.get(f"/fa/invitation/{token}").status_code == 410


def test_a_closed_account_cannot_be_opened_by_a_link(
    client: FlaskClient, cast: Cast, session: Session, outbox: Outbox
) -> None:
    forgot(client, cast.nasrin.email)
    session.merge(cast.nasrin).closed_at = now()
    session.commit()
    assert client.get(link_of(outbox()[0])).status_code == 410


def test_a_weak_new_passphrase_is_refused_and_the_link_stays_good(
    client: FlaskClient, cast: Cast, outbox: Outbox
) -> None:
    forgot(client, cast.nasrin.email)
    link = link_of(outbox()[0])
    page = post(client, link, password="short")
    assert page.status_code == 422
    assert "گذرواژه" in page.get_data(as_text=True)
    assert post(client, link, password=OTHER_WORDS).status_code == 303


def test_reset_mails_are_limited(client: FlaskClient, cast: Cast, outbox: Outbox) -> None:
    for _ in range(3):
        forgot(client, cast.nasrin.email)
    assert ask(client, "NASRIN@example.org").status_code == 429
    assert len(outbox()) == 3


def change(browser: FlaskClient, current: str, new: str) -> int:
    page = browser.get("/en/me/security")
    fields = {"csrf_token": csrf(page), "current_password": current, "new_password": new}
    return browser.post("/en/me/password", data=fields).status_code


def test_changing_the_passphrase_needs_the_present_one(
    cast: Cast, browser_of: BrowserOf, outbox: Outbox, session: Session
) -> None:
    laptop, phone = browser_of(cast.kamran), browser_of(cast.kamran)
    assert change(laptop, OTHER_WORDS, WORDS) == 422
    assert change(laptop, PASSPHRASE, "kamran@example.org") == 422
    assert change(laptop, "", WORDS) == 422
    assert is_signed_in(phone)
    assert outbox() == []
    assert change(laptop, PASSPHRASE, WORDS) == 303
    assert is_signed_in(laptop)
    assert not is_signed_in(phone)
    (mail,) = outbox()
    assert (mail.name, mail.to_address) == ("passphrase_changed", cast.kamran.email)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("account.passphrase_changed", {"ended": 1})


def test_guessing_the_present_passphrase_from_an_open_browser_stops(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.kamran)
    assert [change(browser, "guess", WORDS) for _ in range(11)][9:] == [422, 429]
    assert change(browser_of(cast.nasrin), PASSPHRASE, WORDS) == 303
