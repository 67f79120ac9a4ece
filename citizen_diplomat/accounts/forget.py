"""Closing an account for good: what made it somebody's is taken out, its number stays."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import changed_address, feed_tokens, mail_choices
from citizen_diplomat.accounts.actions import mail_to, subject_of
from citizen_diplomat.accounts.consents import withdraw_consent
from citizen_diplomat.accounts.messages import AccountClosed
from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import ConsentPurpose, Role
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.accounts.sessions import end_sessions
from citizen_diplomat.audit.actions import record
from citizen_diplomat.mail import forget as mail
from citizen_diplomat.mail import inbox


class LastAdmin(Exception):  # noqa: N818 - named for what happened
    """Without this account nobody could administer the site."""


class Changed(Exception):  # noqa: N818 - named for what happened
    """The account was closed, or got another passphrase, since its passphrase was compared."""


def is_last_admin(session: Session, account: Account) -> bool:
    """Whether no other open account is an administrator's; the roles must have been loaded."""
    return Role.ADMIN in account.roles and admins(session, lock=False) <= {account.id}


def lock(session: Session, seen: Account) -> Account:
    """The account as it is now, kept from others until the end of the transaction.

    `seen` is the account whose passphrase was compared. Raises Changed or LastAdmin. Of two last
    administrators who close at once the second one waits, and is then the last.
    """
    others = admins(session, lock=Role.ADMIN in seen.roles)
    account = account_by_id(session, seen.id, lock=True)
    if (
        account is None
        or not account.is_open
        or account.credential_version != seen.credential_version
    ):
        raise Changed
    if Role.ADMIN in account.roles and others <= {account.id}:
        raise LastAdmin
    return account


def forget(session: Session, account: Account, at: datetime) -> None:
    """Take out who it was, end all that it may do, and confirm it by one last mail.

    Nothing of another room may still need the address or the name. Consents stay: they prove by
    number alone that what was done was agreed to (GDPR art. 7(1)). The address is free again.
    """
    mail.forget(session, account.email, at=at)
    inbox.forget(session, account.id)
    mail_choices.forget(session, account, at=at)
    # After the others were emptied; `mail.outbox` empties this one as soon as it has left.
    mail_to(session, AccountClosed(), account, "last", at)
    end_sessions(session, account)
    changed_address.forget(session, account)
    feed_tokens.end_all(session, account, at=at)
    withdraw_consent(session, account, ConsentPurpose.TERMS, source="close", at=at)
    account.role_rows.clear()
    account.scopes.clear()
    account.email = account.email_key = f"closed-{account.id}@invalid"
    account.display_name = ""
    account.passphrase_hash = None
    account.language, account.time_zone = "en", "UTC"
    account.credential_version += 1
    account.closed_at = at
    record(session, "account.closed", subject_of(account), by=account.id, at=at)


def admins(session: Session, *, lock: bool) -> set[int]:
    """The accounts of administrators who can sign in; `lock`: who changes one of them waits."""
    is_admin = Account.role_rows.any(AccountRole.role == Role.ADMIN)
    wanted = select(Account.id).where(is_admin, may_come_in()).order_by(Account.id)
    return set(session.scalars(wanted.with_for_update() if lock else wanted))
