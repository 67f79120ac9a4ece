"""No input whatsoever leads to a crash: whatever is sent, the answer is a page or a refusal."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from tests.cast import Cast
from tests.conftest import token_of
from tests.house.test_routes import address, rules

FIELDS = (
    "q city topic state language after kind assigned age next token name email password"
    " display_name latin_name about other_city other_country cities languages skills skills_needed"
    " willing level availability may_be_asked name_seen_by about_seen_by"
    " title summary body action form_key version outcome reason message"
    " duplicate_of note text frequency topics remember accept_terms revision"
    " current_password is_sure files mark reply_to subject take_back sort thread ground"
    " hours words may_be_named answer proposal level title_fa title_en text_fa text_en"
    " homepage form_time proof wait ways shown weekday hour"
    " subject_fa subject_en count kind_0 fa_0 en_0 number_0 confirmed send_on send_hour everybody"
    " active_days leave_out put_back reader in"
    " reference sha256"
    " question_fa question_en background_fa who opens_at closes_at code call"
    " names_local aliases description_fa description_en day side note_fa note_en source link"
    " document organisation role_fa role_en web_page is_public"
    " body_fa body_en note_fa note_en effective_at change answer edition"
    " member first_day last_day shows_name from minutes"
    " description_fa description_en sort held link place_city time_zone starts_at ends_at"
    " register_until seats answer_1 question_1_fa question_1_en question_1_needed reason_fa"
    " reason_en owner owner_name due_on place when"
    " is_active shelf beside term_fa term_en note_fa note_en others"
    " summary_fa summary_en body_fa body_en proposals since from to"
    " address question days recommendation relevance feasibility risk function"
    " owner partner contact documents shows_documents planned_on done_on reason_fa reason_en"
    " organisation day step offer"
).split()
HOSTILE = {
    "markup": "<script>alert(1)</script>{{7*7}}%s{0.__class__}'\"; DROP TABLE account; -- %_\\%",
    "nul": "a\0b",
    "bidi": "abc\u202edef",
    "digits": "9" * 5_000,
    "big": str(2**63),
    "negative": "-1",
    "persian digits": "۱۲۳۴",
    "long": "آ" * 30_000,
    "empty": "",
}
MOST = 40_000
"""Characters of one request, so that it stays below the size that is refused."""


class Watched(ImmutableMultiDict[str, str]):
    """Fields of a request that note which of them a page looked at."""

    seen: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        """Note a look at one field."""
        self.seen.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Note a look at one field."""
        self.seen.add(str(name))
        return super().__contains__(name)

    # Its overloads only tell which type comes back.
    def getlist(self, name: str, *rest: Any, **options: Any) -> list[Any]:  # type: ignore[override]
        """Note a look at one field."""
        self.seen.add(name)
        return super().getlist(name, *rest, **options)

    def __iter__(self) -> Iterator[str]:
        """Note a look at all fields."""
        self.seen.update(FIELDS)
        return super().__iter__()

    def items(self, *rest: Any, **options: Any) -> Any:
        """Note a look at all fields."""
        self.seen.update(FIELDS)
        return super().items(*rest, **options)

    def lists(self) -> Any:
        """Note a look at all fields."""
        self.seen.update(FIELDS)
        return super().lists()


class WatchedRequest(Request):
    """A request whose fields are watched."""

    parameter_storage_class = Watched


@pytest.fixture
def unchecked(app: Flask) -> Iterator[None]:
    """Plain browsers: thousands of answers are asked only for their status, to stay quick."""
    checking, unwatched = app.test_client_class, app.request_class
    app.test_client_class, app.request_class = FlaskClient, WatchedRequest
    yield
    app.test_client_class, app.request_class = checking, unwatched


def try_all(send: Callable[[list[tuple[str, str]]], TestResponse], place: str) -> bool:
    """Send each kind of input; only the first to a page that looks at no field of ours.

    Tell whether the page looked at one. What is long goes into the fields that it looked at, so
    that the whole is not refused for its size.
    """
    looked: set[str] = set()
    for name, value in HOSTILE.items():
        Watched.seen.clear()
        fields = sorted(looked) if len(value) > 1_000 else FIELDS
        answer = send([(field, value[: MOST // len(fields)]) for field in fields])
        assert answer.status_code < 500, f"{place} {name}: {answer.status_code}"
        assert answer.status_code != 413, f"{place} {name}"
        looked |= Watched.seen.intersection(FIELDS)
        if not looked:
            return False
    return True


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("who", ["visitor", "nasrin", "hamid"])
def test_no_query_crashes_a_page(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    browser = app.test_client() if who == "visitor" else browser_of(getattr(cast, who))

    def ask(place: str, fields: list[tuple[str, str]]) -> TestResponse:
        return browser.get(place, query_string=MultiDict(fields))

    places = [address(app, rule) for rule in rules(app, "GET")]
    looked = [place for place in places if try_all(partial(ask, place), place)]
    assert "/en/proposals" in looked


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("who", ["nasrin", "hamid"])
def test_no_form_crashes_a_page(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], who: str
) -> None:
    def post(
        browser: FlaskClient, place: str, token: str, fields: list[tuple[str, str]]
    ) -> TestResponse:
        return browser.post(place, data=form(fields, token))

    looked = []
    for rule in rules(app, "POST"):
        browser, place = browser_of(getattr(cast, who)), address(app, rule)
        token = token_of(browser)
        if try_all(partial(post, browser, place, token), place):
            looked.append(place)
    assert "/en/me/password" in looked


@pytest.mark.parametrize("what", ["nul", "markup"])
def test_what_cannot_stand_in_a_page_is_not_echoed(
    app: Flask, cast: Cast, browser_of: Callable[[Account], FlaskClient], what: str
) -> None:
    """The browsers of this one check each page: NUL is no character of HTML."""
    for rule in rules(app, "POST"):
        browser = browser_of(cast.nasrin)
        token = token_of(browser)
        fields = [(name, HOSTILE[what]) for name in FIELDS]
        browser.post(address(app, rule), data=form(fields, token))


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
    token = token_of(browser)
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


def form(fields: list[tuple[str, str]], token: str) -> MultiDict[str, str]:
    """Each field twice, and once more under a name as lists have it."""
    lists = [(f"{name}[]", "x") for name in FIELDS]
    return MultiDict([("csrf_token", token), *fields, *fields, *lists])
