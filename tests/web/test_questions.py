"""Soheila keeps the extra questions: she asks, changes, moves, retires; others may not."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.questions import Question
from tests.cast import LONG_AGO, Cast
from tests.conftest import csrf, database_of
from tests.web.test_writing import hidden
from tests.web.test_writing_steps import DETAILS, begun, post

Counting = Callable[[], AbstractContextManager[list[str]]]
BrowserOf = Callable[[Account], FlaskClient]
NEW = "/en/staff/questions/environment-water/new"
ASKED = {
    "text_fa": "کجا اجرا می‌شود؟",
    "text_en": "Where does it take place?",
    "kind": "choice",
    "options_fa": "در خانه\nدر مدرسه",
    "options_en": "At home\nAt school",
}


def ask(browser: FlaskClient, **fields: object) -> TestResponse:
    """Fill the form of a new question and post it."""
    token = csrf(browser.get(NEW))
    return browser.post(NEW, data={**ASKED, "csrf_token": token, **fields})


def stored(app: Flask) -> list[Question]:
    """All questions in their order."""
    with database_of(app).reading() as session:
        return list(session.scalars(select(Question).order_by(Question.position)))


def test_asked_changed_moved_retired(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    browser = browser_of(cast.soheila)
    assert ask(browser).status_code == 303
    assert ask(browser, text_en="Who helps?", kind="long").status_code == 303
    first, second = stored(app)
    assert first.options == [
        {"fa": "در خانه", "en": "At home"},
        {"fa": "در مدرسه", "en": "At school"},
    ]
    assert second.options == []
    page = browser.get(f"/en/staff/questions/{first.id}")
    data = {**ASKED, "csrf_token": csrf(page), "version": hidden(page, "version")}
    address = f"/en/staff/questions/{first.id}"
    assert browser.post(address, data={**data, "text_en": "Where?"}).status_code == 303
    late = browser.post(address, data={**data, "text_en": "Where exactly?"})
    assert late.status_code == 409
    assert "Where exactly?" in late.text
    assert "Where?" in late.text
    for row, action in ((second, "up"), (first, "retire")):
        place = f"/en/staff/questions/{row.id}"
        browser.post(place, data={"csrf_token": data["csrf_token"], "action": action})
    assert [(row.text_en, bool(row.retired_at)) for row in stored(app)] == [
        ("Who helps?", False),
        ("Where?", True),
    ]
    again = {"csrf_token": data["csrf_token"], "action": "again"}
    browser.post(address, data=again)
    assert not any(row.retired_at for row in stored(app))
    for language in ("fa", "en"):
        assert browser.get(f"/{language}/staff/questions").status_code == 200


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("text_fa", ""),
        ("text_en", "x" * 201),
        ("help_en", "turned \u202e round"),
        ("kind", "riddle"),
        ("options_fa", "در خانه"),
        ("options_en", "At home\nAt home"),
        ("options_en", "At home\nAt school\nOutside"),
        ("options_en", f"At home\n{'x' * 101}"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cast: Cast, browser_of: BrowserOf, app: Flask, field: str, text: str
) -> None:
    answer = ask(browser_of(cast.soheila), **{field: text})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not stored(app)


def test_an_answered_wording_cannot_be_posted_away(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """The page says why it is locked; whoever posts another wording changes nothing of it."""
    soheila, nasrin = browser_of(cast.soheila), browser_of(cast.nasrin)
    ask(soheila)
    [question] = stored(app)
    own = begun(nasrin)
    post(nasrin, f"{own}/details", "submit", **DETAILS, **{f"question_{question.id}": "At home"})
    address = f"/en/staff/questions/{question.id}"
    page = soheila.get(address)
    assert "its wording stays" in page.text
    assert 'name="text_en"' not in page.text
    data = {"csrf_token": csrf(page), "version": hidden(page, "version")}
    answer = soheila.post(address, data={**ASKED, **data, "text_en": "Why?", "help_en": "Guess."})
    assert answer.status_code == 303
    [question] = stored(app)
    assert (question.text_en, question.help_en) == (ASKED["text_en"], "Guess.")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_costs_the_same_for_any_number(
    cast: Cast, browser_of: BrowserOf, app: Flask, queries: Counting, rows: int
) -> None:
    """Who reads (two), the queue's figure in the header, and the questions."""
    with database_of(app).writing() as session:
        session.add_all(
            Question(
                topic_slug="heritage",
                position=place,
                kind="short",
                text_fa="کجا؟",
                text_en="Where?",
                created_at=LONG_AGO,
            )
            for place in range(rows)
        )
        session.commit()
    browser = browser_of(cast.soheila)
    browser.get(NEW)
    with queries() as asked:
        html = browser.get("/en/staff/questions").text
    assert html.count("<h3>") == rows
    assert len(asked) == 3, asked


def test_others_may_not(cast: Cast, browser_of: BrowserOf) -> None:
    for person, status in ((cast.mina, 200), (cast.hamid, 403), (cast.nasrin, 403)):
        assert browser_of(person).get("/en/staff/questions").status_code == status
