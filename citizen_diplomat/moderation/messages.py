"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class SkillAnswered(Message):
    """Tells a member what became of the skill that they suggested for the list.

    `state` is added, known or declined; `listed_as` its name in the list in the member's language,
    empty when declined; `message` is why it was declined.
    """

    name: ClassVar[str] = "skill_answered"
    headline: ClassVar[tuple[str, ...]] = ("suggested", "state", "listed_as")
    mail_kind: ClassVar[Kind] = Kind.MINE

    suggested: str
    state: str
    listed_as: str
    message: str
    link: str


@dataclass(frozen=True)
class DecisionMade(Message):
    """Tells the author what was decided, on what ground, and what it means for them.

    `state` is the proposal's new state; `reason` is the catalogue's text in the author's language;
    `duplicate_link` is the public page of the proposal that came first, if there is one.
    """

    name: ClassVar[str] = "decision"
    headline: ClassVar[tuple[str, ...]] = ("title", "state")
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    state: str
    reason: str
    message: str
    link: str
    duplicate_link: str | None = None
    statement_link: str | None = None
    """Where the statement of reasons stands, when it went against the author."""
    appeal_until: str = ""
    """The last day to appeal or object, as an ISO date; empty where there is nothing to."""
    remarks: tuple[dict[str, str], ...] = ()
    """Of each remark on a passage: `field`, `quote`, `text`."""
    follows_other: bool = False
    """Whether the reader follows the proposal that came first from now on."""

    def always_comes(self) -> bool:
        """Whoever is given a statement of reasons must get it (Digital Services Act, art. 17)."""
        return self.statement_link is not None


@dataclass(frozen=True)
class EditsOffered(Message):
    """Tells the authors that their proposal is accepted with the desk's edits if they agree.

    `reason` is the catalogue's text in the reader's language; `may_agree` says whether it is the
    reader who may.
    """

    name: ClassVar[str] = "edits_offered"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    reason: str
    message: str
    may_agree: bool
    link: str


@dataclass(frozen=True)
class EditsWithdrawn(Message):
    """Tells the authors that the desk has taken its edited text back, and why."""

    name: ClassVar[str] = "edits_withdrawn"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    message: str
    link: str


@dataclass(frozen=True)
class PenNameLifted(Message):
    """Tells an author that two members of staff see who stands behind the pen name, and why.

    `asked_by` and `approved_by` are values of Role; `day` is an ISO date.
    """

    name: ClassVar[str] = "pen_name_lifted"
    headline: ClassVar[tuple[str, ...]] = ("title",)

    number: int
    title: str
    pen_name: str
    asked_by: str
    approved_by: str
    reason: str
    day: str
    link: str


@dataclass(frozen=True)
class ChangeDecided(DecisionMade):
    """Tells the author of an accepted proposal what was decided on their change of it, and why.

    `state` is the new state of the change; the proposal stays accepted.
    """

    name: ClassVar[str] = "change_decided"


@dataclass(frozen=True)
class AnswerDelayed(Message):
    """Tells an author that the office did not keep its promise, and what happens now.

    `kind` and `target` are values of ItemKind and Target; `day` is the working day on which the
    item stands, `promised` the working days that were promised for it; `desk` is the name of the
    desk in the author's language, empty for the office as a whole; `has_head` says whether it has
    a head, who sees it now.
    """

    name: ClassVar[str] = "answer_delayed"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE

    number: int
    title: str
    kind: str
    target: str
    day: int
    promised: int
    desk: str
    has_head: bool
    link: str


@dataclass(frozen=True)
class AppealReceived(Message):
    """Tells the author of a declined proposal that their appeal has arrived."""

    name: ClassVar[str] = "appeal_received"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    number: int
    title: str
    link: str


@dataclass(frozen=True)
class AppealDecided(DecisionMade):
    """Tells the author what came of their appeal, and why; `state` is accepted or declined."""

    name: ClassVar[str] = "appeal_decided"
