"""How somebody comes to have a sanction, for stories that begin there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.sanction_rules import Breach, Measure, SanctionKind
from citizen_diplomat.accounts.sanctions import Sanction, sanction_of_number
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import sanctions
from citizen_diplomat.moderation.sanctions import Letters
from citizen_diplomat.web.sanction_letters import letters
from tests.conftest import database_of

WEEK = timedelta(days=7)
FACTS = "Three comments repeat one advertisement."
_keys = count()


def measure(kind: SanctionKind, *, at: datetime, **changes: Any) -> Measure:
    """A measure of a kind with all that it needs: a week, two acts a day."""
    wanted = Measure(kind, Breach.ADVERTISING, FACTS, was_reported=False, hides=False)
    if kind in {SanctionKind.LIMIT, SanctionKind.SUSPEND}:
        wanted = replace(wanted, ends_at=at + WEEK)
    if kind is SanctionKind.LIMIT:
        wanted = replace(wanted, acts_a_day=2)
    return replace(wanted, **changes)


def letters_of(app: Flask) -> Letters:
    """The links of the site."""
    with app.app_context():
        return letters()


def impose(
    app: Flask,
    person: Account,
    kind: SanctionKind,
    *,
    by: Account,
    at: datetime | None = None,
    **changes: Any,
) -> Sanction:
    """Let `by` impose a sanction on somebody, now or `at` another moment."""
    at = at or now()
    imposed: Sanction = within(
        app,
        lambda session, links: sanctions.impose(
            session,
            known(session, person),
            measure(kind, at=at, **changes),
            form_key=f"key {next(_keys)}",
            by=known(session, by),
            at=at,
            letters=links,
        ),
    )
    return imposed


def lift(app: Flask, number: int, *, by: Account, at: datetime | None = None) -> None:
    """Let `by` lift a sanction."""

    def do(session: Session, links: Letters) -> None:
        row = sanction_of_number(session, number)
        assert row is not None
        sanctions.lift(
            session, row, reason="Found to be a mistake.", by=known(session, by),
            at=at or now(), letters=links,
        )  # fmt: skip

    within(app, do)


def run_out(app: Flask, at: datetime) -> int:
    """End what is due, as the worker does."""
    return int(within(app, lambda session, links: sanctions.run_out(session, at=at, letters=links)))


def within(app: Flask, do: Callable[[Session, Letters], Any]) -> Any:
    """Do something in one transaction, with the links of the site."""
    with app.app_context(), database_of(app).writing() as session, transaction(session):
        return do(session, letters())


def known(session: Session, person: Account) -> Account:
    """Somebody as the database has them, roles loaded."""
    found = account_by_id(session, person.id)
    assert found is not None
    return found


def token_of(app: Flask, sanction: Sanction, person: Account) -> str:
    """The last part of the link in the letter."""
    with app.app_context():
        return letters().link(person, sanction).rpartition("/")[2]
