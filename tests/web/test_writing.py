"""Nasrin writes: drafts, previews, double clicks, two windows, and what she may not write."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.model import City
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals.model import Proposal, ProposalEvent, Revision
from citizen_diplomat.proposals.rules import State
from tests.cast import PASSPHRASE, Cast
from tests.conftest import csrf, database_of
from tests.web.account_pages import login

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]

WHOLE = {
    "title": "نقشهٔ سایه برای دوچرخه‌سواران",
    "summary": "مسیرهایی که از زیر درخت‌ها می‌گذرند.",
    "body": "## چرا\n\n[روش ما](https://example.org/method) ساده است.",
    "topic": "environment-water",
    "cities": ["barcelona", "isfahan"],
    "language": "fa",
    "skills_needed": [],
}


def write(browser: FlaskClient, action: str, /, **fields: object) -> TestResponse:
    """Fetch the empty form, fill it and post it."""
    page = browser.get("/en/me/proposals/new")
    data = {**WHOLE, "form_key": hidden(page, "form_key"), **fields}
    return browser.post(
        "/en/me/proposals/new", data={**data, "csrf_token": csrf(page), "action": action}
    )


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field of the form."""
    html = page.get_data(as_text=True)
    field = html.partition(f'name="{name}"')[2].partition(">")[0]
    return field.partition('value="')[2].partition('"')[0]


def stored(app: Flask) -> list[Proposal]:
    """All proposals there are, as of now, with cities and skills."""
    with database_of(app).reading() as session:
        loaded = (selectinload(Proposal.cities), selectinload(Proposal.skills))
        return list(session.scalars(select(Proposal).order_by(Proposal.number).options(*loaded)))


def edit(browser: FlaskClient, number: int, action: str, /, **fields: object) -> TestResponse:
    """Fetch the form of a proposal, change some fields and post it."""
    address = f"/en/me/proposals/{number}/edit"
    page = browser.get(address)
    data = {**WHOLE, "version": hidden(page, "version"), **fields}
    return browser.post(address, data={**data, "csrf_token": csrf(page), "action": action})


