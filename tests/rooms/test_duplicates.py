"""What goes over from a duplicate: support and follows once, all counts right, nobody unasked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.community.follows import follow, is_followed
from citizen_diplomat.community.merging import carry_over
from citizen_diplomat.community.model import Follow, Support, SupportCity
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.community.supports import is_supported, support
from citizen_diplomat.community.tallies import supporters_by_city, tally_of
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.actions import decide
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals.writers import bond_with, of_writer
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, again, decided, submitted
from tests.rooms.test_claims import at_once
from tests.writers import joined

LATER = MONDAY + timedelta(hours=3)
Outbox = Callable[[], list[OutboxMessage]]


def found_duplicate(session: Session, item: QueueItem, original: int, cast: Cast) -> QueueItem:
    decide(
        session, item, Outcome.DUPLICATE, reason="same-idea", message="همان است.",
        version=item.of_proposal.version, duplicate_of=original, by=cast.hamid, at=LATER,
        link=lambda _: "http://localhost/en/me/proposals/1",
        duplicate_link=lambda _: "http://localhost/en/proposals/1",
    )  # fmt: skip
    return again(session, item)


def counted(session: Session, number: int) -> tuple[int, int, dict[str, int]]:
    """The kept counts of a proposal; raises AssertionError when they are not what the rows say."""
    tally, rows = tally_of(session, number), Support.proposal_number == number
    everybody = select(func.count()).select_from(Support).where(rows)
    assert tally.supporters == session.scalar(everybody)
    assert tally.own_city == session.scalar(everybody.where(Support.own_city.is_(True)))
    cities = supporters_by_city(session, number)
    assert sum(cities.values()) == session.scalar(everybody.where(Support.city_slug.is_not(None)))
    return tally.supporters, tally.own_city, cities


def test_supporters_and_followers_of_both_are_counted_once(session: Session, cast: Cast) -> None:
    first = decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    second = submitted(session, cast.nasrin)
    original, duplicate = first.of_proposal, second.of_proposal
    people = (cast.stranger, cast.kamran, cast.maryam, cast.nasrin)
    for person in (cast.stranger, cast.nasrin):
        support(session, original, cities=["freiburg"], by=person, at=MONDAY)
    for person in (cast.stranger, cast.kamran, cast.maryam):
        support(session, duplicate, cities=["barcelona"], by=person, at=MONDAY)
        follow(session, FollowKind.PROPOSAL, str(duplicate.number), by=person, at=MONDAY)
    follow(session, FollowKind.PROPOSAL, str(original.number), by=cast.stranger, at=MONDAY)
    session.commit()
    found_duplicate(session, second, original.number, cast)
    # Kamran wrote the original and does not come to support it; Maryam lives nowhere.
    assert counted(session, original.number) == (3, 0, {"porto": 1, "barcelona": 1})
    assert counted(session, duplicate.number) == (0, 0, {})
    for person in people:
        supports = is_supported(session, original.number, by=person.id)
        assert supports == (person is not cast.kamran)
        assert is_followed(session, FollowKind.PROPOSAL, str(original.number), by=person.id)
    assert session.scalar(select(func.count()).select_from(Follow)) == len(people)
    carry_over(session, duplicate.number, original.number, cities=["freiburg"])
    session.commit()
    assert counted(session, original.number)[0] == 3, "doing it again changes nothing"


def test_a_supporter_counts_for_the_cities_of_the_original(session: Session, cast: Cast) -> None:
    first = submitted(session, cast.nasrin, BICYCLES)
    second = submitted(session, cast.nasrin)
    support(session, second.of_proposal, cities=["barcelona"], by=cast.kamran, at=MONDAY)
    session.commit()
    found_duplicate(session, second, first.subject_id, cast)
    assert counted(session, first.subject_id) == (1, 1, {"freiburg": 1})


def test_its_authors_follow_the_original_and_write_it_only_if_both_sides_say_so(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    first = decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    second = submitted(session, cast.nasrin)
    for person in (cast.stranger, cast.kamran):
        joined(session, second.subject_id, person, by=cast.nasrin)
    original = first.subject_id
    found_duplicate(session, again(session, second), original, cast)
    for person in (cast.nasrin, cast.stranger):
        assert is_followed(session, FollowKind.PROPOSAL, str(original), by=person.id)
        assert bond_with(session, person.id, original) is None
        assert of_writer(session, person.id, original) is None
    assert not is_followed(session, FollowKind.PROPOSAL, str(original), by=cast.kamran.id)
    told = {
        row.to_address: row.values["follows_other"]
        for row in outbox()
        if row.name == "decision" and row.values["state"] == "duplicate"
    }
    assert told == {
        "nasrin@example.org": True,
        "sina@example.org": True,
        "kamran@example.org": False,
    }


@pytest.mark.parametrize("round_", range(3))
def test_who_supports_the_original_at_that_moment_is_counted_once(
    app: Flask, session: Session, cast: Cast, round_: int
) -> None:
    first = decided(session, submitted(session, cast.nasrin, BICYCLES), by=cast.hamid)
    second = submitted(session, cast.nasrin)
    people = [cast.stranger, cast.kamran, cast.maryam, cast.soheila]
    for person in people:
        support(session, second.of_proposal, cities=["barcelona"], by=person, at=MONDAY)
    session.commit()
    number, original = second.subject_id, first.of_proposal
    session.close()

    def carry(opened: Session) -> str:
        carry_over(opened, number, original.number, cities=["freiburg"])
        opened.commit()
        return "carried"

    def click(opened: Session, person: int) -> str:
        support(opened, original, cities=["freiburg"], by=people[person], at=LATER)
        opened.commit()
        return "clicked"

    verbs = [carry, *(lambda opened, one=one: click(opened, one) for one in range(len(people)))]
    assert len(at_once(app, verbs)) == len(verbs)
    assert counted(session, original.number)[:2] == (4, 1)
    assert session.scalar(select(func.sum(SupportCity.supporters))) == 2
