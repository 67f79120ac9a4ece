"""Registering and confirming an address: the same for everybody, and safe against strangers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountSession, Consent
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.rules import Role, address_mark
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.passphrase import verify_passphrase
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.services import KEY
from tests.cast import CHEAP, Cast
from tests.conftest import csrf
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
PARISA = "parisa@example.org"


def test_parisa_registers_confirms_her_address_and_is_signed_in(
    client: FlaskClient, session: Session, outbox: Outbox
) -> None:
    sent = register(client, PARISA)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/en/register/sent")
    assert "We have sent you an e-mail" in client.get("/en/register/sent").get_data(as_text=True)
    (mail,) = outbox()
    assert (mail.name, mail.to_address, mail.language) == ("verify", PARISA, "en")
    assert not is_signed_in(client)

    confirmed = post(client, link_of(mail))
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, "/en/me/profile")
    assert is_signed_in(client)

    parisa = account_by_email(session, PARISA)
    assert parisa is not None
    assert parisa.roles == {Role.MEMBER}
    assert (parisa.language, parisa.time_zone) == ("en", "Europe/Berlin")
    profile = session.get(Profile, parisa.id)
    assert profile is not None
    assert profile.city_slug == "freiburg"
    consent = session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.given, consent.source) == ("terms", True, "register")
    logged = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert logged == ["account.registered", "account.verified"]


def test_a_city_of_ones_own_is_kept_by_name_and_country(
    client: FlaskClient, session: Session
) -> None:
    register(client, PARISA, city="other", other_city="Tromsø", other_country="NO")
    profile = session.scalars(select(Profile)).one()
    assert (profile.city_slug, profile.other_city, profile.other_country) == (None, "Tromsø", "NO")


def test_opening_the_link_changes_nothing_for_mail_scanners_open_every_link(
    client: FlaskClient, session: Session, outbox: Outbox
) -> None:
    register(client, PARISA)
    link = link_of(outbox()[0])
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    parisa = account_by_email(session, PARISA)
    assert parisa is not None
    assert parisa.verified_at is None
    assert session.scalar(select(func.count(AccountSession.id))) == 0


def test_a_link_works_once(client: FlaskClient, app: Flask, outbox: Outbox) -> None:
    register(client, PARISA)
    link = link_of(outbox()[0])
    page = client.get(link)
    stranger = app.test_client()
    token = csrf(stranger.get(link))
    assert client.post(link, data={"csrf_token": csrf(page)}).status_code == 303
    assert stranger.post(link, data={"csrf_token": token}).status_code == 410
    assert not is_signed_in(stranger)
    gone = app.test_client().get(link)
    assert gone.status_code == 410
    assert "/en/register" in gone.get_data(as_text=True)


def test_who_presses_the_button_twice_is_where_they_wanted_to_be(
    client: FlaskClient, outbox: Outbox
) -> None:
    register(client, PARISA)
    link = link_of(outbox()[0])
    token = csrf(client.get(link))
    client.post(link, data={"csrf_token": token})
    again = client.get(link)
    assert (again.status_code, again.headers["Location"]) == (303, "/en/me/profile")


def test_a_link_stops_after_three_days(client: FlaskClient, outbox: Outbox) -> None:
    register(client, PARISA)
    link = link_of(outbox()[0])
    with time_machine.travel(now() + timedelta(days=3, minutes=1)):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("change", ["", "x", "."])
def test_a_link_of_another_purpose_or_a_broken_one_is_refused(
    client: FlaskClient, outbox: Outbox, change: str
) -> None:
    register(client, PARISA)
    token = link_of(outbox()[0]).rpartition("/")[2]
    if change:
        assert client.get(f"/en/verify/{change}{token[1:]}").status_code == 410
    assert client.get(f"/en/password/reset/{token}").status_code == 410
    assert client.get(f"/en/invitation/{token}").status_code == 410


def test_a_token_of_one_purpose_opens_nothing_else(
    app: Flask, client: FlaskClient, cast: Cast, session: Session
) -> None:
    """Each token fits its account in every other way: only its purpose is wrong."""
    register(client, PARISA)
    parisa = account_by_email(session, PARISA)
    session.rollback()
    assert parisa is not None
    signer = app.extensions[KEY].signer
    for person, page in ((parisa, "verify"), (cast.nasrin, "password/reset")):
        right = page.rpartition("/")[2]
        value = [person.id, address_mark(person.email_key), person.credential_version]
        for purpose in ("verify", "reset", "invitation", "unsubscribe", ""):
            opened = client.get(f"/en/{page}/{signer.sign(purpose, value)}")
            assert opened.status_code == (200 if purpose == right else 410)


def test_nobody_learns_whether_an_address_is_known(
    client: FlaskClient, app: Flask, cast: Cast, outbox: Outbox, session: Session
) -> None:
    register(app.test_client(), "waiting@example.org")
    answers = []
    for email in ("new@example.org", cast.nasrin.email, "waiting@example.org"):
        browser = app.test_client()
        before = len(outbox())
        with counted_hashing() as used:
            answer = register(browser, email)
        shown = browser.get(answer.headers["Location"]).get_data()
        mails = outbox()[before:]
        assert [mail.to_address for mail in mails] == [email]
        answers.append((answer.status_code, answer.headers["Location"], len(shown), list(used)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][3] == ["verify", "hash"]
    assert [mail.name for mail in outbox()] == ["verify", "verify", "already_registered", "verify"]


def test_the_mail_to_a_known_member_leads_back_in(
    client: FlaskClient, cast: Cast, outbox: Outbox
) -> None:
    register(client, cast.nasrin.email.upper())
    (mail,) = outbox()
    assert mail.language == "fa"
    assert mail.values == {
        "login_link": "http://localhost/fa/login",
        "reset_link": "http://localhost/fa/password/forgot",
    }


def test_registering_again_with_the_same_passphrase_only_sends_a_fresh_link(
    client: FlaskClient, outbox: Outbox, app: Flask
) -> None:
    register(client, PARISA)
    register(client, PARISA.upper())
    first, second = outbox()
    assert post(client, link_of(second)).status_code == 303
    assert app.test_client().get(link_of(first)).status_code == 410
    assert login(app.test_client(), PARISA, WORDS).status_code == 303


def test_a_passphrase_set_before_the_owner_came_never_opens_the_account(
    client: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    """An attacker registers the victim's address first and waits for the victim to confirm."""
    attacker, victim = app.test_client(), client
    register(attacker, PARISA, password=OTHER_WORDS)
    register(victim, PARISA)
    early, late = outbox()
    assert victim.get(link_of(early)).status_code == 410
    confirmed = post(victim, link_of(late))
    assert confirmed.headers["Location"] == "/en/me/security"
    assert login(attacker, PARISA, OTHER_WORDS).status_code == 422
    page = victim.get("/en/me/security")
    assert "current_password" not in page.get_data(as_text=True)
    victim.post("/en/me/password", data={"csrf_token": csrf(page), "new_password": WORDS})
    assert login(app.test_client(), PARISA, WORDS).status_code == 303


