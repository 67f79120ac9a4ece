"""Mina stops mail with a reason, colleagues read it, and lets it go on; nobody else may."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.messages import PassphraseChanged
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.queries import entries
from citizen_diplomat.cli import worker
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import domains, outbox
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.queries import outbox_state
from tests.cast import Cast
from tests.conftest import csrf, database_of

BrowserOf = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
PAGE = "/en/staff/mail"
WHY = "The newsletter of today has a wrong link."
BULK = Digest(
    frequency="weekly", period_start="2026-11-14", period_end="2026-11-21", preferences_link="x"
)


def press(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(f"{PAGE}/{path}", data={"csrf_token": csrf(browser.get(PAGE)), **fields})


def post(session: Session, message: Message, key: str) -> None:
    outbox.post(
        session,
        message,
        Recipient("nasrin@example.org", "Nasrin", "en"),
        key=key,
        at=now() - timedelta(minutes=20),
        unsubscribe_token="token" if message.bulk else None,
    )
    session.commit()


def test_mail_to_many_is_stopped_and_let_go_on(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    post(session, BULK, "digest")
    post(session, PassphraseChanged(reset_link="https://x.example/"), "changed")
    mina, soheila = browser_of(cast.mina), browser_of(cast.soheila)
    assert "Stop e-mail to many?" in mina.get(f"{PAGE}/bulk/stop").text
    assert press(mina, "bulk/stop", reason=" ").status_code == 422
    assert press(mina, "bulk/stop", reason=WHY).status_code == 303
    for page in ("/en/staff/dashboard", "/en/staff/settings"):
        assert WHY in soheila.get(page).text
    shown = mina.get(PAGE).text
    assert WHY in shown
    assert "No e-mail to many leaves" in mina.get("/en/staff/settings").text
    worker.work_once(app, now())
    with database_of(app).reading() as looking:
        state = outbox_state(looking, at=now())
        assert (state.waiting, state.due, state.sent) == (1, 1, 1)
    assert "One e-mail waits in all." in mina.get(f"{PAGE}/bulk/resume").text
    assert press(mina, "bulk/resume").status_code == 422
    # A colleague was faster: what stands is what the first one wrote.
    assert press(mina, "bulk/stop", reason="Another").status_code == 303
    assert "Somebody was faster." in mina.get(PAGE).text
    assert press(mina, "bulk/resume", confirmed="yes").status_code == 303
    assert press(mina, "bulk/resume", confirmed="yes").status_code == 303
    assert WHY not in soheila.get("/en/staff/dashboard").text
    worker.work_once(app, now())
    with database_of(app).reading() as looking:
        assert outbox_state(looking, at=now()).sent == 2
        done = [row.action for row in entries(looking).items if row.action.startswith("mail.")]
    assert done == ["mail.resumed", "mail.stopped"]


def test_a_stop_of_all_mail_is_red_in_doctor_and_on_the_meters(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    post(session, PassphraseChanged(reset_link="https://x.example/"), "changed")
    assert press(browser_of(cast.mina), "all/stop", reason=WHY).status_code == 303
    worker.work_once(app, now())
    told = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "BAD  mail switch     stopped by staff: all since" in told
    assert "BAD  mail queue      minutes overdue: urgent 20, personal 0, bulk 0; 0 given" in told
    meters = app.test_client().get("/metrics").text
    assert "citizen_diplomat_outbox_stopped 2" in meters
    assert "citizen_diplomat_outbox_urgent_lag_seconds 12" in meters
    assert "citizen_diplomat_outbox_due 1" in meters


@pytest.mark.parametrize("count", [1, 30])
def test_resting_providers_are_shown_with_the_reason_at_a_constant_cost(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Queries, count: int
) -> None:
    for number in range(count):
        for _ in range(3):
            domains.failed(session, f"town{number}.example", "451 4.7.1 slow down", at=now())
    session.commit()
    browser = browser_of(cast.mina)
    browser.get(PAGE)
    with queries() as statements:
        page = browser.get(PAGE).text
    assert len(statements) <= 4, statements
    assert "451 4.7.1 slow down" in page
    assert ("10 more rest." in page) is (count == 30)
    assert browser.get("/fa/staff/mail").status_code == 200
