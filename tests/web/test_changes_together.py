"""Nasrin and Kamran change together what was accepted: who may do what, and who hears of it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import take_first_place
from citizen_diplomat.proposals import handover
from citizen_diplomat.proposals.coauthors import sign
from citizen_diplomat.proposals.export import co_authorships
from citizen_diplomat.proposals.queries import change_of, of_author
from citizen_diplomat.proposals.writers import bond_with, coauthors
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import MONDAY, decided, submitted
from tests.web.test_pen_name import PEN_NAME, told_of
from tests.web.test_versions import NEW, answer, change, item_of_change, post, read
from tests.writers import joined, link_for

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin's accepted proposal, which Maryam of the staff writes along, and Kamran too."""
    number = decided(session, submitted(session, cast.nasrin), by=cast.hamid).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    joined(session, number, cast.maryam, by=cast.nasrin)
    return number


def test_a_co_author_writes_the_change_and_the_first_author_sends_it(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    own = f"/en/me/proposals/{number}"
    # Pressing "send" in a form keeps what was typed, and sends nothing.
    assert change(kamran, number).headers["Location"] == f"{own}/change"
    page = kamran.get(f"{own}/change").text
    assert '<ins dir="rtl">۸۵</ins>' in page
    assert "You are a co-author" in page
    for deed in ("/submit", "/change/withdraw", "/change/discard"):
        assert f'{own}{deed}"' not in page
        assert post(kamran, f"{own}{deed}").status_code == 404
    assert kamran.get(f"{own}/change/discard").status_code == 404
    assert kamran.get(f"{own}/versions").status_code == 200
    assert kamran.get(f"{own}/versions/compare").status_code == 200
    assert NEW in nasrin.get(f"{own}/edit").text or NEW in nasrin.get(f"{own}/details").text
    assert post(nasrin, f"{own}/submit").status_code == 303
    assert "The first author sent a change" in kamran.get(own).text
    assert browser_of(cast.stranger).get(f"{own}/change").status_code == 404


def test_nobody_judges_a_change_of_what_they_write_along(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    """It is not there for them."""
    change(browser_of(cast.nasrin), number)
    item, maryam = item_of_change(session, number), browser_of(cast.maryam)
    assert maryam.get(f"/en/staff/queue/{item.id}").status_code == 404
    token = csrf(maryam.get("/en/"))
    claim = maryam.post(f"/en/staff/queue/{item.id}/claim", data={"csrf_token": token})
    assert claim.status_code == 404


def test_all_who_write_it_hear_of_the_answer_in_their_own_language(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox, number: int
) -> None:
    change(browser_of(cast.nasrin), number)
    assert answer(browser_of(cast.hamid), session, number, "accept").status_code == 303
    letters = [letter for letter in outbox() if letter.name == "change_decided"]
    assert {letter.to_address for letter in letters} == {
        cast.nasrin.email, cast.kamran.email, cast.maryam.email,
    }  # fmt: skip
    [to_kamran] = [letter for letter in letters if letter.to_address == cast.kamran.email]
    assert to_kamran.language == "en"
    assert f"/en/me/proposals/{number}" in str(to_kamran.values)


def test_a_pen_name_holds_at_the_desk_and_beside_the_versions(
    client: FlaskClient, session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    with transaction(session):
        proposal = of_author(session, cast.nasrin.id, number)
        assert proposal is not None
        sign(session, proposal, PEN_NAME, by=cast.nasrin, at=MONDAY)
        for row in coauthors(session, number):
            row.is_named = False
    change(browser_of(cast.nasrin), number)
    item, hamid = item_of_change(session, number), browser_of(cast.hamid)
    for view in ("text", "changes", "history"):
        page = hamid.get(f"/en/staff/queue/{item.id}?view={view}").text
        assert PEN_NAME in page
        assert told_of(page, cast.nasrin) == []
    for address in ("/en/staff/queue", "/en/staff/log"):
        assert told_of(browser_of(cast.mina).get(address).text, cast.nasrin) == []
    assert hamid.get(f"/en/staff/queue/{item.id}/unshield").status_code == 200
    answer(hamid, session, number, "accept")
    for rest in ("", "/versions"):
        assert told_of(read(client, number, rest), cast.nasrin) == []


def test_the_change_in_the_queue_follows_the_first_author(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    change(browser_of(cast.nasrin), number)
    with transaction(session):
        proposal = of_author(session, cast.nasrin.id, number)
        row = bond_with(session, cast.kamran.id, number)
        assert proposal is not None
        assert row is not None
        handover.offer(session, proposal, row, by=cast.nasrin, at=MONDAY, link_for=link_for)
        take_first_place(session, proposal, row, by=cast.kamran, at=MONDAY, link_for=link_for)
    assert item_of_change(session, number).author_id == cast.kamran.id
    own = f"/en/me/proposals/{number}"
    assert post(browser_of(cast.nasrin), f"{own}/change/withdraw").status_code == 404
    assert post(browser_of(cast.kamran), f"{own}/change/withdraw").status_code == 303


def test_the_words_of_the_change_are_in_the_data_of_who_writes_it_along(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    change(browser_of(cast.kamran), number)
    session.expunge_all()
    kept = change_of(session, number)
    assert kept is not None
    [along] = co_authorships(session, cast.kamran, at=MONDAY)
    assert along["change"]["text"] == kept.body
