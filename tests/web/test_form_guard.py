"""Programs that fill in every field at once are held up; a person sends once more and is in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Comment
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.form_guard import GOOD_FOR, QUICKEST, UNTIMED
from citizen_diplomat.web.throttle import is_within
from tests.cast import Cast
from tests.conftest import database_of, slowly
from tests.web.account_pages import register
from tests.web.proposal_stories import tell
from tests.web.talk import say

Outbox = Callable[[], list[OutboxMessage]]
PARISA = "parisa@example.org"


def value_of(page: TestResponse, name: str) -> str:
    """What a field of the page holds."""
    return page.text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def flood(app: Flask) -> None:
    """As many forms without a time come from this network as may."""
    with app.test_request_context():
        while is_within(UNTIMED, "untimed form"):
            pass


def accounts(app: Flask) -> int:
    with database_of(app).reading() as session:
        return session.scalar(select(func.count(Account.id))) or 0


def test_a_program_that_fills_every_field_is_held_up_and_a_person_sends_once_more(
    client: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    held = register(client, PARISA, homepage="https://casino.example")
    assert held.status_code == 422
    assert "a field that people do not see was filled in" in held.text
    assert (accounts(app), outbox()) == (0, [])
    # What they typed is there, and what a program typed is not.
    assert (value_of(held, "email"), value_of(held, "homepage")) == (PARISA, "")
    assert "casino" not in held.text
    assert register(client, PARISA, homepage="").status_code == 303


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(), "faster than people usually type"),
        (QUICKEST - timedelta(milliseconds=1), "faster than people usually type"),
        (QUICKEST, None),
        (GOOD_FOR, None),
        (GOOD_FOR + timedelta(seconds=1), "open for more than a day"),
        (3 * GOOD_FOR, "open for more than a day"),
    ],
)
def test_a_page_is_answered_neither_at_once_nor_after_a_day(
    client: FlaskClient, app: Flask, after: timedelta, words: str | None
) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        made = value_of(client.get("/en/register"), "form_time")
    with time_machine.travel(began + after, tick=False):
        flood(app)
        answer = register(client, PARISA, form_time=made)
    assert answer.status_code == (422 if words else 303)
    assert words is None or words in answer.text
    assert accounts(app) == (0 if words else 1)


def test_who_was_too_quick_waits_no_longer_than_from_the_first_page(
    client: FlaskClient, app: Flask
) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        flood(app)
        made = value_of(client.get("/en/register"), "form_time")
        held = register(client, PARISA, form_time=made)
    assert value_of(held, "form_time") == made
    with time_machine.travel(began + QUICKEST, tick=False):
        assert register(client, PARISA, form_time=made).status_code == 303


@pytest.mark.parametrize("form_time", ["", "x", "a.b.c", "\0", "۱۲۳", "x" * 5000])
def test_a_time_that_is_not_ours_is_replaced_by_one_that_is(
    client: FlaskClient, app: Flask, form_time: str
) -> None:
    began = now()
    with time_machine.travel(began, tick=False):
        flood(app)
        held = register(client, PARISA, form_time=form_time)
        assert held.status_code == 422
    with time_machine.travel(began + QUICKEST, tick=False):
        again = register(client, PARISA, form_time=value_of(held, "form_time"))
    assert again.status_code == 303


def test_a_few_forms_without_a_time_are_no_flood(client: FlaskClient, app: Flask) -> None:
    assert register(client, PARISA, form_time="").status_code == 303
    assert register(client, "elham@example.org", form_time="").status_code == 303
    assert accounts(app) == 2


def test_a_form_with_a_wrong_field_takes_nothing_from_the_few(client: FlaskClient) -> None:
    for _ in range(25):
        assert register(client, "no address", form_time="").status_code == 422
    assert register(client, PARISA, form_time="").status_code == 303


def test_the_time_of_one_form_opens_no_other(client: FlaskClient, app: Flask) -> None:
    flood(app)
    assert register(client, PARISA, **slowly(client, "ForgotForm")).status_code == 422


def test_the_field_is_there_for_programs_alone(client: FlaskClient) -> None:
    page = client.get("/en/register").text
    trap = page.partition('<div class="visually-hidden" aria-hidden="true">')[2].partition("</div>")
    assert 'tabindex="-1"' in trap[0]
    assert 'autocomplete="off"' in trap[0]
    assert "Leave this field empty" in trap[0]


def test_nobody_learns_of_an_address_from_what_is_held_up(
    client: FlaskClient, cast: Cast, outbox: Outbox
) -> None:
    pages = [
        re.sub(r'value="[^"]*"', "", register(client, email, homepage="x").text)
        for email in (PARISA, cast.nasrin.email)
    ]
    assert pages[0] == pages[1]
    assert outbox() == []


def test_a_comment_is_held_up_with_its_words(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    flood(app)
    browser = browser_of(cast.kamran)
    guards: list[dict[str, Any]] = [{"homepage": "https://casino.example"}, {"form_time": ""}]
    for guard in guards:
        held = say(browser, number, "May my school take part?", **guard)
        assert held.status_code == 422
        assert "May my school take part?" in held.text
    with database_of(app).reading() as reading:
        assert reading.scalar(select(func.count(Comment.id))) == 0
    assert say(browser, number, "May my school take part?").status_code == 303
