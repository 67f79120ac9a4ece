"""Taking somebody out of the directory."""

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.actions import member_left
from citizen_diplomat.directory.queries import of_account


def lock(session: Session, account_id: int) -> None:
    """Keep the profile from others until the end of the transaction."""
    of_account(session, account_id, to_change=True)


def forget(session: Session, account: Account) -> None:
    """Delete the profile with its languages and skills; its city counts one member less."""
    profile = of_account(session, account.id)
    if profile is not None:
        member_left(session, account)
        session.delete(profile)
