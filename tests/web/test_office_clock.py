"""Soheila says what the office promises and when it works; moderators may not."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import Target
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.desk import MONDAY
from tests.web.test_writing import hidden

BrowserOf = Callable[[Account], FlaskClient]
CLOCK = "/en/staff/clock"
PROMISED: dict[str, Any] = {
    "answer_days": "3",
    "decision_days": "۱۵",
    "appeal_days": "7",
    "working_week": ["5", "6", "0", "1", "2", "3"],
}
DUST = {"day": "1405-08-13", "works": "n", "name_fa": "گردوخاک", "name_en": "Dust"}


def post(browser: FlaskClient, address: str = CLOCK, **fields: Any) -> TestResponse:
    """Post one of the forms as the page now shows them."""
    page = browser.get(CLOCK)
    data = {"csrf_token": csrf(page), "version": hidden(page, "version"), **fields}
    return browser.post(address, data=data)


@time_machine.travel(MONDAY, tick=False)
def test_promises_week_and_days_are_edited(app: Flask, cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.soheila)
    assert post(browser, **PROMISED).status_code == 303
    assert post(browser, f"{CLOCK}/days", **DUST).status_code == 303
    with database_of(app).reading() as session:
        of = office(session)
    assert of.targets == {Target.ANSWER: 3, Target.DECISION: 15, Target.APPEAL: 7}
    day = of.calendar.day_of(MONDAY)
    assert str(of.calendar.nth_after(day, 2)) == "2026-11-05", (
        "Wednesday is closed, Thursday is not"
    )
    page = browser.get(CLOCK).text
    assert 'value="15"' in page
    assert "the office is closed" in page
    assert browser.get("/fa/staff/clock").status_code == 200
    assert post(browser, f"{CLOCK}/days", forget="2026-11-04").status_code == 303
    with database_of(app).reading() as session:
        assert str(office(session).calendar.nth_after(day, 2)) == "2026-11-04"
        done = {row.action for row in entries(session).items}
    assert {"office.promised", "office.day_set", "office.day_forgotten"} <= done


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        (CLOCK, {**PROMISED, "decision_days": "0"}, "A number of days from 1 to 60."),
        (CLOCK, {**PROMISED, "appeal_days": "ten"}, "A number of days from 1 to 60."),
        (CLOCK, {**PROMISED, "working_week": []}, "Choose at least one day."),
        (f"{CLOCK}/days", {**DUST, "day": "1399-01-01"}, "A day from today on"),
        (f"{CLOCK}/days", {**DUST, "day": "Friday"}, "A day from today on"),
        (f"{CLOCK}/days", {**DUST, "works": "maybe"}, "Please choose one from the list."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: Cast, browser_of: BrowserOf, address: str, fields: dict[str, object], said: str
) -> None:
    answer = post(browser_of(cast.soheila), address, **fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_colleague_was_faster(cast: Cast, browser_of: BrowserOf) -> None:
    """What was typed stays, what is stored is told, and saving again replaces it."""
    browser = browser_of(cast.soheila)
    page = browser.get(CLOCK)
    stale = {**PROMISED, "csrf_token": csrf(page), "version": hidden(page, "version")}
    assert post(browser, **{**PROMISED, "answer_days": "4"}).status_code == 303
    late = browser.post(CLOCK, data=stale)
    assert late.status_code == 409
    assert "answer 4, decision 15, appeal 7" in late.text
    assert 'value="3"' in late.text
    again = {**stale, "version": hidden(late, "version")}
    assert browser.post(CLOCK, data=again).status_code == 303


@pytest.mark.parametrize(
    ("name", "status"), [("soheila", 200), ("mina", 200), ("hamid", 403), ("arash", 403)]
)
def test_coordinators_and_administrators_edit_it(
    cast: Cast, browser_of: BrowserOf, session: Session, name: str, status: int
) -> None:
    session.close()
    browser = browser_of(getattr(cast, name))
    assert browser.get(CLOCK).status_code == status
    assert browser.get("/en/staff/settings").status_code == 200
