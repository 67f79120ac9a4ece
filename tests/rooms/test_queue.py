"""What waits, in which order, and what is counted."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.queries import (
    Counts,
    count_open,
    counts,
    decisions_of,
    item_of,
    next_item,
    open_items,
    reasons,
)
from citizen_diplomat.moderation.rules import LEASE, Age, Assigned, Outcome
from citizen_diplomat.proposals.rules import State
from tests.cast import Cast
from tests.desk import BICYCLES, MONDAY, WATER, claimed, decided, submitted

LATER = MONDAY + timedelta(days=30)


def test_what_is_due_first_stands_first_and_equals_in_order_of_arrival(
    session: Session, cast: Cast
) -> None:
    made = [submitted(session, cast.nasrin, at=MONDAY).id for _ in range(5)]
    early = submitted(session, cast.nasrin, at=MONDAY - timedelta(days=1)).id
    seen, after = [], None
    while True:
        page = open_items(
            session, QueueFilters(), viewer=cast.hamid.id, at=MONDAY, after=after, limit=2
        )
        seen += [item.id for item in page]
        if page.next is None:
            break
        after = Cursor.decode(page.next, int)
    assert seen == [early, *made]


def test_counts(session: Session, cast: Cast) -> None:
    assert counts(session, viewer=cast.hamid.id, at=MONDAY) == Counts(0, 0, 0, 0, 0, 0, 0)
    submitted(session, cast.nasrin, at=MONDAY - timedelta(days=20))
    claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    claimed(session, submitted(session, cast.nasrin), by=cast.maryam, at=MONDAY)
    decided(session, submitted(session, cast.nasrin), by=cast.maryam)
    asked = submitted(session, cast.nasrin)
    decided(session, asked, Outcome.REQUEST_CHANGES, by=cast.maryam)
    assert counts(session, viewer=cast.hamid.id, at=MONDAY) == Counts(3, 1, 0, 1, 0, 1, 1)
    assert counts(session, viewer=cast.hamid.id, at=MONDAY + LEASE).free == 3
    assert count_open(session, viewer=cast.hamid.id) == 3


def test_a_lease_that_ran_out_makes_an_item_free(session: Session, cast: Cast) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    for at, mine, free in ((MONDAY, 1, 0), (MONDAY + LEASE, 0, 1)):
        for assigned, expected in ((Assigned.ME, mine), (Assigned.FREE, free)):
            found = open_items(
                session, QueueFilters(assigned=assigned), viewer=cast.hamid.id, at=at
            )
            assert len(found) == expected
    assert next_item(session, viewer=cast.maryam.id, at=MONDAY) is None
    assert next_item(session, viewer=cast.hamid.id, at=MONDAY) == item.id
    assert next_item(session, viewer=cast.hamid.id, at=MONDAY, but=item.id) is None
    assert next_item(session, viewer=cast.nasrin.id, at=LATER) is None, "nobody's own"


def test_ages_are_three_parts_of_the_queue(session: Session, cast: Cast) -> None:
    for days in (1, 13, 20):
        submitted(session, cast.nasrin, at=LATER - timedelta(days=days))
    for age, days in ((Age.FRESH, 1), (Age.SOON, 13), (Age.LATE, 20)):
        (item,) = open_items(session, QueueFilters(age=age), viewer=cast.hamid.id, at=LATER).items
        assert item.opened_at == LATER - timedelta(days=days)


def test_decided_items_are_found_by_their_state_alone(session: Session, cast: Cast) -> None:
    item = decided(session, submitted(session, cast.nasrin), Outcome.DECLINE, by=cast.hamid)
    waiting = open_items(session, QueueFilters(), viewer=cast.hamid.id, at=LATER)
    assert len(waiting) == 0
    asked = QueueFilters(state=State.DECLINED)
    (found,) = open_items(session, asked, viewer=cast.hamid.id, at=LATER).items
    assert found.id == item.id
    assert item_of(session, item.subject_id) is not None
    (decision,) = decisions_of(session, item.subject_id)
    assert decision.reason.text_fa


def test_search_finds_what_persian_readers_take_for_the_same(session: Session, cast: Cast) -> None:
    submitted(session, cast.nasrin, WATER)
    submitted(session, cast.kamran, replace(BICYCLES, title="Straße unter Bäumen"))

    def found(query: str) -> int:
        asked = QueueFilters(q=query)
        return len(open_items(session, asked, viewer=cast.hamid.id, at=LATER))

    assert [found(q) for q in ("خانه های تاريخي", "strasse baumen", "۶۰", "60", "نیست")] == [
        1,
        1,
        1,
        1,
        0,
    ]


def test_the_catalogue_has_reasons_for_every_outcome(session: Session) -> None:
    catalogue = reasons(session)
    assert set(catalogue) == set(Outcome)
    assert all(row.text_fa and row.text_en for rows in catalogue.values() for row in rows)
    assert all(rows for rows in catalogue.values())
