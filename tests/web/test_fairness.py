"""The public fairness report: a page with charts and tables, and a file, in both calendars."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.cli import worker
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import Outcome
from tests.cast import Cast
from tests.overview import END_OF_ABAN, RUDE, answers, month_of_work

Queries = Callable[[], AbstractContextManager[list[str]]]
MONTH = {
    "fa": "آبان ۱۴۰۵ (۲۳ اکتبر ۲۰۲۶ تا ۲۱ نوامبر ۲۰۲۶)",
    "en": "23 October 2026 to 21 November 2026 (Aban 1405)",
}
FEW = {"fa": "کمتر از ۵", "en": "fewer than 5"}


@pytest.fixture
def reported(app: Flask, session: Session, cast: Cast) -> None:
    """Aban is over, and reported."""
    item = month_of_work(session, cast)
    answers(session, cast, item, 15, Outcome.DECLINE)
    answers(session, cast, item, 8, Outcome.DECLINE, reason="not-feasible")
    answers(session, cast, item, 7, Outcome.DECLINE, reason=RUDE)
    session.get_one(Reason, "not-feasible").text_en = "=cmd('x')"
    session.commit()
    with app.app_context():
        worker.publish_reports(END_OF_ABAN.replace(hour=23))


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("language", ["fa", "en"])
def test_everybody_reads_it_in_both_calendars(
    client: FlaskClient, language: str, queries: Queries
) -> None:
    client.get(f"/{language}/fairness")
    with queries() as asked:
        answer = client.get(f"/{language}/fairness")
    assert len(asked) == 1
    for said in (MONTH[language], FEW[language], "<svg", "<table", "1405-08.csv"):
        assert said in answer.text
    assert "insult" not in answer.text
    assert answer.headers["Cache-Control"].startswith("public")
    assert client.get(f"/{language}/fairness?month=1405-08").status_code == 200
    for unknown in ("1405-07", "1405-13", "x", "2026-11"):
        assert client.get(f"/{language}/fairness?month={unknown}").status_code == 404
        assert client.get(f"/{language}/fairness/{unknown}.csv").status_code == 404
    assert f'href="/{language}/fairness"' in client.get(f"/{language}/about").text


@pytest.mark.usefixtures("reported")
def test_the_file_says_the_same_and_runs_nothing(client: FlaskClient) -> None:
    answer = client.get("/en/fairness/1405-08.csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == '"month","first_day","last_day","figure","reason","value"'
    begins = '"1405-08","2026-10-23","2026-11-21"'
    for said in ('"received","","<5"', '"published","","10"', '"duplicate","","<5"'):
        assert f"{begins},{said}" in lines
    assert f'{begins},"declined:not-feasible","\'=cmd(\'x\')","withheld"' in lines
    assert "insult" not in answer.text
    assert answer.mimetype == "text/csv"
    assert client.get("/fa/fairness.csv").text.count('"received"') == 1


def test_before_the_first_month_is_over_there_is_a_page_and_an_empty_file(
    client: FlaskClient,
) -> None:
    for language in ("fa", "en"):
        assert client.get(f"/{language}/fairness").status_code == 200
        assert len(client.get(f"/{language}/fairness.csv").text.splitlines()) == 1
