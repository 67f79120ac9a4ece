"""`flask demo`: invented people and proposals in every state, once."""

from datetime import datetime

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.cli.demo.people import AddressTaken, demo_accounts, passphrase
from citizen_diplomat.cli.demo.story import tell
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.passphrase import hash_passphrase, verify_passphrase
from citizen_diplomat.web.services import services


@command("demo")
@click.option("--force", is_flag=True, help="Load them even where real members are.")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is any account.")
def demo(force: bool, if_empty: bool) -> None:
    """Load invented people and proposals. Safe to repeat."""
    require_schema()
    loaded = load_if_empty() if if_empty else load(force=force, at=now())
    click.echo("The demo people are there." if loaded else "Nothing was loaded: people are there.")


def load_if_empty() -> bool:
    """Load everything into a database without any account; returns whether it was done."""
    with services().database.reading() as session:
        if session.scalar(select(func.count()).select_from(Account)):
            return False
    return load(force=False, at=now())


def load(*, force: bool, at: datetime) -> bool:
    """Load everything, or only renew the passphrase where it was loaded before; returns True.

    Raises ClickException on a database with real members, unless `force`.
    """
    try:
        _load(force=force, at=at)
    except AddressTaken as error:
        raise click.ClickException(str(error)) from error
    return True


def _load(*, force: bool, at: datetime) -> None:
    with services().database.writing() as session, transaction(session):
        if not force and _real_members(session):
            raise click.ClickException(
                "real members are in this database; --force loads demo people beside them"
            )
        known = demo_accounts(session)
        hashed = _hashed(next((person.passphrase_hash for person in known.values()), None))
        for person in known.values():
            person.passphrase_hash = hashed
        if not known:
            tell(session, hashed=hashed, at=at)


def _real_members(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Account)
            .join(AccountRole)
            .where(AccountRole.role == Role.MEMBER, Account.is_demo.is_(False))
        )
        or 0
    )


def _hashed(known: str | None) -> str:
    """One hash for all: making it is slow on purpose."""
    secret = passphrase(services().settings.secret_key)
    if known and verify_passphrase(known, secret, hasher=services().hasher):
        return known
    return hash_passphrase(secret, hasher=services().hasher)
