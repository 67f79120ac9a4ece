"""What an outcome is and when its silence is told, by the tables alone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from citizen_diplomat.outcomes.trail_rules import (
    Alarm,
    AnswerLink,
    OutcomeState,
    StepDates,
    alarm_due,
    answers_differ,
    link_in,
    link_of,
    standing,
    state_of,
)

DAY = timedelta(days=1)
BEGUN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SILENT = 45 * DAY
MIDNIGHT = time(0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("completed", "stopped", "steps", "quiet_days", "state"),
    [
        (False, False, False, 0, OutcomeState.PLANNED),
        (False, False, False, 44.9, OutcomeState.PLANNED),
        (False, False, False, 45, OutcomeState.SILENT),
        (False, False, True, 44.9, OutcomeState.UNDER_WAY),
        (False, False, True, 45, OutcomeState.SILENT),
        (False, False, True, -9, OutcomeState.UNDER_WAY),
        (True, False, True, 99, OutcomeState.COMPLETED),
        (False, True, False, 99, OutcomeState.STOPPED),
    ],
)
def test_the_state_follows_from_steps_and_end(
    completed: bool, stopped: bool, steps: bool, quiet_days: float, state: OutcomeState
) -> None:
    assert state is state_of(
        is_completed=completed,
        is_stopped=stopped,
        has_steps=steps,
        quiet_from=BEGUN,
        silent_after=SILENT,
        at=BEGUN + quiet_days * DAY,
    )


def step(number: int, noted: int, planned: int | None = None, done: int | None = None) -> StepDates:
    """A step written down on a day after the beginning; planned and done likewise."""
    day = BEGUN.date()
    return StepDates(
        number,
        BEGUN + noted * DAY,
        None if planned is None else day + planned * DAY,
        None if done is None else day + done * DAY,
    )


@pytest.mark.parametrize(
    ("steps", "last", "following", "quiet_from"),
    [
        ([], None, None, BEGUN),
        ([step(1, 3, done=1)], 1, None, BEGUN + 3 * DAY),
        # The newest step counts, whatever the day on which it was done.
        ([step(1, 9, done=1), step(2, 5, done=4)], 2, None, BEGUN + 9 * DAY),
        # While a next day lies ahead nobody is silent; its end counts, and the nearest one.
        ([step(1, 3, done=1), step(2, 3, planned=20)], 1, 2, datetime(2026, 11, 23, tzinfo=UTC)),
        (
            [step(1, 3, planned=400), step(2, 3, planned=20)],
            None,
            2,
            datetime(2026, 11, 23, tzinfo=UTC),
        ),
        # A passed day that nobody said anything about: what was written later still counts.
        ([step(1, 3, planned=4), step(2, 9, done=9)], 2, 1, BEGUN + 9 * DAY),
        # Without a day it holds nothing up.
        ([step(1, 3)], None, 1, BEGUN + 3 * DAY),
    ],
)
def test_quiet_is_counted_from_the_newest_step_or_the_next_day(
    steps: list[StepDates], last: int | None, following: int | None, quiet_from: datetime
) -> None:
    stands = standing(steps, begun_at=BEGUN, midnight=MIDNIGHT)
    assert (stands.last, stands.next, stands.quiet_from) == (last, following, quiet_from)


@pytest.mark.parametrize(
    ("days", "alarmed", "escalated", "due"),
    [
        (44.9, False, False, Alarm.NONE),
        (45, False, False, Alarm.FIRST),
        (46, True, False, Alarm.NONE),
        (89.9, True, False, Alarm.NONE),
        (90, True, False, Alarm.ESCALATION),
        (91, True, True, Alarm.NONE),
        (500, True, True, Alarm.NONE),
        # After a long night the first letter comes first.
        (200, False, False, Alarm.FIRST),
    ],
)
def test_each_silence_is_told_once_and_once_more(
    days: float, alarmed: bool, escalated: bool, due: Alarm
) -> None:
    assert due is alarm_due(
        quiet_from=BEGUN,
        silent_after=SILENT,
        alarmed_at=BEGUN if alarmed else None,
        escalated_at=BEGUN if escalated else None,
        at=BEGUN + days * DAY,
    )


@pytest.mark.parametrize(
    ("days", "revoked", "answered", "completed", "public", "link"),
    [
        (0, False, False, True, True, AnswerLink.OPEN),
        (30, False, False, True, True, AnswerLink.EXPIRED),
        (0, True, False, True, True, AnswerLink.REVOKED),
        (0, False, False, False, True, AnswerLink.SETTLED),
        (0, False, False, True, False, AnswerLink.TAKEN_DOWN),
        (99, True, True, False, False, AnswerLink.ANSWERED),
    ],
)
def test_a_question_ends_with_its_day_and_with_its_reason(
    days: int, revoked: bool, answered: bool, completed: bool, public: bool, link: AnswerLink
) -> None:
    assert link is link_of(
        expires_at=BEGUN + 30 * DAY,
        revoked_at=BEGUN if revoked else None,
        answered_at=BEGUN if answered else None,
        is_completed=completed,
        is_public=public,
        at=BEGUN + days * DAY,
    )


def test_only_two_answers_can_differ() -> None:
    assert answers_differ(["yes", "no"])
    assert answers_differ(["yes", "partly", "yes"])
    assert not answers_differ(["no", "no"])
    assert not answers_differ(["yes"])


@pytest.mark.parametrize("line", ["javascript:alert(1)", "letter 17", "https://", "http://a b"])
def test_what_is_no_address_is_text(line: str) -> None:
    assert link_in(line) is None
    assert link_in("https://barcelona.cat/minutes.pdf") is not None
