"""A mail service tells what came back: believed when it is signed and fresh, and counted once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.bounce_model import Bounce
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.proposals.messages import ProposalReceived
from citizen_diplomat.web.hooks import LARGEST_BODY, WINDOW_SECONDS, signature
from citizen_diplomat.web.services import KEY, Services, return_paths
from tests.cast import Cast

SECRET = "shared with the mail service alone"
HOOK = "/hooks/bounces"


@pytest.fixture
def program(app: Flask) -> Iterator[FlaskClient]:
    """The mail service, which keeps no cookies; the site knows its secret."""
    parts: Services = app.extensions[KEY]
    settings = replace(parts.settings, bounce_secret=SECRET)
    app.extensions[KEY] = replace(parts, settings=settings)
    yield app.test_client(use_cookies=False)
    app.extensions[KEY] = parts


@pytest.fixture
def letter(session: Session, cast: Cast) -> OutboxMessage:
    message = ProposalReceived(1, "کاشی", 1, "http://localhost/fa/me/proposals/1")
    post(session, message, cast.nasrin.recipient, key="first", at=now())
    session.commit()
    row = session.scalars(select(OutboxMessage)).one()
    session.commit()
    return row


def tell(
    program: FlaskClient, *events: Any, late: int = 0, secret: str = SECRET, body: bytes = b""
) -> TestResponse:
    """Post events, signed as of `late` seconds ago."""
    body = body or json.dumps({"events": events}).encode()
    time = str(int(now().timestamp()) - late)
    headers = {"X-Timestamp": time, "X-Signature": signature(secret, time, body)}
    return program.post(HOOK, data=body, headers=headers, content_type="application/json")


def event(**given: str) -> dict[str, str]:
    return {"id": "e1", "kind": "hard", "code": "5.1.1", **given}


def kinds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Bounce.kind).order_by(Bounce.id)))


def test_events_count_once_whichever_way_they_name_the_letter(
    app: Flask, program: FlaskClient, letter: OutboxMessage, session: Session
) -> None:
    with app.app_context():
        path = return_paths().of(letter.id)
    told = [
        event(return_path=path),
        event(id="e2", kind="complaint", message_id=f"<{letter.message_id}@localhost>"),
        event(id="e3", kind="soft", code="4.2.2", address="NASRIN@example.org"),
        event(id="e4", code="5.7.1", return_path=path),
        event(id="e5", address="nobody@example.org"),
    ]
    answer = tell(program, *told)
    assert answer.status_code == 200
    assert answer.json == {"fates": ["counted", "counted", "counted", "policy", "not_ours"]}
    assert tell(program, *told, late=60).get_json()["fates"][:3] == ["known"] * 3
    assert kinds(session) == ["hard", "complaint", "soft"]


def test_nothing_is_believed_that_is_not_signed_fresh_and_whole(
    program: FlaskClient, letter: OutboxMessage, session: Session
) -> None:
    good = event(message_id=letter.message_id)
    assert tell(program, good, secret="something else").status_code == 401
    for late in (WINDOW_SECONDS + 2, -WINDOW_SECONDS - 2):
        assert tell(program, good, late=late).status_code == 401
    body, time = json.dumps({"events": [good]}).encode(), str(int(now().timestamp()))
    signed = signature(SECRET, time, body)
    for headers in (
        {},
        {"X-Timestamp": time},
        {"X-Timestamp": "9" * 50, "X-Signature": signed},
        {"X-Timestamp": f"{int(time) + 1}", "X-Signature": signed},
        {"X-Timestamp": time, "X-Signature": signed.removeprefix("sha256=")},
        {"X-Timestamp": time, "X-Signature": "ä"},
    ):
        assert program.post(HOOK, data=body, headers=headers).status_code == 401
    assert kinds(session) == []


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'{"events": []}', b'{"events": [1]}', b'{"events": "x"}',
        b'{"events": [{}]}', b'{"events": [{"id": "", "kind": "hard"}]}',
        b'{"events": [{"id": "1", "kind": "harsh"}]}', b'{"events": [{"id": 1, "kind": "hard"}]}',
        b'{"events": [{"id": "\\u0000", "kind": "hard"}]}', b"[" * 5000, b"\xff\xfe",
        b'{"events": [' + b'{"id": "1", "kind": "hard"},' * 100 + b'{"id": "1", "kind": "hard"}]}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_events_is_refused_as_a_whole(program: FlaskClient, body: bytes) -> None:
    assert tell(program, body=body).status_code == 400


def test_a_long_body_is_not_read_and_many_wait(
    app: Flask, program: FlaskClient, session: Session
) -> None:
    assert tell(program, body=b" " * (LARGEST_BODY + 1)).status_code == 413
    assert program.get(HOOK).status_code == 405
    answers = {tell(program, body=b"{").status_code for _ in range(125)}
    assert answers == {400, 429}


def test_without_a_secret_there_is_no_such_page(app: Flask, client: FlaskClient) -> None:
    assert tell(client, event(address="nasrin@example.org")).status_code == 404
