"""How the desk works: claims with a lease, four outcomes, each with a reason."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from citizen_diplomat.proposals.rules import State, Step

LEASE = timedelta(minutes=30)
KEPT_LEASE = timedelta(days=365)
"""How long an item stays theirs who keep a decision on it: in practice until that is applied."""
MOST_AT_ONCE = 50
"""How many kept decisions are applied in one batch."""
HELD_AT_MOST = 2
"""How many working days the mails of a batch may be held before that is a warning."""
HEARTBEAT_EVERY = timedelta(minutes=5)
MESSAGE_LENGTH = 5_000
NOTE_LENGTH = 2_000
REASON_LENGTH = 1_000
QUOTE_LENGTH = 500
REMARK_LENGTH = 1_000
MOST_REMARKS = 20
"""How many remarks on passages go along with one request for changes."""
APPEAL_LENGTH = 5_000
SHORTEST_APPEAL = 20
"""Characters of an appeal, and of the explanation of what became of it."""
UNSHIELDING_WAITS = timedelta(days=7)
"""How long a request to see who stands behind a pen name waits for the second member of staff."""
UNSHIELDING_SHOWN = timedelta(days=30)
"""How long the two see the name after it was approved."""
HELD_TOO_LONG = timedelta(days=1)
"""How long an item may be held, prolonged or kept for a batch, before that is pointed out."""
SOON = 2
"""Working days before its target at which an item is due soon."""
UNDECIDED = frozenset({State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED})
"""Where a proposal was sent, and its last word has not been said."""


class ItemKind(StrEnum):
    """What waits in the moderation queue."""

    PROPOSAL = "proposal"
    CHANGE = "change"
    """A new version of a proposal that was accepted before."""
    COMMENT = "comment"
    REPORT = "report"
    SKILL = "skill"
    """A skill that a member suggests for the list."""
    APPEAL = "appeal"
    """Its author asks somebody else to look at a declined proposal again."""
    SANCTION_APPEAL = "sanction_appeal"


class Outcome(StrEnum):
    """What a moderator can decide."""

    ACCEPT = "accept"
    REQUEST_CHANGES = "request_changes"
    DECLINE = "decline"
    DUPLICATE = "duplicate"


class BatchResult(StrEnum):
    """What became of a kept decision when it was applied; all but the first changed nothing."""

    APPLIED = "applied"
    DECIDED = "decided"
    """Somebody decided on the item meanwhile."""
    HELD = "held"
    """A colleague has taken the item over."""
    CHANGED = "changed"
    """The text is not the one that was read."""
    CLOSED = "closed"
    """It waits no more: withdrawn, or its author is gone."""
    REASON_GONE = "reason_gone"
    """The reason is not offered any more."""
    ORIGINAL_GONE = "original_gone"
    NOT_ALLOWED = "not_allowed"
    """Whoever kept it, or applies it, may not decide on this item any more."""
    GONE = "gone"
    """A colleague applied or discarded it at the same moment."""


class Target(StrEnum):
    """What the office promises to do within so many working days."""

    ANSWER = "answer"
    """A first answer of any kind."""
    DECISION = "decision"
    APPEAL = "appeal"


class EditAnswer(StrEnum):
    """What became of an offer to accept a proposal with the desk's edits."""

    AGREED = "agreed"
    REFUSED = "refused"
    """Its author would rather change the text themselves."""
    ENDED = "ended"
    """Its author sent another text, or took the proposal back."""
    WITHDRAWN = "withdrawn"


class Passage(StrEnum):
    """The texts of a proposal that a remark can be anchored to, in the order of the page."""

    TITLE = "title"
    SUMMARY = "summary"
    BODY = "body"
    BENEFICIARIES = "beneficiaries"
    PARTNERS = "partners"
    OWN_PART = "own_part"


class Assigned(StrEnum):
    """Whose items to show."""

    ME = "me"
    """Held by the reader, assigned to them, or to somebody they stand in for."""
    DESK = "desk"
    """Of the desks they belong to."""
    FREE = "free"
    """Neither held by nor assigned to anybody."""
    HELD = "held"
    """Held by somebody for longer than `HELD_TOO_LONG`."""


class Age(StrEnum):
    """How an item stands against what was promised; `late` is overdue.

    What is due `today` is soon, too.
    """

    FRESH = "fresh"
    SOON = "soon"
    TODAY = "today"
    LATE = "late"


class Urgency(IntEnum):
    """What goes first in the queue, whatever is due when."""

    URGENT = 0
    NORMAL = 1
    LATER = 2


TARGETS: dict[Target, int] = {Target.ANSWER: 5, Target.DECISION: 10, Target.APPEAL: 10}
"""Working days, until somebody edits them."""

