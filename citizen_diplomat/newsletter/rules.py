"""What an issue of the newsletter may hold, which states follow each other, and who gets it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

SUBJECT_LENGTH = 120
BLOCK_LENGTH = 4_000
"""Characters of one language of a block."""
MOST_BLOCKS = 20
LARGEST_LETTER = 40_000
"""Bytes of the HTML of a letter: what is larger, some mail programs cut off."""
HOURS = range(6, 12)
"""In which local hours an issue may arrive."""
USUAL_HOUR = 8
FURTHEST_DAYS = 90
"""How far ahead an issue may be scheduled."""
ACTIVE_DAYS = (30, 90, 365)
WRITTEN_IN = ("fa", "en")
"""The languages of an issue: every block is written in each of them."""


class IssueState(StrEnum):
    """How far an issue has come."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    """Somebody read it over as it stands."""
    SCHEDULED = "scheduled"
    """Released: its list of readers is fixed, and it waits for its morning."""
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"
    """Stopped while it was being sent: what has left has left."""
    DISCARDED = "discarded"


class Step(StrEnum):
    """What brings an issue from one state into another."""

    EDIT = "edit"
    REVIEW = "review"
    RELEASE = "release"
    CANCEL = "cancel"
    BEGIN = "begin"
    FINISH = "finish"
    STOP = "stop"
    DISCARD = "discard"


_OPEN = frozenset({IssueState.DRAFT, IssueState.REVIEWED})
MOVES: Mapping[Step, tuple[frozenset[IssueState], IssueState]] = {
    # Whatever is changed has to be read over again.
    Step.EDIT: (_OPEN, IssueState.DRAFT),
    Step.REVIEW: (frozenset({IssueState.DRAFT}), IssueState.REVIEWED),
    Step.RELEASE: (frozenset({IssueState.REVIEWED}), IssueState.SCHEDULED),
    Step.CANCEL: (frozenset({IssueState.SCHEDULED}), IssueState.DRAFT),
    Step.BEGIN: (frozenset({IssueState.SCHEDULED}), IssueState.SENDING),
    Step.FINISH: (frozenset({IssueState.SENDING}), IssueState.SENT),
    Step.STOP: (frozenset({IssueState.SENDING}), IssueState.STOPPED),
    Step.DISCARD: (_OPEN, IssueState.DISCARDED),
}
PUBLIC = frozenset({IssueState.SENDING, IssueState.SENT})
"""Which issues everybody may read on the site: from the first letter on, whose link leads there."""
RELEASED = frozenset({IssueState.SCHEDULED, IssueState.SENDING, IssueState.SENT})
AGAIN = frozenset({IssueState.SENT, IssueState.STOPPED})
"""Which issues can be sent once more, with a preface."""


def is_past(day: date, hour: int, *, local: datetime) -> bool:
    """Whether that hour of a day is past, or has begun, by the local time `local`."""
    return (day, hour) <= (local.date(), local.hour)


def may_follow(step: Step, state: str) -> bool:
    """Whether an issue in this state can take this step."""
    return state in MOVES[step][0]


def may_pass(editor: int, reader: int, colleagues: int) -> bool:
    """Whether `reader` may read over and release what `editor` changed last.

    Nobody is the only one who looks at their own letter to everybody, unless nobody else holds the
    duty: `colleagues` counts the others who do.
    """
    return reader != editor or colleagues == 0


class BlockKind(StrEnum):
    """What a part of an issue is."""

    TEXT = "text"
    PROPOSAL = "proposal"
    CALL = "call"
    EVENT = "event"
    NEWS = "news"
    PREFACE = "preface"
    """A word before an issue that is sent again."""


@dataclass(frozen=True)
class Shape:
    """What a kind of block needs: texts in both languages, the number of a thing; or both."""

    has_text: bool
    has_number: bool
    is_offered: bool = True
    """Whether staff choose it; others come by themselves."""


SHAPES: Mapping[BlockKind, Shape] = {
    BlockKind.TEXT: Shape(has_text=True, has_number=False),
    BlockKind.PROPOSAL: Shape(has_text=False, has_number=True),
    BlockKind.CALL: Shape(has_text=False, has_number=True),
    BlockKind.EVENT: Shape(has_text=False, has_number=True),
    BlockKind.NEWS: Shape(has_text=False, has_number=True),
    BlockKind.PREFACE: Shape(has_text=True, has_number=False, is_offered=False),
}
"""All kinds of blocks. What one with a number names, and tells of it, stands in `named.NAMED`."""


@dataclass(frozen=True)
class Block:
    """One part of an issue, in each language; `number` names what it is about, by its kind."""

    kind: BlockKind
    fa: str = ""
    en: str = ""
    number: int | None = None

    def text(self, language: str) -> str:
        """What it says in a language of `WRITTEN_IN`."""
        return self.fa if language == "fa" else self.en

    def stored(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"kind": self.kind.value, "fa": self.fa, "en": self.en, "number": self.number}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The block that was stored."""
        return cls(BlockKind(stored["kind"]), stored["fa"], stored["en"], stored["number"])


