"""Sign-ins: each is a row, so that it can be ended from here or from any other device."""

from datetime import datetime

from sqlalchemy import ScalarSelect, delete, null, select
from sqlalchemy.orm import Session, joinedload, with_expression

from citizen_diplomat.accounts.model import Account, AccountSession
from citizen_diplomat.accounts.rules import session_lifetime
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.foundation.tokens import digest, new_secret
from citizen_diplomat.mail import inbox


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


def find_session(
    session: Session, token: str, *, at: datetime, asked_terms: ScalarSelect[int] | None = None
) -> AccountSession | None:
    """The living sign-in of a cookie's token, all that every page needs loaded, in one query.

    That is its account with roles, and how much lies unread in its inbox. Who is suspended has no
    living sign-in, whenever and however it was opened. `asked_terms` belongs to a room that this
    one does not know: it is answered in the same query.
    """
    unread = inbox.unread(AccountSession.account_id).scalar_subquery()
    found = session.scalars(
        select(AccountSession)
        .join(AccountSession.account)
        .where(
            AccountSession.token_digest == digest(token),
            AccountSession.expires_at > at,
            may_come_in(at=at),
        )
        .options(
            joinedload(AccountSession.account).joinedload(Account.role_rows),
            with_expression(AccountSession.unread_letters, unread),
            with_expression(
                AccountSession.asked_terms, null() if asked_terms is None else asked_terms
            ),
        )
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
