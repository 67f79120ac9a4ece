"""Taking somebody out of the calls."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls.model import LateCode


def forget(session: Session, account: Account) -> None:
    """Forget who used late codes; that they were used stays, so that nobody else can."""
    session.execute(
        update(LateCode)
        .where(LateCode.used_by == account.id)
        .values(used_by=None)
        .execution_options(synchronize_session=False)
    )
