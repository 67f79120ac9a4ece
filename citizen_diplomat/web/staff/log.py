"""The log, as auditors read it: numbers and roles, never names."""

from flask import render_template, request
from sqlalchemy import select

from citizen_diplomat.accounts.model import AccountRole
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.queries import Private, entries
from citizen_diplomat.foundation.paging import Cursor, Page
from citizen_diplomat.moderation.blindness import hides_proposal
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.writers import shielded
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import query_choice
from citizen_diplomat.web.staff.actions_in_words import ACTIONS
from citizen_diplomat.web.staff.blueprint import staff

DRAFTS = (
    Private("proposal", f"proposal.{State.SUBMITTED}"),
    Private(
        "change",
        f"change.{State.SUBMITTED}",
        # A proposal has one change after another, and all bear its number.
        ended_by=(f"change.{State.ACCEPTED}", "change.discarded"),
    ),
)
"""A draft is its author's alone: nobody reads here that there is one before it was sent."""


@staff.page("/log", duty=Duty.READ_LOG)
def log() -> str:
    """Show who did what to which thing and when, newest first."""
    action = query_choice("action", set(ACTIONS))
    after = Cursor.decode(request.args.get("after"), int)
    page = entries(db(), action=action, private=DRAFTS, after=after)
    return render_template(
        "staff/log/log.html",
        entries=page,
        actions=sorted(ACTIONS),
        action=action,
        words=ACTIONS,
        hidden=_hidden(page),
        roles=_roles({entry.actor_id for entry in page if entry.actor_id is not None}),
    )


def _hidden(page: Page[AuditEntry]) -> frozenset[int]:
    """The entries whose actor nobody of staff shall know there: the number would tell who it is."""
    about = {
        entry.id: int(number)
        for entry in page
        if (number := entry.subject.partition(":")[2]).isdigit()
        and entry.subject.startswith(("proposal:", "change:"))
    }
    pairs = shielded(db(), set(about.values()), also=hides_proposal())
    return frozenset(entry.id for entry in page if (about.get(entry.id), entry.actor_id) in pairs)


def _roles(account_ids: set[int]) -> dict[int, list[str]]:
    """The roles of each account, by its number."""
    found: dict[int, list[str]] = {}
    for row in db().scalars(
        select(AccountRole)
        .where(AccountRole.account_id.in_(sorted(account_ids)))
        .order_by(AccountRole.account_id, AccountRole.role)
    ):
        found.setdefault(row.account_id, []).append(row.role)
    return found
