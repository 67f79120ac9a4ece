"""Four steps: the idea, what is like it, the details, and the look before sending."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals import questions
from citizen_diplomat.proposals.questions import Asking
from citizen_diplomat.proposals.rules import Cost, Duration, QuestionKind, State
from tests.cast import LONG_AGO, Cast
from tests.conftest import csrf, database_of
from tests.web.proposal_stories import DRAFT, tell
from tests.web.test_writing import hidden, stored

BrowserOf = Callable[[Account], FlaskClient]
IDEA = {
    "title": "Grey water for courtyard gardens",
    "summary": "Shower water goes to the garden.",
    "topic": "environment-water",
    "cities": ["barcelona"],
    "language": "en",
}
DETAILS = {
    "body": "## Why\n\nLess water is bought.",
    "beneficiaries": "Two hundred houses",
    "partners": "The water board",
    "cost": "under_1000",
    "duration": "months",
    "own_part": "I draw the plans.",
    "skills_needed": [],
}


def post(browser: FlaskClient, address: str, action: str, /, **fields: object) -> TestResponse:
    """Fetch the page of a step, fill in `fields` and post what the page holds."""
    page = browser.get(address)
    kept = {name: hidden(page, name) for name in ("form_key", "version", "part")}
    return browser.post(
        address, data={**kept, **fields, "csrf_token": csrf(page), "action": action}
    )


def begun(browser: FlaskClient) -> str:
    """The address of a draft that has its idea."""
    answer = post(browser, "/en/me/proposals/new", "next", **IDEA)
    assert answer.status_code == 303
    return answer.location.removesuffix("/similar")


def asked(app: Flask, cast: Cast, asking: Asking) -> str:
    """The field of a question that everybody who writes on water is asked."""
    with database_of(app).writing() as session:
        row = questions.ask(
            session, "environment-water", asking, by=session.merge(cast.soheila), at=LONG_AGO
        )
        session.commit()
        return f"question_{row.id}"


def test_from_the_idea_to_the_office(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    similar = browser.get(f"{own}/similar").text
    assert f'href="{own}/details"' in similar
    answer = post(browser, f"{own}/details", "next", **DETAILS)
    assert (answer.status_code, answer.location) == (303, f"{own}/preview")
    [draft] = stored(app)
    assert (draft.title, draft.body) == (IDEA["title"], DETAILS["body"])
    assert (draft.city_slugs, draft.topic_slug) == (["barcelona"], "environment-water")
    assert (draft.draft.cost, draft.draft.duration) == (Cost.UNDER_1000, Duration.MONTHS)
    preview = browser.get(f"{own}/preview")
    for text in ("Two hundred houses", "The water board", "Up to 1,000 euros", "I draw the plans."):
        assert text in preview.text
    sent = browser.post(
        f"{own}/submit", data={"csrf_token": csrf(preview), "version": hidden(preview, "version")}
    )
    assert sent.location == own
    assert [one.state for one in stored(app)] == [State.SUBMITTED]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_step_is_always_visible(cast: Cast, browser_of: BrowserOf, language: str) -> None:
    """Each page says where in the way it is, and links to the others once there is a draft."""
    browser = browser_of(cast.nasrin)
    own = begun(browser).replace("/en/", f"/{language}/")
    assert 'aria-current="step"' in browser.get(f"/{language}/me/proposals/new").text
    for step in ("edit", "similar", "details", "preview"):
        html = browser.get(f"{own}/{step}").text
        assert html.count('aria-current="step"') == 1
        stepper = html.partition('<ol class="steps')[2].partition("</ol>")[0]
        assert stepper.count("<a ") == 3
        assert f'href="{own}/{step}"' not in stepper


def test_going_back_loses_nothing(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Back saves; the idea changed afterwards leaves the details alone, and the other way round."""
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    back = post(browser, f"{own}/details", "back", **DETAILS)
    assert back.location == f"{own}/similar"
    changed = post(browser, f"{own}/edit", "next", **{**IDEA, "title": "Another title"})
    assert changed.location == f"{own}/similar"
    [draft] = stored(app)
    assert (draft.title, draft.body, draft.partners) == (
        "Another title",
        DETAILS["body"],
        "The water board",
    )
    assert draft.city_slugs == ["barcelona"]
    post(browser, f"{own}/details", "save", **{**DETAILS, "body": "Other words"})
    assert [(one.city_slugs, one.body) for one in stored(app)] == [(["barcelona"], "Other words")]


