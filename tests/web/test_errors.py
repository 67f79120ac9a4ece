"""When something goes wrong the reader gets a page in their language, a way on and a number."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from citizen_diplomat.accounts.model import Account
from tests.cast import Cast


@pytest.fixture
def broken(app: Flask) -> Iterator[dict[str, Exception]]:
    """What the page of cities raises instead of answering."""
    raised: dict[str, Exception] = {}
    real = app.view_functions["public.cities"]

    def view(**values: object) -> object:
        if raised:
            raise next(iter(raised.values()))
        return real(**values)

    app.view_functions["public.cities"] = view  # type: ignore[assignment]
    yield raised
    app.view_functions["public.cities"] = real


def test_an_unknown_page_offers_a_way_on_in_the_readers_language(client: FlaskClient) -> None:
    persian = client.get("/fa/no-such-page")
    assert persian.status_code == 404
    assert 'lang="fa" dir="rtl"' in persian.get_data(as_text=True)
    english = client.get("/en/no-such-page")
    assert 'lang="en" dir="ltr"' in english.get_data(as_text=True)
    assert 'href="/en/"' in english.get_data(as_text=True)


def test_a_forbidden_page_says_so(cast: Cast, browser_of: Callable[[Account], FlaskClient]) -> None:
    assert browser_of(cast.nasrin).get("/en/staff/queue").status_code == 403


def test_a_crash_shows_a_number_and_no_trace(
    client: FlaskClient, broken: dict[str, Exception]
) -> None:
    broken["crash"] = RuntimeError("the secret inside")
    page = client.get("/en/cities")
    text = page.get_data(as_text=True)
    assert page.status_code == 500
    assert page.headers["X-Request-ID"] in text
    assert "the secret inside" not in text
    assert "Traceback" not in text
    assert "@@" not in text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in page.headers


def test_a_database_that_is_away_for_the_moment_asks_to_come_back(
    client: FlaskClient, broken: dict[str, Exception]
) -> None:
    broken["away"] = OperationalError("SELECT 1", {}, Exception("database is locked"))
    page = client.get("/en/cities")
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0


def test_every_answer_carries_the_protective_headers(client: FlaskClient) -> None:
    for path in ("/fa/", "/en/login", "/fa/no-such-page", "/healthz", "/theme"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path


def test_a_form_without_its_token_says_what_to_do(client: FlaskClient) -> None:
    page = client.post("/en/login", data={"email": "a@example.org", "password": "x"})
    assert page.status_code == 400
