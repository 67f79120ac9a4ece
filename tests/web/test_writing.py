"""Nasrin writes: drafts, previews, double clicks, two windows, and what she may not write."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.model import Proposal, ProposalEvent, Revision
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import csrf, database_of

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]

WHOLE = {
    "title": "نقشهٔ سایه برای دوچرخه‌سواران",
    "summary": "مسیرهایی که از زیر درخت‌ها می‌گذرند.",
    "body": "## چرا\n\n[روش ما](https://example.org/method) ساده است.",
    "topic": "environment-water",
    "cities": ["barcelona", "isfahan"],
    "language": "fa",
    "skills_needed": [],
}


def write(browser: FlaskClient, action: str, **fields: object) -> TestResponse:
    """Fetch the empty form, fill it and post it."""
    page = browser.get("/en/me/proposals/new")
    data = {**WHOLE, "form_key": hidden(page, "form_key"), **fields}
    return browser.post(
        "/en/me/proposals/new", data={**data, "csrf_token": csrf(page), "action": action}
    )


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field of the form."""
    html = page.get_data(as_text=True)
    field = html.partition(f'name="{name}"')[2].partition(">")[0]
    return field.partition('value="')[2].partition('"')[0]


def stored(app: Flask) -> list[Proposal]:
    """All proposals there are, as of now, with cities and skills."""
    with database_of(app).reading() as session:
        loaded = (selectinload(Proposal.cities), selectinload(Proposal.skills))
        return list(session.scalars(select(Proposal).order_by(Proposal.number).options(*loaded)))


def test_submit(
    cast: Cast, browser_of: BrowserOf, app: Flask, outbox: Outbox
) -> None:
    """A whole proposal goes to the office, and its author gets a receipt in their language."""
    answer = write(browser_of(cast.nasrin), "submit")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    [proposal] = stored(app)
    assert answer.location == f"/en/me/proposals/{proposal.number}"
    assert proposal.state == State.SUBMITTED
    [receipt] = outbox()
    assert (receipt.name, receipt.language) == ("received", "fa")
    assert receipt.values["link"] == f"http://localhost/fa/me/proposals/{proposal.number}"
    own = browser_of(cast.nasrin).get(answer.location)
    assert own.status_code == 200
    html = own.get_data(as_text=True)
    assert "waits for somebody" in html
    assert '<a href="https://example.org/method"' in html
