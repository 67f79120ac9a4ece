"""The log, as auditors read it: numbers and roles, never names."""

from flask import render_template, request
from sqlalchemy import select

from citizen_diplomat.accounts.model import AccountRole
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.audit.queries import actions, entries
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import query_choice
from citizen_diplomat.web.staff.actions_in_words import ACTIONS
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/log", duty=Duty.READ_LOG)
def log() -> str:
    """Show who did what to which thing and when, newest first."""
    known = actions(db())
    action = query_choice("action", set(known))
    page = entries(db(), action=action, after=Cursor.decode(request.args.get("after"), int))
    return render_template(
        "staff/log/log.html",
        entries=page,
        actions=known,
        action=action,
        words=ACTIONS,
        roles=_roles({entry.actor_id for entry in page if entry.actor_id is not None}),
    )


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
