"""What members may say to a proposal or to news, how deep, how long, and when others see it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TEXT_LENGTH = 2_000
REPORT_LENGTH = 1_000
DEEPEST = 3
"""Levels of a thread; what answers the deepest one stands beside it and names the person."""
MOST_REPLIES = 200
"""So many answers stand under one comment; whoever has more to say begins a new one."""
MOST_LINKS = 5
LINKS_AT_ONCE = 2
"""With more links than that a comment is read by staff before others see it, whoever wrote it."""
EDITABLE_FOR = timedelta(minutes=15)
TOLD_WITHIN = timedelta(days=7)
"""What stood for so long before anybody could be told of it is no news any more."""
APPROVED_FIRST = 2
"""So many comments of a member are read by staff before the others appear at once."""
FEW = 5
"""Supporters of one place are not counted apart while they are fewer: nobody is singled out."""
FOLDED_BY = 3
"""So many members must report a text before it is folded away until staff have looked."""


class Mark(StrEnum):
    """What a comment is to the proposal or the news."""

    NONE = "none"
    QUESTION = "question"
    FOR = "for"
    AGAINST = "against"
    ANSWER = "answer"
    """The municipality's own answer, under the name of its office and never of a person."""


class MatterKind(StrEnum):
    """What can be talked about."""

    PROPOSAL = "proposal"
    NEWS = "news"


@dataclass(frozen=True)
class Matter:
    """One thing that is talked about."""

    kind: MatterKind
    number: int


MARKS_OF_MEMBERS: dict[MatterKind, tuple[Mark, ...]] = {
    MatterKind.PROPOSAL: (Mark.NONE, Mark.QUESTION, Mark.FOR, Mark.AGAINST),
    # Nobody is for or against a piece of news.
    MatterKind.NEWS: (Mark.NONE, Mark.QUESTION),
}


class CommentState(StrEnum):
    """Who sees a comment."""

    WAITING = "waiting"
    """Only its author and staff, until staff have read it."""
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    """Taken back by its author: the words are gone."""
    REMOVED = "removed"
    """Taken out by staff: the words are kept for an objection, and shown to nobody."""


class Order(StrEnum):
    """In which order a discussion is read."""

    OLDEST = "oldest"
    NEWEST = "newest"
    ANSWERED = "answered"
    """What the municipality has answered comes first."""


class Heard(StrEnum):
    """What somebody is told of a comment that concerns them."""

    ANSWERED = "answered"
    """A member answered their own."""
    OFFICE_ANSWERED = "office_answered"
    WRITTEN = "written"
    """A member spoke below a proposal of theirs."""
    ASKED = "asked"
    OFFICE_WROTE = "office_wrote"


class FollowKind(StrEnum):
    """What somebody can follow."""

    PROPOSAL = "proposal"
    CITY = "city"
    TOPIC = "topic"
    CALL = "call"


class ThingKind(StrEnum):
    """What can be reported."""

    COMMENT = "comment"
    PROPOSAL = "proposal"
    PROFILE = "profile"
    MESSAGE = "message"
    """Between two members: staff read the one that was reported, and no other."""


class Ground(StrEnum):
    """Why something is reported, and which rule it breaks when staff take it out."""

    INSULT = "insult"
    HATRED = "hatred"
    PRIVATE = "private"
    FALSEHOOD = "falsehood"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class ReportOutcome(StrEnum):
    """What came of a report."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class CommentDraft:
    """What somebody wrote; the text is cleaned, `reply_to` is the comment that it answers."""

    text: str
    mark: Mark = Mark.NONE
    reply_to: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a new comment stands in its thread."""

    root: int | None
    parent: int | None
    depth: int


@dataclass(frozen=True)
class SupportShown:
    """The figures of support that may be shown; None where they would single somebody out."""

    total: int | None
    cities: int | None
    own_city: int | None


# What could be clicked or typed into a browser; the page links only the first two kinds.
_LINK = re.compile(r"https?:|mailto:|www\.", re.IGNORECASE)


def links_in(text: str) -> int:
    """How many links a text holds."""
    return len(_LINK.findall(text))


def appears_at_once(text: str, approved: int) -> bool:
    """Whether others see a comment at once, of somebody with so many approved before it."""
    return approved >= APPROVED_FIRST and links_in(text) <= LINKS_AT_ONCE


def may_edit(state: CommentState, created_at: datetime, *, at: datetime) -> bool:
    """Whether its author may still change a comment."""
    is_there = state in {CommentState.WAITING, CommentState.SHOWN}
    return is_there and at - created_at <= EDITABLE_FOR


def heard_of(mark: Mark, *, is_answer: bool) -> Heard:
    """What somebody is told of a comment: it answers their own, or stands below their proposal."""
    if mark is Mark.ANSWER:
        return Heard.OFFICE_ANSWERED if is_answer else Heard.OFFICE_WROTE
    if is_answer:
        return Heard.ANSWERED
    return Heard.ASKED if mark is Mark.QUESTION else Heard.WRITTEN


def place_of_answer(to: int, root: int | None, parent: int | None, depth: int) -> Place:
    """Where an answer to the comment `to` stands, whose own place is given.

    Beyond the deepest level it stands beside what it answers.
    """
    thread = root if root is not None else to
    if depth < DEEPEST:
        return Place(thread, to, depth + 1)
    return Place(thread, parent, DEEPEST)


def may_support(writers: Collection[int], *, by: int) -> bool:
    """Whether `by` may support a proposal: nobody supports what they write themselves."""
    return by not in writers


def shown_support(total: int, own_city: int, by_city: Iterable[int]) -> SupportShown:
    """What is said of the support for a proposal.

    `own_city` are those who live in one of its cities, `by_city` the supporters of each city that
    has any. Neither part of the whole is told when it, or the rest, is only a few people.
    """
    if total < FEW:
        return SupportShown(None if total else 0, None, None)
    rest = total - own_city
    tells = own_city >= FEW and (rest == 0 or rest >= FEW)
    cities = sum(1 for number in by_city if number > 0)
    return SupportShown(total, cities if cities > 1 else None, own_city if tells else None)
