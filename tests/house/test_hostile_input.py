"""No input whatsoever leads to a crash: whatever is sent, the answer is a page or a refusal."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from citizen_diplomat.accounts.model import Account
from tests.cast import Cast
from tests.conftest import csrf
from tests.house.test_routes import address, rules

FIELDS = (
    "q city topic state language after kind assigned age next token name email password"
    " display_name latin_name about other_city other_country cities languages skills skills_needed"
    " willing visibility title summary body action form_key version outcome reason message"
    " duplicate_of note text frequency topics remember accept_terms revision"
    " current_password is_sure"
).split()
HOSTILE = {
    "nul": "a\0b",
    "bidi": "abc\u202edef",
    "digits": "9" * 5_000,
    "big": str(2**63),
    "negative": "-1",
    "persian digits": "۱۲۳۴",
    "markup": "<script>alert(1)</script>{{7*7}}%s{0.__class__}",
    "wildcards": "%_\\%",
    "quotes": "'\"; DROP TABLE account; --",
    "long": "آ" * 30_000,
    "surrogate": "%ED%A0%80",
    "empty": "",
}


@pytest.fixture
def unchecked(app: Flask) -> Iterator[None]:
    """Plain browsers: thousands of answers are asked only for their status, to stay quick."""
    app.test_client_class, checking = FlaskClient, app.test_client_class
    yield
    app.test_client_class = checking


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("who", ["visitor", "nasrin", "hamid"])
def test_no_query_crashes_a_page(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    browser = app.test_client() if who == "visitor" else browser_of(getattr(cast, who))
    for rule in rules(app, "GET"):
        for value in HOSTILE.values():
            query = MultiDict([(name, value) for name in FIELDS if len(value) < 9_000])
            answer = browser.get(address(app, rule), query_string=query)
            assert answer.status_code < 500, f"{rule} {value[:20]!r}: {answer.status_code}"


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("who", ["nasrin", "hamid"])
def test_no_form_crashes_a_page(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    for rule in rules(app, "POST"):
        browser = browser_of(getattr(cast, who))
        token = csrf(browser.get("/en/me/security"))
        for value in HOSTILE.values():
            answer = browser.post(address(app, rule), data=form(value, token))
            assert answer.status_code < 500, f"{rule} {value[:20]!r}: {answer.status_code}"


@pytest.mark.parametrize("what", ["nul", "markup"])
def test_what_cannot_stand_in_a_page_is_not_echoed(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], what: str
) -> None:
    """The browsers of this one check each page: NUL is no character of HTML."""
    for rule in rules(app, "POST"):
        browser = browser_of(cast.nasrin)
        token = csrf(browser.get("/en/me/security"))
        browser.post(address(app, rule), data=form(HOSTILE[what], token))


@pytest.mark.parametrize(
    "path",
    ["/fa/%00", "/fa/cities/%00", "/fa/cities/%ff%fe", "/fa/proposals/99999999999999999999",
     "/fa/verify/%F0%9F%98%80", "/unsubscribe/%00", "/xx/", "/fa//", "/fa/..%2f..%2fetc",
     "//evil.example/fa"],
)  # fmt: skip
def test_no_address_crashes(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code < 500


def test_a_megabyte_is_refused_clearly(
    cast: Cast, browser_of: Callable[[Account], FlaskClient]
) -> None:
    browser = browser_of(cast.nasrin)
    token = csrf(browser.get("/en/me/security"))
    answer = browser.post(
        "/en/me/proposals/new", data={"csrf_token": token, "body": "a" * 1_100_000}
    )
    assert answer.status_code == 413
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_foreign_host_is_refused(client: FlaskClient) -> None:
    for path in ("/", "/fa", "/fa/", "/en/login"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert "evil.example" not in str(answer.headers)


def form(value: str, token: str) -> MultiDict[str, str]:
    """Each field twice with the hostile value, and once more under a name as lists have it."""
    fields = [(name, value[:9_000]) for name in FIELDS]
    lists = [(f"{name}[]", "x") for name in FIELDS]
    return MultiDict([("csrf_token", token), *fields, *fields, *lists])
