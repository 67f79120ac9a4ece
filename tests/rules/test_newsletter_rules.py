"""What an issue of the newsletter needs before it leaves, and how it comes so far."""

from datetime import UTC, date, datetime

import pytest

from citizen_diplomat.newsletter.rules import (
    MOVES,
    SHAPES,
    Block,
    BlockKind,
    Draft,
    IssueState,
    Problem,
    Segment,
    Step,
    findings_of,
    is_past,
    may_follow,
    may_pass,
)

PUBLIC = {BlockKind.PROPOSAL: {7}, BlockKind.CALL: {3}}
WHOLE = Block(BlockKind.TEXT, fa="سلام", en="Hello")


@pytest.mark.parametrize(
    ("block", "problems"),
    [
        (WHOLE, []),
        (Block(BlockKind.TEXT, fa="سلام"), [Problem.NO_TEXT_EN]),
        (Block(BlockKind.PREFACE), [Problem.NO_TEXT_FA, Problem.NO_TEXT_EN]),
        (Block(BlockKind.PROPOSAL), [Problem.NO_NUMBER]),
        (Block(BlockKind.PROPOSAL, number=7), []),
        (Block(BlockKind.PROPOSAL, number=8), [Problem.NOT_PUBLIC]),
        (Block(BlockKind.CALL, number=3), []),
        (Block(BlockKind.CALL, number=7), [Problem.NOT_PUBLIC]),
        (Block(BlockKind.EVENT), [Problem.NO_NUMBER]),
    ],
)
def test_what_is_missing_is_said_at_its_block(block: Block, problems: list[Problem]) -> None:
    found = findings_of(Draft("الف", "A", (WHOLE, block)), PUBLIC)
    assert [(one.problem, one.block) for one in found] == [(each, 1) for each in problems]


def test_an_empty_issue_misses_everything() -> None:
    found = {one.problem for one in findings_of(Draft("", ""), {})}
    assert found == {Problem.NO_SUBJECT_FA, Problem.NO_SUBJECT_EN, Problem.NO_BLOCKS}


def test_every_kind_of_block_has_a_shape() -> None:
    assert set(SHAPES) == set(BlockKind)


@pytest.mark.parametrize(
    ("segment", "is_empty"),
    [
        (Segment(), True),
        (Segment(only_failed=True), True),
        (Segment(everybody=True), False),
        (Segment(cities=("barcelona",)), False),
        (Segment(earlier=3), False),
    ],
)
def test_an_empty_segment_is_nobody(segment: Segment, is_empty: bool) -> None:
    assert segment.is_empty is is_empty
    assert Segment.of(segment.stored()) == segment


def test_nothing_stored_is_nobody() -> None:
    assert Segment.of({}).is_empty


def test_only_a_released_issue_can_be_sent_and_nothing_that_left_comes_back() -> None:
    steps = {state: {step for step in Step if may_follow(step, state)} for state in IssueState}
    assert steps == {
        IssueState.DRAFT: {Step.EDIT, Step.REVIEW, Step.DISCARD},
        IssueState.REVIEWED: {Step.EDIT, Step.RELEASE, Step.DISCARD},
        IssueState.SCHEDULED: {Step.CANCEL, Step.BEGIN},
        IssueState.SENDING: {Step.FINISH, Step.STOP},
        IssueState.SENT: set(),
        IssueState.STOPPED: set(),
        IssueState.DISCARDED: set(),
    }
    assert set(MOVES) == set(Step)


@pytest.mark.parametrize(
    ("editor", "reader", "colleagues", "may"),
    [(1, 2, 1, True), (1, 1, 1, False), (1, 1, 0, True)],
)
def test_who_wrote_it_passes_it_only_when_alone(
    editor: int, reader: int, colleagues: int, may: bool
) -> None:
    assert may_pass(editor, reader, colleagues) is may


def test_an_hour_that_has_begun_is_past() -> None:
    nine = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    today, tomorrow = date(2026, 11, 27), date(2026, 11, 28)
    assert [is_past(today, hour, local=nine) for hour in (8, 9, 10)] == [True, True, False]
    assert not is_past(tomorrow, 8, local=nine)