def test_the_browsers_own_back_button(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """The first page sent once more after the details were written: they stay."""
    browser = browser_of(cast.nasrin)
    page = browser.get("/en/me/proposals/new")
    data = {**IDEA, "csrf_token": csrf(page), "action": "next", "part": "idea"}
    data["form_key"] = hidden(page, "form_key")
    own = browser.post("/en/me/proposals/new", data=data).location.removesuffix("/similar")
    post(browser, f"{own}/details", "next", **DETAILS)
    again = browser.post("/en/me/proposals/new", data=data)
    assert again.location == f"{own}/similar"
    other = browser.post("/en/me/proposals/new", data={**data, "title": "Changed on the old page"})
    assert other.status_code == 409
    assert [(one.title, one.body) for one in stored(app)] == [(IDEA["title"], DETAILS["body"])]


def test_two_windows_on_one_step(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """The later one is shown what was stored, keeps its words, and posts to its own step."""
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    page = browser.get(f"{own}/details")
    post(browser, f"{own}/details", "save", **DETAILS)
    late = browser.post(
        f"{own}/details",
        data={
            **DETAILS,
            "body": "Words of the second window",
            "part": "details",
            "version": hidden(page, "version"),
            "csrf_token": csrf(page),
            "action": "next",
        },
    )
    assert late.status_code == 409
    assert "Words of the second window" in late.text
    assert "Less water is bought." in late.text
    assert f'action="{own}/details"' in late.text
    assert hidden(late, "version") == str(stored(app)[0].version)


@pytest.mark.parametrize("step", ["edit", "details"])
def test_a_sign_in_that_ended_on_a_step(
    cast: Cast, browser_of: BrowserOf, app: Flask, step: str
) -> None:
    """What was posted waits in the same step."""
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    page = browser.get(f"{own}/{step}")
    typed = {**(IDEA if step == "edit" else DETAILS)}
    typed["title" if step == "edit" else "body"] = "Typed while nobody was signed in"
    data = {**typed, "part": hidden(page, "part"), "version": hidden(page, "version")}
    with browser.session_transaction() as cookie:
        token = cookie.pop("_user_id")
    lost = browser.post(f"{own}/{step}", data={**data, "csrf_token": csrf(page), "action": "next"})
    assert lost.status_code in {303, 400}
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    back = browser.get(f"{own}/{step}").text
    assert "Typed while nobody was signed in" in back
    assert ('name="body"' in back) == (step == "details")


def test_nothing_is_previewed_away(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """The toolbar's preview shows the text above the same step and saves nothing."""
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    page = post(browser, f"{own}/details", "preview", **{**DETAILS, "body": "**Bold** words"})
    assert page.status_code == 200
    assert "<strong>Bold</strong> words" in page.text
    assert f'action="{own}/details"' in page.text
    assert stored(app)[0].body == ""


def test_what_is_missing_is_listed_where_it_is_sent_from(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.nasrin)
    answer = post(browser, "/en/me/proposals/new", "next", title="Only a title", language="en")
    own = answer.location.removesuffix("/similar")
    html = browser.get(f"{own}/preview").text
    assert f'href="{own}/edit#topic"' in html
    assert f'href="{own}/details#body"' in html
    assert f'action="{own}/submit"' not in html


def test_the_questions_of_the_topic(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    """Asked in the reader's language, needed where they have to be answered, and shown to all."""
    place = asked(
        app,
        cast,
        Asking(
            QuestionKind.CHOICE,
            "کجا؟",
            "Where is it?",
            options=(("در خانه", "At home"), ("در مدرسه", "At school")),
            is_required=True,
        ),
    )
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    assert "کجا؟" in browser.get(f"{own.replace('/en/', '/fa/')}/details").text
    post(browser, f"{own}/details", "next", **DETAILS)
    preview = browser.get(f"{own}/preview").text
    assert "Please answer this question. Where is it?" in preview
    wrong = post(browser, f"{own}/details", "next", **DETAILS, **{place: "On the moon"})
    assert wrong.status_code == 422
    assert f'id="{place}-error"' in wrong.text
    post(browser, f"{own}/details", "next", **DETAILS, **{place: "At school"})
    assert "در مدرسه" in browser.get(f"{own.replace('/en/', '/fa/')}/preview").text
    # Another topic does not ask it; back in this one the answer is still there.
    post(browser, f"{own}/edit", "next", **{**IDEA, "topic": "heritage"})
    assert "Where is it?" not in browser.get(f"{own}/preview").text
    post(browser, f"{own}/edit", "next", **IDEA)
    assert "At school" in browser.get(f"{own}/preview").text


def test_a_script_that_knows_no_new_field_erases_none(
    cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    post(browser, f"{own}/details", "save", **DETAILS)
    page = browser.get(f"{own}/edit")
    fields = {**IDEA, "body": "Shorter", "skills_needed": [], "version": hidden(page, "version")}
    answer = browser.post(
        f"{own}/edit", data={**fields, "csrf_token": csrf(page), "action": "save"}
    )
    assert answer.status_code == 303
    [draft] = stored(app)
    assert (draft.body, draft.partners, draft.cost) == ("Shorter", "The water board", "under_1000")


@pytest.mark.parametrize("field", ["beneficiaries", "partners", "own_part", "cost", "duration"])
@pytest.mark.parametrize("text", ["turned \u202e round", "x" * 1_001])
def test_bad_input_of_the_details(cast: Cast, browser_of: BrowserOf, field: str, text: str) -> None:
    browser = browser_of(cast.nasrin)
    own = begun(browser)
    page = post(browser, f"{own}/details", "next", **{**DETAILS, field: text})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "Less water is bought." in page.text


def test_steps_of_what_was_sent_lead_to_its_page(
    cast: Cast, app: Flask, browser_of: BrowserOf
) -> None:
    [number] = tell(app, cast, State.SUBMITTED, draft=DRAFT)
    own, browser = f"/en/me/proposals/{number}", browser_of(cast.nasrin)
    for step in ("edit", "similar", "details", "preview"):
        answer = browser.get(f"{own}/{step}")
        assert (answer.status_code, answer.location) == (303, own)
