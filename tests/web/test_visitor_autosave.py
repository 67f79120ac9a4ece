"""What a visitor types is kept at each pause, before they sign in, and by whichever way they do."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.rules import MOST_VISITOR_DRAFTS
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, token_of
from tests.web.account_pages import login, post
from tests.web.test_autosave import BY_SCRIPT, Page, told
from tests.web.test_visitor_drafts import IDEA, TITLE, begin, texts
from tests.web.test_writing import at_once, hidden, stored

BrowserOf = Callable[[Account], FlaskClient]
NEW = "/en/proposals/autosave"
OTHER = "از پنجره‌ای دیگر"


class Window(Page):
    """One window on the form of a visitor."""

    def __init__(self, browser: FlaskClient, item: int | None = None, name: str = "w1") -> None:
        """Open the form of a new text, or of that with the id `item`."""
        super().__init__(browser, f"/en/proposals/{f'kept/{item}' if item else 'new'}", name)


def test_the_first_pause_keeps_a_text_and_the_next_ones_change_it(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    """Its cookie is made by that pause; whoever signs in here then has it as a draft."""
    window = Window(client)
    assert window.address == NEW
    with client.session_transaction() as cookie:
        assert set(cookie) == {"csrf_token"}
    first = window.pause(**IDEA | {"title": "نقشه"}, has_cities="1")
    assert "Expires=" in first.headers["Set-Cookie"]
    [text] = texts(app)
    assert told(first) == {
        "number": text.id,
        "version": 1,
        "saved_at": "Saved for this device.",
        "autosave_url": f"/en/proposals/kept/{text.id}/autosave",
        "edit_url": f"/en/proposals/kept/{text.id}",
    }
    assert window.pause(title=TITLE).status_code == 200
    [text] = texts(app)
    assert (text.title, text.body, text.city_slugs) == (TITLE, IDEA["body"], ["freiburg"])
    assert window.pause(has_cities="1").status_code == 200
    assert texts(app)[0].city_slugs == []
    # The form's button goes on from there.
    own = client.post(f"/en/proposals/kept/{text.id}", data=window.data(**IDEA))
    assert own.location == "/en/proposals/kept"
    login(client, cast.nasrin.email, PASSPHRASE)
    assert [one.title for one in stored(app)] == [TITLE]
    assert texts(app) == []


def test_the_older_of_two_windows_is_told_and_overwrites_nothing(
    client: FlaskClient, app: Flask
) -> None:
    begin(client)
    item = texts(app)[0].id
    one, other = Window(client, item), Window(client, item, "w2")
    assert one.pause(title="پنجرهٔ نخست").status_code == 200
    late = other.pause(title=OTHER)
    assert late.status_code == 409
    assert "in another window" in told(late)["message"]
    assert told(late)["own_url"] == "/en/proposals/kept"
    assert texts(app)[0].title == "پنجرهٔ نخست"
    # Its button leads to the page that shows both.
    both = client.post(f"/en/proposals/kept/{item}", data=other.data(**IDEA | {"title": OTHER}))
    assert both.status_code == 409
    # No pause on that page replaces what is stored: its reader decides.
    assert "data-autosave" not in both.text
    assert OTHER in both.text
    assert "پنجرهٔ نخست" in both.text


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(
    client: FlaskClient, app: Flask
) -> None:
    """The line goes after the server has stored; the same window then goes on with old versions."""
    window = Window(client)
    for title in ("نق", "نقشه", "نقشهٔ سایه"):
        answer = client.post(NEW, data=window.data(title=title), headers=BY_SCRIPT)
        assert answer.status_code == 200
    [text] = texts(app)
    assert text.title == "نقشهٔ سایه"
    # Once it was saved by hand elsewhere, an old version is a conflict for this window too.
    own = f"/en/proposals/kept/{text.id}"
    assert post(client, own, **IDEA, version=str(text.version)).status_code == 303
    late = client.post(NEW, data=window.data(title="نقشه"), headers=BY_SCRIPT)
    assert late.status_code == 409
    assert [one.title for one in texts(app)] == [TITLE]


def test_two_first_pauses_at_once_make_one_text(client: FlaskClient, app: Flask) -> None:
    """A pause, and the last word of the page that is left meanwhile: neither has a cookie yet."""
    window = Window(client)
    form = window.data(title=TITLE)
    answers = at_once(app, client, NEW, [form, form])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(texts(app)) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [("title", "nul\0byte"), ("body", "ب" * 20_001), ("cities", ["atlantis"]), ("title", "   ")],
)
def test_what_cannot_be_stored_is_said_and_changes_nothing(
    client: FlaskClient, app: Flask, field: str, text: object
) -> None:
    window = Window(client)
    answer = window.pause(**{field: text})
    assert answer.status_code == 422
    assert told(answer)["message"]
    assert texts(app) == []
    window.key = ""
    assert window.pause(title=TITLE).status_code == 400


def test_a_browser_that_keeps_enough_is_told_while_typing(client: FlaskClient, app: Flask) -> None:
    for _ in range(MOST_VISITOR_DRAFTS):
        begin(client)
    answer = Window(client).pause(title=OTHER)
    assert answer.status_code == 422
    assert "already keeps" in told(answer)["message"]
    assert len(texts(app)) == MOST_VISITOR_DRAFTS


def test_a_text_of_another_browser_is_like_no_text(
    client: FlaskClient, cast: Cast, app: Flask, browser_of: BrowserOf
) -> None:
    """And who has signed in writes drafts of their own."""
    begin(client)
    item = texts(app)[0].id
    stranger = Window(app.test_client())
    for number in (item, 999_999):
        stranger.address = f"/en/proposals/kept/{number}/autosave"
        assert stranger.pause(title="Mine now").status_code == 404
    member = browser_of(cast.nasrin)
    data = {"csrf_token": token_of(member), "title": "Mine now", "form_key": "f"}
    assert member.post(NEW, data=data, headers=BY_SCRIPT).status_code == 401
    assert [one.title for one in texts(app)] == [TITLE]


def test_pauses_and_buttons_together_cannot_fill_the_table(app: Flask) -> None:
    """Thirty new texts in ten minutes from one address, whichever way they come."""
    codes = []
    for _ in range(15):
        codes.append(begin(app.test_client()).status_code)
        codes.append(Window(app.test_client()).pause(title=TITLE).status_code)
    assert set(codes) == {303, 200}
    assert Window(app.test_client()).pause(title=TITLE).status_code == 429
    assert begin(app.test_client()).status_code == 429


def test_who_has_an_account_takes_the_words_along(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    """The button keeps them, and the sign-in makes them a draft; with no words it just leads on."""
    assert "I have an account" in client.get("/en/proposals/new").text
    empty = begin(client, title=" ", summary="", body="", action="sign-in")
    assert empty.location == "/en/login?next=/en/me/proposals/new"
    assert texts(app) == []
    wrong = begin(client, title="ab" * 61, action="sign-in")
    assert wrong.status_code == 422
    assert begin(client, action="sign-in").location == "/en/login"
    own = f"/en/proposals/kept/{texts(app)[0].id}"
    more = post(client, own, **IDEA | {"body": "بیشتر"}, version="1", action="sign-in")
    assert more.location == "/en/login"
    answer = login(client, cast.nasrin.email, PASSPHRASE)
    [draft] = stored(app)
    assert (draft.title, draft.body) == (TITLE, "بیشتر")
    assert answer.location == f"/en/me/proposals/{draft.number}/edit"


@pytest.mark.parametrize("place", ["new", "kept/1"])
@pytest.mark.parametrize("signs_in", [False, True])
def test_a_form_that_has_expired_is_filled_again(
    app: Flask, cast: Cast, place: str, signs_in: bool
) -> None:
    """The browser lost its cookie, or its reader signed in in another window."""
    browser = app.test_client()
    if signs_in:
        login(browser, cast.nasrin.email, PASSPHRASE)
    old, ours = {**IDEA, "csrf_token": "old"}, {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post(f"/en/proposals/{place}", data=old, headers=ours)
    assert answer.status_code == 400
    assert "We kept what you typed" in answer.text
    assert 'href="/en/proposals/new"' in answer.text
    page = browser.get("/en/proposals/new", follow_redirects=True)
    assert page.request.path == ("/en/me/proposals/new" if signs_in else "/en/proposals/new")
    assert f'value="{TITLE}"' in page.text
    assert str(IDEA["body"]) in page.text
    assert 'value="freiburg" checked' in page.text
    assert hidden(page, "form_key")


def test_what_came_back_is_kept_once(app: Flask, cast: Cast) -> None:
    """Kept at last, it is in no new form any more; after a sign-in it would be in theirs."""
    browser = app.test_client()
    browser.post("/en/proposals/new", data={**IDEA, "csrf_token": "old"})
    assert begin(browser).status_code == 303
    assert TITLE not in browser.get("/en/proposals/new").text
    browser.post("/en/proposals/new", data={**IDEA, "title": OTHER, "csrf_token": "old"})
    login(browser, cast.nasrin.email, PASSPHRASE)
    assert OTHER in browser.get("/en/me/proposals/new").text


def test_a_form_of_another_site_is_kept_for_nobody(client: FlaskClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post("/en/proposals/new", data=IDEA, headers=foreign)
    assert answer.status_code == 400
    assert "We kept" not in answer.text
    assert TITLE not in client.get("/en/proposals/new").text


def test_nothing_stays_in_the_browser_for_the_next_one(
    client: FlaskClient, cast: Cast, app: Flask, browser_of: BrowserOf
) -> None:
    """Signing out, and deleting what was kept, empty the shelves that the script fills."""
    assert 'data-owner="visitor"' in client.get("/en/proposals/new").text
    begin(client)
    begin(client)
    [one, other] = texts(app)
    kept = client.get("/en/proposals/kept").text
    assert f'data-forget="draft:visitor:{one.id}/"' in kept
    token = csrf(client.get("/en/proposals/new"))
    client.post(f"/en/proposals/kept/{one.id}/discard", data={"csrf_token": token})
    kept = client.get("/en/proposals/kept").text
    assert f'data-forget="draft:visitor:{other.id}/ draft:visitor:new/"' in kept
    member = browser_of(cast.nasrin).get("/en/").text
    assert f'data-forget="draft:{cast.nasrin.id}: draft:visitor:"' in member
