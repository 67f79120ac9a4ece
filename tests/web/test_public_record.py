"""The public record: what everybody reads of the log, and what it tells of a receipt."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.numbers import persian_digits
from citizen_diplomat.proposals.queries import revision
from citizen_diplomat.proposals.receipts import receipt_of
from citizen_diplomat.proposals.references import reference
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.versions import first_sent_at
from tests.cast import Cast
from tests.conftest import database_of
from tests.web.proposal_stories import BEGAN, tell

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
HOLDS = {"en": "The log holds this receipt.", "fa": "این رسید در دفتر رویدادها هست."}
HOLDS_NOT = {"en": "The log holds no such receipt.", "fa": "چنین رسیدی در دفتر رویدادها نیست."}


def receipt(app: Flask, number: int) -> dict[str, str]:
    """What the author has in hand."""
    with database_of(app).reading() as session:
        sent, first = revision(session, number, 1), first_sent_at(session, number)
        assert sent
        assert first
        own = receipt_of(sent, first_at=first)
        return {"reference": own.reference, "sha256": own.sha256}


def check(client: FlaskClient, language: str = "en", **asked: str) -> str:
    return client.get(f"/{language}/log/check", query_string=asked).text


def publish(app: Flask, *, days: int = 0) -> None:
    """Let an entry be written on each of so many days, and let all these days be over."""
    with database_of(app).writing() as session:
        for day in range(days):
            record(session, "test.made", "proposal:1", by=None, at=BEGAN + timedelta(days=day))
        session.commit()
    with app.app_context():
        worker.close_days(BEGAN + timedelta(days=days + 1))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_everybody_reads_the_heads_in_both_calendars(
    app: Flask, client: FlaskClient, language: str
) -> None:
    assert client.get(f"/{language}/log").status_code == 200
    publish(app, days=2)
    answer = client.get(f"/{language}/log")
    for day in ("۴ اکتبر ۲۰۲۶", "۱۲ مهر ۱۴۰۵") if language == "fa" else ("4 October", "12 Mehr"):
        assert day in answer.text
    rows = client.get(f"/{language}/log.csv").text.splitlines()[1:]
    for row in rows:
        day, entries, _entry, head = (cell.strip('"') for cell in row.split(","))
        assert head in answer.text
        assert (day[:8], entries) == ("2026-10-", "1")
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers
    assert f'href="/{language}/log"' in client.get(f"/{language}/how-we-decide").text
    script = client.get(f"/{language}/log/verify_log.py")
    assert b"def verify_proof" in script.data


@pytest.mark.parametrize("days", [1, 3, 35])
def test_the_list_costs_the_same_whatever_is_in_it(
    app: Flask, client: FlaskClient, queries: Queries, days: int
) -> None:
    publish(app, days=days)
    client.get("/en/log")
    with queries() as asked:
        page = client.get("/en/log").text
    assert len(asked) == 1
    assert ('rel="next"' in page) == (days > 30)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_receipt_is_checked(app: Flask, cast: Cast, client: FlaskClient, language: str) -> None:
    [number] = tell(app, cast, State.SUBMITTED)
    own = receipt(app, number)
    assert HOLDS[language] in check(client, language, **own)
    publish(app)
    typed = {
        "reference": persian_digits(own["reference"]).replace("-", " "),
        "sha256": own["sha256"].upper(),
    }
    page = check(client, language, **typed)
    head = client.get("/en/log.csv").text.splitlines()[-1].rsplit('"', 2)[1]
    for said in (HOLDS[language], head, "۱۲ مهر ۱۴۰۵" if language == "fa" else "12 Mehr 1405"):
        assert said in page
    for untold in ("Reuse grey water", "نسرین", f"proposal:{number}", "environment"):
        assert untold not in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_wrong_receipt_is_not_there_whatever_is_wrong(
    app: Flask, cast: Cast, client: FlaskClient, language: str
) -> None:
    """An unknown reference and a wrong hash get the same answer: nothing can be found by trying."""
    [number] = tell(app, cast, State.SUBMITTED)
    [draft] = tell(app, cast, State.DRAFT)
    own = receipt(app, number)
    publish(app)
    wrong = [
        {**own, "sha256": own["sha256"][:-1] + ("0" if own["sha256"][-1] != "0" else "1")},
        {**own, "reference": reference(1405, number + 500)},
        {**own, "reference": reference(1405, draft)},
        {**own, "reference": reference(1404, number)},
        {**own, "reference": "1405-0001-x"},
        {**own, "sha256": "none"},
        {**own, "sha256": ""},
    ]
    pages = set()
    for asked in wrong:
        page = check(client, language, **asked)
        assert HOLDS_NOT[language] in page
        pages.add(page.partition('role="status"')[2].partition("</div></div>")[0])
    assert len(pages) == 1


def test_asking_too_often_is_stopped_and_looking_is_not(client: FlaskClient, cast: Cast) -> None:
    asked = {"reference": "1405-0001-2", "sha256": "0" * 64}
    codes = [client.get("/en/log/check", query_string=asked).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert client.get("/en/log/check").status_code == 200


def test_the_receipt_leads_to_its_check_and_its_proof(
    app: Flask, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.SUBMITTED)
    publish(app)
    page = browser_of(cast.nasrin).get(f"/en/me/proposals/{number}/receipt").text
    link = page.partition('href="/en/log/check')[2].partition('"')[0].replace("&amp;", "&")
    assert HOLDS["en"] in client.get(f"/en/log/check{link}").text
    assert f'href="/en/me/proposals/{number}/versions/1/proof"' in page
