"""The development mailbox: there where mails are files on this machine, and nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.messages import VerifyAddress
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.web.services import KEY

LINK = "http://localhost/fa/verify/4f7c-91ab"


@pytest.fixture
def setting(app: Flask, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """A function that changes settings for one test; its mails land in a folder of their own."""
    parts = app.extensions[KEY]

    def change(**settings: Any) -> None:
        old = app.extensions[KEY]
        app.extensions[KEY] = replace(old, settings=replace(old.settings, **settings))

    change(mail_url=f"file:{tmp_path / 'mail'}")
    yield change
    app.extensions[KEY] = parts


@pytest.fixture
def sent(app: Flask, session: Session, setting: Callable[..., None]) -> None:
    at = now()
    for number in (1, 2):
        outbox.post(
            session,
            VerifyAddress(link=LINK),
            Recipient("nasrin@example.org", "نسرین", "fa"),
            key=f"verify:{number}",
            at=at,
        )
    session.commit()
    worker.work_once(app, at)


def test_mails_are_listed_and_shown(client: FlaskClient, app: Flask, sent: None) -> None:
    listed = client.get("/dev/mail").get_data(as_text=True)
    assert listed.count("تأیید ایمیل در شهروند دیپلمات") == 2
    address = listed.partition('href="/dev/mail/')[2].partition('"')[0]
    page = client.get(f"/dev/mail/{address}")
    assert f'href="{LINK}"' in page.get_data(as_text=True)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    # A letter is no page of ours: its styles are inline.
    letter = FlaskClient(app, app.response_class).get(f"/dev/mail/{address}/html")
    assert "style=" in letter.get_data(as_text=True)
    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy


def test_an_empty_mailbox_says_so(client: FlaskClient, setting: Callable[..., None]) -> None:
    assert client.get("/dev/mail").status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"mail_url": "smtp://127.0.0.1?tls=none"},
        {"base_url": "https://diplomat.example"},
        {"host": "0.0.0.0"},
    ],
)
def test_it_is_not_there_for_a_real_site(
    client: FlaskClient, setting: Callable[..., None], settings: dict[str, str]
) -> None:
    setting(**settings)
    for page in ("/dev/mail", "/dev/mail/x.eml", "/dev/mail/x.eml/html"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("name", ["none.eml", "..%2Fsecret_key", "%2e%2e", ".x.eml.part", "a.txt"])
def test_nothing_else_can_be_read(
    client: FlaskClient, setting: Callable[..., None], tmp_path: Path, name: str
) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "a.txt").write_text("no mail")
    (tmp_path / "mail" / ".x.eml.part").write_text("unfinished")
    assert client.get(f"/dev/mail/{name}").status_code == 404
