"""The life of a proposal: every state, every step, every actor; the table and nothing beside it."""

from itertools import product

import pytest

from citizen_diplomat.proposals.rules import (
    DECISIONS,
    DECISIONS_ON_APPEAL,
    EDITABLE,
    MOVES,
    PUBLIC,
    WAITING_FOR_STAFF,
    Actor,
    Draft,
    State,
    Step,
    find_move,
    lacks,
    steps_open_to,
)

# Written down once more by hand: a slip in the table must not pass its own test.
ALLOWED = {
    (State.DRAFT, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.CHANGES_REQUESTED, Step.SUBMIT, Actor.AUTHOR): State.SUBMITTED,
    (State.SUBMITTED, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.IN_REVIEW, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.CHANGES_REQUESTED, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.SUBMITTED, Step.CLAIM, Actor.STAFF): State.IN_REVIEW,
    (State.IN_REVIEW, Step.ACCEPT, Actor.STAFF): State.ACCEPTED,
    (State.IN_REVIEW, Step.REQUEST_CHANGES, Actor.STAFF): State.CHANGES_REQUESTED,
    (State.IN_REVIEW, Step.DECLINE, Actor.STAFF): State.DECLINED,
    (State.IN_REVIEW, Step.MARK_DUPLICATE, Actor.STAFF): State.DUPLICATE,
    (State.ACCEPTED, Step.TAKE_DOWN, Actor.STAFF): State.DECLINED,
    (State.DECLINED, Step.APPEAL, Actor.AUTHOR): State.APPEALED,
    (State.APPEALED, Step.WITHDRAW, Actor.AUTHOR): State.WITHDRAWN,
    (State.APPEALED, Step.GRANT_APPEAL, Actor.STAFF): State.ACCEPTED,
    (State.APPEALED, Step.UPHOLD_DECLINE, Actor.STAFF): State.DECLINED,
}
EVERYTHING = list(product(State, Step, Actor))
WHOLE = Draft("Title", "Summary", "Body", "health", ("porto",), "en")


@pytest.mark.parametrize(("source", "step", "actor"), EVERYTHING)
def test_only_the_named_moves_exist(source: State, step: Step, actor: Actor) -> None:
    """What is not written down cannot be done, and is not offered."""
    target = ALLOWED.get((source, step, actor))
    move = find_move(step, source, actor)
    assert (move.target if move else None) == target
    assert (step in steps_open_to(actor, source)) == (target is not None)


def test_authors_never_decide() -> None:
    """Nobody accepts, declines or publishes what they wrote themselves."""
    assert not [move for move in MOVES if move.step in DECISIONS and move.by is Actor.AUTHOR]


def test_every_decision_is_told_by_mail() -> None:
    """Whatever staff decide, the author gets a letter; so does every submission."""
    for move in MOVES:
        expected = {
            Step.SUBMIT: "received",
            Step.TAKE_DOWN: "text_removed",
            Step.APPEAL: "appeal_received",
            **dict.fromkeys(DECISIONS, "decision"),
            **dict.fromkeys(DECISIONS_ON_APPEAL, "appeal_decided"),
        }
        assert move.letter == expected.get(move.step)


def test_what_can_be_submitted_can_be_edited() -> None:
    """A text is open to its author exactly where it can be sent next, never while staff read."""
    assert {state for state in State if Step.SUBMIT in steps_open_to(Actor.AUTHOR, state)} == (
        EDITABLE
    )
    assert not EDITABLE & WAITING_FOR_STAFF
    assert not EDITABLE & PUBLIC


def test_a_whole_draft_lacks_nothing() -> None:
    """Skills may be left out."""
    assert lacks(WHOLE) == ()


def test_an_empty_draft_lacks_everything() -> None:
    """All at once, in the order of the form."""
    empty = Draft("", "", "", None, (), "")
    assert empty.is_empty
    assert lacks(empty) == ("title", "summary", "body", "topic", "cities", "language")
