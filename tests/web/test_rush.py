"""When many join at once, browsers work or people wait; otherwise nobody notices anything."""

import html
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import altcha
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.rush_rules import (
    KEPT_AFTER_EXPIRY,
    PROOF_GOOD_FOR,
    USUAL_ON_THE_SITE,
    USUAL_PER_NETWORK,
    WAIT,
    WAIT_GOOD_FOR,
)
from citizen_diplomat.accounts.spent_proofs import SpentProof
from citizen_diplomat.cli.worker import clean_up
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.proof_of_work import Effort, challenge
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web import rush
from citizen_diplomat.web.throttle import is_within
from tests.cast import Cast
from tests.conftest import csrf, slowly
from tests.web.account_pages import WORDS, register
from tests.web.test_form_guard import accounts, value_of

PARISA, ELHAM = "parisa@example.org", "elham@example.org"
QUICK = Effort(cost=1, fewest=2, most=5)
KEY = "rush.RegistrationForm"
Outbox = Callable[[], list[OutboxMessage]]


@pytest.fixture
def many(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site whose network here has posted as much as is usual; the work is light."""
    monkeypatch.setattr(rush, "EFFORT", QUICK)
    fill(app)
    return app


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands until it is moved."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


def fill(app: Flask) -> None:
    """As many come from this network as is usual."""
    with app.test_request_context():
        while is_within(USUAL_PER_NETWORK, rush.POSTED):
            pass


def worked_out(page: TestResponse) -> str:
    """What the page's script sends after the work that the page asks for."""
    found = re.search('data-proof="([^"]*)"', page.text)
    assert found, "nothing was asked"
    return solved(html.unescape(found[1]))


def solved(made: str) -> str:
    asked = altcha.Challenge.from_dict(json.loads(made))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_base64()


def test_up_to_the_usual_rate_nobody_is_asked_and_then_everybody(
    client: FlaskClient, app: Flask
) -> None:
    """What is posted counts, not the accounts that come of it; a wrong form does not."""
    fresh = client.get("/en/register").text
    assert "data-proof" not in fresh
    assert "proof.js" not in fresh
    fields = {
        **{"display_name": "Parisa Shams", "password": WORDS, "city": "freiburg"},
        **{"accept_terms": "y", "csrf_token": csrf(client.get("/en/register"))},
        **slowly(client, "RegistrationForm"),
    }

    def post(email: str) -> TestResponse:
        return client.post("/en/register", data={**fields, "email": email})

    assert post("no address").status_code == 422
    sent = [post(f"{number // 3}@example.org").status_code for number in range(20)]
    assert sent == [303] * 20
    assert accounts(app) == 7
    assert "data-proof" in client.get("/en/register").text
    assert post("fresh@example.org").status_code == 422
    assert post("no address").status_code == 422
    assert accounts(app) == 7


def test_many_networks_together_are_a_rush_too(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        while is_within(USUAL_ON_THE_SITE, rush.POSTED, of=rush.SITE):
            pass
    assert "data-proof" in client.get("/en/register").text
    assert register(client, PARISA).status_code == 422


def test_a_proof_is_good_for_one_account(client: FlaskClient, many: Flask) -> None:
    proof = worked_out(client.get("/en/register"))
    assert register(client, PARISA, proof=proof).status_code == 303
    again = register(client, ELHAM, proof=proof)
    assert again.status_code == 422
    assert "was sent before: it counts once" in again.text
    assert value_of(again, "email") == ELHAM
    assert WORDS not in again.text
    assert accounts(many) == 1
    assert register(client, ELHAM, proof=worked_out(again)).status_code == 303


def test_a_proof_stays_with_a_form_that_is_corrected(client: FlaskClient, many: Flask) -> None:
    proof = worked_out(client.get("/en/register"))
    wrong = register(client, "parisa", proof=proof)
    assert value_of(wrong, "proof") == proof
    assert "data-proof" not in wrong.text
    assert register(client, PARISA, proof=proof).status_code == 303


@pytest.mark.parametrize("purpose", ["x", "foreign", "other form"])
def test_what_is_not_this_pages_work_is_refused_and_what_was_typed_kept(
    client: FlaskClient, many: Flask, purpose: str
) -> None:
    keys = {
        "foreign": Signer("another installation").key(KEY),
        "other form": many.extensions["citizen_diplomat"].signer.key("rush.CommentForm"),
    }
    proof = "x"
    if purpose in keys:
        proof = solved(challenge(keys[purpose], QUICK, expires_at=now() + PROOF_GOOD_FOR))
    held = register(client, PARISA, proof=proof)
    assert held.status_code == 422
    assert "is not from this page" in held.text
    assert (value_of(held, "email"), value_of(held, "proof")) == (PARISA, "")
    assert accounts(many) == 0


def test_a_proof_expires_with_its_page(
    client: FlaskClient, many: Flask, clock: time_machine.Traveller
) -> None:
    key = many.extensions["citizen_diplomat"].signer.key(KEY)
    proof = solved(challenge(key, QUICK, expires_at=now() - timedelta(seconds=1)))
    held = register(client, PARISA, proof=proof)
    assert held.status_code == 422
    assert "this page was open for too long" in held.text
    assert register(client, PARISA, proof=worked_out(held)).status_code == 303


def test_two_forms_at_once_with_one_proof_make_one_account(
    client: FlaskClient, many: Flask, outbox: Outbox
) -> None:
    proof = worked_out(client.get("/en/register"))
    people = [PARISA, ELHAM, "shirin@example.org"]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = pool.map(
            lambda email: register(many.test_client(), email, proof=proof).status_code, people
        )
    assert sorted(answers) == [303, 422, 422]
    assert accounts(many) == 1
    assert len(outbox()) == 1


def test_without_javascript_a_wait_is_good_for_one_account(
    client: FlaskClient, many: Flask, clock: time_machine.Traveller
) -> None:
    assert "asks you to wait 30 seconds" in client.get("/en/register").text
    asked = register(client, PARISA)
    assert asked.status_code == 422
    assert "Please wait 30 seconds, then send the form again." in asked.text
    assert (value_of(asked, "email"), value_of(asked, "display_name")) == (PARISA, "Parisa Shams")
    wait = value_of(asked, "wait")
    clock.shift(WAIT - timedelta(seconds=1))
    early = register(client, PARISA, wait=wait)
    assert early.status_code == 422
    assert "Please wait 1 second, then send the form again." in early.text
    # The wait goes on and does not begin anew.
    assert value_of(early, "wait") == wait
    clock.shift(timedelta(seconds=1))
    assert register(client, PARISA, wait=wait).status_code == 303
    again = register(client, ELHAM, wait=wait)
    assert again.status_code == 422
    assert "was sent before: it counts once" in again.text
    clock.shift(WAIT)
    assert register(client, ELHAM, wait=value_of(again, "wait")).status_code == 303
    assert accounts(many) == 2


def test_a_wait_of_yesterday_or_of_nobody_begins_anew(
    client: FlaskClient, many: Flask, clock: time_machine.Traveller
) -> None:
    wait = value_of(register(client, PARISA), "wait")
    for stale, after in ((wait, WAIT_GOOD_FOR), ("x.y.z", timedelta())):
        clock.shift(after + timedelta(seconds=1))
        fill(many)
        held = register(client, PARISA, wait=stale)
        assert held.status_code == 422
        assert value_of(held, "wait") not in {"", stale}
    assert accounts(many) == 0


def test_nobody_learns_of_an_address_from_what_is_asked(
    client: FlaskClient, many: Flask, cast: Cast, outbox: Outbox
) -> None:
    pages = [
        re.sub('(value|data-proof)="[^"]*"', "", register(client, email).text)
        for email in (PARISA, cast.nasrin.email)
    ]
    assert pages[0] == pages[1]
    assert outbox() == []


def test_the_worker_forgets_what_could_not_be_used_again(
    client: FlaskClient, many: Flask, session: Session
) -> None:
    register(client, PARISA, proof=worked_out(client.get("/en/register")))
    for after, left in ((PROOF_GOOD_FOR, 1), (PROOF_GOOD_FOR + KEPT_AFTER_EXPIRY, 0)):
        with many.app_context():
            clean_up(now() + after + timedelta(minutes=1))
        assert session.scalar(select(func.count(SpentProof.mark))) == left
        session.rollback()


def test_in_persian_too(client: FlaskClient, many: Flask) -> None:
    page = client.get("/fa/register").text
    assert "۳۰ ثانیه" in page
    assert "Many people" not in page
