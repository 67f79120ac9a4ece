"""The life of an accepted proposal: what its outcome is now, and from when on it is silent.

An outcome has no stored state. What it is follows from its steps and from whether somebody said
that it is completed or stopped: nobody has to be awake when it falls silent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

DAY = timedelta(days=1)
STEP_LENGTH = 300
PARTNER_LENGTH = 120
CONTACT_LENGTH = 300
DOCUMENTS_LENGTH = 2_000
REASON_LENGTH = 500
HAPPENED_LENGTH = 1_000
HOURS_WORDS_LENGTH = 200
MOST_STEPS = 200
"""Steps of one outcome: a page that stays readable, and a loop that ends."""
MOST_HOURS_NOTED = 100
"""Hours in one note; who worked longer writes two."""
LONGEST_AHEAD = timedelta(days=1_100)
"""So far ahead can the day of a step be planned: about three years."""
FEWEST_SILENT_DAYS, USUAL_SILENT_DAYS, MOST_SILENT_DAYS = 7, 30, 365
"""Days without a step after which an outcome is silent; the office chooses."""
ESCALATES_AFTER = 2
"""So many times the days of silence, and the head of the desk hears of it once more."""
MOST_ASKED = 10
"""So many partners of one outcome can be asked whether it happened."""


class StepKind(StrEnum):
    """What is done for an accepted proposal."""

    LETTER = "letter"
    CALL = "call"
    MEETING = "meeting"
    CLAUSE = "clause"
    FESTIVAL = "festival"
    OTHER = "other"


class OutcomeState(StrEnum):
    """What has become of an accepted proposal."""

    PLANNED = "planned"
    """Accepted; no step is written down yet."""
    UNDER_WAY = "under_way"
    SILENT = "silent"
    COMPLETED = "completed"
    STOPPED = "stopped"


class Happened(StrEnum):
    """What somebody says who is asked "did it happen?"."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Asked(StrEnum):
    """Who is asked "did it happen?"."""

    AUTHOR = "author"
    PARTNER = "partner"


class AnswerLink(StrEnum):
    """Whether a question "did it happen?" can be answered, and if not, why."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ANSWERED = "answered"
    SETTLED = "settled"
    """The outcome was taken up again: what was completed then is not what is asked about."""
    TAKEN_DOWN = "taken_down"
    """Nobody reads the proposal any more: there is no page for the answer to stand on."""


class Alarm(StrEnum):
    """What the silence of an outcome calls for now."""

    NONE = "none"
    FIRST = "first"
    """Its owner and the head of the desk are told."""
    ESCALATION = "escalation"
    """The head of the desk is told once more."""


@dataclass(frozen=True)
class StepDates:
    """Of one step: when it was last worked on, for which day it is planned, and when it was done.

    `noted_at` is when it was written down or, if that is later, said to be done.
    """

    id: int
    noted_at: datetime
    planned_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class Standing:
    """What follows from the steps of an outcome: the last one done, the next one, the quiet."""

    last: int | None
    next: int | None
    quiet_from: datetime


def standing(steps: Iterable[StepDates], *, begun_at: datetime, midnight: time) -> Standing:
    """Where an outcome stands that began at `begun_at`.

    It is quiet from its newest step on, and while a next day lies ahead not before that day is
    over; `midnight` is 0:00 where the office is.
    """
    rows = list(steps)
    done = [row for row in rows if row.done_on is not None]
    dated = [row for row in rows if row.done_on is None and row.planned_on is not None]
    undated = [row for row in rows if row.done_on is None and row.planned_on is None]
    last = max(done, key=lambda row: (row.done_on, row.id), default=None)
    ahead = min(dated, key=lambda row: (row.planned_on, row.id), default=None)
    first_undated = min(undated, key=lambda row: row.id, default=None)
    following = ahead or first_undated
    moments = [begun_at, *(row.noted_at for row in rows)]
    if ahead is not None and ahead.planned_on is not None:
        moments.append(datetime.combine(ahead.planned_on + DAY, midnight))
    return Standing(last.id if last else None, following.id if following else None, max(moments))


def state_of(
    *,
    is_completed: bool,
    is_stopped: bool,
    has_steps: bool,
    quiet_from: datetime,
    silent_after: timedelta,
    at: datetime,
) -> OutcomeState:
    """What an outcome is at `at`: the first line that fits decides."""
    table = (
        (is_completed, OutcomeState.COMPLETED),
        (is_stopped, OutcomeState.STOPPED),
        (quiet_from + silent_after <= at, OutcomeState.SILENT),
        (has_steps, OutcomeState.UNDER_WAY),
    )
    return next((state for fits, state in table if fits), OutcomeState.PLANNED)


OPEN = frozenset({OutcomeState.PLANNED, OutcomeState.UNDER_WAY, OutcomeState.SILENT})
"""What somebody still works on, or should."""


def alarm_due(
    *,
    quiet_from: datetime,
    silent_after: timedelta,
    alarmed_at: datetime | None,
    escalated_at: datetime | None,
    at: datetime,
) -> Alarm:
    """What the silence of an open outcome calls for at `at`: each of the two letters once."""
    if quiet_from + silent_after > at:
        return Alarm.NONE
    if alarmed_at is None:
        return Alarm.FIRST
    is_long = quiet_from + ESCALATES_AFTER * silent_after <= at
    return Alarm.ESCALATION if is_long and escalated_at is None else Alarm.NONE


def link_of(
    *,
    expires_at: datetime,
    revoked_at: datetime | None,
    answered_at: datetime | None,
    is_completed: bool,
    is_public: bool,
    at: datetime,
) -> AnswerLink:
    """What a question "did it happen?" does at `at`; an answer that was given stays one."""
    table = (
        (answered_at is not None, AnswerLink.ANSWERED),
        (revoked_at is not None, AnswerLink.REVOKED),
        (not is_public, AnswerLink.TAKEN_DOWN),
        (not is_completed, AnswerLink.SETTLED),
        (at >= expires_at, AnswerLink.EXPIRED),
    )
    return next((link for fits, link in table if fits), AnswerLink.OPEN)


def answers_differ(answers: Iterable[str]) -> bool:
    """Whether those who were asked do not say the same."""
    return len(set(answers)) > 1


def needs_words(answer: str | None) -> bool:
    """Whether an answer says nothing without words: what is missing must be named."""
    return answer in {Happened.PARTLY, Happened.NO}


def link_in(line: str) -> str | None:
    """A line of the documents as an address that can be followed, or None for plain text."""
    try:
        parts = urlsplit(line)
    except ValueError:
        return None
    return line if parts.scheme in {"http", "https"} and parts.netloc and " " not in line else None
