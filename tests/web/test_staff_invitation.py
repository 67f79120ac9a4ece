"""`flask staff add` and the link it mails: how somebody becomes staff."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_email, account_by_id
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli.staff import staff
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf
from tests.web.account_pages import WORDS, is_signed_in, link_of, login, post, register

Outbox = Callable[[], list[OutboxMessage]]
LEILA = "leila@example.org"


def invite(app: Flask, email: str, *options: str) -> Result:
    arguments = ["add", email, "--name", "لیلا نادری", *options]
    return app.test_cli_runner().invoke(staff, arguments)


def link_to(app: Flask, email: str, *options: str) -> str:
    result = invite(app, email, *options)
    assert result.exit_code == 0, result.output
    return urlsplit(result.output.strip()).path


def test_leila_is_invited_chooses_a_passphrase_and_is_at_the_desk(
    app: Flask, client: FlaskClient, session: Session, outbox: Outbox
) -> None:
    link = link_to(app, LEILA, "--role", "moderator", "--city", "freiburg", "--city", "barcelona")
    (mail,) = outbox()
    assert (mail.name, mail.language, mail.values["role"]) == ("invitation", "fa", "moderator")
    assert link_of(mail) == link
    page = client.get(link).get_data(as_text=True)
    assert "لیلا نادری" in page
    assert "فرایبورگ" in page
    assert post(client, link, password="short").status_code == 422
    assert post(client, link, password=WORDS).status_code == 303
    assert is_signed_in(client)
    leila = account_by_email(session, LEILA)
    assert leila is not None
    assert leila.roles == {Role.MODERATOR}
    assert {scope.city_slug for scope in leila.scopes} == {"freiburg", "barcelona"}
    assert {scope.topic_slug for scope in leila.scopes} == {None}
    logged = [
        (row.action, row.detail)
        for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]
    assert logged == [
        ("staff.invited", {"role": "moderator"}),
        (
            "staff.role_given",
            {"role": "moderator", "cities": ["freiburg", "barcelona"], "topics": []},
        ),
    ]


def test_an_invitation_works_once_and_for_seven_days(app: Flask, client: FlaskClient) -> None:
    link = link_to(app, LEILA, "--role", "auditor")
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert client.get(link).status_code == 410
    stranger = app.test_client()
    token = csrf(stranger.get(link))
    post(client, link, password=WORDS)
    late = stranger.post(link, data={"csrf_token": token, "password": WORDS})
    assert late.status_code == 410
    assert not is_signed_in(stranger)


def test_a_newer_invitation_replaces_an_older_one(app: Flask, client: FlaskClient) -> None:
    first = link_to(app, LEILA, "--role", "admin")
    second = link_to(app, LEILA, "--role", "moderator")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_opening_an_invitation_gives_nothing(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    client.get(link_to(app, LEILA, "--role", "admin"))
    leila = account_by_email(session, LEILA)
    assert leila is not None
    assert (leila.roles, leila.verified_at) == (frozenset(), None)


def test_a_member_becomes_staff_by_confirming_and_signs_in_anew(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    session: Session,
    browser_of: Callable[[Account], FlaskClient],
) -> None:
    phone = browser_of(cast.kamran)
    link = link_to(app, "KAMRAN@example.org", "--role", "coordinator")
    kamran = account_by_id(session, cast.kamran.id)
    assert kamran is not None
    assert kamran.roles == {Role.MEMBER}
    session.rollback()
    assert "You keep your passphrase" in phone.get(link).get_data(as_text=True)
    answer = post(client, link, password=WORDS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/login")
    assert not is_signed_in(phone)
    assert not is_signed_in(client)
    kamran = account_by_id(session, cast.kamran.id, lock=True)
    assert kamran is not None
    assert kamran.roles == {Role.MEMBER, Role.COORDINATOR}
    assert kamran.display_name == "Kamran Dehghan"
    session.rollback()
    assert login(client, cast.kamran.email, WORDS).status_code == 422
    assert login(client, cast.kamran.email, PASSPHRASE).status_code == 303


def test_a_passphrase_that_somebody_set_for_an_unconfirmed_address_is_not_kept(
    app: Flask, client: FlaskClient
) -> None:
    attacker = app.test_client()
    register(attacker, LEILA)
    link = link_to(app, LEILA, "--role", "admin")
    assert 'name="password"' in client.get(link).get_data(as_text=True)
    assert post(client, link).status_code == 422
    post(client, link, password=PASSPHRASE)
    assert login(attacker, LEILA, WORDS).status_code == 422


def test_confirming_an_address_by_the_side_door_gives_no_role(
    app: Flask, client: FlaskClient, session: Session, outbox: Outbox
) -> None:
    link_to(app, LEILA, "--role", "admin")
    register(client, LEILA)
    post(client, link_of(outbox()[-1]))
    leila = account_by_email(session, LEILA)
    assert leila is not None
    assert leila.roles == {Role.MEMBER}


@pytest.mark.parametrize(
    ("email", "options", "words"),
    [
        (LEILA, ("--role", "king"), "--role must be one of admin, auditor, coordinator, moderator"),
        (LEILA, ("--role", "member"), "--role must be one of"),
        (LEILA, ("--role", "moderator", "--city", "atlantis"), "--city 'atlantis' is not in"),
        (LEILA, ("--role", "moderator", "--topic", "magic"), "--topic 'magic' is not in"),
        ("leila", ("--role", "moderator"), "'leila' is not an e-mail address"),
        (LEILA, ("--role", "moderator", "--name", " "), "--name must be a name"),
        (LEILA, ("--role", "moderator", "--language", "xx"), "--language must be one of fa, en"),
    ],
)
def test_a_wrong_command_says_so_in_one_line(
    app: Flask, session: Session, email: str, options: tuple[str, ...], words: str
) -> None:
    result = invite(app, email, *options)
    assert result.exit_code != 0
    assert words in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert session.scalar(select(func.count(Account.id))) == 0


def test_a_closed_account_is_not_invited(app: Flask, cast: Cast, session: Session) -> None:
    session.merge(cast.stranger).closed_at = now()
    session.commit()
    result = invite(app, cast.stranger.email, "--role", "admin")
    assert (result.exit_code, "is closed" in result.output) == (1, True)
