"""Each pause in typing is kept, and nothing is lost by it: not by windows, lines or sign-ins."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account, KeptForm
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.throttle import DRAFTS_PER_MEMBER
from tests.cast import Cast
from tests.conftest import csrf, database_of
from tests.web.proposal_stories import DRAFT, tell
from tests.web.test_writing import WHOLE, at_once, edit, hidden, stored, write

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
NEW = "/en/me/proposals/autosave"
BY_SCRIPT = {"X-Requested-With": "drafts"}


class Page:
    """One window on a form that is saved while somebody types, and the script in it."""

    def __init__(self, browser: FlaskClient, path: str, name: str) -> None:
        """Open the page at `path`."""
        self.browser, self.name = browser, name
        page = browser.get(path)
        self.address = page.text.partition('data-autosave="')[2].partition('"')[0]
        self.token, self.key = csrf(page), hidden(page, "form_key")
        self.version = hidden(page, "version")

    def pause(self, **fields: object) -> TestResponse:
        """Stop typing for a moment; what is answered is remembered as the script does."""
        answer = self.browser.post(self.address, data=self.data(**fields), headers=BY_SCRIPT)
        if answer.status_code == 200:
            self.version = str(told(answer)["version"])
            self.address = told(answer)["autosave_url"]
        return answer

    def data(self, **fields: object) -> dict[str, object]:
        """What the script posts."""
        return {
            "csrf_token": self.token,
            "form_key": self.key,
            "version": self.version,
            "window": self.name,
            **fields,
        }


class Window(Page):
    """One window on the form of a proposal."""

    def __init__(self, browser: FlaskClient, number: int | None = None, name: str = "w1") -> None:
        """Open the form of a new proposal, or of that with `number`."""
        super().__init__(browser, f"/en/me/proposals/{f'{number}/edit' if number else 'new'}", name)


def told(answer: TestResponse) -> dict[str, Any]:
    """What the script is answered."""
    values: dict[str, Any] = json.loads(answer.text)
    return values


def logged(app: Flask) -> list[str]:
    with database_of(app).reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_first_pause_makes_a_draft_and_the_next_ones_change_it(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """The form's buttons then go on from there; the log has one beginning and one saving."""
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    first = window.pause(title="نقشهٔ سایه", summary="", body="", language="fa")
    assert first.status_code == 200
    [draft] = stored(app)
    assert told(first)["number"] == draft.number
    assert told(first)["edit_url"] == f"/en/me/proposals/{draft.number}/edit"
    assert told(first)["saved_at"].startswith("Draft saved, ")
    assert window.pause(title="نقشهٔ سایه برای دوچرخه").status_code == 200
    assert window.pause(body="## چرا").status_code == 200
    [draft] = stored(app)
    assert (draft.title, draft.body, draft.state) == (
        "نقشهٔ سایه برای دوچرخه",
        "## چرا",
        State.DRAFT,
    )
    assert logged(app) == ["proposal.started"]
    posted = window.data(**WHOLE, action="save")
    answer = browser.post(f"/en/me/proposals/{draft.number}/edit", data=posted)
    assert (answer.status_code, len(stored(app))) == (303, 1)
    assert logged(app) == ["proposal.started", "proposal.saved"]