def test_two_registrations_at_once_make_one_account(
    app: Flask, session: Session, outbox: Outbox
) -> None:
    browsers = [app.test_client() for _ in range(4)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(lambda browser: register(browser, PARISA).status_code, browsers))
    assert answers == [303] * 4
    account = session.scalars(select(Account)).one()
    assert verify_passphrase(account.passphrase_hash, WORDS, hasher=CHEAP)
    assert len(outbox()) == 4


def test_fields_that_are_not_on_the_form_change_nothing(
    client: FlaskClient, session: Session
) -> None:
    register(
        client,
        PARISA,
        role="admin",
        roles="admin",
        role_rows="admin",
        verified_at="2020-01-01",
        is_demo="1",
        credential_version="7",
        id="1000",
        created_at="2020-01-01",
    )
    parisa = account_by_email(session, PARISA)
    assert parisa is not None
    assert parisa.roles == {Role.MEMBER}
    assert (parisa.verified_at, parisa.is_demo, parisa.credential_version) == (None, False, 1)
    assert parisa.id != 1000
    assert parisa.created_at.year > 2020


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "", "Write the name that other people should see."),
        ("display_name", "ا" * 81, "at most 80 fit"),
        ("display_name", "Win at www.prize.example", "A name cannot hold a web or e-mail"),
        ("display_name", "Parisa\u202eadmin", "hidden direction marks"),
        ("email", "parisa", "Write the whole address"),
        ("email", "pari\u202esa@example.org", "hidden direction marks"),
        ("email", "parisa@example.org\x00", "control characters"),
        ("email", "parisa@example.org\r\nBcc: all@example.org", "Write the whole address"),
        ("email", "a@" + "x" * 250 + ".org", "Write the whole address"),
        ("password", "", "Choose a passphrase."),
        ("password", "fourteen chars", "Use at least 15 characters"),
        ("password", "citizen diplomat isfahan", "This is easy to guess."),
        ("password", "parisa@example.org", "This is easy to guess."),
        ("password", "x1! " * 100, "Use at most 256 characters."),
        ("city", "", "Choose the city where you live"),
        ("city", "atlantis", "Please choose one from the list."),
        ("accept_terms", "", "Please agree"),
        ("other_country", "Atlantis", "Please choose one from the list."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    client: FlaskClient, session: Session, outbox: Outbox, field: str, value: str, words: str
) -> None:
    with counted_hashing() as used:
        page = register(client, PARISA, **{field: value})
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert words in text
    assert f'href="#{field}"' in text
    assert "<title>Error:" in text
    assert 'value="Parisa Shams"' in text or field == "display_name"
    assert used == []
    assert session.scalar(select(func.count(Account.id))) == 0
    assert outbox() == []


