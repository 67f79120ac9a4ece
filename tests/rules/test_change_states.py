"""The life of a change of an accepted proposal: the table and nothing beside it."""

from itertools import product

import pytest

from citizen_diplomat.proposals.rules import (
    CHANGE_EDITABLE,
    CHANGE_MOVES,
    DECISIONS,
    WAITING_FOR_STAFF,
    Actor,
    State,
    Step,
    find_move,
    steps_open_to,
)

# Written down once more by hand: a slip in the table must not pass its own test.
ALLOWED = {
    (State.DRAFT, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.CHANGES_REQUESTED, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.DECLINED, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.WITHDRAWN, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.SUBMITTED, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.IN_REVIEW, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.SUBMITTED, Step.CLAIM, Actor.STAFF): State.IN_REVIEW,
    (State.IN_REVIEW, Step.ACCEPT, Actor.STAFF): State.ACCEPTED,
    (State.IN_REVIEW, Step.REQUEST_CHANGES, Actor.STAFF): State.CHANGES_REQUESTED,
    (State.IN_REVIEW, Step.DECLINE, Actor.STAFF): State.DECLINED,
    (State.SUBMITTED, Step.TAKE_DOWN, Actor.STAFF): State.WITHDRAWN,
    (State.IN_REVIEW, Step.TAKE_DOWN, Actor.STAFF): State.WITHDRAWN,
}


@pytest.mark.parametrize(("source", "step", "actor"), list(product(State, Step, Actor)))
def test_only_the_named_moves_exist(source: State, step: Step, actor: Actor) -> None:
    target = ALLOWED.get((source, step, actor))
    move = find_move(step, source, actor, CHANGE_MOVES)
    assert (move.target if move else None) == target
    assert (step in steps_open_to(actor, source, CHANGE_MOVES)) == (target is not None)


def test_every_decision_and_every_submission_is_told_by_mail() -> None:
    for move in CHANGE_MOVES:
        expected = "change_decided" if move.step in DECISIONS else None
        assert move.letter == ("change_received" if move.step is Step.SUBMIT else expected)


def test_a_change_is_written_on_where_it_can_be_sent_never_while_staff_read() -> None:
    assert {
        State.DRAFT,
        State.CHANGES_REQUESTED,
        State.DECLINED,
        State.WITHDRAWN,
    } == CHANGE_EDITABLE
    assert not CHANGE_EDITABLE & WAITING_FOR_STAFF
