"""What is read before many comments and reports are decided at once: the words and versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select

from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import ThingKind
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.database import db

Row = TypeVar("Row", Comment, Proposal, Profile, MemberMessage, Reported)


@dataclass(frozen=True)
class Thing:
    """What is decided on: its version and its words as they stand now.

    The words of profiles and messages are read on the page of their item alone.
    """

    version: int
    words: str


def things_of(items: Sequence[QueueItem]) -> Mapping[int, Thing]:
    """The thing of each comment and report, by item, in at most five queries."""
    behind = _behind(items)
    shown = {
        ThingKind.COMMENT: {
            row.id: Thing(row.version, row.text)
            for row in _rows(select(Comment).where(Comment.id.in_(_of(behind, "comment"))))
        },
        ThingKind.PROPOSAL: {
            row.number: Thing(row.version, row.title)
            for row in _rows(select(Proposal).where(Proposal.number.in_(_of(behind, "proposal"))))
        },
        ThingKind.PROFILE: {
            row.account_id: Thing(row.version, "")
            for row in _rows(select(Profile).where(Profile.account_id.in_(_of(behind, "profile"))))
        },
        ThingKind.MESSAGE: {
            row.id: Thing(row.version, "")
            for row in _rows(
                select(MemberMessage).where(MemberMessage.id.in_(_of(behind, "message")))
            )
        },
    }
    return {
        item: shown[kind][number]
        for item, (kind, number) in behind.items()
        if number in shown[kind]
    }


Place = tuple[ThingKind, int]


def _behind(items: Sequence[QueueItem]) -> dict[int, Place]:
    """What stands behind each item: a comment that waits, or what was reported."""
    reported = [item.subject_id for item in items if item.kind == ItemKind.REPORT]
    rows = {row.id: row for row in _rows(select(Reported).where(Reported.id.in_(reported)))}
    found: dict[int, Place] = {}
    for item in items:
        row = rows.get(item.subject_id) if item.kind == ItemKind.REPORT else None
        if item.kind == ItemKind.COMMENT:
            found[item.id] = ThingKind.COMMENT, item.subject_id
        elif row is not None:
            found[item.id] = ThingKind(row.kind), row.subject
    return found


def _of(behind: Mapping[int, Place], kind: str) -> list[int]:
    return sorted({number for found, number in behind.values() if found == kind})


def _rows(wanted: Select[Row]) -> Sequence[Row]:
    return db().scalars(wanted).all()
