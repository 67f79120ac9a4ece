"""The rules of the desk: who may claim and decide, and when an answer is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citizen_diplomat.foundation.working_days import WorkingCalendar
from citizen_diplomat.moderation.deadlines import appeal_until, last_day
from citizen_diplomat.moderation.office import WORKING_WEEK
from citizen_diplomat.moderation.rules import (
    LEASE,
    STEP,
    Age,
    ItemKind,
    Measure,
    Outcome,
    Urgency,
    age,
    is_held,
    may_appeal,
    may_claim,
    may_decide,
    measure_of,
    position,
    share_of_promise,
    step_of,
)
from citizen_diplomat.proposals.rules import Actor, State, Step, find_move

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
    assert not may_decide({MARYAM, HAMID}, by=HAMID)
    assert may_decide({MARYAM}, by=HAMID)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", State)
def test_only_what_is_in_review_can_be_decided(outcome: Outcome, state: State) -> None:
    move = find_move(STEP[outcome], state, Actor.STAFF)
    assert (move is not None) == (state is State.IN_REVIEW)
    if move:
        assert move.letter == "decision"


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", State)
def test_only_what_is_appealed_can_be_decided_on_appeal(outcome: Outcome, state: State) -> None:
    """An appeal is granted or not; it is sent back to nobody."""
    step = step_of(ItemKind.APPEAL, outcome)
    assert (step is None) == (outcome in {Outcome.REQUEST_CHANGES, Outcome.DUPLICATE})
    move = find_move(step, state, Actor.STAFF) if step else None
    assert (move is not None) == (step is not None and state is State.APPEALED)


@pytest.mark.parametrize("last", [None, *Step])
@pytest.mark.parametrize("has_appealed", [True, False])
@pytest.mark.parametrize(("seconds", "in_time"), [(-1, True), (0, False), (1, False)])
def test_a_decline_is_appealed_once_and_in_time(
    last: Step | None, has_appealed: bool, seconds: int, in_time: bool
) -> None:
    at = NOON + timedelta(seconds=seconds)
    expected = last is Step.DECLINE and not has_appealed and in_time
    assert may_appeal(last, NOON, has_appealed=has_appealed, at=at) == expected


@pytest.mark.parametrize(
    ("decided", "until"),
    [
        # Isfahan is three and a half hours ahead of UTC.
        ("2026-11-02T08:00:00Z", "2026-11-30T20:30:00Z"),
        ("2026-11-02T20:29:59Z", "2026-11-30T20:30:00Z"),
        ("2026-11-02T20:30:00Z", "2026-12-01T20:30:00Z"),
    ],
)
def test_an_appeal_has_twenty_working_days_where_the_office_is(decided: str, until: str) -> None:
    """The day that the letter names is the last one, to its last second."""
    calendar = WorkingCalendar(frozenset(WORKING_WEEK), ZoneInfo("UTC"))
    end = appeal_until(calendar, datetime.fromisoformat(decided))
    assert end == datetime.fromisoformat(until)
    assert last_day(end).isoformat() == until[:10]


def test_only_what_goes_against_the_author_has_a_statement() -> None:
    kinds = (ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL)
    measures = {(kind, outcome): measure_of(kind, outcome) for kind in kinds for outcome in Outcome}
    assert {pair: measure for pair, measure in measures.items() if measure is not None} == {
        (ItemKind.PROPOSAL, Outcome.DECLINE): Measure.DECLINED,
        (ItemKind.CHANGE, Outcome.DECLINE): Measure.CHANGE_DECLINED,
        (ItemKind.APPEAL, Outcome.DECLINE): Measure.DECLINE_UPHELD,
        **{(kind, Outcome.DUPLICATE): Measure.DUPLICATE for kind in kinds},
    }


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, Age.FRESH), (47.9, Age.FRESH), (48, Age.SOON), (71.9, Age.SOON), (72, Age.LATE)],
)
def test_what_is_due_soon_becomes_overdue_to_the_moment(hours: float, expected: Age) -> None:
    soon, due = NOON + timedelta(hours=48), NOON + timedelta(hours=72)
    assert age(soon, due, at=NOON + timedelta(hours=hours)) is expected


@pytest.mark.parametrize(
    ("days", "share"), [(0, 20), (3, 40), (7, 60), (11, 80), (13.9, 100), (200, 100)]
)
def test_the_promise_is_used_up_in_fifths(days: float, share: int) -> None:
    started = NOON - timedelta(days=days)
    assert share_of_promise(started, started + timedelta(days=14), at=NOON) == share
    assert share_of_promise(NOON, NOON, at=NOON) == 100


def test_urgent_ones_go_before_all_others_whatever_is_due() -> None:
    late, far = NOON - timedelta(days=9_000), NOON + timedelta(days=9_000)
    assert position(Urgency.URGENT, far) < position(Urgency.NORMAL, late)
    assert position(Urgency.NORMAL, far) < position(Urgency.LATER, late)
    assert position(Urgency.NORMAL, late) < position(Urgency.NORMAL, far)
