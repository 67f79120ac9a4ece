"""Signing in and out: nobody learns what they should not, nobody guesses for long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountSession
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.passphrase import Hasher, hash_passphrase
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, database_of
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
from tests.web.proposal_stories import tell

Outbox = Callable[[], list[OutboxMessage]]
REFUSED = "This e-mail and passphrase do not fit together"


def actions(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.subject) for row in rows]


def test_kamran_signs_in_whatever_case_and_spaces_he_types(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    answer = login(client, "  Kamran@Example.ORG ", PASSPHRASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/me")
    assert is_signed_in(client)
    assert actions(session) == [("account.signed_in", f"account:{cast.kamran.id}")]


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("hamid", "/en/staff/queue"),
        ("soheila", "/en/staff/queue"),
        ("arash", "/en/staff/log"),
        ("nasrin", "/en/me"),
    ],
)
def test_everybody_arrives_where_their_work_is(
    client: FlaskClient, cast: Cast, who: str, place: str
) -> None:
    assert login(client, getattr(cast, who).email, PASSPHRASE).headers["Location"] == place


def test_unknown_unconfirmed_wrong_and_closed_look_alike(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    register(app.test_client(), "waiting@example.org")
    closed = session.merge(cast.stranger)
    closed.closed_at = now()
    session.commit()
    tries = [
        ("nobody@example.org", PASSPHRASE),
        (cast.kamran.email, OTHER_WORDS),
        ("waiting@example.org", WORDS),
        ("waiting@example.org", OTHER_WORDS),
        (closed.email, PASSPHRASE),
    ]
    seen = set()
    for email, password in tries:
        browser = app.test_client()
        with counted_hashing() as used:
            page = login(browser, email, password)
        assert page.status_code == 422
        assert REFUSED in page.get_data(as_text=True)
        assert used == ["verify"]
        assert not is_signed_in(browser)
        text = page.get_data(as_text=True).replace(email, "")
        token = text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        number = page.headers["X-Request-ID"]
        seen.add(text.replace(token, "").replace(number, ""))
    assert len(seen) == 1
    failed = [subject for action, subject in actions(session) if action == "account.sign_in_failed"]
    assert len(failed) == 5
    assert failed[0] == "account:unknown"


def test_who_knows_the_passphrase_but_has_not_confirmed_gets_a_fresh_link_once_an_hour(
    client: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    register(client, "waiting@example.org")
    for _ in range(2):
        login(client, "waiting@example.org", WORDS)
    login(client, "waiting@example.org", OTHER_WORDS)
    assert [mail.name for mail in outbox()] == ["verify", "verify"]
    assert post(app.test_client(), link_of(outbox()[1])).status_code == 303


def test_a_passphrase_too_long_to_be_one_is_not_even_hashed(
    client: FlaskClient, cast: Cast
) -> None:
    with counted_hashing() as used:
        page = login(client, cast.kamran.email, "x" * 2000)
    assert (page.status_code, used) == (422, [])


def test_an_old_hash_is_made_anew_at_todays_cost(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    kamran = session.merge(cast.kamran)
    kamran.passphrase_hash = old = hash_passphrase(
        PASSPHRASE, hasher=Hasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    session.commit()
    assert login(client, kamran.email, PASSPHRASE).status_code == 303
    session.refresh(kamran)
    assert kamran.passphrase_hash != old
    assert "m=8,t=1" in str(kamran.passphrase_hash)
    assert kamran.credential_version == 1


def test_guessing_at_one_account_stops_however_the_address_is_spelt(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    spellings = [
        "kamran@example.org",
        "KAMRAN@example.org",
        " kamran@EXAMPLE.org  ",
        "kam\u200cran@example.org",
        "ｋamran@example.org",
        " " * 400 + "kamran@example.org",
        "kamran@example.org.",
    ]
    statuses = [
        login(app.test_client(), spellings[n % len(spellings)], "guess").status_code
        for n in range(18)
    ]
    assert statuses[:10] == [422] * 10
    assert statuses[10:] == [429] * 8
    page = login(client, "kamran@example.org", PASSPHRASE)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 600
    assert "Too many attempts" in page.get_data(as_text=True)
    assert login(client, cast.nasrin.email, PASSPHRASE).status_code == 303


def test_one_address_cannot_try_many_accounts_and_a_forged_header_does_not_help(
    client: FlaskClient, cast: Cast
) -> None:
    token = csrf(client.get("/en/login"))
    statuses = [
        client.post(
            "/en/login",
            data={"csrf_token": token, "email": f"somebody{n}@example.org", "password": "guess"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(32)
    ]
    assert statuses == [422] * 30 + [429] * 2


def test_after_the_pause_one_may_try_again(client: FlaskClient, cast: Cast) -> None:
    for _ in range(11):
        page = login(client, cast.kamran.email, "guess")
    assert page.status_code == 429
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)):
        assert login(client, cast.kamran.email, PASSPHRASE).status_code == 303


@pytest.mark.parametrize("signed_in_before", [False, True])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ /evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        "/en/x\r\nSet-Cookie: a=b",
        "@evil.example",
        "/" + "a" * 600,
    ],
)
def test_signing_in_never_leads_to_another_site(
    client: FlaskClient,
    browser_of: Callable[[Account], FlaskClient],
    cast: Cast,
    target: str,
    signed_in_before: bool,
) -> None:
    if signed_in_before:
        browser = browser_of(cast.kamran)
        answer = browser.get("/en/login", query_string={"next": target})
    else:
        page = client.get("/en/login", query_string={"next": target})
        assert (
            "evil" not in page.get_data(as_text=True).partition("<main")[2].partition("</form")[0]
        )
        answer = login(client, cast.kamran.email, PASSPHRASE, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/me")


def test_who_wanted_a_page_gets_there_after_signing_in(client: FlaskClient, cast: Cast) -> None:
    guarded = client.get("/en/me/security?a=1")
    page = client.get(guarded.headers["Location"])
    text = page.get_data(as_text=True)
    assert 'name="next" type="hidden" value="/en/me/security?a=1"' in text
    answer = login(client, cast.kamran.email, PASSPHRASE, next="/en/me/security?a=1")
    assert answer.headers["Location"] == "/en/me/security?a=1"


def test_a_form_sent_after_the_session_ended_is_promised_back(
    client: FlaskClient, cast: Cast
) -> None:
    token = csrf(client.get("/en/login"))
    lost = client.post("/en/me/sessions/end", data={"csrf_token": token, "which": "others"})
    assert lost.headers["Location"].startswith("/en/login?next=")
    assert "What you typed is kept" in client.get(lost.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize(
    ("came_from", "onward"),
    [
        ("http://localhost{own}/preview", "{own}/preview"),
        ("http://localhost/en/me/proposals?shelf=drafts", "/en/me/proposals?shelf=drafts"),
        ("http://localhost{own}/submit", "{own}"),
        ("http://localhost/nowhere", "{own}"),
        ("https://evil.example{own}/preview", "{own}"),
        ("http://localhost.evil.example/en/me", "{own}"),
        ("http://localhost//evil.example/en/me", "{own}"),
        ("", "{own}"),
    ],
)
def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page_and_does_nothing(
    client: FlaskClient, app: Flask, cast: Cast, came_from: str, onward: str
) -> None:
    [number] = tell(app, cast, State.DRAFT)
    own = f"/en/me/proposals/{number}"
    token = csrf(client.get("/en/login"))
    lost = client.post(
        f"{own}/submit",
        data={"csrf_token": token, "version": "1"},
        headers={"Referer": came_from.format(own=own)},
    )
    form = client.get(lost.location)
    field = form.text.partition('name="next"')[2].partition('value="')[2].partition('"')[0]
    assert field == onward.format(own=own)
    answer = login(client, cast.nasrin.email, PASSPHRASE, next=field)
    page = client.get(answer.location)
    assert (page.status_code, page.request.full_path.rstrip("?")) == (200, field)
    with database_of(app).reading() as reading:
        assert reading.scalars(select(Proposal.state)).all() == [State.DRAFT]


def test_a_page_that_was_open_too_long_leads_back_to_where_its_button_was(
    client: FlaskClient,
) -> None:
    """The cookie is gone too, and with it the token of the form."""
    came_from = {"Referer": "http://localhost/en/me/profile/photo"}
    gone = client.post("/en/me/profile/photo/remove", data={"x": "y"}, headers=came_from)
    assert gone.status_code == 400
    assert 'href="/en/login?next=/en/me/profile/photo"' in gone.text


def test_a_cookie_chosen_by_somebody_else_is_never_adopted(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    login(client, cast.kamran.email, PASSPHRASE)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
    row = session.scalars(select(AccountSession)).one()
    assert row.account_id == cast.kamran.id


def test_remembering_lasts_thirty_days_and_otherwise_one(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    once = login(client, cast.kamran.email, PASSPHRASE)
    assert "Expires" not in once.headers["Set-Cookie"]
    kept = login(app.test_client(), cast.kamran.email, PASSPHRASE, remember="y")
    assert "Expires" in kept.headers["Set-Cookie"]
    staff = login(app.test_client(), cast.hamid.email, PASSPHRASE, remember="y")
    assert "Expires" not in staff.headers["Set-Cookie"]
    rows = session.scalars(select(AccountSession).order_by(AccountSession.id))
    hours = [(row.expires_at - row.created_at) / timedelta(hours=1) for row in rows]
    assert hours == [24, 720, 12]


def test_after_signing_out_the_old_cookie_is_worth_nothing(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    login(client, cast.kamran.email, PASSPHRASE)
    cookie = client.get_cookie("session")
    assert cookie is not None
    page = client.get("/en/me/security")
    assert client.get("/en/logout").status_code == 405
    assert client.post("/en/logout").status_code == 400
    assert is_signed_in(client)
    answer = client.post("/en/logout", data={"csrf_token": csrf(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/en/me/security").status_code == 303
    assert session.scalars(select(AccountSession)).all() == []
    assert actions(session)[-1] == ("account.signed_out", f"account:{cast.kamran.id}")


def test_pages_to_enter_by_are_never_kept_by_a_cache(client: FlaskClient) -> None:
    for path in ("/fa/login", "/fa/register", "/fa/password/forgot"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
