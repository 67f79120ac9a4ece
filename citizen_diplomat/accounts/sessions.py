"""Sign-ins: each is a row, so that it can be ended from here or from any other device."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account, AccountSession
from citizen_diplomat.accounts.rules import session_lifetime
from citizen_diplomat.foundation.tokens import digest, new_secret


def open_session(
    session: Session, account: Account, *, device: str, remember: bool, at: datetime
) -> str:
    """Sign `account` in on one device; returns the secret token that its cookie shall hold.

    The roles of the account must have been loaded: staff are signed out sooner.
    """
    token = new_secret()
    session.add(
        AccountSession(
            token_digest=digest(token),
            account_id=account.id,
            created_at=at,
            expires_at=at + session_lifetime(account.roles, remember=remember),
            device=device,
        )
    )
    return token


def find_session(session: Session, token: str, *, at: datetime) -> AccountSession | None:
    """The living sign-in of a cookie's token, its account and roles loaded, in one query."""
    found = session.scalars(
        select(AccountSession)
        .join(AccountSession.account)
        .where(
            AccountSession.token_digest == digest(token),
            AccountSession.expires_at > at,
            Account.verified_at.is_not(None),
            Account.closed_at.is_(None),
        )
        .options(joinedload(AccountSession.account).joinedload(Account.role_rows))
    )
    return found.unique().one_or_none()


def end_session(session: Session, token: str) -> None:
    """End the sign-in of one cookie; its token is worth nothing from now on."""
    session.execute(delete(AccountSession).where(AccountSession.token_digest == digest(token)))


def end_sessions(session: Session, account: Account, *, but: str | None = None) -> int:
    """End all sign-ins of an account, but the one whose token is `but`; returns how many."""
    statement = delete(AccountSession).where(AccountSession.account_id == account.id)
    if but is not None:
        statement = statement.where(AccountSession.token_digest != digest(but))
    ended = session.execute(statement.returning(AccountSession.id))
    return len(ended.all())


def end_session_of(session: Session, account: Account, session_id: int) -> int:
    """End one sign-in of an account by its number; returns how many that were: 0 or 1."""
    ended = session.execute(
        delete(AccountSession)
        .where(AccountSession.account_id == account.id, AccountSession.id == session_id)
        .returning(AccountSession.id)
    )
    return len(ended.all())


def sessions_of(session: Session, account: Account, *, at: datetime) -> list[AccountSession]:
    """The living sign-ins of an account, newest first."""
    return list(
        session.scalars(
            select(AccountSession)
            .where(AccountSession.account_id == account.id, AccountSession.expires_at > at)
            .order_by(AccountSession.created_at.desc(), AccountSession.id.desc())
        )
    )


def forget_expired(session: Session, *, at: datetime) -> None:
    """Remove the rows of sign-ins that have run out."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at <= at))
