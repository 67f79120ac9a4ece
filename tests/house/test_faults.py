"""A database that is busy for a moment is waited for; nothing is answered that is not stored."""

from collections.abc import Callable
from threading import Event, Thread

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.model import Proposal
from tests.cast import Cast
from tests.conftest import csrf, database_of

LONG_ENOUGH = 10


def test_a_locked_database_is_waited_for(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    browser = browser_of(cast.nasrin)
    token = csrf(browser.get("/en/me/proposals/new"))
    answers: list[TestResponse] = []
    asked = Event()

    def save_a_draft() -> None:
        asked.set()
        fields = {"csrf_token": token, "title": "While it was busy", "action": "save"}
        answers.append(browser.post("/en/me/proposals/new", data=fields))

    saving = Thread(target=save_a_draft)
    with database_of(app).writing() as other:
        if not database_of(app).is_sqlite:
            other.execute(text("LOCK TABLE proposal IN ACCESS EXCLUSIVE MODE"))
        other.execute(text("UPDATE city SET member_count = member_count"))
        saving.start()
        assert asked.wait(LONG_ENOUGH)
        saving.join(0.5)
        assert answers == []
        other.rollback()
    saving.join(LONG_ENOUGH)
    assert [answer.status_code for answer in answers] == [303]
    with database_of(app).reading() as session:
        assert session.scalars(select(Proposal.title)).all() == ["While it was busy"]
