"""Being reached at another address: confirmed at the new one, told to the old, undone from it."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.changed_address import ChangedAddress
from citizen_diplomat.accounts.export import export
from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import outbox as mails
from citizen_diplomat.mail.model import OutboxMessage, Suppression
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.web.personal_data import export as export_all
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf
from tests.desk import submitted
from tests.web.account_pages import OTHER_WORDS, WORDS, is_signed_in, link_of, login, post, register
from tests.writers import invited

Outbox = Callable[[], list[OutboxMessage]]
BrowserOf = Callable[[Account], FlaskClient]
PAGE = "/en/me/security/address"
NEW = "kamran@neu.example"
WEEK = timedelta(days=7, minutes=1)


def ask(browser: FlaskClient, address: str = NEW, passphrase: str = PASSPHRASE) -> TestResponse:
    return post(browser, PAGE, email=address, current_password=passphrase)


def letters(outbox: Outbox, name: str) -> list[OutboxMessage]:
    return [mail for mail in outbox() if mail.name == name]


def address_of(session: Session, person: Account) -> str:
    session.rollback()
    address = session.scalar(select(Account.email).where(Account.id == person.id))
    session.rollback()
    return str(address)


def test_kamran_confirms_his_new_address_and_everything_goes_along(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf, outbox: Outbox
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    invited(session, number, cast.kamran.email, by=cast.nasrin)
    mails.suppress(session, cast.kamran.email, "help_asked", at=now())
    session.commit()
    browser, phone = browser_of(cast.kamran), browser_of(cast.kamran)
    assert ask(browser).status_code == 303
    (confirming,), (warning,) = letters(outbox, "new_address"), letters(outbox, "address_change")
    assert (confirming.to_address, confirming.to_name) == (NEW, "")
    assert (warning.to_address, warning.values["is_done"]) == (cast.kamran.email, False)
    assert NEW in browser.get(PAGE).text
    # A scanner that opens every link changes nothing; nor does anything before the button.
    assert app.test_client().get(link_of(confirming)).status_code == 200
    assert address_of(session, cast.kamran) == cast.kamran.email
    assert login(app.test_client(), cast.kamran.email, PASSPHRASE).status_code == 303

    assert post(browser, link_of(confirming)).headers["Location"] == "/en/me/security"
    assert address_of(session, cast.kamran) == NEW
    assert (is_signed_in(browser), is_signed_in(phone)) == (True, False)
    assert login(app.test_client(), cast.kamran.email, PASSPHRASE).status_code == 422
    assert login(app.test_client(), NEW.upper(), PASSPHRASE).status_code == 303
    assert app.test_client().get(link_of(confirming)).status_code == 410
    # What waits goes to the new address, what warns still to the old one; all of it is his.
    went = {(mail.name, mail.to_address) for mail in outbox() if mail.to_key == NEW}
    assert ("coauthor_invitation", NEW) in went
    assert ("address_change", cast.kamran.email) in went
    assert [mail.values["is_done"] for mail in letters(outbox, "address_change")] == [False, True]
    assert [row.to_key for row in session.scalars(select(Suppression))] == [NEW]
    invitation = session.scalars(select(Coauthor)).one()
    assert (invitation.address_key, invitation.address) == (NEW, cast.kamran.email)
    kamran = session.get_one(Account, cast.kamran.id)
    assert [row["to"] for row in export(session, kamran)["address_changes"]] == [NEW]
    assert len(export_all(session, kamran, at=now())["letters"]["mails"]) == len(went) + 1
    actions = set(session.scalars(select(AuditEntry.action)))
    session.rollback()
    assert {"account.address_asked", "account.address_changed"} <= actions
    with app.app_context():
        worker.clean_up(now() + WEEK)
    session.rollback()
    assert session.scalars(select(ChangedAddress)).all() == []


def test_nobody_learns_whose_an_address_is(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf, outbox: Outbox
) -> None:
    pages = set()
    for address in (cast.nasrin.email, "nobody@example.org"):
        browser = browser_of(cast.kamran)
        assert ask(browser, address).status_code == 303
        shown = re.sub("<time.*?</time>|csrf_token.*?>", "", browser.get(PAGE).text)
        pages.add(shown.replace(address, ""))
    assert len(pages) == 1
    (taken,) = letters(outbox, "address_taken")
    assert (taken.to_address, taken.language) == (cast.nasrin.email, "fa")
    # Between asking and confirming somebody else proves that the address is theirs.
    register(app.test_client(), "nobody@example.org")
    post(app.test_client(), link_of(letters(outbox, "verify")[0]))
    link = link_of(letters(outbox, "new_address")[0])
    assert browser.post(link, data={"csrf_token": csrf(browser.get(link))}).status_code == 410
    assert address_of(session, cast.kamran) == cast.kamran.email


def test_the_old_address_takes_the_change_back_whatever_the_thief_did(
    app: Flask,
    cast: Cast,
    session: Session,
    browser_of: BrowserOf,
    outbox: Outbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    thief = browser_of(cast.hamid)
    ask(thief, "thief@evil.example")
    post(thief, link_of(letters(outbox, "new_address")[0]))
    ask(thief, "again@evil.example")
    post(thief, link_of(letters(outbox, "new_address")[1]))
    # The old address is free: the thief takes it, but cannot confirm it.
    register(app.test_client(), cast.hamid.email)
    assert address_of(session, cast.hamid) == "again@evil.example"

    owner, warnings = app.test_client(), letters(outbox, "address_change")
    assert [row.to_address for row in warnings] == [cast.hamid.email] * 2 + [
        "thief@evil.example"
    ] * 2
    assert owner.get(link_of(warnings[0])).status_code == 200
    assert is_signed_in(thief)
    answer = post(owner, link_of(warnings[0]))
    assert (answer.status_code, owner.get(answer.headers["Location"]).status_code) == (303, 200)
    assert address_of(session, cast.hamid) == cast.hamid.email
    assert not is_signed_in(thief)
    for address in (cast.hamid.email, "again@evil.example"):
        assert login(app.test_client(), address, PASSPHRASE).status_code == 422
    assert [app.test_client().get(link_of(row)).status_code for row in warnings] == [410] * 4
    (reset,) = letters(outbox, "reset")
    assert (reset.to_address, reset.to_key) == (cast.hamid.email, cast.hamid.email)
    assert post(owner, link_of(reset), password=OTHER_WORDS).status_code == 303
    assert "/address/refuse/..." in caplog.text
    for link in (link_of(warnings[0]), link_of(letters(outbox, "new_address")[0])):
        assert link not in caplog.text
    roles = select(AccountRole.role).where(AccountRole.account_id == cast.hamid.id)
    assert session.scalars(roles).all() == ["moderator"]


def test_a_link_dies_with_what_it_was_for(
    app: Flask, cast: Cast, session: Session, browser_of: BrowserOf, outbox: Outbox
) -> None:
    browser = browser_of(cast.kamran)

    def newest(name: str) -> str:
        return link_of(letters(outbox, name)[-1])

    def opens(link: str) -> bool:
        return app.test_client().get(link).status_code == 200

    ask(browser)
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert not opens(newest("new_address"))
    with time_machine.travel(now() + WEEK):
        assert not opens(newest("address_change"))
    replaced = newest("new_address")
    ask(browser, "other@neu.example")
    assert (opens(replaced), opens(newest("new_address"))) == (False, True)
    token = csrf(browser.get(PAGE))
    browser.post(f"{PAGE}/stop", data={"csrf_token": token})
    assert not opens(newest("new_address"))
    ask(browser)
    confirming, refusing = newest("new_address"), newest("address_change")
    # Neither link is good for the other's purpose.
    assert not opens(confirming.replace("/new/", "/refuse/"))
    assert not opens(refusing.replace("/refuse/", "/new/"))
    token = csrf(browser.get("/en/me/security"))
    fields = {"csrf_token": token, "current_password": PASSPHRASE, "new_password": WORDS}
    assert browser.post("/en/me/password", data=fields).status_code == 303
    assert (opens(confirming), opens(refusing)) == (False, True)
    # Before anything was confirmed the old address stops it, and locks whoever knew the passphrase.
    post(app.test_client(), refusing)
    assert not is_signed_in(browser)
    assert address_of(session, cast.kamran) == cast.kamran.email


def test_a_wrong_passphrase_an_own_address_and_too_many_letters_are_refused(
    cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    browser = browser_of(cast.mina)
    for address, passphrase in (
        (NEW, "not the passphrase"),
        (cast.mina.email.upper(), PASSPHRASE),
        ("no address", PASSPHRASE),
    ):
        answer = ask(browser, address, passphrase)
        assert answer.status_code == 422
        assert address in answer.text
    assert outbox() == []
    statuses = [ask(browser, f"mina{turn}@neu.example").status_code for turn in range(4)]
    assert statuses == [303, 303, 303, 429]
    # Another member cannot fill the same mailbox either.
    others = [
        browser_of(person) for person in (cast.nasrin, cast.kamran, cast.stranger, cast.arash)
    ]
    assert [ask(other, NEW).status_code for other in others] == [303, 303, 303, 429]
