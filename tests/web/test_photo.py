"""A member's photo: chosen, cut to a square, seen by whom they let, and gone when they say so."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.directory.export import export
from citizen_diplomat.directory.model import ProfilePhoto
from citizen_diplomat.directory.photos import SIDE
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.conftest import csrf
from tests.pictures import gif, noise, photo, png_that_claims
from tests.profiles import NOON
from tests.writers import link_for

Browsers = Callable[[Account], FlaskClient]
PAGE = "/en/me/profile/photo"


def send(browser: FlaskClient, content: bytes) -> TestResponse:
    """Choose a file on the page and send it."""
    fields = {"csrf_token": csrf(browser.get(PAGE)), "photo": (BytesIO(content), "me.jpg")}
    answer = browser.post(PAGE, data=fields, content_type="multipart/form-data")
    # The test client lays large bodies into a file and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


def photos(session: Session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(ProfilePhoto)) or 0
    # Let go of the write lock; the browser's next request needs it.
    session.rollback()
    return count


def test_a_large_photo_becomes_a_small_square(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.nasrin)
    large = photo(noise(2400, 1600))
    assert len(large) > 1_000_000
    assert send(browser, large).status_code == 303
    answer = browser.get("/en/me/profile/photo.jpg")
    drawn = Image.open(BytesIO(answer.data))
    assert (drawn.size, drawn.format) == ((SIDE, SIDE), "JPEG")
    assert len(answer.data) < 100_000
    assert "Your photo is saved." in browser.get(PAGE).get_data(as_text=True)


def test_nothing_of_the_file_comes_along(cast: Cast, browser_of: Browsers) -> None:
    exif = Image.Exif()
    exif[0x010E] = "in front of my house"
    browser = browser_of(cast.nasrin)
    send(browser, photo(exif=exif))
    assert b"my house" not in browser.get("/en/me/profile/photo.jpg").data


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is no photo that we can open"),
        (gif(), "This is no photo that we can open"),
        (b"<script>alert(1)</script>", "This is no photo that we can open"),
        (png_that_claims(60_000, 60_000), "This photo has too many pixels"),
    ],
)
def test_what_is_no_photo_is_refused(
    cast: Cast, browser_of: Browsers, session: Session, content: bytes, words: str
) -> None:
    answer = send(browser_of(cast.nasrin), content)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert photos(session) == 0


def test_a_form_without_a_file_says_so(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.nasrin)
    answer = browser.post(PAGE, data={"csrf_token": csrf(browser.get(PAGE))})
    assert answer.status_code == 422
    assert "Choose a photo first." in answer.get_data(as_text=True)


def test_too_large_a_file_is_refused(cast: Cast, browser_of: Browsers) -> None:
    assert send(browser_of(cast.nasrin), b"x" * (13 * 1024 * 1024)).status_code == 413


def test_a_visitor_sends_nothing_large(app: Flask) -> None:
    fields = {"photo": (BytesIO(b"x" * 1_000_000), "me.jpg")}
    answer = app.test_client().post(PAGE, data=fields, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code in {303, 413}


def test_a_browser_asks_again_and_is_told_that_nothing_changed(
    cast: Cast, browser_of: Browsers
) -> None:
    browser = browser_of(cast.nasrin)
    send(browser, photo())
    mark = browser.get("/en/me/profile/photo.jpg").headers["ETag"]
    again = browser.get("/en/me/profile/photo.jpg", headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")


def test_a_photo_is_deleted_on_request(cast: Cast, browser_of: Browsers, session: Session) -> None:
    browser = browser_of(cast.nasrin)
    send(browser, photo())
    assert photos(session) == 1
    fields = {"csrf_token": csrf(browser.get(PAGE))}
    assert browser.post(f"{PAGE}/remove", data=fields).status_code == 303
    assert photos(session) == 0
    assert browser.get("/en/me/profile/photo.jpg").status_code == 404
    logged = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert logged == ["profile.photo_added", "profile.photo_removed"]


def test_a_photo_is_taken_along_and_goes_with_the_account(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    send(browser_of(cast.nasrin), photo())
    kept = (export(session, cast.nasrin.id) or {})["photo"]
    assert kept["type"] == "image/jpeg"
    assert kept["content_in_base64"].startswith("/9j/")
    session.rollback()
    session.expunge_all()
    with transaction(session):
        account = account_by_id(session, cast.nasrin.id)
        assert account is not None
        close(session, account, at=NOON, link_of=lambda _: link_for)
    assert photos(session) == 0
