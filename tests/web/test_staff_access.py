"""Who may open which page of staff: everybody else is refused before anything is read."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import citizen_diplomat
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import actions as moderation
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals import changes, drafts
from citizen_diplomat.proposals.rules import MOVES
from citizen_diplomat.web.staff.actions_in_words import ACTIONS
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import MONDAY, WATER, again, claimed, decided, submitted
from tests.rooms.test_changes import (
    BETTER,
    LATER,
    at_the_desk,
    change_of,
    decide_on,
    kept,
    sent,
)

BrowserOf = Callable[[Account], FlaskClient]
PAGES = [
    "",
    "/next",
    "/{item}",
    "/{item}?view=history",
    "/{item}/decision",
    "/{item}/notes",
    "/{item}/edits",
    "/{item}/edits/withdraw",
    "/{item}/remarks",
    "/{item}/assignment",
    "/{item}/referral",
]
VERBS = [
    "claim",
    "release",
    "take-over",
    "heartbeat",
    "notes",
    "decision",
    "edits",
    "remarks",
    "assignment",
    "referral",
]


@pytest.mark.parametrize("name", ["nasrin", "stranger", "arash", "mina"])
def test_members_auditors_and_administrators_do_not_review(
    session: Session, cast: Cast, browser_of: BrowserOf, name: str
) -> None:
    item = submitted(session, cast.kamran)
    browser = browser_of(getattr(cast, name))
    for page in PAGES:
        address = "/en/staff/queue" + page.format(item=item.id)
        assert browser.get(address).status_code == 403, address
    token = csrf(browser.get("/en/"))
    for verb in VERBS:
        # Empty fields: were they looked at, the answer would be 422.
        answer = browser.post(f"/en/staff/queue/{item.id}/{verb}", data={"csrf_token": token})
        assert answer.status_code == 403, verb
        missing = browser.post(f"/en/staff/queue/999/{verb}", data={"csrf_token": token})
        assert missing.status_code == 403, verb
    item = again(session, item)
    assert (item.holder_id, item.of_proposal.state) == (None, "submitted")


def test_visitors_sign_in_first(session: Session, cast: Cast, client: FlaskClient) -> None:
    item = submitted(session, cast.kamran)
    for page in PAGES:
        address = "/en/staff/queue" + page.format(item=item.id)
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/en/login?next=")


def test_coordinators_review_too(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    item = submitted(session, cast.kamran)
    browser = browser_of(cast.soheila)
    token = csrf(browser.get(f"/en/staff/queue/{item.id}"))
    claim = browser.post(f"/en/staff/queue/{item.id}/claim", data={"csrf_token": token})
    assert claim.status_code == 303


def test_no_verb_works_without_its_token(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.kamran)
    browser = browser_of(cast.hamid)
    for verb in VERBS:
        assert browser.post(f"/en/staff/queue/{item.id}/{verb}").status_code == 400, verb
    assert again(session, item).holder_id is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("arash", 200), ("mina", 200), ("hamid", 403), ("soheila", 403), ("nasrin", 403)],
)
def test_the_log_is_for_auditors_and_administrators(
    cast: Cast, browser_of: BrowserOf, name: str, status: int
) -> None:
    assert browser_of(getattr(cast, name)).get("/fa/staff/log").status_code == status


def test_the_log_names_numbers_and_no_people(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    browser = browser_of(cast.arash)
    page = browser.get("/en/staff/log").get_data(as_text=True)
    assert f"proposal:{item.proposal_number}" in page
    assert f"account {cast.nasrin.id}" in page
    assert "نسرین" not in page
    assert item.of_proposal.title not in page
    only = browser.get("/en/staff/log?action=proposal.started").get_data(as_text=True)
    assert only.count('<tr class="m">') == 1
    none = browser.get("/en/staff/log?action=no-such-action&after=x").get_data(as_text=True)
    assert none.count('<tr class="m">') == page.count('<tr class="m">')


def test_the_log_tells_of_no_draft(session: Session, cast: Cast, browser_of: BrowserOf) -> None:
    """That somebody writes, deletes and brings back is theirs alone until they send it."""
    draft = proposals.start(session, WATER, form_key="k", by=cast.nasrin, at=MONDAY)
    drafts.discard(session, draft, by=cast.nasrin, at=MONDAY)
    session.flush()
    drafts.restore(session, draft.number, by=cast.nasrin, at=MONDAY)
    session.commit()
    for name in ("arash", "mina"):
        browser = browser_of(getattr(cast, name))
        for query in ("", "?action=proposal.started", "?action=proposal.discarded"):
            assert f"proposal:{draft.number}" not in browser.get(f"/en/staff/log{query}").text
    moderation.submit(session, draft, by=cast.nasrin, at=MONDAY, link="http://localhost/mine")
    session.commit()
    assert browser.get("/en/staff/log").text.count(f"proposal:{draft.number}") == 4


def test_the_log_tells_of_no_change_before_it_is_sent(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """A proposal has one change after another: that one was sent tells nothing of the next."""
    number = decided(session, submitted(session, cast.nasrin), by=cast.hamid).subject_id
    readers = [browser_of(cast.arash), browser_of(cast.mina)]

    def told(query: str = "") -> int:
        pages = [browser.get(f"/en/staff/log{query}").text for browser in readers]
        [times] = {page.count(f"change:{number}<") for page in pages}
        return times

    def untold() -> None:
        assert (told("?action=change.saved"), told("?action=change.discarded")) == before

    before = (0, 0)
    changes.discard(session, kept(session, number, cast.nasrin), by=cast.nasrin, at=LATER)
    session.commit()
    kept(session, number, cast.nasrin)
    untold()
    item = at_the_desk(session, number, cast.nasrin)
    assert told() == 3, "saved twice and sent"
    item = claimed(session, item, by=cast.hamid, at=LATER)
    change = change_of(session, number, cast.nasrin)
    decide_on(session, item, Outcome.ACCEPT, by=cast.hamid, version=change.version)
    session.commit()
    before = (told("?action=change.saved"), told("?action=change.discarded"))
    assert before == (2, 0)
    again_better = replace(BETTER, title=f"{BETTER.title}، باز هم بهتر")
    change = kept(session, number, cast.nasrin, again_better)
    untold()
    changes.discard(session, change, by=cast.nasrin, at=LATER)
    session.commit()
    untold()
    change = sent(session, number, cast.nasrin, again_better)
    changes.withdraw(session, change, by=cast.nasrin, at=LATER)
    changes.discard(session, change, by=cast.nasrin, at=LATER)
    session.commit()
    before = (told("?action=change.saved"), told("?action=change.discarded"))
    assert before == (3, 1), "what the office knew of may end before its eyes"
    kept(session, number, cast.nasrin, again_better)
    untold()


def test_the_log_is_told_in_the_readers_language(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    submitted(session, cast.nasrin)
    page = browser_of(cast.arash).get("/fa/staff/log").get_data(as_text=True)
    assert page.count("پیشنهاد را فرستاد") == 2  # the entry and the filter


def test_every_action_that_is_recorded_has_words() -> None:
    """The codes stand in the calls of `record` and, for proposals, in the table of states."""
    project = Path(citizen_diplomat.__file__).parent
    recorded = {
        code
        for path in project.rglob("*.py")
        for code in re.findall(
            r'record\(\s*[\w()]+,\s*"(\w+\.\w+)"', path.read_text(encoding="utf-8")
        )
    }
    assert "decision.made" in recorded
    assert "staff.role_given" in recorded
    recorded |= {f"proposal.{move.target}" for move in MOVES}
    assert recorded <= set(ACTIONS), recorded - set(ACTIONS)


@pytest.mark.parametrize("number", [1, 3, 30])
def test_a_page_of_the_log_takes_four_queries(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    queries: Callable[[], object],
    number: int,
) -> None:
    for _ in range(number):
        submitted(session, cast.nasrin)
    browser = browser_of(cast.arash)
    with queries() as statements:  # type: ignore[attr-defined]
        page = browser.get("/en/staff/log").get_data(as_text=True)
    # Who reads, the entries, whose names a pen name shields, and the roles of the others.
    assert len(statements) <= 4, statements
    assert ("Next page" in page) == (number == 30)
