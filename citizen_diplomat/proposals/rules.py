"""The life of a proposal as one table: who may do what in which state, and what it becomes.

The same table drives the code, the buttons a person is shown, the mails sent and the tests.
"""

from dataclasses import dataclass
from enum import StrEnum

TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
BODY_LENGTH = 20_000
MOST_CITIES = 10
MOST_SKILLS = 15


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes_requested"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


class Actor(StrEnum):
    """Who takes a step."""

    AUTHOR = "author"
    STAFF = "staff"


class Step(StrEnum):
    """A verb that moves a proposal from one state to another."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    ACCEPT = "accept"
    REQUEST_CHANGES = "request_changes"
    DECLINE = "decline"
    MARK_DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Move:
    """One allowed step: who takes it, from where, to where, and the mail the author gets."""

    step: Step
    by: Actor
    source: State
    target: State
    letter: str | None = None


def _decisions(source: State) -> tuple[Move, ...]:
    return tuple(
        Move(step, Actor.STAFF, source, target, "decision")
        for step, target in (
            (Step.ACCEPT, State.ACCEPTED),
            (Step.REQUEST_CHANGES, State.CHANGES_REQUESTED),
            (Step.DECLINE, State.DECLINED),
            (Step.MARK_DUPLICATE, State.DUPLICATE),
        )
    )


MOVES: tuple[Move, ...] = (
    Move(Step.SUBMIT, Actor.AUTHOR, State.DRAFT, State.SUBMITTED, "received"),
    Move(Step.SUBMIT, Actor.AUTHOR, State.CHANGES_REQUESTED, State.SUBMITTED, "received"),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.SUBMITTED, State.WITHDRAWN),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.IN_REVIEW, State.WITHDRAWN),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.CHANGES_REQUESTED, State.WITHDRAWN),
    Move(Step.CLAIM, Actor.STAFF, State.SUBMITTED, State.IN_REVIEW),
    *_decisions(State.IN_REVIEW),
)

DECISIONS = frozenset({Step.ACCEPT, Step.REQUEST_CHANGES, Step.DECLINE, Step.MARK_DUPLICATE})
PUBLIC = frozenset({State.ACCEPTED})
EDITABLE = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
WAITING_FOR_STAFF = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPEALED})
SEEN_BY_STAFF = frozenset(State) - {State.DRAFT}


@dataclass(frozen=True)
class Draft:
    """What an author wrote, complete or not; texts are cleaned, slugs are known ones."""

    title: str
    summary: str
    body: str
    topic_slug: str | None
    city_slugs: tuple[str, ...]
    language: str
    skill_slugs: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep: no word in any of its texts."""
        return not (self.title or self.summary or self.body)


def lacks(draft: Draft) -> tuple[str, ...]:
    """The names of the fields that a draft still needs before it can be submitted."""
    needed = {
        "title": draft.title,
        "summary": draft.summary,
        "body": draft.body,
        "topic": draft.topic_slug,
        "cities": draft.city_slugs,
        "language": draft.language,
    }
    return tuple(name for name, value in needed.items() if not value)


def find_move(step: Step, source: State, by: Actor) -> Move | None:
    """The move that this actor would make, or None if it is not allowed."""
    for move in MOVES:
        if (move.step, move.source, move.by) == (step, source, by):
            return move
    return None


def steps_open_to(actor: Actor, source: State) -> tuple[Step, ...]:
    """What this actor may do now, in the order of the table: the buttons to show."""
    return tuple(move.step for move in MOVES if move.by == actor and move.source == source)


def is_final(state: State) -> bool:
    """Whether nothing can follow."""
    return not any(move.source == state for move in MOVES)
