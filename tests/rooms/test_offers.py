"""Kamran offers to help with Nasrin's proposal; she and the office answer."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes import offers, queries
from citizen_diplomat.outcomes.export import export_offers
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.offers import NotPossible, OwnMatter, TooLate, TooMany
from citizen_diplomat.outcomes.rules import (
    MOST_OFFERS_FOR_ONE,
    DeclineReason,
    OfferState,
    Party,
)
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.coauthors import leave as stop_writing
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, submitted
from tests.helping import EIGHT_HOURS, LINKS, accepted, agreed, helper, offered, public
from tests.rooms.test_claims import at_once
from tests.rooms.test_forget import leave
from tests.writers import joined, link_for

Outbox = Callable[[], list[OutboxMessage]]


def letters(outbox: Outbox) -> list[tuple[str, str]]:
    """The letters about help: which, and to whom."""
    return [(row.name, row.to_address) for row in outbox() if row.name.startswith("help")]


def stored(session: Session, offer: int) -> HelpOffer:
    session.rollback()
    row = session.get_one(HelpOffer, offer, populate_existing=True)
    session.rollback()
    return row


def answer_no(session: Session, number: int, offer: int, party: Party, by: Account) -> None:
    row = queries.offer_for(session, number, offer, to_change=True)
    assert row is not None
    with transaction(session):
        offers.decline(
            session, row, party, DeclineReason.OTHER, "Later.", by=by, at=MONDAY, links=LINKS
        )
    session.expunge_all()


@pytest.mark.parametrize("first", [Party.AUTHOR, Party.OFFICE])
def test_with_the_second_yes_the_helper_is_accepted_and_both_may_write(
    session: Session, cast: Cast, outbox: Outbox, first: Party
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    people = {Party.AUTHOR: cast.nasrin, Party.OFFICE: cast.soheila}
    second = Party.OFFICE if first is Party.AUTHOR else Party.AUTHOR
    agreed(session, number, offer, first, by=people[first])
    assert not queries.may_write(session, cast.nasrin.id, cast.kamran.id)
    session.rollback()
    agreed(session, number, offer, second, by=people[second])
    assert stored(session, offer).state == OfferState.ACCEPTED
    for one, other in ((cast.nasrin, cast.kamran), (cast.kamran, cast.nasrin)):
        assert queries.may_write(session, one.id, other.id)
    assert not queries.may_write(session, cast.stranger.id, cast.kamran.id)
    expected = [
        ("help_offered", cast.nasrin.email),
        ("help_answered", cast.kamran.email),
    ]
    if second is Party.OFFICE:
        expected.append(("helper_changed", cast.nasrin.email))
    assert letters(outbox) == expected
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions)[-4:] == ["help.offered", "help.agreed", "help.agreed", "help.accepted"]


@pytest.mark.parametrize("party", [Party.AUTHOR, Party.OFFICE])
def test_a_no_has_a_reason_and_ends_it(
    session: Session, cast: Cast, outbox: Outbox, party: Party
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    by = cast.nasrin if party is Party.AUTHOR else cast.soheila
    answer_no(session, number, offer, party, by)
    row = stored(session, offer)
    assert (row.state, row.declined_by, row.decline_reason) == ("declined", party, "other")
    letter = outbox()[-1]
    assert (letter.name, letter.to_address) == ("help_answered", cast.kamran.email)
    assert (letter.values["by"], letter.values["answer"]) == (party, "Later.")
    with pytest.raises(TooLate):
        agreed(session, number, offer, Party.AUTHOR, by=cast.nasrin)


def test_the_helper_takes_it_back_and_the_author_hears_of_it(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = helper(session, number, cast.kamran, cast, cast.nasrin)
    row = queries.offer_by(session, cast.kamran.id, offer, to_change=True)
    assert row is not None
    with transaction(session):
        offers.withdraw(session, row, by=cast.kamran, at=MONDAY, links=LINKS)
    session.expunge_all()
    assert not queries.may_write(session, cast.nasrin.id, cast.kamran.id)
    assert queries.helpers_of(session, number) == []
    letter = outbox()[-1]
    assert (letter.name, letter.values["has_joined"]) == ("helper_changed", False)


def test_offering_twice_is_one_offer(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = accepted(session, cast, cast.nasrin)
    session.close()
    first, second = at_once(app, 2 * [partial(_offer, number=number, by=cast.kamran.id)])
    assert first == second
    assert letters(outbox) == [("help_offered", cast.nasrin.email)]


def test_nobody_helps_their_own_or_what_is_not_accepted(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.nasrin)
    with pytest.raises(NotPossible):
        offered(session, number, cast.nasrin)
    session.rollback()
    waiting = submitted(session, cast.nasrin).of_proposal
    with pytest.raises(NotPossible):
        offers.offer(session, waiting, EIGHT_HOURS, by=cast.kamran, at=MONDAY, links=LINKS)


def test_who_writes_along_does_not_help_until_they_have_left(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.nasrin)
    row = joined(session, number, cast.kamran, by=cast.nasrin)
    with pytest.raises(NotPossible):
        offered(session, number, cast.kamran)
    row = session.get_one(Coauthor, row.id, options=[joinedload(Coauthor.proposal)])
    stop_writing(session, row.proposal, row, by=cast.kamran, at=MONDAY, link_for=link_for)
    session.commit()
    assert offered(session, number, cast.kamran)


def test_a_no_is_an_answer(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.nasrin)
    for _ in range(MOST_OFFERS_FOR_ONE):
        offer = offered(session, number, cast.kamran)
        answer_no(session, number, offer, Party.AUTHOR, cast.nasrin)
    with pytest.raises(TooMany):
        offered(session, number, cast.kamran)


def test_nobody_answers_for_the_office_in_their_own_matter(session: Session, cast: Cast) -> None:
    hers = accepted(session, cast, cast.soheila)
    offer = offered(session, hers, cast.kamran)
    with pytest.raises(OwnMatter):
        agreed(session, hers, offer, Party.OFFICE, by=cast.soheila)
    session.rollback()
    number = accepted(session, cast, cast.nasrin, BICYCLES)
    own = offered(session, number, cast.soheila)
    with pytest.raises(OwnMatter):
        agreed(session, number, own, Party.OFFICE, by=cast.soheila)


def test_nor_where_they_write_along_or_have_done_so(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.nasrin)
    row = joined(session, number, cast.soheila, by=cast.nasrin)
    offer = offered(session, number, cast.kamran)
    with pytest.raises(OwnMatter):
        agreed(session, number, offer, Party.OFFICE, by=cast.soheila)
    row = session.get_one(Coauthor, row.id, options=[joinedload(Coauthor.proposal)])
    stop_writing(session, row.proposal, row, by=cast.soheila, at=MONDAY, link_for=link_for)
    session.commit()
    with pytest.raises(OwnMatter):
        agreed(session, number, offer, Party.OFFICE, by=cast.soheila)
    assert agreed(session, number, offer, Party.OFFICE, by=cast.mina).state == "office_agreed"


def test_staff_see_what_they_look_after(session: Session, cast: Cast) -> None:
    barcelona = accepted(session, cast, cast.nasrin)
    freiburg = accepted(session, cast, cast.kamran, BICYCLES)
    first = offered(session, barcelona, cast.stranger)
    second = offered(session, freiburg, cast.stranger)
    session.add(StaffScope(account_id=cast.soheila.id, city_slug="barcelona"))
    session.commit()
    seen = queries.offers_for_office(session, viewer=cast.soheila.id)
    assert [row.id for row in seen] == [first]
    assert queries.offer_for_office(session, second, viewer=cast.soheila.id) is None
    assert queries.count_for_office(session, viewer=cast.soheila.id) == 1
    assert queries.count_for_office(session, viewer=cast.mina.id) == 2


def test_a_helper_who_leaves_takes_their_offers_along(session: Session, cast: Cast) -> None:
    number = accepted(session, cast, cast.nasrin)
    helper(session, number, cast.kamran, cast, cast.nasrin)
    assert [row["words"] for row in export_offers(session, cast.kamran.id)] == [EIGHT_HOURS.words]
    leave(session, cast.kamran)
    assert session.scalar(select(func.count()).select_from(HelpOffer)) == 0


def test_an_author_who_leaves_answers_those_who_wait(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    number = accepted(session, cast, cast.nasrin)
    offer = offered(session, number, cast.kamran)
    refused = offered(session, number, cast.stranger)
    answer_no(session, number, refused, Party.AUTHOR, cast.nasrin)
    leave(session, cast.nasrin)
    row = stored(session, offer)
    assert (row.state, row.decline_reason) == ("declined", "author_left")
    assert stored(session, refused).answer == ""
    [letter] = [one for one in outbox() if one.values.get("reason") == "author_left"]
    assert letter.to_address == cast.kamran.email
    with pytest.raises(NotPossible):
        offered(session, number, cast.kamran)


def _offer(opened: Session, *, number: int, by: int) -> str:
    with transaction(opened):
        helper = opened.get_one(Account, by)
        row = offers.offer(
            opened, public(opened, number), EIGHT_HOURS, by=helper, at=MONDAY, links=LINKS
        )
        return str(row.id)
