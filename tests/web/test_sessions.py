"""Where somebody is signed in, and ending it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountSession
from citizen_diplomat.foundation.clock import now
from tests.cast import PASSPHRASE, Cast
from tests.conftest import token_of
from tests.web.account_pages import is_signed_in, post

BrowserOf = Callable[[Account], FlaskClient]


def end(browser: FlaskClient, which: str) -> int:
    token = token_of(browser)
    data = {"csrf_token": token, "which": which}
    return browser.post("/en/me/sessions/end", data=data).status_code


def test_kamran_sees_his_devices_and_ends_one(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    laptop, phone = browser_of(cast.kamran), browser_of(cast.kamran)
    page = laptop.get("/en/me/security").get_data(as_text=True)
    assert page.count("Sign out there") == 1
    assert page.count("this device") == 1
    newest = max(session.scalars(select(AccountSession.id)))
    session.rollback()
    assert end(laptop, str(newest)) == 303
    assert is_signed_in(laptop)
    assert not is_signed_in(phone)


def test_signing_out_everywhere_else_leaves_this_device(cast: Cast, browser_of: BrowserOf) -> None:
    laptop, phone, tablet = (browser_of(cast.kamran) for _ in range(3))
    end(laptop, "others")
    assert [is_signed_in(browser) for browser in (laptop, phone, tablet)] == [True, False, False]


def test_signing_out_everywhere_ends_this_device_too(cast: Cast, browser_of: BrowserOf) -> None:
    laptop, phone = browser_of(cast.kamran), browser_of(cast.kamran)
    end(laptop, "all")
    assert [is_signed_in(browser) for browser in (laptop, phone)] == [False, False]


def test_nobody_ends_anothers_session(cast: Cast, browser_of: BrowserOf, session: Session) -> None:
    kamran, stranger = browser_of(cast.kamran), browser_of(cast.stranger)
    oldest = min(session.scalars(select(AccountSession.id)))
    session.rollback()
    assert end(stranger, str(oldest)) == 303
    assert end(stranger, "others") == 303
    assert is_signed_in(kamran)


@pytest.mark.parametrize("which", ["", "9" * 15, "9" * 5000, "-1", "x", "\x00", "۱", "0" * 4400])
def test_nonsense_ends_nothing(cast: Cast, browser_of: BrowserOf, which: str) -> None:
    browser = browser_of(cast.kamran)
    assert end(browser, which) == 303
    assert is_signed_in(browser)


def test_a_closed_account_is_out_at_once(
    cast: Cast, browser_of: BrowserOf, session: Session
) -> None:
    browser = browser_of(cast.kamran)
    session.merge(cast.kamran).closed_at = now()
    session.commit()
    assert not is_signed_in(browser)


def test_who_comes_back_to_where_a_form_was_sent_finds_the_page(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for path in ("/en/me/password", "/en/me/sessions/end"):
        answer = browser_of(cast.kamran).get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/me/security")


def test_staff_have_the_same_page(client: FlaskClient, cast: Cast) -> None:
    post(client, "/fa/login", email=cast.hamid.email, password=PASSPHRASE)
    assert client.get("/fa/me/security").status_code == 200
