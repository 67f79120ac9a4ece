"""Taking somebody out of the directory."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.actions import member_left
from citizen_diplomat.directory.model import SkillSuggestion
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import SuggestionState


def lock(session: Session, account_id: int) -> None:
    """Keep the profile from others until the end of the transaction."""
    of_account(session, account_id, to_change=True)


def forget(session: Session, account: Account) -> None:
    """Delete the profile with its photo, languages and skills; its city counts one member less.

    Suggested skills that still wait go too; those that were answered stay as they were answered.
    """
    session.execute(
        delete(SkillSuggestion).where(
            SkillSuggestion.account_id == account.id,
            SkillSuggestion.state == SuggestionState.WAITING,
        )
    )
    profile = of_account(session, account.id)
    if profile is not None:
        member_left(session, account)
        session.delete(profile)
