"""Taking out whose translations somebody made: the words stay, the credit goes."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.translation.model import (
    TranslationParagraph,
    TranslationVolunteer,
    TranslationWithdrawal,
)

_BY = ("translated_by", "checked_by", "claimed_by", "shown_by", "shown_checked_by")


def forget(session: Session, account: Account) -> None:
    """Let no translation name an account any more; what was checked stays public."""
    for name in _BY:
        column = getattr(TranslationParagraph, name)
        session.execute(
            update(TranslationParagraph).where(column == account.id).values({name: None})
        )
    for name in ("translated_by", "checked_by"):
        column = getattr(TranslationWithdrawal, name)
        session.execute(
            update(TranslationWithdrawal).where(column == account.id).values({name: None})
        )
    session.execute(
        delete(TranslationVolunteer).where(TranslationVolunteer.account_id == account.id)
    )
