"""What staff did with an item, as the log has it: one panel on the pages of all kinds of items."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.queries import acts_on
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.sanction_appeals import answer_in_the_log
from citizen_diplomat.outcomes.rules import Party
from citizen_diplomat.proposals.writers import shielded
from citizen_diplomat.web.database import db
from citizen_diplomat.web.names import shown_name
from citizen_diplomat.web.staff.actions_in_words import ACTIONS
from citizen_diplomat.web.staff.panels import Place, panel

MOST = 200
"""So many of the newest acts are shown; the log has them all."""
WITH_TABS = frozenset({ItemKind.PROPOSAL, ItemKind.CHANGE, ItemKind.APPEAL})
"""Their pages have a tab for the history; the others show it below the text."""
OF_MEMBERS = frozenset(
    {
        *("proposal.started", "proposal.saved", "proposal.discarded", "proposal.restored"),
        *("proposal.submitted", "proposal.withdrawn", "proposal.signed"),
        *("change.saved", "change.discarded", "change.submitted", "change.withdrawn"),
        *("attachment.added", "attachment.described", "attachment.removed"),
        *("coauthor.invited", "coauthor.taken_back", "coauthor.accepted", "coauthor.declined"),
        *("coauthor.asked", "coauthor.refused", "coauthor.removed", "coauthor.left"),
        *("coauthor.named", "coauthor.unnamed", "coauthor.offered", "coauthor.offer_ended"),
        *("coauthor.handed_over",),
        *("comment.written", "comment.edited", "comment.withdrawn"),
        *("report.made", "skill.suggested"),
        *("help.offered", "help.withdrawn", "help.accepted"),
        "file_question.answered",
    }
)
"""What members do with what is theirs. Every other action is an act of staff, new ones too."""

OF_REVIEWERS = frozenset({"review.written", "review.changed", "review.abstained"})
"""Who reviewed, or abstained, is told after the decision: until then everybody judges alone."""


@dataclass(frozen=True)
class Act:
    """One act: what was done, in words, by whom and when."""

    words: str
    who: str
    at: datetime


@panel("staff/review/acts.html", Place.IN_HISTORY, *ItemKind)
def acts(waiting: QueueItem) -> dict[str, Any] | None:
    """The acts of staff on an item, oldest first; on pages with tabs only on that of history."""
    if waiting.kind in WITH_TABS and request.args.get("view") != "history":
        return None
    untold = OF_MEMBERS | OF_REVIEWERS if waiting.closed_at is None else OF_MEMBERS
    found = acts_on(db(), _subjects(waiting), but=untold, limit=MOST)
    of_staff = [entry for entry in found if not _is_of_a_member(entry)]
    if waiting.kind == ItemKind.SANCTION_APPEAL:
        of_staff = sorted([*of_staff, *answer_in_the_log(db(), waiting)], key=lambda one: one.id)
    names = _names(of_staff, waiting.proposal_number)
    return {
        "acts": [
            Act(str(ACTIONS.get(entry.action, entry.action)), names[entry.actor_id], entry.at)
            for entry in of_staff
        ],
        "is_cut": len(found) == MOST,
    }


def _subjects(waiting: QueueItem) -> list[str]:
    """How the log names the item; of a suggested skill it speaks by another name too."""
    if waiting.kind == ItemKind.SKILL:
        return [waiting.subject, f"skill_suggestion:{waiting.subject_id}"]
    return [waiting.subject]


def _is_of_a_member(entry: AuditEntry) -> bool:
    """Whether an answer to an offer of help was not the office's."""
    return entry.action.startswith("help.") and entry.detail.get("party") != Party.OFFICE


def _names(entries: list[AuditEntry], number: int | None) -> dict[int | None, str]:
    """The name of each who acted; never that of somebody who writes this under a pen name."""
    ids = sorted({entry.actor_id for entry in entries if entry.actor_id is not None})
    people = db().scalars(select(Account).where(Account.id.in_(ids))).all() if ids else []
    hidden = {who for _, who in shielded(db(), {number})} if number is not None else set()
    names: dict[int | None, str] = {None: gettext("the system")}
    names |= dict.fromkeys(ids, gettext("a former member"))
    names |= {person.id: shown_name(person) for person in people}
    return names | {who: gettext("an author under a pen name") for who in hidden}