def test_everything_that_is_wrong_is_said_at_once(client: FlaskClient) -> None:
    page = register(client, "parisa", password="short", city="", display_name="", accept_terms="")
    text = page.get_data(as_text=True)
    wrong = ("display_name", "email", "password", "city", "accept_terms")
    assert [name for name in wrong if f'href="#{name}"' not in text] == []


def test_figures_are_in_the_language_of_the_page_whoever_came_before(client: FlaskClient) -> None:
    assert "دست‌کم ۱۵ نویسه" in client.get("/fa/register").get_data(as_text=True)
    assert "At least 15 characters" in client.get("/en/register").get_data(as_text=True)


def test_the_box_is_never_ticked_beforehand(client: FlaskClient) -> None:
    page = client.get("/fa/register").get_data(as_text=True)
    box = page.partition('name="accept_terms"')
    assert "checked" not in box[0].rpartition("<")[2] + box[2].partition(">")[0]


def test_any_script_and_spaces_make_a_passphrase_and_none_of_it_is_cut_off(
    client: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    words = "انار پل بادبادک سرمه‌ای " * 8
    register(client, PARISA, password=words)
    post(client, link_of(outbox()[0]))
    assert login(app.test_client(), PARISA, words[:-8]).status_code == 422
    assert login(app.test_client(), PARISA, words).status_code == 303


def test_mails_to_one_address_are_limited_however_it_is_spelt(
    client: FlaskClient, outbox: Outbox
) -> None:
    spellings = ["parisa@example.org", " PARISA@example.org ", "pa\u200crisa@EXAMPLE.org"]
    assert [register(client, email).status_code for email in spellings] == [303, 303, 303]
    refused = register(client, "Parisa@Example.Org", display_name="Again")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert len(outbox()) == 3


def test_a_wrong_field_does_not_use_up_the_mails(client: FlaskClient) -> None:
    for _ in range(5):
        assert register(client, PARISA, password="short").status_code == 422
    assert register(client, PARISA).status_code == 303


def test_a_foreign_host_never_reaches_a_mail(client: FlaskClient, outbox: Outbox) -> None:
    token = csrf(client.get("/en/register"))
    answer = client.post(
        "/en/register", data={"csrf_token": token}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert answer.status_code == 422
    assert client.get("/en/register", headers={"Host": "evil.example"}).status_code == 400


def test_who_is_signed_in_needs_no_second_account(
    browser_of: Callable[[Account], FlaskClient], cast: Cast
) -> None:
    answer = browser_of(cast.kamran).get("/en/register")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/me")