def at_once(
    app: Flask, browser: FlaskClient, address: str, forms: list[dict[str, object]]
) -> list[TestResponse]:
    """What is answered to several forms posted at the same moment, in the order of `forms`."""
    cookie = browser.get_cookie("session")
    assert cookie is not None
    barrier, answers = Barrier(len(forms)), dict[int, TestResponse]()

    def post(place: int) -> None:
        window = app.test_client()
        window.set_cookie("session", cookie.value)
        barrier.wait()
        answers[place] = window.post(address, data=forms[place])

    threads = [Thread(target=post, args=(place,)) for place in range(len(forms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(forms))]


def test_submit(cast: Cast, browser_of: BrowserOf, app: Flask, outbox: Outbox) -> None:
    """A whole proposal goes to the office, and its author gets a receipt in their language."""
    browser = browser_of(cast.nasrin)
    answer = write(browser, "submit")
    assert answer.status_code == 303
    [proposal] = stored(app)
    assert answer.location == f"/en/me/proposals/{proposal.number}"
    assert proposal.state == State.SUBMITTED
    assert proposal.city_slugs == ["barcelona", "isfahan"]
    [receipt] = outbox()
    assert (receipt.name, receipt.language) == ("received", "fa")
    assert receipt.values["link"] == f"http://localhost/fa/me/proposals/{proposal.number}"
    html = browser.get(answer.location).get_data(as_text=True)
    assert "waits for somebody" in html
    assert '<a href="https://example.org/method"' in html


def test_a_draft_needs_only_a_few_words(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Anything can be kept and finished later; nothing at all cannot."""
    browser = browser_of(cast.nasrin)
    nothing = {"title": "", "summary": "", "body": "", "topic": "", "cities": []}
    assert write(browser, "save", **nothing).status_code == 422
    assert write(browser, "save", **{**nothing, "body": "گز و پلمبیر"}).status_code == 303
    [draft] = stored(app)
    assert (draft.state, draft.title, draft.body) == (State.DRAFT, "", "گز و پلمبیر")
    assert browser.get(f"/fa/me/proposals/{draft.number}").status_code == 200
    assert "گز و پلمبیر" in browser.get("/fa/me/proposals").get_data(as_text=True)


def test_everything_wrong_is_said_at_once(cast: Cast, browser_of: BrowserOf) -> None:
    page = write(browser_of(cast.nasrin), "submit", title="x" * 121, summary="", cities=[])
    html = page.get_data(as_text=True)
    assert page.status_code == 422
    for field in ("title", "summary", "cities"):
        assert f'href="#{field}"' in html


@pytest.mark.parametrize("field", ["title", "summary", "body", "topic", "cities"])
def test_what_is_missing_is_said(cast: Cast, browser_of: BrowserOf, app: Flask, field: str) -> None:
    """Beside the field and in the summary, with everything typed still there."""
    empty: object = [] if field == "cities" else ""
    page = write(browser_of(cast.nasrin), "submit", **{field: empty})
    html = page.get_data(as_text=True)
    assert page.status_code == 422
    assert f'<a href="#{field}">' in html
    assert f'id="{field}-error"' in html
    assert "<title>Error:" in html
    if field != "body":
        assert "[روش ما](https://example.org/method)" in html
    if field != "cities":
        assert 'value="barcelona" checked' in html
    assert not stored(app)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "nul\0byte"),
        ("summary", "turned \u202e round"),
        ("body", "blank \u2800 letter"),
        ("title", "ab" * 61),
        ("summary", "a" * 301),
        ("body", "ب" * 20_001),
        ("topic", "no-such-topic"),
        ("cities", ["atlantis"]),
        ("language", "xx"),
        ("skills_needed", ["no-such-skill"]),
        ("cities", ["a" * 5000]),
        ("topic", "a\0\x01b"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cast: Cast, browser_of: BrowserOf, app: Flask, field: str, text: object
) -> None:
    """Whatever is to be done with it: 422, the error beside the field, nothing stored."""
    browser = browser_of(cast.nasrin)
    for action in ("save", "submit", "preview"):
        page = write(browser, action, **{"form_key": "k\x01\0", field: text})
        assert page.status_code == 422
        assert f'id="{field}-error"' in page.get_data(as_text=True)
    assert not stored(app)


def test_too_many_cities(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """A proposal for every city is one for none."""
    with database_of(app).reading() as session:
        cities = list(session.scalars(select(City.slug).limit(11)))
    answer = write(browser_of(cast.nasrin), "submit", cities=cities)
    assert answer.status_code == 422
    assert "Choose at most 10." in answer.get_data(as_text=True)


def test_preview_keeps_everything_and_stores_nothing(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """The rendered text stands above the form; sending it from there works."""
    browser = browser_of(cast.nasrin)
    page = write(browser, "preview", body="## Why\n\n<script>alert(1)</script> **bold**")
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "<strong>bold</strong>" in html
    assert "<script>alert" not in html
    assert "## Why" in html
    assert (
        'value="environment-water" selected' in html or 'selected value="environment-water"' in html
    )
    assert not stored(app)
    sent = browser.post(
        "/en/me/proposals/new",
        data={
            **WHOLE,
            "form_key": hidden(page, "form_key"),
            "csrf_token": csrf(page),
            "action": "submit",
        },
    )
    assert sent.status_code == 303


@pytest.mark.parametrize("with_key", [True, False])
def test_a_double_click_makes_one_proposal(
    cast: Cast, browser_of: BrowserOf, app: Flask, outbox: Outbox, with_key: bool
) -> None:
    """Two posts of one form at the same moment: one proposal, one version, one receipt.

    Scripts that never fetched the form, and so have no key, get the same promise.
    """
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/proposals/new")
    data: dict[str, object] = {**WHOLE, "csrf_token": csrf(page), "action": "submit"}
    if with_key:
        data["form_key"] = hidden(page, "form_key")
    answers = at_once(app, browser, "/en/me/proposals/new", [data, data])
    [proposal] = stored(app)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {f"/en/me/proposals/{proposal.number}"}
    assert [receipt.name for receipt in outbox()] == ["received"]
    with database_of(app).reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 1
        assert session.scalar(select(func.count()).select_from(ProposalEvent)) == 1


def test_back_and_on_from_a_saved_form(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Saved, back with the browser's button, more words, sent: one proposal with all the words."""
    browser = browser_of(cast.nasrin)
    key = {"form_key": "one form"}
    assert write(browser, "save", **key).status_code == 303
    assert write(browser, "submit", title="نقشهٔ سایه و آب", **key).status_code == 303
    [proposal] = stored(app)
    assert (proposal.title, proposal.state) == ("نقشهٔ سایه و آب", State.SUBMITTED)
    late = write(browser, "submit", title="هنوز یک واژه", **key)
    assert late.status_code == 409
    assert "هنوز یک واژه" in late.get_data(as_text=True)
    assert [one.title for one in stored(app)] == ["نقشهٔ سایه و آب"]


def test_nobody_sets_what_is_not_theirs_to_set(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """State, author, number, dates: extra fields change nothing."""
    extra = {
        "state": "accepted",
        "author_id": str(cast.kamran.id),
        "number": "4711",
        "published_at": "2026-01-01T00:00:00+00:00",
        "submitted_at": "2026-01-01T00:00:00+00:00",
        "decided_at": "2026-01-01T00:00:00+00:00",
        "search_text": "x",
    }
    browser = browser_of(cast.nasrin)
    write(browser, "save", **extra)
    [proposal] = stored(app)
    edit(browser, proposal.number, "save", title="دیگر", **extra)
    [proposal] = stored(app)
    assert (proposal.title, proposal.state, proposal.author_id) == (
        "دیگر",
        State.DRAFT,
        cast.nasrin.id,
    )
    assert proposal.number != 4711
    assert (proposal.published_at, proposal.submitted_at, proposal.decided_at) == (None, None, None)
    assert proposal.search_text != "x"


def test_two_windows(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """The second window is shown what the first one stored, keeps its words, and may go on."""
    browser = browser_of(cast.nasrin)
    write(browser, "save")
    [proposal] = stored(app)
    old = hidden(browser.get(f"/en/me/proposals/{proposal.number}/edit"), "version")
    assert edit(browser, proposal.number, "save", title="پنجرهٔ نخست").status_code == 303
    late = edit(browser, proposal.number, "save", title="پنجرهٔ دوم", version=old)
    html = late.get_data(as_text=True)
    assert late.status_code == 409
    assert 'value="پنجرهٔ دوم"' in html
    assert "پنجرهٔ نخست" in html
    assert [one.title for one in stored(app)] == ["پنجرهٔ نخست"]
    seen = hidden(late, "version")
    assert (
        edit(browser, proposal.number, "save", title="پنجرهٔ دوم", version=seen).status_code == 303
    )
    assert [one.title for one in stored(app)] == ["پنجرهٔ دوم"]


def test_two_windows_at_the_same_moment(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """One is stored, the other is shown it and keeps its words."""
    browser = browser_of(cast.nasrin)
    address = f"{write(browser, 'save').location}/edit"
    page = browser.get(address)
    data = {**WHOLE, "version": hidden(page, "version"), "csrf_token": csrf(page)}
    forms: list[dict[str, object]] = [
        {**data, "action": "save", "title": title} for title in ("یکم", "دوم")
    ]
    answers = at_once(app, browser, address, forms)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    for answer, form in zip(answers, forms, strict=True):
        is_stored = stored(app)[0].title == form["title"]
        assert is_stored == (answer.status_code == 303)
        assert is_stored or f'value="{form["title"]}"' in answer.text


@pytest.mark.parametrize("version", ["", "x", "۱", "-1", "9" * 5000])
def test_a_version_that_is_none(cast: Cast, browser_of: BrowserOf, version: str) -> None:
    """An odd version number is an old one, not a crash; Persian digits are digits."""
    browser = browser_of(cast.nasrin)
    number = int(write(browser, "save").location.rpartition("/")[2])
    answer = edit(browser, number, "save", title="دیگر", version=version)
    assert answer.status_code == (303 if version == "۱" else 409)


def test_sent_from_its_own_page(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """The button on the page sends a whole draft; an incomplete one is completed in the form."""
    browser = browser_of(cast.nasrin)
    own = write(browser, "save", summary="").location
    page = browser.get(own)
    data = {"csrf_token": csrf(page)}
    missing = browser.post(f"{own}/submit", data=data)
    assert missing.status_code == 422
    assert 'id="summary-error"' in missing.get_data(as_text=True)
    [draft] = stored(app)
    edit(browser, draft.number, "save")
    stale = browser.post(f"{own}/submit", data={**data, "version": "1"})
    assert stale.status_code == 303
    assert stored(app)[0].state == State.DRAFT
    assert browser.post(f"{own}/submit", data=data).status_code == 303
    assert stored(app)[0].state == State.SUBMITTED
    assert browser.post(f"{own}/submit", data=data).status_code == 303


def test_what_staff_read_is_not_edited(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """After sending, the form leads back to the page and a late save keeps the typed words."""
    browser = browser_of(cast.nasrin)
    own = write(browser, "submit").location
    assert browser.get(f"{own}/edit").status_code == 303
    token = csrf(browser.get("/en/me/proposals/new"))
    again = {**WHOLE, "csrf_token": token, "action": "submit", "version": "1"}
    assert browser.post(f"{own}/edit", data=again).status_code == 303
    late = browser.post(f"{own}/edit", data={**again, "title": "دیر"})
    assert late.status_code == 409
    assert "دیر" in late.get_data(as_text=True)
    assert [one.title for one in stored(app)] == [WHOLE["title"]]


def test_a_sign_in_that_ended_while_writing(cast: Cast, app: Flask, browser_of: BrowserOf) -> None:
    """What was posted without a sign-in waits in the form until its writer is back."""
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/proposals/new")
    data = {**WHOLE, "csrf_token": csrf(page), "form_key": hidden(page, "form_key")}
    with browser.session_transaction() as cookie:
        token = cookie.pop("_user_id")
    refused = browser.post("/en/me/proposals/new", data={**data, "action": "submit"})
    assert refused.status_code in {303, 400}
    assert not stored(app)
    with browser.session_transaction() as cookie:
        assert cookie.get("kept_form")
        cookie["_user_id"] = token
    back = browser.get("/en/me/proposals/new").get_data(as_text=True)
    assert str(WHOLE["title"]) in back
    assert "[روش ما](https://example.org/method)" in back
    assert 'value="barcelona" checked' in back
    assert write(browser, "submit").status_code == 303
    assert str(WHOLE["title"]) not in browser.get("/en/me/proposals/new").get_data(as_text=True)


def test_on_a_shared_computer_the_next_one_does_not_read_it(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    """Nasrin's sign-in ends while she writes; Kamran signs in on the same browser, then she."""
    login(client, cast.nasrin.email, PASSPHRASE)
    page = client.get("/en/me/proposals/new")
    with client.session_transaction() as cookie:
        cookie.pop("_user_id")
    lost = {**WHOLE, "csrf_token": csrf(page), "action": "save"}
    assert client.post("/en/me/proposals/new", data=lost).status_code == 303
    with client.session_transaction() as cookie:
        as_it_was = dict(cookie)
    login(client, cast.kamran.email, PASSPHRASE)
    assert str(WHOLE["title"]) not in client.get("/en/me/proposals/new").get_data(as_text=True)

    hers = app.test_client()
    with hers.session_transaction() as cookie:
        cookie.update(as_it_was)
    login(hers, cast.nasrin.email, PASSPHRASE)
    assert str(WHOLE["title"]) in hers.get("/en/me/proposals/new").get_data(as_text=True)
