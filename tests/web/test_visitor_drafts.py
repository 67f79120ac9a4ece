"""Somebody writes before they register: their words wait for them, and for nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.rules import MOST_VISITOR_DRAFTS, State
from citizen_diplomat.proposals.visitors import VisitorDraft
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, database_of, token_of
from tests.web.account_pages import link_of, login, post, register
from tests.web.test_writing import hidden, stored

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
PARISA = "parisa@example.org"
TITLE = "نقشهٔ سایه برای دوچرخه‌سواران"
IDEA = {
    "title": TITLE,
    "summary": "مسیرهایی که از زیر درخت‌ها می‌گذرند.",
    "body": "در فرایبورگ چنین است.",
    "topic": "environment-water",
    "cities": ["freiburg"],
    "language": "fa",
}


def begin(browser: FlaskClient, **fields: object) -> TestResponse:
    page = browser.get("/en/proposals/new")
    data = {**IDEA, "form_key": hidden(page, "form_key"), "csrf_token": csrf(page), **fields}
    return browser.post("/en/proposals/new", data=data)


def texts(app: Flask) -> list[VisitorDraft]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(VisitorDraft).order_by(VisitorDraft.id)))


def confirm(browser: FlaskClient, mail: OutboxMessage) -> TestResponse:
    link = link_of(mail)
    return browser.post(link, data={"csrf_token": csrf(browser.get(link))})


def test_an_idea_is_kept_for_its_browser_alone(client: FlaskClient, app: Flask) -> None:
    """Written, found again, changed and deleted; another browser has nothing of it."""
    answer = begin(client)
    assert (answer.status_code, answer.location) == (303, "/en/proposals/kept")
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Expires="))
    [text] = texts(app)
    assert cookie.count(text.key_digest) == 0
    page = client.get("/en/proposals/kept")
    assert TITLE in page.text
    assert page.headers["Cache-Control"] == "no-store"
    own = f"/en/proposals/kept/{text.id}"
    assert TITLE in client.get(own).text
    changed = post(client, own, **IDEA | {"title": "دیگر"}, version="1")
    assert changed.status_code == 303
    assert texts(app)[0].title == "دیگر"
    stranger = app.test_client()
    token = csrf(stranger.get("/en/proposals/new"))
    assert stranger.get(own).status_code == 404
    assert stranger.post(own, data={**IDEA, "csrf_token": token}).status_code == 404
    assert stranger.post(f"{own}/discard", data={"csrf_token": token}).status_code == 404
    assert "Nothing is kept" in stranger.get("/en/proposals/kept").text
    token = csrf(client.get("/en/proposals/new"))
    assert client.post(f"{own}/discard", data={"csrf_token": token}).status_code == 303
    assert texts(app) == []


def test_who_only_reads_gets_no_cookie(client: FlaskClient) -> None:
    """Public pages stay in shared caches; the calls to write lead to the page for visitors."""
    for path in ("/en/", "/en/proposals", "/en/cities/freiburg", "/en/proposals/kept"):
        page = client.get(path)
        assert "Set-Cookie" not in page.headers, path
        assert page.headers["Cache-Control"].startswith("public"), path
        if path != "/en/proposals/kept":
            assert 'href="/en/proposals/new' in page.text
    assert client.get_cookie("session") is None


def test_a_member_goes_on_to_their_own_page(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.nasrin)
    for path in ("/en/", "/en/proposals", "/en/cities/freiburg"):
        assert 'href="/en/me/proposals/new' in browser.get(path).text
    answer = browser.get("/en/proposals/new?city=freiburg")
    assert answer.location == "/en/me/proposals/new?city=freiburg"
    assert browser.get("/en/proposals/kept").location == "/en/me/proposals?shelf=drafts"


def test_the_city_one_comes_from_is_chosen(client: FlaskClient) -> None:
    assert 'value="freiburg" checked' in client.get("/en/proposals/new?city=freiburg").text
    assert "checked" not in client.get("/en/proposals/new?city=atlantis").text


def test_registration_takes_it_over_on_any_device(
    client: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    """Written on a phone, confirmed on a desk: the draft is there, and its author is led to it."""
    begin(client)
    register(client, PARISA)
    assert "waits for you" in client.get("/en/register/sent").text
    assert not stored(app)
    desk = app.test_client()
    answer = confirm(desk, outbox()[0])
    [draft] = stored(app)
    assert answer.location == f"/en/me/proposals/{draft.number}/edit"
    page = desk.get(answer.location).text
    assert TITLE in page
    assert "What you wrote before is now a draft of yours." in page
    assert (draft.title, draft.topic_slug, draft.city_slugs) == (
        TITLE,
        "environment-water",
        ["freiburg"],
    )
    assert draft.state == State.DRAFT
    assert texts(app) == []
    assert "Nothing is kept" in client.get("/en/proposals/kept").text


def test_signing_in_takes_it_over(client: FlaskClient, cast: Cast, app: Flask) -> None:
    begin(client)
    assert "becomes a draft of whoever signs in here" in client.get("/en/login").text
    answer = login(client, cast.nasrin.email, PASSPHRASE)
    [draft] = stored(app)
    assert draft.author_id == cast.nasrin.id
    assert answer.location == f"/en/me/proposals/{draft.number}/edit"
    assert "now a draft of yours" in client.get(answer.location).text
    assert texts(app) == []


def test_other_words_of_the_same_form_become_another_draft(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    """Kept, signed in, signed out; the form is still open in a tab, and kept once more."""
    for title in (TITLE, "دیگر"):
        begin(client, form_key="one form", title=title)
        login(client, cast.nasrin.email, PASSPHRASE)
        assert texts(app) == []
        client.post("/en/logout", data={"csrf_token": token_of(client)})
    assert [one.title for one in stored(app)] == [TITLE, "دیگر"]


def test_who_wanted_to_go_elsewhere_is_told(client: FlaskClient, cast: Cast) -> None:
    begin(client)
    answer = login(client, cast.nasrin.email, PASSPHRASE, next="/en/me/profile")
    assert answer.location == "/en/me/profile"
    assert "now a draft of yours" in client.get("/en/me/profile").text


def test_a_wrong_passphrase_takes_nothing(client: FlaskClient, cast: Cast, app: Flask) -> None:
    begin(client)
    assert login(client, cast.nasrin.email, "not hers at all, no").status_code == 422
    assert not stored(app)
    assert TITLE in client.get("/en/proposals/kept").text


def test_nobody_gets_a_text_because_somebody_typed_their_address(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    """Registering with Nasrin's address: her next sign-in finds nothing, and the typist no sign."""
    begin(client)
    known = register(client, cast.nasrin.email)
    known_page = client.get("/en/register/sent").text
    hers = app.test_client()
    login(hers, cast.nasrin.email, PASSPHRASE)
    assert not stored(app)
    other = app.test_client()
    begin(other)
    unknown = register(other, PARISA)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert without_token(known_page) == without_token(other.get("/en/register/sent").text)
    # Whether the address had an account cannot be told by signing in as somebody else either.
    for browser in (client, other):
        assert TITLE in browser.get("/en/proposals/kept").text
        login(browser, cast.kamran.email, PASSPHRASE)
        assert not stored(app)


