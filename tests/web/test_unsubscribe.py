"""Ending the digest with one click, without signing in (RFC 8058)."""

from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.messages import PassphraseChanged
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli import worker
from citizen_diplomat.digests import actions, queries
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.mail import outbox, preferences
from citizen_diplomat.mail.outbox import is_suppressed
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.outcomes.messages import HelpOffered
from citizen_diplomat.web.services import KEY
from tests.cast import LONG_AGO, Cast

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(
    app: Flask, account: Account, name: str = "digest", purpose: str = "unsubscribe"
) -> str:
    return f"/unsubscribe/{app.extensions[KEY].signer.sign(purpose, [account.id, name])}"


@pytest.fixture
def subscribed(session: Session, cast: Cast) -> Cast:
    for person in (cast.nasrin, cast.kamran):
        actions.choose(session, person, Frequency.WEEKLY, by=person, at=LONG_AGO, source="test")
    session.commit()
    return cast


def frequency(session: Session, account: Account) -> str:
    session.rollback()
    found = queries.subscription_of(session, account.id)
    assert found is not None
    return found.frequency


def test_opening_the_link_only_asks_in_the_members_language(
    app: Flask, client: FlaskClient, subscribed: Cast, session: Session
) -> None:
    for person, direction in ((subscribed.nasrin, "rtl"), (subscribed.kamran, "ltr")):
        page = client.get(address(app, person))
        assert page.status_code == 200
        assert f'lang="{person.language}" dir="{direction}"' in page.get_data(as_text=True)
        assert "<form" in page.get_data(as_text=True)
        assert frequency(session, person) == "weekly"


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_mail_program_ends_it_with_one_post(
    app: Flask, subscribed: Cast, session: Session, content_type: str
) -> None:
    program = app.test_client(use_cookies=False)
    answer = program.post(
        address(app, subscribed.nasrin), data=ONE_CLICK, content_type=content_type
    )
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert frequency(session, subscribed.nasrin) == "never"
    assert is_suppressed(session, subscribed.nasrin.email_key, "digest")
    assert frequency(session, subscribed.kamran) == "weekly"


def test_the_button_of_the_page_does_it_too_and_again_changes_nothing(
    app: Flask, client: FlaskClient, subscribed: Cast, session: Session
) -> None:
    link = address(app, subscribed.nasrin)
    client.get(link)
    for _ in range(2):
        assert client.post(link).status_code == 200
    assert frequency(session, subscribed.nasrin) == "never"


def test_a_forged_or_foreign_token_is_a_page_that_does_not_exist(
    app: Flask, client: FlaskClient, subscribed: Cast, session: Session
) -> None:
    good = address(app, subscribed.nasrin)
    links = [
        "/unsubscribe/x",
        good[:-3] + "abc",
        good + "x",
        address(app, subscribed.nasrin, purpose="verify"),
        address(app, subscribed.nasrin, name="verify"),
        address(app, Account(id=999_999)),
    ]
    for link in links:
        assert client.get(link).status_code == 404
        assert client.post(link, data=ONE_CLICK).status_code == 404
    assert frequency(session, subscribed.nasrin) == "weekly"


def test_a_letter_on_ones_own_affairs_can_be_ended_from_the_mail_program_too(
    app: Flask, session: Session, cast: Cast
) -> None:
    """Nasrin ends mails about her own; what warns of a thief carries no such link."""
    link = f"{app.extensions[KEY].settings.base_url}/fa/me"
    for message in (
        PassphraseChanged(reset_link=link),
        HelpOffered(7, "Tiles", "Kamran", 3, "With pleasure", link),
    ):
        outbox.post(session, message, cast.nasrin.recipient, key=message.name, at=LONG_AGO)
    session.commit()
    worker.work_once(app, LONG_AGO)
    folder = Path(app.extensions[KEY].settings.data_dir) / "mail"
    letters = {
        path.stem.rpartition("-")[2]: message_from_bytes(path.read_bytes())
        for path in folder.glob("*.eml")
    }
    assert letters["passphrase_changed"]["List-Unsubscribe"] is None
    offered = letters["help_offered"]
    assert offered["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = urlsplit(offered["List-Unsubscribe"].strip("<>")).path
    assert app.test_client(use_cookies=False).post(way_out, data=ONE_CLICK).status_code == 200
    session.rollback()
    assert not preferences.is_wanted(session, cast.nasrin.id, Kind.MINE, Channel.AT_ONCE)