TARGET_OF: dict[ItemKind, Target] = {
    ItemKind.PROPOSAL: Target.DECISION,
    ItemKind.CHANGE: Target.DECISION,
    ItemKind.COMMENT: Target.ANSWER,
    ItemKind.REPORT: Target.ANSWER,
    ItemKind.SKILL: Target.ANSWER,
    ItemKind.APPEAL: Target.APPEAL,
    ItemKind.SANCTION_APPEAL: Target.APPEAL,
}
"""By when each kind of item is to be closed. What is to be decided is also answered first."""


class Measure(StrEnum):
    """What a statement of reasons is about: a decision against what somebody wrote."""

    DECLINED = "declined"
    DUPLICATE = "duplicate"
    CHANGE_DECLINED = "change_declined"
    DECLINE_UPHELD = "decline_upheld"
    """On appeal: final within this site."""
    COMMENT_REMOVED = "comment_removed"
    PROPOSAL_TAKEN_DOWN = "proposal_taken_down"
    PROFILE_EMPTIED = "profile_emptied"
    MESSAGE_REMOVED = "message_removed"


STEP: dict[Outcome, Step] = {
    Outcome.ACCEPT: Step.ACCEPT,
    Outcome.REQUEST_CHANGES: Step.REQUEST_CHANGES,
    Outcome.DECLINE: Step.DECLINE,
    Outcome.DUPLICATE: Step.MARK_DUPLICATE,
}


STEP_ON_APPEAL: dict[Outcome, Step] = {
    Outcome.ACCEPT: Step.GRANT_APPEAL,
    Outcome.DECLINE: Step.UPHOLD_DECLINE,
}
"""An appeal is granted or not: it does not come back to its author for changes."""


def step_of(kind: ItemKind, outcome: Outcome) -> Step | None:
    """The step by which an outcome is taken on an item of this kind; None where it cannot be."""
    if kind is ItemKind.APPEAL:
        return STEP_ON_APPEAL.get(outcome)
    if kind is ItemKind.CHANGE and outcome is Outcome.DUPLICATE:
        return None
    return STEP[outcome]


def measure_of(kind: ItemKind, outcome: Outcome) -> Measure | None:
    """What a decision is to its author when it goes against them, else None.

    A request for changes is none: it is their turn then, and nothing is decided yet.
    """
    if outcome is Outcome.DUPLICATE:
        return Measure.DUPLICATE
    if outcome is not Outcome.DECLINE:
        return None
    of_kind = {
        ItemKind.APPEAL: Measure.DECLINE_UPHELD,
        ItemKind.CHANGE: Measure.CHANGE_DECLINED,
    }
    return of_kind.get(kind, Measure.DECLINED)


def may_appeal(last: Step | None, until: datetime, *, has_appealed: bool, at: datetime) -> bool:
    """Whether the author may appeal at `at`: against a decline, once, and before `until`.

    `last` is the newest step that the proposal took. Who was declined on appeal, who withdrew and
    whose public text was taken out has no appeal of this kind.
    """
    return last is Step.DECLINE and not has_appealed and at < until


def is_held(holder_id: int | None, lease_until: datetime | None, *, at: datetime) -> bool:
    """Whether somebody holds the item: claimed, and the lease has not run out."""
    return holder_id is not None and lease_until is not None and lease_until > at


def outlasts_claim(lease_until: datetime | None, *, at: datetime) -> bool:
    """Whether an item is held for a kept decision, and not for the half hour of a claim."""
    return lease_until is not None and lease_until > at + LEASE


def may_claim(
    holder_id: int | None, lease_until: datetime | None, *, by: int, at: datetime
) -> bool:
    """Whether `by` may take the item: it is free, the lease of another ran out, or it is theirs."""
    return holder_id == by or not is_held(holder_id, lease_until, at=at)


def may_decide(authors: Collection[int], *, by: int) -> bool:
    """Whether `by` may decide at all: nobody decides on what they wrote, alone or along."""
    return by not in authors


def age(soon_at: datetime, due_at: datetime, *, at: datetime) -> Age:
    """How an item stands that is due soon from one moment on, and overdue from another."""
    if at >= due_at:
        return Age.LATE
    return Age.SOON if at >= soon_at else Age.FRESH


def position(urgency: int, due_at: datetime) -> int:
    """The place in the queue, smallest first: urgency, then when it is due, to the second."""
    return urgency * _SECONDS_APART + int(due_at.timestamp())


_SECONDS_APART = 10**11
"""More seconds than lie between any two times that can be due."""


def share_of_promise(started_at: datetime, due_at: datetime, *, at: datetime) -> int:
    """How much of the promised time is used up, in steps of 20 percent: 20, 40, 60, 80 or 100."""
    if due_at <= started_at:
        return 100
    used = (at - started_at) / (due_at - started_at)
    return min(max(int(used * 5) + 1, 1), 5) * 20