@dataclass(frozen=True)
class Draft:
    """What was written of an issue: its subject in each language, and its parts in order."""

    subject_fa: str
    subject_en: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Who an issue is for, among those who asked for the newsletter.

    Within one filter any match is enough, all filters together narrow. AN EMPTY SEGMENT IS NOBODY:
    whoever means everybody has to say so.
    """

    everybody: bool = False
    cities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    active_days: int | None = None
    """Signed in within so many days."""
    earlier: int | None = None
    """Readers of that issue alone."""
    only_failed: bool = False
    """Of those, only whom its mail did not reach."""

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(
            self.cities
            or self.topics
            or self.skills
            or self.languages
            or self.active_days
            or self.earlier
        )

    @property
    def is_empty(self) -> bool:
        """Whether it names nobody."""
        return not self.everybody and not self.is_narrowed

    def stored(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "everybody": self.everybody,
            "cities": list(self.cities),
            "topics": list(self.topics),
            "skills": list(self.skills),
            "languages": list(self.languages),
            "active_days": self.active_days,
            "earlier": self.earlier,
            "only_failed": self.only_failed,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The segment that was stored; nothing stored is nobody."""
        lists = ("cities", "topics", "skills", "languages")
        values: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in stored.items()
        }
        return cls(**values)


class Problem(StrEnum):
    """Why an issue cannot leave."""

    NO_SUBJECT_FA = "no_subject_fa"
    NO_SUBJECT_EN = "no_subject_en"
    NO_BLOCKS = "no_blocks"
    NO_TEXT_FA = "no_text_fa"
    NO_TEXT_EN = "no_text_en"
    NO_NUMBER = "no_number"
    NOT_PUBLIC = "not_public"
    PERSONAL_LINK = "personal_link"
    TOO_LARGE = "too_large"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Finding:
    """One problem, and at which block; None: of the whole issue."""

    problem: Problem
    block: int | None = None


def findings_of(draft: Draft, public: Mapping[BlockKind, Collection[int]]) -> list[Finding]:
    """What is missing in an issue; `public` are the numbers of what everybody reads, by kind."""
    found = []
    if not draft.subject_fa:
        found.append(Finding(Problem.NO_SUBJECT_FA))
    if not draft.subject_en:
        found.append(Finding(Problem.NO_SUBJECT_EN))
    if not draft.blocks:
        found.append(Finding(Problem.NO_BLOCKS))
    for index, block in enumerate(draft.blocks):
        found += [Finding(one, index) for one in _missing(block, public.get(block.kind, ()))]
    return found


def _missing(block: Block, public_numbers: Collection[int]) -> Sequence[Problem]:
    shape, missing = SHAPES[block.kind], []
    if shape.has_text and not block.fa:
        missing.append(Problem.NO_TEXT_FA)
    if shape.has_text and not block.en:
        missing.append(Problem.NO_TEXT_EN)
    if shape.has_number and block.number is None:
        missing.append(Problem.NO_NUMBER)
    elif shape.has_number and block.number not in public_numbers:
        missing.append(Problem.NOT_PUBLIC)
    return missing


class Fate(StrEnum):
    """What became of an issue for one of its readers."""

    LISTED = "listed"
    """Its turn has not come."""
    LEFT_OUT = "left_out"
    """When its turn came, they did not want it any more, or could not come in."""
    WAITING = "waiting"
    SENT = "sent"
    STOPPED = "stopped"
    FAILED = "failed"
