"""After a duplicate: its authors see where it goes on, may ask to write along, and may stop."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.follows import is_followed
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.proposals.rules import Bond
from citizen_diplomat.proposals.writers import bond_with
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import BICYCLES, decided, submitted
from tests.rooms.test_duplicates import found_duplicate

BrowserOf = Callable[[Account], FlaskClient]


def test_one_click_asks_and_one_click_stops(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first = decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    second = submitted(session, cast.nasrin)
    original = first.subject_id
    found_duplicate(session, second, original, cast)
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{second.subject_id}"
    page = browser.get(own).text
    assert f'action="/en/proposals/{original}/join"' in page
    token = token_of(browser)
    asked = browser.post(f"/en/proposals/{original}/join", data={"csrf_token": token, "named": "y"})
    assert asked.status_code == 303
    bond = bond_with(session, cast.nasrin.id, original)
    session.commit()
    assert bond is not None
    assert bond.bond == Bond.ASKED
    fields = {"csrf_token": token, "kind": "proposal", "subject": original, "take_back": "y"}
    assert browser.post("/en/me/follows", data=fields).status_code == 303
    assert not is_followed(session, FollowKind.PROPOSAL, str(original), by=cast.nasrin.id)
    session.commit()
    page = browser.get(own).text
    assert "You do not follow the proposal that came first." in page
    assert f"/proposals/{original}/join" not in page


def test_of_an_original_that_is_not_public_nothing_is_told(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    first, second = submitted(session, cast.kamran, BICYCLES), submitted(session, cast.nasrin)
    found_duplicate(session, second, first.subject_id, cast)
    browser = browser_of(cast.nasrin)
    page = browser.get(f"/en/me/proposals/{second.subject_id}").text
    assert "You follow the proposal that came first" in page
    assert BICYCLES.title not in page
    assert "/join" not in page
    follows = browser.get("/en/me/follows").text
    assert "A proposal that is not public now" in follows
    assert BICYCLES.title not in follows
