"""Remarks on passages as pages show them: in their place, with whether it still stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString

from citizen_diplomat.moderation.model import Decision, Reason
from citizen_diplomat.moderation.passages import around
from citizen_diplomat.moderation.remarks import Remark, sent_with, text_of
from citizen_diplomat.moderation.rules import Outcome, Passage
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.queries import revision
from citizen_diplomat.proposals.rules import Draft
from citizen_diplomat.web.comparing import TEXTS
from citizen_diplomat.web.database import db


@dataclass(frozen=True)
class ShownRemark:
    """One remark, its passage and what stands around it; `stands`: the passage is still there."""

    remark: Remark
    label: LazyString
    before: str
    after: str
    stands: bool


@dataclass(frozen=True)
class Asked:
    """What the office asked for last: the ground, the message, and the remarks on passages."""

    reason: Reason
    message: str
    remarks: Sequence[ShownRemark]


def in_place(rows: Sequence[Remark], sent: Revision, now: Draft) -> list[ShownRemark]:
    """Remarks on the version `sent`, beside what its text has become."""
    shown = []
    for row in rows:
        text = text_of(sent, Passage(row.field))
        before, after = around(text, row.span)
        stands = row.quote in getattr(now, row.field)
        shown.append(ShownRemark(row, TEXTS[row.field], before, after, stands))
    return shown


def remarks_with(decision: Decision | None, now: Draft) -> list[ShownRemark]:
    """The remarks that went out with a decision, in place; none for another than that to change."""
    if decision is None or decision.outcome != Outcome.REQUEST_CHANGES:
        return []
    rows = sent_with(db(), decision.id)
    sent = revision(db(), decision.proposal_number, decision.revision) if rows else None
    return in_place(rows, sent, now) if sent is not None else []
