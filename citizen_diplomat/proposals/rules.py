"""The life of a proposal as one table: who may do what in which state, and what it becomes.

The same table drives the code, the buttons a person is shown, the mails sent and the tests.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
BODY_LENGTH = 20_000
WINDOW_LENGTH = 32
BENEFICIARIES_LENGTH = 300
PARTNERS_LENGTH = 300
OWN_PART_LENGTH = 1_000
TERM_LENGTH = 40
MOST_CITIES = 10
MOST_SKILLS = 15
MOST_COAUTHORS = 5
INVITATION_KEPT = timedelta(days=30)
"""How long an invitation to write along waits for its answer."""
MOST_FILES = 5
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes that one file may have when it is sent; pictures are kept smaller."""
FILE_NAME_LENGTH = 80
DESCRIPTION_LENGTH = 300
MOST_QUESTIONS = 10
QUESTION_LENGTH = 200
HELP_LENGTH = 300
MOST_OPTIONS = 10
OPTION_LENGTH = 100
DISCARDED_KEPT = timedelta(days=1)
"""How long a discarded draft can be brought back by its author."""
VISITOR_DRAFT_KEPT = timedelta(days=30)
"""How long a text waits for a visitor to register; as long as the cookie that leads to it."""
MOST_VISITOR_DRAFTS = 5
"""How many texts one browser may keep before it signs in."""


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


class Cost(StrEnum):
    """How much money a proposal needs, as far as its author can tell: a rough band in euros."""

    NONE = "none"
    UNDER_1000 = "under_1000"
    UNDER_10000 = "under_10000"
    UNDER_100000 = "under_100000"
    MORE = "more"
    UNKNOWN = "unknown"


class Duration(StrEnum):
    """How long a proposal takes until it is done."""

    WEEKS = "weeks"
    MONTHS = "months"
    YEAR = "year"
    YEARS = "years"
    LASTING = "lasting"


class QuestionKind(StrEnum):
    """How an extra question is answered."""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"


ANSWER_LENGTH = {QuestionKind.SHORT: 200, QuestionKind.LONG: 2_000}


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
    TAKE_DOWN = "take_down"
    APPEAL = "appeal"
    GRANT_APPEAL = "grant_appeal"
    UPHOLD_DECLINE = "uphold_decline"


class Bond(StrEnum):
    """What ties somebody to a proposal whose first author they are not."""

    INVITED = "invited"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    LEFT = "left"
    REMOVED = "removed"


CLOSED_TO_COAUTHORS = frozenset({State.DECLINED, State.DUPLICATE, State.WITHDRAWN})
"""Where nothing more is written, nobody is invited to write along."""
# Somebody whom the first author sent away is not let in by asking again, only by an invitation.
MAY_ASK = frozenset({None, Bond.DECLINED, Bond.LEFT})


@dataclass(frozen=True)
class Move:
    """One allowed step: who takes it, from where, to where, and the mail the author gets."""

    step: Step
    by: Actor
    source: State
    target: State
    letter: str | None = None


def _decisions(letter: str, **targets: State) -> tuple[Move, ...]:
    return tuple(
        Move(Step(step), Actor.STAFF, State.IN_REVIEW, target, letter)
        for step, target in targets.items()
    )


MOVES: tuple[Move, ...] = (
    Move(Step.SUBMIT, Actor.AUTHOR, State.DRAFT, State.SUBMITTED, "received"),
    Move(Step.SUBMIT, Actor.AUTHOR, State.CHANGES_REQUESTED, State.SUBMITTED, "received"),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.SUBMITTED, State.WITHDRAWN),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.IN_REVIEW, State.WITHDRAWN),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.CHANGES_REQUESTED, State.WITHDRAWN),
    Move(Step.CLAIM, Actor.STAFF, State.SUBMITTED, State.IN_REVIEW),
    *_decisions(
        "decision",
        accept=State.ACCEPTED,
        request_changes=State.CHANGES_REQUESTED,
        decline=State.DECLINED,
        duplicate=State.DUPLICATE,
    ),
    Move(Step.TAKE_DOWN, Actor.STAFF, State.ACCEPTED, State.DECLINED, "text_removed"),
    # Once, and while there is time: `moderation.appeals` says until when, and refuses the second.
    Move(Step.APPEAL, Actor.AUTHOR, State.DECLINED, State.APPEALED, "appeal_received"),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.APPEALED, State.WITHDRAWN),
    Move(Step.GRANT_APPEAL, Actor.STAFF, State.APPEALED, State.ACCEPTED, "appeal_decided"),
    Move(Step.UPHOLD_DECLINE, Actor.STAFF, State.APPEALED, State.DECLINED, "appeal_decided"),
)

