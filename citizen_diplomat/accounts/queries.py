"""Finding accounts; each query says what it loads."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import STAFF_ROLES, LinkClaim, address_mark


def account_by_id(session: Session, account_id: int, *, lock: bool = False) -> Account | None:
    """One account with its roles; `lock`: others who want to change it wait."""
    return _one(session, select(Account).where(Account.id == account_id), lock=lock)


def account_by_email(session: Session, email_key: str, *, lock: bool = False) -> Account | None:
    """The account of an address in the form of `foundation.text.email_key`, with its roles."""
    return _one(session, select(Account).where(Account.email_key == email_key), lock=lock)


def account_of_link(session: Session, claim: LinkClaim, *, lock: bool = False) -> Account | None:
    """The account that a mailed link is for, if the link still fits it; with its roles."""
    account = account_by_id(session, claim.account_id, lock=lock)
    if (
        account is None
        or account.closed_at is not None
        or account.credential_version != claim.credential_version
        or address_mark(account.email_key) != claim.address_mark
    ):
        return None
    return account


def staff(session: Session) -> list[Account]:
    """All open accounts of staff, by name, with roles and scopes."""
    has_staff_role = Account.role_rows.any(AccountRole.role.in_(sorted(STAFF_ROLES)))
    return list(
        session.scalars(
            select(Account)
            .where(has_staff_role, Account.closed_at.is_(None), Account.verified_at.is_not(None))
            .options(selectinload(Account.role_rows), selectinload(Account.scopes))
            .order_by(Account.display_name, Account.id)
        )
    )


def _one(session: Session, statement: Select[Account], *, lock: bool) -> Account | None:
    statement = statement.options(selectinload(Account.role_rows), selectinload(Account.scopes))
    if lock:
        # What an earlier query of this session saw may have changed before the lock was ours.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()
