"""Nasrin and Kamran write one draft: its pauses, its files, and what is thrown away."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.proposals.drafts import discard as throw_away
from citizen_diplomat.proposals.export import co_authorships
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.desk import MONDAY
from tests.web.attachment_stories import PHOTO, addresses, attach, page_of
from tests.web.proposal_stories import DRAFT, tell
from tests.web.test_autosave import Window
from tests.web.test_discarded import discard, restore
from tests.writers import invited, joined, link_for

BrowserOf = Callable[[Account], FlaskClient]


@pytest.fixture
def number(app: Flask, session: Session, cast: Cast) -> int:
    """Nasrin's draft, which Kamran writes along and Mina is invited to."""
    [number] = tell(app, cast, State.DRAFT)
    joined(session, number, cast.kamran, by=cast.nasrin)
    invited(session, number, cast.mina.email, by=cast.nasrin)
    return number


def test_the_pauses_of_both_are_kept_and_neither_writes_over_the_other(
    cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    hers = Window(browser_of(cast.nasrin), number, "w1")
    his = Window(browser_of(cast.kamran), number, "w2")
    assert his.pause(title="Kamran’s better title").status_code == 200
    assert hers.pause(title="Nasrin’s other title").status_code == 409
    again = Window(browser_of(cast.nasrin), number, "w3")
    assert again.pause(summary="And a summary.").status_code == 200
    own = browser_of(cast.kamran).get(f"/en/me/proposals/{number}").text
    assert "Kamran’s better title" in own
    assert "And a summary." in own


def test_nobody_else_saves_or_attaches(cast: Cast, browser_of: BrowserOf, number: int) -> None:
    for person in (cast.mina, cast.hamid, cast.stranger):
        window = Window(browser_of(person))
        window.address = f"/en/me/proposals/{number}/autosave"
        assert window.pause(title="Mine now").status_code == 404
        assert window.browser.get(page_of(number)).status_code == 404


def test_who_writes_along_attaches_files_and_sees_those_of_the_others(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin, kamran = browser_of(cast.nasrin), browser_of(cast.kamran)
    [row] = attach(app, kamran, number, PHOTO)
    for address in addresses(row):
        assert nasrin.get(address).status_code == 200
        assert kamran.get(address).status_code == 200
        assert browser_of(cast.mina).get(address).status_code == 404
    [along] = co_authorships(session, cast.kamran, at=MONDAY)
    assert [file["name"] for file in along["attachments"]] == [row.name]


def test_what_the_first_author_throws_away_is_gone_for_all_and_comes_back_for_all(
    cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin, kamran, mina = map(browser_of, (cast.nasrin, cast.kamran, cast.mina))
    own = f"/en/me/proposals/{number}"
    assert discard(kamran, number).status_code == 404
    discard(nasrin, number)
    for browser in (nasrin, kamran):
        assert browser.get(own).status_code == 404
        assert DRAFT.title not in browser.get("/en/me/proposals").text
    assert mina.get(f"{own}/invitation").status_code == 404
    assert DRAFT.title not in mina.get("/en/me/proposals").text
    restore(kamran, number)
    assert kamran.get(own).status_code == 404
    restore(nasrin, number)
    assert kamran.get(own).status_code == 200
    assert mina.get(f"{own}/invitation").status_code == 200


def test_who_leaves_passes_on_what_is_written_and_nothing_thrown_away(
    app: Flask, session: Session, cast: Cast, number: int
) -> None:
    [thrown] = tell(app, cast, State.DRAFT)
    joined(session, thrown, cast.kamran, by=cast.nasrin)
    with transaction(session):
        proposal = of_author(session, cast.nasrin.id, thrown)
        assert proposal is not None
        throw_away(session, proposal, by=cast.nasrin, at=MONDAY)
    session.expunge_all()
    with transaction(session):
        seen = account_by_id(session, cast.nasrin.id)
        assert seen is not None
        close(session, seen, at=MONDAY, link_of=lambda _: link_for)
    session.expunge_all()
    assert session.get(Proposal, thrown) is None
    assert session.get_one(Proposal, number).author_id == cast.kamran.id
