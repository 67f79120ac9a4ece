"""Kamran hands over what he wrote as Blue Heron: nobody learns who that was, nor who it is now."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.proposals import handover
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import sign
from citizen_diplomat.proposals.handover import pass_on
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import shielded
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.desk import MONDAY
from tests.helping import accepted
from tests.web.talk import make_known, newest, post, say
from tests.writers import joined, link_for

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]
HERON = "Blue Heron"


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Kamran's accepted proposal under a pen name, which Nasrin and Sina write along."""
    told = accepted(session, cast, cast.kamran)
    joined(session, told, cast.nasrin, by=cast.kamran)
    joined(session, told, cast.stranger, by=cast.kamran)
    sign(session, session.get_one(Proposal, told), HERON, by=cast.kamran, at=MONDAY)
    session.commit()
    session.expunge_all()
    session.rollback()
    return told


def bond_of(session: Session, number: int, person: Account) -> Coauthor:
    whose = (Coauthor.proposal_number == number, Coauthor.account_id == person.id)
    loaded = (joinedload(Coauthor.account), joinedload(Coauthor.proposal))
    return session.scalars(select(Coauthor).where(*whose).options(*loaded)).one()


def hand_over(session: Session, browser_of: BrowserOf, number: int, *people: Account) -> None:
    """The first of these offers the first place to the second, who takes it."""
    giver, taker = people
    bond = bond_of(session, number, taker).id
    session.rollback()
    page = f"/en/me/proposals/{number}"
    assert post(browser_of(giver), f"{page}/coauthors/{bond}/offer").status_code == 303
    assert post(browser_of(taker), f"{page}/first-author", answer="accept").status_code == 303
    session.expunge_all()


def said(app: Flask, browser: FlaskClient, number: int, words: str) -> int:
    say(browser, number, words)
    return newest(app).id


def speakers(browser: FlaskClient, number: int) -> dict[int, str]:
    """Under which name each comment stands on the page of a proposal."""
    page = browser.get(f"/en/proposals/{number}").text
    name = r'id="comment-(\d+)".*?<strong class="text-body"><bdi>(.*?)</bdi>'
    return {int(one): who for one, who in re.findall(name, page, re.DOTALL)}


def test_what_was_said_keeps_its_names_when_a_proposal_is_handed_over(
    app: Flask, session: Session, cast: Cast, number: int, client: FlaskClient,
    browser_of: BrowserOf,
) -> None:  # fmt: skip
    kamran, nasrin = browser_of(cast.kamran), browser_of(cast.nasrin)
    for person in (cast.kamran, cast.nasrin):
        make_known(app, person)
    his, hers = said(app, kamran, number, "I wrote it."), said(app, nasrin, number, "I read it.")
    before = {his: HERON, hers: cast.nasrin.display_name}
    assert speakers(client, number) == before
    hand_over(session, browser_of, number, cast.kamran, cast.nasrin)
    assert speakers(client, number) == before
    later = {
        said(app, kamran, number, "I wrote it once."): HERON,
        said(app, nasrin, number, "I write it now."): HERON,
    }
    assert speakers(client, number) == before | later
    for reader in (client, browser_of(cast.hamid), browser_of(cast.stranger), nasrin):
        assert cast.kamran.display_name not in reader.get(f"/en/proposals/{number}").text


def test_the_next_first_author_cannot_lift_it_either(
    app: Flask, session: Session, cast: Cast, number: int, client: FlaskClient,
    browser_of: BrowserOf,
) -> None:  # fmt: skip
    make_known(app, cast.kamran)
    his = said(app, browser_of(cast.kamran), number, "I wrote it.")
    hand_over(session, browser_of, number, cast.kamran, cast.nasrin)
    chosen = f"/en/me/proposals/{number}/pen-name"
    for name in ("Red Fox", ""):
        assert post(browser_of(cast.nasrin), chosen, pen_name=name).status_code == 303
        assert speakers(client, number) == {his: HERON}
        assert cast.kamran.display_name not in client.get(f"/en/proposals/{number}").text
    assert (number, cast.kamran.id) in shielded(session, {number})
    assert (number, cast.nasrin.id) not in shielded(session, {number})


def test_the_other_writers_read_the_pen_name_before_and_after(
    session: Session, cast: Cast, number: int, browser_of: BrowserOf, outbox: Outbox
) -> None:
    page = f"/en/me/proposals/{number}/coauthors"
    assert "stands for the next first author" in browser_of(cast.kamran).get(page).text
    sina = browser_of(cast.stranger)
    bond = bond_of(session, number, cast.nasrin).id
    session.rollback()
    post(browser_of(cast.kamran), f"{page}/{bond}/offer")
    assert "which would stand for you from then on" in browser_of(cast.nasrin).get(page).text
    post(browser_of(cast.nasrin), f"/en/me/proposals/{number}/first-author", answer="accept")
    for reader in (sina, browser_of(cast.nasrin)):
        for address in (page, f"/en/me/proposals/{number}"):
            assert HERON in reader.get(address).text
            assert cast.kamran.display_name not in reader.get(address).text
    assert "Below this proposal you go by" in browser_of(cast.kamran).get(page).text
    post(browser_of(cast.kamran), f"/en/me/proposals/{number}/leave")
    left = outbox()[-1]
    assert (left.to_address, left.values["person"]) == (cast.nasrin.email, HERON)


def test_who_takes_the_place_back_has_never_left_the_name(
    session: Session, cast: Cast, number: int, browser_of: BrowserOf
) -> None:
    hand_over(session, browser_of, number, cast.kamran, cast.nasrin)
    proposal = session.get_one(Proposal, number)
    since = proposal.handed_over_at
    assert since is not None
    [told] = export(session, cast.kamran, at=MONDAY)["co_authorships"]
    assert told["pen_name_as_first_author"] == HERON
    sign(session, proposal, "", by=cast.nasrin, at=MONDAY)
    session.commit()
    hand_over(session, browser_of, number, cast.nasrin, cast.kamran)
    proposal, bond = session.get_one(Proposal, number), bond_of(session, number, cast.nasrin)
    assert (proposal.pen_name, proposal.handed_over_at) == (HERON, proposal.created_at)
    assert (bond.pen_name, bond.pen_name_from) == ("", since)


def test_an_heir_said_before_what_they_said(session: Session, cast: Cast, number: int) -> None:
    later = MONDAY + timedelta(days=1)
    pass_on(session, cast.kamran, at=later, link_of=lambda _number: link_for)
    session.commit()
    assert session.get_one(Proposal, number).handed_over_at == later


def test_nothing_is_kept_of_who_had_no_pen_name(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.kamran)
    row = joined(session, number, cast.nasrin, by=cast.kamran)
    row = bond_of(session, number, cast.nasrin)
    handover.offer(session, row.proposal, row, by=cast.kamran, at=MONDAY, link_for=link_for)
    handover.accept_offer(session, row.proposal, row, by=cast.nasrin, at=MONDAY, link_for=link_for)
    session.commit()
    assert bond_of(session, number, cast.kamran).pen_name == ""
