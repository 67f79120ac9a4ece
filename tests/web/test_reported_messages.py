"""Who got a message can report it: staff read it, and nothing else between the two."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.web.talk import post
from tests.web.test_messages import listens
from tests.web.test_reports import REMOVAL, item_of, letters, report

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
RUDE = "Fools like you should stay silent."
KIND = "We also make tiles in Freiburg."
TAKEN_OUT = "The office took this message out"


@pytest.fixture
def messages(cast: Cast, session: Session, browser_of: BrowserOf) -> tuple[int, int, int]:
    """Kamran writes to Nasrin, who says yes; then he is rude. Conversation, kind and rude one."""
    listens(session, cast.nasrin)
    kamran, nasrin = browser_of(cast.kamran), browser_of(cast.nasrin)
    assert post(kamran, f"/en/members/{cast.nasrin.id}/message", text=KIND).status_code == 303
    first = session.scalars(select(MemberMessage)).one()
    between, kind = first.conversation_id, first.id
    session.rollback()
    post(nasrin, f"/en/me/messages/{between}/answer", answer="accept")
    assert post(kamran, f"/en/me/messages/{between}", text=RUDE).status_code == 303
    rude = max(session.scalars(select(MemberMessage.id)))
    session.rollback()
    return between, kind, rude


def test_staff_read_the_reported_message_alone_and_take_it_out(
    app: Flask,
    cast: Cast,
    session: Session,
    messages: tuple[int, int, int],
    browser_of: BrowserOf,
    outbox: Outbox,
) -> None:
    between, _, rude = messages
    nasrin, hamid = browser_of(cast.nasrin), browser_of(cast.hamid)
    conversation = f"/en/me/messages/{between}"
    assert f"/en/report/message/{rude}" in nasrin.get(conversation).text
    assert RUDE in nasrin.get(f"/fa/report/message/{rude}").text
    assert report(nasrin, "message", rude) == 303
    item = item_of(app)
    assert (item.title, item.search_text.strip()) == ("", "")
    assert RUDE not in hamid.get("/en/staff/queue?kind=report").text
    for language in ("en", "fa"):
        page = hamid.get(f"/{language}/staff/queue/{item.id}").text
        assert (RUDE in page, KIND in page, cast.nasrin.display_name in page) == (
            True,
            False,
            False,
        )
    address = f"/en/staff/queue/{item.id}/upholding"
    assert post(hamid, address, version=1, **REMOVAL).status_code == 303
    for person in (cast.nasrin, cast.kamran):
        page = browser_of(person).get(conversation).text
        assert (RUDE in page, TAKEN_OUT in page, KIND in page) == (False, True, True)
    assert letters(outbox, "text_removed") == [cast.kamran.email]
    assert letters(outbox, "report_outcome") == [cast.nasrin.email]
    given = session.scalars(select(StatementOfReasons)).one()
    number, to, measure = given.id, given.account_id, given.measure
    session.rollback()
    assert (to, measure) == (cast.kamran.id, "message_removed")
    assert RUDE in browser_of(cast.kamran).get(f"/en/me/statements/{number}").text
    told = {
        who: export(session, session.merge(who), at=now()) for who in (cast.nasrin, cast.kamran)
    }
    assert [RUDE in str(told[who]["messages"]) for who in (cast.nasrin, cast.kamran)] == [
        False,
        True,
    ]
    session.rollback()
    assert post(hamid, address, version=1, **REMOVAL).status_code == 409


def test_a_message_that_breaks_no_rule_stays(
    app: Flask, cast: Cast, messages: tuple[int, int, int], browser_of: BrowserOf, outbox: Outbox
) -> None:
    between, kind, _ = messages
    nasrin = browser_of(cast.nasrin)
    assert report(nasrin, "message", kind) == 303
    address = f"/en/staff/queue/{item_of(app).id}/dismissal"
    assert post(browser_of(cast.hamid), address).status_code == 303
    assert KIND in nasrin.get(f"/en/me/messages/{between}").text
    assert letters(outbox, "report_outcome") == [cast.nasrin.email]


def test_nobody_else_reports_a_message(
    cast: Cast, messages: tuple[int, int, int], browser_of: BrowserOf
) -> None:
    """Its own writer, a stranger and staff find nothing there."""
    for person in (cast.kamran, cast.stranger, cast.hamid):
        assert report(browser_of(person), "message", messages[2]) == 404
    assert report(browser_of(cast.nasrin), "message", 10**14) == 404