def test_a_part_of_the_form_changes_nothing_else(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """Nothing ticked is an answer where the group was on the page, and none where it was not."""
    browser = browser_of(cast.nasrin)
    write(browser, "save", skills_needed=["graphic-design"])
    [draft] = stored(app)
    window = Window(browser, draft.number)
    window.pause(summary="تنها این")
    [now] = stored(app)
    assert now.summary == "تنها این"
    assert (now.title, now.body, now.topic_slug) == (draft.title, draft.body, draft.topic_slug)
    assert (now.city_slugs, now.skill_slugs) == (["barcelona", "isfahan"], ["graphic-design"])
    window.pause(has_cities="1", cities=["porto"])
    assert stored(app)[0].city_slugs == ["porto"]
    window.pause(has_cities="1", topic="")
    [now] = stored(app)
    assert (now.city_slugs, now.topic_slug) == ([], None)
    assert now.skill_slugs == ["graphic-design"]


def test_a_member_has_several_drafts(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    browser = browser_of(cast.nasrin)
    for title in ("یکم", "دوم", "سوم"):
        assert Window(browser).pause(title=title).status_code == 200
    assert [one.title for one in stored(app)] == ["یکم", "دوم", "سوم"]
    html = browser.get("/en/me/proposals?shelf=drafts").text
    assert html.count("Go on writing") == 3


def test_the_older_of_two_windows_is_told_and_overwrites_nothing(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    browser = browser_of(cast.nasrin)
    write(browser, "save")
    [draft] = stored(app)
    one, other = Window(browser, draft.number), Window(browser, draft.number, "w2")
    assert one.pause(title="پنجرهٔ نخست").status_code == 200
    late = other.pause(title="پنجرهٔ دوم")
    assert late.status_code == 409
    assert told(late)["number"] == draft.number
    assert "another window" in told(late)["message"]
    assert stored(app)[0].title == "پنجرهٔ نخست"
    # Its button leads to the page that shows both.
    both = browser.post(
        f"/en/me/proposals/{draft.number}/edit",
        data=other.data(**WHOLE | {"title": "پنجرهٔ دوم"}, action="save"),
    )
    assert both.status_code == 409
    assert "پنجرهٔ دوم" in both.text
    assert "پنجرهٔ نخست" in both.text
    # What the other window brings is no conflict when it is the same.
    assert other.pause(title="پنجرهٔ نخست").status_code == 200


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """The line goes after the server has stored; the same window then goes on with old versions."""
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    for title in ("نق", "نقشه", "نقشهٔ سایه"):
        answer = browser.post(NEW, data=window.data(title=title), headers=BY_SCRIPT)
        assert answer.status_code == 200
    [draft] = stored(app)
    assert draft.title == "نقشهٔ سایه"
    window.address = f"/en/me/proposals/{draft.number}/autosave"
    window.version = "1"
    assert window.pause(title="نقشهٔ سایه و آب").status_code == 200
    # Once somebody saved elsewhere, an old version is a conflict for this window too.
    edit(browser, draft.number, "save", title="از جای دیگر")
    window.version = "1"
    assert window.pause(title="نقشه").status_code == 409
    assert stored(app)[0].title == "از جای دیگر"


def test_a_lost_answer_is_no_conflict_in_a_change_of_what_was_accepted(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """The first pause of all too, after which the change is there and the window knows nothing."""
    [number] = tell(app, cast, State.ACCEPTED)
    browser = browser_of(cast.nasrin)
    window, other = Window(browser, number), Window(browser, number, "w2")
    before = window.version
    for title in ("Anoth", "Another", "Another title"):
        window.version = before
        assert window.pause(title=title).status_code == 200
    assert other.pause(title="From the other window").status_code == 409
    assert 'value="Another title"' in browser.get(f"/en/me/proposals/{number}/edit").text
    # Once somebody saved elsewhere, an old version is a conflict for this window too.
    edit(browser, number, "save", title="Saved elsewhere")
    window.version = before
    assert window.pause(title="Another title, written on").status_code == 409
    assert 'value="Saved elsewhere"' in browser.get(f"/en/me/proposals/{number}/edit").text


@pytest.mark.parametrize("window", ["", "no window"])
def test_what_no_window_names_is_nobodys_own(
    cast: Cast, browser_of: BrowserOf, app: Flask, window: str
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    unnamed = Window(browser_of(cast.nasrin), number, window)
    before = unnamed.version
    assert unnamed.pause(title="Once").status_code == 200
    unnamed.version = before
    assert unnamed.pause(title="Twice").status_code == 409


def test_a_form_saved_by_hand_is_not_changed_by_a_late_first_pause(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """Saved twice by its buttons, then the first pause of the same form arrives."""
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    form = window.data(**WHOLE, action="save")
    assert browser.post("/en/me/proposals/new", data=form).status_code == 303
    [draft] = stored(app)
    edit(browser, draft.number, "save", title="دیگر")
    assert window.pause(**WHOLE).status_code == 409
    assert [one.title for one in stored(app)] == ["دیگر"]


def test_two_first_pauses_at_once_make_one_draft(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    browser = browser_of(cast.nasrin)
    form = Window(browser).data(title="نقشه")
    answers = at_once(app, browser, NEW, [form, form])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(stored(app)) == 1
    assert logged(app) == ["proposal.started"]


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.IN_REVIEW, State.DECLINED, State.WITHDRAWN]
)
def test_what_was_sent_is_never_changed(
    cast: Cast, browser_of: BrowserOf, app: Flask, state: State
) -> None:
    [number] = tell(app, cast, state)
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    window.address = f"/en/me/proposals/{number}/autosave"
    answer = window.pause(title="Too late")
    assert answer.status_code == 409
    assert "was sent" in told(answer)["message"]
    assert DRAFT.title in {one.title for one in stored(app)}


def test_a_change_of_what_was_accepted_is_kept_and_the_approved_text_stays(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    browser = browser_of(cast.nasrin)
    window = Window(browser, number)
    for title in ("Another title", "Another title, written on"):
        assert window.pause(title=title).status_code == 200
    late = Window(browser, number, "w2")
    assert window.pause(title="Once more").status_code == 200
    assert late.pause(title="From the other window").status_code == 409
    assert "Once more" in browser.get(f"/en/me/proposals/{number}/edit").text
    assert "Once more" not in app.test_client().get(f"/en/proposals/{number}").text
    assert {one.title for one in stored(app)} == {DRAFT.title}
    assert "change.saved" not in logged(app)


def test_an_answer_to_the_office_is_kept_and_the_sent_version_stays(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    [number] = tell(app, cast, State.CHANGES_REQUESTED)
    browser = browser_of(cast.nasrin)
    answer = Window(browser, number).pause(body="One house costs 1,200 euros.")
    assert answer.status_code == 200
    assert told(answer)["saved_at"].startswith("Saved, ")
    assert "1,200" not in browser.get(f"/en/me/proposals/{number}/versions/1").text
    assert "1,200 euros" not in browser_of(cast.hamid).get("/en/staff/queue?q=euros").text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "nul\0byte"),
        ("body", "turned \u202e round"),
        ("title", "ab" * 61),
        ("body", "ب" * 20_001),
        ("topic", "no-such-topic"),
        ("cities", ["atlantis"]),
        ("title", "   "),
    ],
)
def test_what_cannot_be_stored_is_said_and_changes_nothing(
    cast: Cast, browser_of: BrowserOf, app: Flask, field: str, text: object
) -> None:
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    answer = window.pause(**{field: text})
    assert answer.status_code == 422
    assert told(answer)["message"]
    assert not stored(app)
    assert window.pause(title="نقشه").status_code == 200
    if text != "   ":
        assert window.pause(**{field: text, "summary": "نه"}).status_code == 422
        assert stored(app)[0].summary == ""


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
def test_an_odd_version_is_an_old_one(cast: Cast, browser_of: BrowserOf, version: str) -> None:
    browser = browser_of(cast.nasrin)
    number = int(write(browser, "save").location.rpartition("/")[2])
    window = Window(browser, number)
    window.version = version
    assert window.pause(title="دیگر").status_code == 409


def test_without_a_key_there_is_no_draft(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Each pause would be another one."""
    window = Window(browser_of(cast.nasrin))
    window.key = ""
    assert window.pause(title="نقشه").status_code == 400
    assert not stored(app)


def test_when_the_sign_in_has_ended_the_script_is_told_and_keeps_the_words(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    """Nothing is kept here in the script's name: the form's buttons do that, and bring it back."""
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    assert window.pause(title="نقشه").status_code == 200
    with browser.session_transaction() as cookie:
        token = cookie.pop("_user_id")
    assert window.pause(title="نقشهٔ سایه").status_code == 401
    no_cookie = app.test_client()
    refused = no_cookie.post(window.address, data=window.data(title="x"), headers=BY_SCRIPT)
    assert refused.status_code == 400
    with database_of(app).reading() as session:
        assert session.scalars(select(KeptForm)).all() == []
    [draft] = stored(app)
    own = f"/en/me/proposals/{draft.number}/edit"
    lost = window.data(**WHOLE | {"title": "نقشهٔ سایه"}, action="save")
    assert browser.post(own, data=lost).status_code == 303
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert "نقشهٔ سایه" in browser.get(own).text
    # Once a pause was kept, the form shows what is stored and not what came back.
    assert window.pause(title="نقشهٔ سایه و آب").status_code == 200
    assert "نقشهٔ سایه و آب" in browser.get(own).text


def test_a_pause_is_cheap(cast: Cast, browser_of: BrowserOf, app: Flask, queries: Counting) -> None:
    """Who asks, the proposal, its cities and skills, the questions of its topic, one change."""
    browser = browser_of(cast.nasrin)
    window = Window(browser)
    window.pause(**WHOLE)
    window.pause(title="دوم")
    with queries() as asked:
        assert window.pause(title="سوم").status_code == 200
    assert len(asked) == 6, asked
    with queries() as asked:
        assert window.pause(title="سوم").status_code == 200
    assert len(asked) == 5, asked


def test_a_script_gone_wild_is_slowed_down(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Per member, whatever the address; the form's own buttons are not touched by it."""
    browser = browser_of(cast.nasrin)
    most = int(DRAFTS_PER_MEMBER.partition(" ")[0])
    window = Window(browser)
    form = window.data(title="نقشه")
    codes = [browser.post(NEW, data=form, headers=BY_SCRIPT).status_code for _ in range(most + 1)]
    assert codes == [200] * most + [429]
    assert write(browser, "save").status_code == 303
    assert Window(browser_of(cast.kamran)).pause(title="Map").status_code == 200


@pytest.mark.parametrize("who", ["stranger", "hamid", "mina"])
def test_a_draft_of_another_is_like_no_draft(
    cast: Cast, app: Flask, browser_of: BrowserOf, who: str
) -> None:
    """Living, discarded or never there: every address answers alike, to members and to staff."""
    [living, thrown] = tell(app, cast, State.DRAFT, times=2)
    author = browser_of(cast.nasrin)
    token = csrf(author.get("/en/me/proposals/new"))
    author.post(f"/en/me/proposals/{thrown}/discard", data={"csrf_token": token})
    browser = browser_of(getattr(cast, who))
    token = csrf(browser.get("/en/me/proposals/new"))
    data = {"csrf_token": token, "title": "Mine now", "version": "1", "window": "w"}
    for tail in ("autosave", "restore", "discard", "edit", "submit"):
        bodies = set()
        for number in (living, thrown, 999_999):
            answer = browser.post(f"/en/me/proposals/{number}/{tail}", data=data, headers=BY_SCRIPT)
            assert answer.status_code == 404, (number, tail)
            bodies.add(plain(answer.text, number))
        assert len(bodies) == 1, tail
    for number in (living, thrown):
        assert browser.get(f"/en/proposals/{number}").status_code == 404
        assert browser.get(f"/en/me/proposals/{number}").status_code == 404
    for page in ("/en/proposals", "/en/", f"/en/proposals?q={DRAFT.title[:5]}", "/en/me/proposals"):
        assert DRAFT.title not in browser.get(page).text


def plain(html: str, number: int) -> str:
    """A page without what is in the address or new in each answer."""
    lines = html.replace(f"/proposals/{number}/", "/proposals/N/").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "request" not in line)
