"""The rules of the desk: who may claim and decide, and when an answer is late."""

from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.moderation.rules import (
    LEASE,
    STEP,
    Age,
    Outcome,
    age,
    days_waited,
    is_held,
    may_claim,
    may_decide,
    share_of_promise,
)
from citizen_diplomat.proposals.rules import Actor, State, find_move

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HAMID, MARYAM = 4, 5


def test_a_free_item_is_anybodys() -> None:
    assert may_claim(None, None, by=HAMID, at=NOON)


def test_a_held_item_is_its_holders_until_the_lease_runs_out() -> None:
    until = NOON + LEASE
    assert may_claim(HAMID, until, by=HAMID, at=NOON)
    assert not may_claim(HAMID, until, by=MARYAM, at=until - timedelta(seconds=1))
    assert may_claim(HAMID, until, by=MARYAM, at=until)
    assert not is_held(HAMID, until, at=until)


def test_nobody_decides_on_their_own_proposal() -> None:
    assert not may_decide(HAMID, by=HAMID)
    assert may_decide(MARYAM, by=HAMID)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", State)
def test_only_what_is_in_review_can_be_decided(outcome: Outcome, state: State) -> None:
    move = find_move(STEP[outcome], state, Actor.STAFF)
    assert (move is not None) == (state is State.IN_REVIEW)
    if move:
        assert move.letter == "decision"


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, Age.FRESH), (10, Age.FRESH), (10.1, Age.SOON), (14, Age.SOON), (14.1, Age.LATE)],
)
def test_two_weeks_are_promised(days: float, expected: Age) -> None:
    assert age(NOON - timedelta(days=days), at=NOON) is expected


@pytest.mark.parametrize(
    ("days", "share"), [(0, 20), (3, 40), (7, 60), (11, 80), (13.9, 100), (200, 100)]
)
def test_the_promise_is_used_up_in_fifths(days: float, share: int) -> None:
    assert share_of_promise(NOON - timedelta(days=days), at=NOON) == share


def test_days_are_whole_and_never_negative() -> None:
    assert days_waited(NOON - timedelta(days=3, hours=23), at=NOON) == 3
    assert days_waited(NOON + timedelta(hours=1), at=NOON) == 0
