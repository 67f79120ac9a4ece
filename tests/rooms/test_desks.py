"""Which desk an item goes to, whose work it is, and what a desk sees of the others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desks import Absence, Desk, DeskMember, DeskRule, place_of
from citizen_diplomat.moderation.office import OfficeClock
from citizen_diplomat.moderation.queries import (
    counts,
    item_for_review,
    looks_after,
    next_item,
    open_items,
)
from citizen_diplomat.moderation.rules import Assigned
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, submitted


def desk(session: Session, name: str, *members: Account, head: Account | None = None) -> Desk:
    """A desk with these members."""
    made = Desk(name_fa=f"میز {name}", name_en=name, head_id=head.id if head else None)
    made.members = [DeskMember(account_id=one.id) for one in members]
    session.add(made)
    session.commit()
    return made


def rule(
    session: Session,
    to: Desk,
    *,
    city: str | None = None,
    topic: str | None = None,
    person: Account | None = None,
) -> None:
    """New items of a city, a topic or both go to a desk, or to one of it."""
    session.add(
        DeskRule(
            city_slug=city,
            topic_slug=topic,
            place=place_of(city, topic),
            desk_id=to.id,
            account_id=person.id if person else None,
        )
    )
    session.commit()


def seen(session: Session, viewer: Account, **filters: object) -> list[int]:
    """The numbers of the proposals that somebody finds in the queue."""
    asked = QueueFilters(**filters)  # type: ignore[arg-type]
    rows = open_items(session, asked, viewer=viewer.id, at=MONDAY)
    session.commit()
    return sorted(item.subject_id for item in rows)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], None),
        ([("water", None, None)], "water"),
        ([("water", None, "environment-water"), ("all", None, None)], "water"),
        ([("barcelona", "barcelona", None), ("water", None, "environment-water")], "barcelona"),
        (
            [
                ("barcelona", "barcelona", None),
                ("both", "barcelona", "environment-water"),
                ("water", None, "environment-water"),
            ],
            "both",
        ),
        ([("florence", "florence", None), ("barcelona", "barcelona", None)], "barcelona"),
        ([("xian", "xian", None)], None),
    ],
)
def test_the_most_exact_rule_says_whose_desk_it_is(
    session: Session,
    cast: Cast,
    rules: list[tuple[str, str | None, str | None]],
    expected: str | None,
) -> None:
    """City and topic before the city, the city before the topic, of cities the first one."""
    for name, city, topic in rules:
        rule(session, desk(session, name), city=city, topic=topic)
    both = replace(WATER, city_slugs=("florence", "barcelona"))
    item = submitted(session, cast.nasrin, both)
    found = session.get_one(Desk, item.desk_id).name_en if item.desk_id else None
    assert found == expected


def test_a_rule_can_name_a_person_and_a_retired_desk_takes_nothing(
    session: Session, cast: Cast
) -> None:
    water = desk(session, "water", cast.hamid)
    rule(session, water, topic="environment-water", person=cast.hamid)
    assert submitted(session, cast.nasrin).assignee_id == cast.hamid.id
    session.merge(water).retired_at = MONDAY
    session.commit()
    item = submitted(session, cast.nasrin)
    assert (item.desk_id, item.assignee_id) == (None, None)


def test_my_work_my_desks_and_what_is_nobodys(session: Session, cast: Cast) -> None:
    water = desk(session, "water", cast.hamid, cast.maryam)
    rule(session, water, topic="environment-water")
    first, second = (submitted(session, cast.nasrin) for _ in range(2))
    third = submitted(session, cast.kamran, BICYCLES)
    first = session.merge(first)
    first.assignee_id = cast.hamid.id
    session.commit()
    numbers = [first.subject_id, second.subject_id, third.subject_id]
    assert seen(session, cast.hamid, assigned=Assigned.ME) == numbers[:1]
    assert seen(session, cast.hamid, assigned=Assigned.DESK) == numbers[:2]
    assert seen(session, cast.hamid, assigned=Assigned.FREE) == numbers[1:]
    assert seen(session, cast.hamid, desk=water.id) == numbers[:2]
    figures = counts(session, viewer=cast.hamid.id, at=MONDAY)
    assert (figures.mine, figures.of_desk, figures.free) == (1, 2, 2)


def test_who_stands_in_has_the_work_of_who_is_away(session: Session, cast: Cast) -> None:
    """Only on the days of the absence, and before work that nobody was given."""
    older = submitted(session, cast.kamran, BICYCLES, at=MONDAY - timedelta(days=3))
    item = session.merge(submitted(session, cast.nasrin))
    item.assignee_id = cast.maryam.id
    today = MONDAY.date()
    session.add(
        Absence(
            account_id=cast.maryam.id, stand_in_id=cast.hamid.id, first_day=today, last_day=today
        )
    )
    session.commit()
    assert seen(session, cast.hamid, assigned=Assigned.ME) == [item.subject_id]
    assert next_item(session, viewer=cast.hamid.id, at=MONDAY) == item.id
    tomorrow = MONDAY + timedelta(days=1)
    assert next_item(session, viewer=cast.hamid.id, at=tomorrow) == older.id


@pytest.mark.parametrize("closed", [False, True])
def test_desks_that_are_closed_see_nothing_of_each_other(
    session: Session, cast: Cast, closed: bool
) -> None:
    """Open to each other, everybody sees all; closed, only who has no desk does."""
    rule(session, desk(session, "barcelona", cast.hamid), city="barcelona")
    rule(session, desk(session, "freiburg", cast.soheila), city="freiburg")
    session.add(OfficeClock.with_defaults(are_desks_closed=closed))
    session.commit()
    water, bicycles = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    everything = sorted([water.subject_id, bicycles.subject_id])
    assert seen(session, cast.maryam) == everything
    expected = [water.subject_id] if closed else everything
    assert seen(session, cast.hamid) == expected
    assert counts(session, viewer=cast.hamid.id, at=MONDAY).in_queue == len(expected)
    opened = item_for_review(session, bicycles.id, viewer=cast.hamid.id)
    assert (opened is None) == closed
    assert looks_after(session, bicycles.subject_id, viewer=cast.hamid.id) != closed


def test_a_closed_desk_shuts_in_its_head_too_until_it_takes_in_nothing(
    session: Session, cast: Cast
) -> None:
    """Whoever heads a desk need not be named among its members."""
    barcelona = desk(session, "barcelona", cast.hamid, head=cast.maryam)
    rule(session, barcelona, city="barcelona")
    rule(session, desk(session, "freiburg", cast.soheila), city="freiburg")
    session.add(OfficeClock.with_defaults(are_desks_closed=True))
    session.commit()
    water, bicycles = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    assert seen(session, cast.maryam) == [water.subject_id]
    able = {person.id for person in colleagues(session, bicycles)}
    session.commit()
    assert able == {cast.soheila.id}, "asked of each account"
    session.get_one(Desk, barcelona.id).retired_at = MONDAY
    session.commit()
    assert seen(session, cast.maryam) == sorted([water.subject_id, bicycles.subject_id])


def test_a_desk_opens_what_cities_given_to_somebody_would_not(session: Session, cast: Cast) -> None:
    """Somebody for Freiburg alone sees what was given to their desk, whatever its city."""
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    session.commit()
    water = submitted(session, cast.nasrin)
    assert seen(session, cast.hamid) == []
    rule(session, desk(session, "guests", cast.hamid), city="barcelona")
    given = submitted(session, cast.nasrin)
    assert seen(session, cast.hamid) == [given.subject_id]
    assert item_for_review(session, water.id, viewer=cast.hamid.id) is None
