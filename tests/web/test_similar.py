"""Similar proposals as they stand on the pages: beside the form, and beside the review."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import MONDAY, WATER, claimed, decided, submitted
from tests.helping import accepted
from tests.outcomes import completed
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
ADDRESS = "/en/me/proposals/similar"
ASKED = {"title": "بازچرخانی آب خاکستری", "summary": ""}


def shown(browser: FlaskClient, **more: str) -> str:
    answer = browser.get(ADDRESS, query_string={**ASKED, **more})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


def test_an_accepted_one_is_offered_to_read_and_to_support(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    number = decided(session, item, by=cast.hamid).proposal_number
    page = shown(browser_of(cast.kamran), part="list")
    assert WATER.title in page
    assert f'href="/en/proposals/{number}"' in page
    assert f'href="/en/proposals/{number}#support"' in page
    assert f'href="/en/proposals/{number}/join"' in page
    assert "Barcelona" in page
    assert "2026 (1405)" in page


def test_it_says_what_became_of_what_was_accepted(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting
) -> None:
    number = accepted(session, cast, cast.nasrin)
    kamran = browser_of(cast.kamran)
    assert "Completed" not in shown(kamran, part="list")
    with queries() as before:
        shown(kamran, part="list")
    completed(session, number, by=cast.soheila, at=MONDAY)
    session.commit()
    with queries() as after:
        assert re.search(r"Accepted.*Completed", shown(kamran, part="list"), re.DOTALL)
    assert len(after) == len(before)
    second = claimed(session, submitted(session, cast.kamran), by=cast.hamid, at=MONDAY)
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{second.id}").get_data(as_text=True)
    beside = page[page.index("Similar proposals") :]
    assert re.search(r"Accepted.*Completed", beside[: beside.index("</section>")], re.DOTALL)


def test_nobody_supports_or_joins_what_they_write_alone_or_along(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = decided(session, submitted(session, cast.nasrin), by=cast.hamid).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    for writer in (cast.nasrin, cast.kamran):
        page = shown(browser_of(writer), part="list")
        assert f'href="/en/proposals/{number}"' in page
        assert "#support" not in page
        assert "/join" not in page


def test_who_writes_along_finds_what_was_not_accepted_yet(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    page = shown(browser_of(cast.kamran), part="list")
    assert f'href="/en/me/proposals/{number}"' in page


def test_of_a_declined_one_nothing_is_told_that_leads_to_anybody(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    number = decided(session, item, Outcome.DECLINE, by=cast.hamid).proposal_number
    page = shown(browser_of(cast.kamran), part="list")
    assert "A similar idea was declined" in page
    assert "Barcelona" in page
    assert "outside the powers" in page.lower() or "municipality" in page.lower()
    for secret in (WATER.title, WATER.summary, "سپاس", cast.nasrin.display_name, f"/{number}"):
        assert secret not in page
    assert WATER.title in shown(browser_of(cast.nasrin))


@pytest.mark.parametrize(
    "state",
    [state for state in State if state not in {State.DRAFT, State.ACCEPTED, State.DECLINED}],
)
def test_of_all_others_not_even_that_there_is_one(
    session: Session, cast: Cast, browser_of: BrowserOf, state: State
) -> None:
    number = submitted(session, cast.nasrin).proposal_number
    session.get_one(Proposal, number).state = state
    session.commit()
    assert "<li>" not in shown(browser_of(cast.kamran), part="list")
    assert WATER.title in shown(browser_of(cast.nasrin), part="list")


def test_it_stands_beside_the_form_without_a_script(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    decided(session, item, by=cast.hamid)
    browser = browser_of(cast.kamran)
    empty = browser.get("/en/me/proposals/new")
    assert WATER.title not in empty.get_data(as_text=True)
    form = {"csrf_token": csrf(empty), "action": "preview", **ASKED}
    assert WATER.title in browser.post("/en/me/proposals/new", data=form).get_data(as_text=True)


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "۱"])
def test_odd_questions_are_answered(cast: Cast, browser_of: BrowserOf, number: str) -> None:
    browser = browser_of(cast.kamran)
    query = {"title": "\u202eآ" * 5_000, "summary": "%_'\"<b>" * 999, "number": number}
    assert browser.get(ADDRESS, query_string=query).status_code == 200


def test_who_asks_too_often_waits(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.kamran)
    codes = {browser.get(f"{ADDRESS}?part=list").status_code for _ in range(41)}
    assert codes == {200, 429}
    assert browser_of(cast.nasrin).get(ADDRESS).status_code == 200


def test_the_reviewer_takes_the_number_over_and_loses_nothing(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first = submitted(session, cast.nasrin)
    second = claimed(session, submitted(session, cast.kamran), by=cast.hamid, at=MONDAY)
    browser = browser_of(cast.hamid)
    page = browser.get(f"/en/staff/queue/{second.id}")
    number = first.proposal_number
    assert f'href="/en/staff/queue/{first.id}"' in page.get_data(as_text=True)
    assert f'name="same_as" value="{number}"' in page.get_data(as_text=True)
    typed = {
        "csrf_token": csrf(page), "version": "2", "action": "preview", "message": "همان است.",
        "same_as": str(number),
    }  # fmt: skip
    answer = browser.post(f"/en/staff/queue/{second.id}/decision", data=typed)
    again = answer.get_data(as_text=True)
    assert answer.status_code == 200
    field = re.search(r'<input[^>]*name="duplicate_of"[^>]*>', again)
    assert field is not None
    assert f'value="{number}"' in field[0]
    assert "همان است." in again
