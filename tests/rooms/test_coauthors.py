"""What co-authors change in the rooms: who may judge, who is told, what is left by who goes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.cli.worker import clean_up
from citizen_diplomat.digests.queries import answers_between
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import OwnProposal, claim, decide, take_over
from citizen_diplomat.moderation.queries import next_item
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import coauthors, handover, invitations
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import NotPossible
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import INVITATION_KEPT, Bond, State
from citizen_diplomat.proposals.writers import authors_ever, bond_with, invitation_to
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.desk import MONDAY, again, decided, submitted
from tests.rooms.test_claims import at_once
from tests.writers import invited, joined, link_for

Outbox = Callable[[], list[OutboxMessage]]
LATER = MONDAY + timedelta(days=3)


def leave(session: Session, person: Account) -> None:
    """Close an account."""
    session.rollback()
    session.expunge_all()
    with transaction(session):
        seen = account_by_id(session, person.id)
        assert seen is not None
        close(session, seen, at=LATER, link_of=lambda _number: link_for)
    session.expunge_all()


@pytest.mark.parametrize("ended", [False, True])
def test_nobody_judges_what_they_wrote_with_others(
    session: Session, cast: Cast, ended: bool
) -> None:
    """Not even after they have left: the words are theirs all the same."""
    item = submitted(session, cast.nasrin)
    row = joined(session, item.subject_id, cast.hamid, by=cast.nasrin)
    if ended:
        coauthors.leave(session, row.proposal, row, by=cast.hamid, at=LATER, link_for=link_for)
        session.commit()
    item = again(session, item)
    assert next_item(session, viewer=cast.hamid.id, at=LATER) is None
    assert next_item(session, viewer=cast.maryam.id, at=LATER) == item.id
    with pytest.raises(OwnProposal):
        claim(session, item, by=cast.hamid, at=LATER)
    with pytest.raises(OwnProposal):
        take_over(session, item, note="mine", by=cast.hamid, at=LATER)
    with pytest.raises(OwnProposal):
        decide(
            session, item, Outcome.ACCEPT, reason="trial-first", message="سپاس.",
            version=item.of_proposal.version, by=cast.hamid, at=LATER, link=link_for,
        )  # fmt: skip


def test_an_invitation_alone_keeps_nobody_from_judging(session: Session, cast: Cast) -> None:
    item = submitted(session, cast.nasrin)
    invited(session, item.subject_id, cast.hamid.email, by=cast.nasrin)
    claim(session, again(session, item), by=cast.hamid, at=LATER)


def test_every_writer_reads_the_decision_in_their_language(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    invited(session, item.subject_id, cast.stranger.email, by=cast.nasrin)
    decided(session, again(session, item), by=cast.hamid)
    letters = [mail for mail in outbox() if mail.name == "decision"]
    assert [(mail.to_address, mail.language) for mail in letters] == [
        (cast.nasrin.email, "fa"),
        (cast.kamran.email, "en"),
    ]
    assert letters[0].values["reason"] != letters[1].values["reason"]
    found = answers_between(
        session, [cast.nasrin.id, cast.kamran.id, cast.stranger.id], MONDAY, LATER
    )
    assert {account: [one.number for one in rows] for account, rows in found.items()} == {
        cast.nasrin.id: [item.subject_id],
        cast.kamran.id: [item.subject_id],
    }


def test_an_invitation_runs_out_and_its_address_is_forgotten(
    app: Flask, session: Session, cast: Cast
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    invited(session, number, cast.kamran.email, by=cast.nasrin)
    row = invitation_to(session, cast.kamran, number, at=MONDAY)
    assert row is not None
    end = MONDAY + INVITATION_KEPT
    assert invitation_to(session, cast.kamran, number, at=end) is None
    with pytest.raises(NotPossible):
        invitations.accept(
            session, row.proposal, row, named=True, by=cast.kamran, at=end, link_for=link_for
        )
    session.rollback()
    with app.app_context():
        clean_up(end)
    assert session.scalars(select(Coauthor)).all() == []


def test_one_letter_a_day_however_often_it_is_sent(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    for _ in range(3):
        invited(session, number, cast.kamran.email, by=cast.nasrin)
        row = invitation_to(session, cast.kamran, number, at=MONDAY)
        assert row is not None
        invitations.take_back(session, row.proposal, row, by=cast.nasrin, at=MONDAY)
        session.commit()
    assert [mail.name for mail in outbox()].count("coauthor_invitation") == 1


def test_who_declines_a_second_invitation_stays_a_co_author(session: Session, cast: Cast) -> None:
    number = submitted(session, cast.nasrin).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    invited(session, number, cast.kamran.email, by=cast.nasrin)
    row = invitation_to(session, cast.kamran, number, at=MONDAY)
    assert row is not None
    invitations.decline(session, row.proposal, row, by=cast.kamran, at=LATER, link_for=link_for)
    session.commit()
    [only] = session.scalars(select(Coauthor)).all()
    assert (only.bond, only.address) == (Bond.ACCEPTED, None)


def test_two_who_accept_at_once_leave_one_bond(app: Flask, session: Session, cast: Cast) -> None:
    """A double click on the button."""
    number = submitted(session, cast.nasrin).subject_id
    invited(session, number, cast.kamran.email, by=cast.nasrin)
    session.close()
    answers = at_once(app, [partial(_accept, number=number, by=cast.kamran)] * 2)
    assert sorted(answers) == ["accepted", "gone"]
    [row] = session.scalars(select(Coauthor)).all()
    assert (row.account_id, row.bond) == (cast.kamran.id, Bond.ACCEPTED)


def _accept(opened: Session, *, number: int, by: Account) -> str:
    with transaction(opened):
        row = invitation_to(opened, by, number, at=LATER, to_change=True)
        if row is None:
            return "gone"
        person = account_by_id(opened, by.id)
        assert person is not None
        invitations.accept(
            opened, row.proposal, row, named=True, by=person, at=LATER, link_for=link_for
        )
    return "accepted"


def test_what_others_write_along_outlives_its_first_author(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Nothing is withdrawn under Kamran's hands, and he hears of it."""
    item = submitted(session, cast.nasrin)
    alone = submitted(session, cast.nasrin).subject_id
    number = item.subject_id
    joined(session, number, cast.stranger, by=cast.nasrin, named=False)
    joined(session, number, cast.kamran, by=cast.nasrin, at=MONDAY + timedelta(days=1))
    leave(session, cast.nasrin)
    shared = session.get_one(Proposal, number)
    assert (shared.author_id, shared.state) == (cast.kamran.id, State.SUBMITTED)
    assert session.get_one(Proposal, alone).state == State.WITHDRAWN
    assert bond_with(session, cast.nasrin.id, number) is None
    letter = next(mail for mail in reversed(outbox()) if mail.name == "coauthor_news")
    assert (letter.to_address, letter.values["event"]) == (cast.kamran.email, "inherited")
    assert cast.nasrin.display_name not in str(letter.values)


def test_a_co_author_who_closes_the_account_leaves_without_a_name(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = submitted(session, cast.nasrin).subject_id
    other = submitted(session, cast.stranger).subject_id
    joined(session, number, cast.kamran, by=cast.nasrin)
    invited(session, other, cast.kamran.email, by=cast.stranger)
    leave(session, cast.kamran)
    assert session.scalars(select(Coauthor)).all() == []
    letter = next(mail for mail in reversed(outbox()) if mail.name == "coauthor_news")
    assert (letter.to_address, letter.values["event"], letter.values["person"]) == (
        cast.nasrin.email,
        "left",
        "",
    )


def test_a_place_that_was_not_offered_cannot_be_taken(session: Session, cast: Cast) -> None:
    number = submitted(session, cast.nasrin).subject_id
    row = joined(session, number, cast.kamran, by=cast.nasrin)
    with pytest.raises(NotPossible):
        handover.accept_offer(
            session, row.proposal, row, by=cast.kamran, at=LATER, link_for=link_for
        )
    assert authors_ever(session, number) == {cast.nasrin.id, cast.kamran.id}