# A change of an accepted proposal: the proposal stays accepted, and what was accepted stays public,
# while its new words take a way of their own. Until they are accepted they remain their author's,
# who may send them again or discard them.
CHANGE_MOVES: tuple[Move, ...] = (
    Move(Step.SUBMIT, Actor.AUTHOR, State.DRAFT, State.SUBMITTED, "change_received"),
    Move(Step.SUBMIT, Actor.AUTHOR, State.CHANGES_REQUESTED, State.SUBMITTED, "change_received"),
    Move(Step.SUBMIT, Actor.AUTHOR, State.DECLINED, State.SUBMITTED, "change_received"),
    Move(Step.SUBMIT, Actor.AUTHOR, State.WITHDRAWN, State.SUBMITTED, "change_received"),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.SUBMITTED, State.WITHDRAWN),
    Move(Step.WITHDRAW, Actor.AUTHOR, State.IN_REVIEW, State.WITHDRAWN),
    Move(Step.CLAIM, Actor.STAFF, State.SUBMITTED, State.IN_REVIEW),
    *_decisions(
        "change_decided",
        accept=State.ACCEPTED,
        request_changes=State.CHANGES_REQUESTED,
        decline=State.DECLINED,
    ),
    # With the proposal that it would change.
    Move(Step.TAKE_DOWN, Actor.STAFF, State.SUBMITTED, State.WITHDRAWN),
    Move(Step.TAKE_DOWN, Actor.STAFF, State.IN_REVIEW, State.WITHDRAWN),
)

DECISIONS_ON_APPEAL = frozenset({Step.GRANT_APPEAL, Step.UPHOLD_DECLINE})
DECISIONS = DECISIONS_ON_APPEAL | frozenset(
    {Step.ACCEPT, Step.REQUEST_CHANGES, Step.DECLINE, Step.MARK_DUPLICATE}
)
PUBLISHING = frozenset({Step.ACCEPT, Step.GRANT_APPEAL})
"""The steps by which a version becomes what everybody reads."""
PUBLIC = frozenset({State.ACCEPTED})
EDITABLE = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
CHANGE_EDITABLE = frozenset(move.source for move in CHANGE_MOVES if move.step is Step.SUBMIT)
WAITING_FOR_STAFF = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPEALED})
SEEN_BY_STAFF = frozenset(State) - {State.DRAFT}


@dataclass(frozen=True)
class Answer:
    """What was answered to an extra question, beside the wording that was asked.

    `owner` says whose question it was. What was typed stands in both languages alike; what was
    chosen stands in the words of each.
    """

    question: int
    owner: str
    asked_fa: str
    asked_en: str
    text_fa: str
    text_en: str


def owner_of_topic(slug: str) -> str:
    """The owner of the questions that a topic asks."""
    return f"topic:{slug}"


def owner_of_call(number: int) -> str:
    """The owner of the questions that a call asks."""
    return f"call:{number}"


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
    beneficiaries: str = ""
    partners: str = ""
    own_part: str = ""
    cost: Cost | None = None
    duration: Duration | None = None
    answers: tuple[Answer, ...] = ()
    """Those to questions of another topic are kept too: it may be chosen again."""
    call_number: int | None = None
    """The call that it answers; chosen before it is first sent, and kept from then on."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep: no word in any of its texts."""
        texts = (self.title, self.summary, self.body)
        return not any((*texts, self.beneficiaries, self.partners, self.own_part, self.answers))

    @property
    def answers_asked_for(self) -> tuple[Answer, ...]:
        """The answers to the questions of its topic and call: those that are sent and shown."""
        owners = {owner_of_topic(self.topic_slug or ""), owner_of_call(self.call_number or 0)}
        return tuple(answer for answer in self.answers if answer.owner in owners)


def question_name(question: int) -> str:
    """The name under which an extra question is a field, or one that is lacking."""
    return f"question_{question}"


def lacks(draft: Draft, required: tuple[int, ...] = ()) -> tuple[str, ...]:
    """The names of the fields that a draft still needs before it can be submitted.

    `required` are the extra questions that have to be answered.
    """
    needed = {
        "title": draft.title,
        "summary": draft.summary,
        "body": draft.body,
        "topic": draft.topic_slug,
        "cities": draft.city_slugs,
        "language": draft.language,
    }
    answered = {answer.question for answer in draft.answers}
    return (
        *(name for name, value in needed.items() if not value),
        *(question_name(number) for number in required if number not in answered),
    )


def find_move(step: Step, source: State, by: Actor, moves: tuple[Move, ...] = MOVES) -> Move | None:
    """The move that this actor would make, or None if it is not allowed."""
    for move in moves:
        if (move.step, move.source, move.by) == (step, source, by):
            return move
    return None


def steps_open_to(actor: Actor, source: State, moves: tuple[Move, ...] = MOVES) -> tuple[Step, ...]:
    """What this actor may do now, in the order of the table: the buttons to show."""
    return tuple(move.step for move in moves if move.by == actor and move.source == source)