def without_token(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrf_token" not in line)


def test_the_next_one_after_signing_out_finds_nothing(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    begin(client)
    login(client, cast.nasrin.email, PASSPHRASE)
    token = token_of(client)
    client.post("/en/logout", data={"csrf_token": token})
    assert "Nothing is kept" in client.get("/en/proposals/kept").text
    login(client, cast.kamran.email, PASSPHRASE)
    assert [one.author_id for one in stored(app)] == [cast.nasrin.id]


def test_a_double_click_keeps_one_text(client: FlaskClient, app: Flask) -> None:
    for _ in range(2):
        assert begin(client, form_key="one form").status_code == 303
    assert len(texts(app)) == 1


def test_a_form_posted_once_more_does_not_take_back_what_was_written_since(
    client: FlaskClient, app: Flask
) -> None:
    """Kept, opened, written on; then the first form comes again, by Back or from another tab."""
    assert begin(client, form_key="one form").status_code == 303
    own = f"/en/proposals/kept/{texts(app)[0].id}"
    assert post(client, own, **IDEA | {"body": "بیشتر از آن."}, version="1").status_code == 303
    late = begin(client, form_key="one form", summary="چیزی دیگر")
    assert late.status_code == 409
    assert "بیشتر از آن." in late.text
    assert "چیزی دیگر" in late.text
    [text] = texts(app)
    assert (text.summary, text.body) == (IDEA["summary"], "بیشتر از آن.")
    # Saving it again then replaces what is stored, as the page says.
    chosen = IDEA | {"summary": "چیزی دیگر"}
    assert post(client, own, **chosen, version=hidden(late, "version")).status_code == 303
    assert [one.summary for one in texts(app)] == ["چیزی دیگر"]


def test_a_form_corrected_at_once_changes_the_text_that_it_made(
    client: FlaskClient, app: Flask
) -> None:
    """Back, a word more, and Keep: nobody wrote on it meanwhile."""
    begin(client, form_key="one form")
    assert begin(client, form_key="one form", title="دیگر").status_code == 303
    assert [one.title for one in texts(app)] == ["دیگر"]


def test_two_windows_do_not_overwrite_each_other(client: FlaskClient, app: Flask) -> None:
    begin(client)
    own = f"/en/proposals/kept/{texts(app)[0].id}"
    assert post(client, own, **IDEA | {"title": "یکم"}, version="1").status_code == 303
    late = post(client, own, **IDEA | {"title": "دوم"}, version="1")
    assert late.status_code == 409
    assert "یکم" in late.text
    assert 'value="دوم"' in late.text
    assert texts(app)[0].title == "یکم"
    again = post(client, own, **IDEA | {"title": "دوم"}, version=hidden(late, "version"))
    assert again.status_code == 303
    assert texts(app)[0].title == "دوم"


def test_a_browser_keeps_a_few_texts(client: FlaskClient, app: Flask) -> None:
    for _ in range(MOST_VISITOR_DRAFTS):
        assert begin(client).status_code == 303
    more = begin(client)
    assert more.status_code == 422
    assert TITLE in more.text
    assert len(texts(app)) == MOST_VISITOR_DRAFTS


def test_after_thirty_days_it_is_gone(client: FlaskClient, app: Flask) -> None:
    begin(client)
    own = f"/en/proposals/kept/{texts(app)[0].id}"
    with time_machine.travel(now() + timedelta(days=30, minutes=1)):
        assert client.get(own).status_code == 404


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "nul\0byte"),
        ("summary", "turned \u202e round"),
        ("title", "ab" * 61),
        ("body", "ب" * 20_001),
        ("topic", "no-such-topic"),
        ("cities", ["atlantis"]),
        ("language", "xx"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    client: FlaskClient, app: Flask, field: str, text: object
) -> None:
    page = begin(client, **{field: text})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert texts(app) == []


def test_nothing_at_all_is_not_kept(client: FlaskClient, app: Flask) -> None:
    assert begin(client, title=" ", summary="", body="").status_code == 422
    assert texts(app) == []


def test_one_address_cannot_fill_the_table(client: FlaskClient, app: Flask) -> None:
    """Thirty posts in ten minutes, whichever cookies they come with."""
    codes = []
    for _ in range(31):
        browser = app.test_client()
        codes.append(begin(browser).status_code)
    assert codes == [303] * 30 + [429]
