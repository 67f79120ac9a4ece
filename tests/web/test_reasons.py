"""Soheila keeps the catalogue of reasons; what was given stays as it was said."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import Outcome
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of, token_of
from tests.desk import BICYCLES, WATER, decided, submitted
from tests.web.test_writing import hidden

Counting = Callable[[], AbstractContextManager[list[str]]]
BrowserOf = Callable[[Account], FlaskClient]
WORDS = {
    "text_fa": "پیشنهاد به زبان دیگری است.",
    "text_en": "It is written in a language that we do not read.",
    "rule_fa": "شرایط: فارسی یا انگلیسی.",
    "rule_en": "Terms: Persian or English.",
}
NEW = "/en/staff/reasons/new/decline"
SLUG = "it-is-written-in-a-language-that-we"


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def stored(app: Flask, slug: str) -> Reason | None:
    with database_of(app).reading() as session:
        return session.get(Reason, slug)


def test_added_changed_moved_retired_and_offered_again(
    session: Session, cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    browser = browser_of(cast.soheila)
    assert post(browser, NEW, **WORDS, hides="y").status_code == 303
    assert (made := stored(app, SLUG)) is not None
    assert (made.hides, made.rule_en) == (True, WORDS["rule_en"])
    address = f"/en/staff/reasons/{SLUG}"
    version = hidden(browser.get(address), "version")
    changed = WORDS | {"text_en": "We cannot read it."}
    assert post(browser, address, **changed, version=version).status_code == 303
    late = post(browser, address, **WORDS, version=version)
    assert late.status_code == 409
    assert "We cannot read it." in late.text
    assert WORDS["text_en"] in late.text
    post(browser, address, action="up")
    hamid, item = browser_of(cast.hamid), submitted(session, cast.nasrin)
    page = hamid.get(f"/en/staff/queue/{item.id}").text
    assert page.index(f'value="{SLUG}"') < page.index('value="insult-or-unlawful"')
    post(browser, address, action="retire")
    assert f'value="{SLUG}"' not in hamid.get(f"/en/staff/queue/{item.id}").text
    post(browser, address, action="again")
    assert f'value="{SLUG}"' in hamid.get(f"/en/staff/queue/{item.id}").text
    log = browser_of(cast.mina).get("/en/staff/log").text
    for words in ("added a reason", "changed a reason", "another order", "retired a reason"):
        assert words in log


def test_what_was_given_is_locked_and_can_be_replaced(
    session: Session, cast: Cast, browser_of: BrowserOf, app: Flask
) -> None:
    decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    browser, address = browser_of(cast.soheila), "/en/staff/reasons/outside-powers"
    page = browser.get(address).text
    assert "so its words stay" in page
    assert 'name="text_en"' not in page
    refused = post(browser, address, **WORDS, version="1")
    assert refused.status_code == 409
    assert f'action="{address}/copy"' in refused.text
    assert WORDS["text_en"] in refused.text
    assert post(browser, f"{address}/copy", **WORDS).status_code == 303
    old, new = stored(app, "outside-powers"), stored(app, SLUG)
    assert old is not None
    assert new is not None
    assert (bool(old.retired_at), new.position) == (True, old.position)
    listed = browser.get("/en/staff/reasons").text
    assert "given once" in listed
    assert "100% of these decisions" in listed
    for language in ("fa", "en"):
        mine = browser_of(cast.nasrin).get(f"/{language}/me/proposals/1")
        assert mine.status_code in {200, 404}


@pytest.mark.parametrize(
    ("address", "changed", "field"),
    [
        (NEW, {"text_fa": ""}, "text_fa"),
        (NEW, {"text_en": "x" * 301}, "text_en"),
        (NEW, {"rule_en": ""}, "rule_en"),
        (NEW, {"rule_fa": "turned \u202e round"}, "rule_fa"),
        ("/en/staff/reasons/new/accept", {"hides": "y"}, None),
        ("/en/staff/reasons/new/accept", {"rule_fa": ""}, "rule_fa"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cast: Cast,
    browser_of: BrowserOf,
    app: Flask,
    address: str,
    changed: dict[str, str],
    field: str | None,
) -> None:
    answer = post(browser_of(cast.soheila), address, **(WORDS | changed))
    assert answer.status_code == 422
    assert field is None or f'id="{field}-error"' in answer.text
    assert stored(app, SLUG) is None


def test_the_last_reason_of_a_decision_stays(cast: Cast, browser_of: BrowserOf, app: Flask) -> None:
    browser = browser_of(cast.soheila)
    for slug in ("same-idea", "part-of-other"):
        post(browser, f"/en/staff/reasons/{slug}", action="retire")
    assert "It is the only reason for this decision." in browser.get("/en/staff/reasons").text
    last = stored(app, "part-of-other")
    assert last is not None
    assert last.retired_at is None


def test_a_hidden_text_is_opened_by_staff_on_purpose(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """Its title stands in no list and no heading; its author reads it as before."""
    item = submitted(session, cast.nasrin)
    hamid = browser_of(cast.hamid)
    seen = {"outcome": "decline", "reason": "insult-or-unlawful", "message": "No."}
    version = item.of_proposal.version
    address = f"/en/staff/queue/{item.id}"
    assert post(hamid, f"{address}/decision", **seen, version=version).status_code == 303
    for language in ("en", "fa"):
        page = hamid.get(f"/{language}/staff/queue/{item.id}").text
        before, _, folded = page.partition('<details class="fold"><summary>')
        assert WATER.title not in before
        assert WATER.title in folded.partition("</details>")[0]
    assert "A decision hid this text" in hamid.get(address).text
    assert WATER.title not in hamid.get("/en/staff/queue?state=declined").text
    other = submitted(session, cast.kamran, WATER)
    for browser in (hamid, browser_of(cast.maryam)):
        beside = browser.get(f"/en/staff/queue/{other.id}").text
        assert "Similar proposals" not in beside
    number = item.subject_id
    assert WATER.title in browser_of(cast.nasrin).get(f"/en/me/proposals/{number}").text


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_catalogue_costs_the_same_for_any_number(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    queries: Counting,
    rows: int,
) -> None:
    """Who reads, the queue's figure in the header, and the reasons with their figures."""
    session.add_all(
        Reason(
            slug=f"more-{place}", outcome="accept", text_fa="ا", text_en="a", position=place,
            edited_at=LONG_AGO,
        )
        for place in range(rows)
    )  # fmt: skip
    decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    browser = browser_of(cast.soheila)
    browser.get("/en/staff/reasons")
    with queries() as asked:
        html = browser.get("/en/staff/reasons").text
    assert html.count("<h3>") == 14 + rows
    assert len(asked) == 3, asked


def test_others_may_not(cast: Cast, browser_of: BrowserOf) -> None:
    addresses = ("", "/new/accept", "/rules", "/rules/copy")
    for person, status in (
        (cast.mina, 200),
        (cast.hamid, 403),
        (cast.arash, 403),
        (cast.nasrin, 403),
    ):
        browser = browser_of(person)
        for address in addresses:
            assert browser.get(f"/en/staff/reasons{address}").status_code == status
        if status == 403:
            for address in addresses[1:]:
                assert post(browser, f"/en/staff/reasons{address}", **WORDS).status_code == 403
    for missing in ("/no-such", "/no-such/copy", "/new/publish"):
        assert browser_of(cast.mina).get(f"/en/staff/reasons{missing}").status_code == 404
