"""Everything that happens to an account; each act leaves its entry in the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import feed_tokens, forms_kept, messages, sessions
from citizen_diplomat.accounts.consents import give_consent
from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.queries import account_by_email, account_by_id, account_of_link
from citizen_diplomat.accounts.rules import (
    TERMS_VERSION,
    UNVERIFIED_KEPT,
    ConsentPurpose,
    LinkClaim,
    Role,
)
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.bounces import start_clean
from citizen_diplomat.mail.message import Message, Recipient
from citizen_diplomat.mail.outbox import post

LinkFor = Callable[[Account], str]


@dataclass(frozen=True)
class Links:
    """How the shell makes the links of our mails, each for one account and in its language."""

    verify: LinkFor
    reset: LinkFor
    forgot: LinkFor
    login: LinkFor


@dataclass(frozen=True)
class Newcomer:
    """What somebody gives who wants an account; `passphrase_hash` is None for invited staff."""

    email: str
    display_name: str
    passphrase_hash: str | None
    language: str
    time_zone: str


def register(
    session: Session,
    newcomer: Newcomer,
    *,
    contested: bool,
    links: Links,
    at: datetime,
    terms: str = TERMS_VERSION,
) -> Account | None:
    """Make an account and mail its confirmation link; None if the address was known before.

    A known address gets one mail too. `contested`: the address waits for its confirmation with
    another passphrase. Neither of the two is proved to be its owner's, so neither is kept: who
    opens the mailbox chooses one. `terms`: the text that the newcomer agreed to.
    """
    account = new_account(session, newcomer, at, role=Role.MEMBER)
    if account is not None:
        give_consent(
            session, account, ConsentPurpose.TERMS, source="register", at=at, text_version=terms
        )
        _ask_to_verify(session, account, links, at.isoformat(), at)
        record(session, "account.registered", subject_of(account), by=account.id, at=at)
        return account
    known = account_by_email(session, email_key(newcomer.email), lock=True)
    assert known is not None
    if known.verified_at is None:
        if contested:
            set_passphrase(known, None)
        _ask_to_verify(session, known, links, at.isoformat(), at)
    else:
        message = messages.AlreadyRegistered(links.login(known), links.forgot(known))
        mail_to(session, message, known, at.isoformat(), at)
    record(session, "account.registered_again", subject_of(known), by=None, at=at)
    return None


def verify(session: Session, claim: LinkClaim, *, at: datetime) -> Account | None:
    """Confirm an address; None when the link is dead: used, overtaken, or for nobody."""
    account = account_of_link(session, claim, lock=True)
    if account is None or account.verified_at is not None:
        return None
    account.verified_at = at
    start_clean(session, account.email)  # Who followed the link was reached.
    if not account.role_rows:
        account.role_rows.append(AccountRole(role=Role.MEMBER))
    record(session, "account.verified", subject_of(account), by=account.id, at=at)
    return account


def note_sign_in(
    session: Session, seen: Account, *, rehashed: str | None, at: datetime
) -> Account | None:
    """Log that somebody signs in, and keep their passphrase at today's cost.

    `seen` is the account whose passphrase was compared; None if it has changed meanwhile.
    """
    account = account_by_id(session, seen.id, lock=True)
    if (
        account is None
        or not account.is_open
        or account.credential_version != seen.credential_version
    ):
        return None
    if rehashed is not None:
        account.passphrase_hash = rehashed
    record(session, "account.signed_in", subject_of(account), by=account.id, at=at)
    return account


def note_failed_sign_in(session: Session, account: Account | None, *, at: datetime) -> None:
    """Log a refused attempt, by account and never by what was typed."""
    record(session, "account.sign_in_failed", subject_of(account), by=None, at=at)


def note_sign_out(session: Session, account: Account, *, at: datetime) -> None:
    """Log that somebody signs out on one device."""
    record(session, "account.signed_out", subject_of(account), by=account.id, at=at)


def ask_again_to_verify(session: Session, account: Account, *, links: Links, at: datetime) -> None:
    """Mail a fresh confirmation link to somebody who knows the passphrase, once an hour."""
    _ask_to_verify(session, account, links, f"{at:%Y%m%d%H}", at)


def request_reset(session: Session, address: str, *, links: Links, at: datetime) -> None:
    """Mail a reset link to the owner of `address`; for nobody's address, work as long.

    An address that still waits for its confirmation gets a confirmation link instead.
    """
    account = account_by_email(session, email_key(address))
    if account is None or account.closed_at is not None:
        _post_and_take_back(session, at)
    elif account.is_open:
        message = messages.ResetPassphrase(links.reset(account))
        mail_to(session, message, account, at.isoformat(), at)
    else:
        _ask_to_verify(session, account, links, at.isoformat(), at)
    record(session, "account.reset_requested", subject_of(account), by=None, at=at)


def reset_passphrase(
    session: Session, claim: LinkClaim, passphrase_hash: str, *, links: Links, at: datetime
) -> Account | None:
    """Set a new passphrase by a mailed link and end all sign-ins; None when the link is dead."""
    account = account_of_link(session, claim, lock=True)
    if account is None or not account.is_open:
        return None
    set_passphrase(account, passphrase_hash)
    sessions.end_sessions(session, account)
    _tell_of_change(session, account, links, at)
    record(session, "account.passphrase_reset", subject_of(account), by=account.id, at=at)
    return account


def change_passphrase(
    session: Session, seen: Account, passphrase_hash: str, *, keep: str, links: Links, at: datetime
) -> bool:
    """Set a new passphrase and end all sign-ins but that of the token `keep`.

    `seen` is the account whose present passphrase was compared; False if it changed meanwhile.
    """
    account = account_by_id(session, seen.id, lock=True)
    if account is None or account.credential_version != seen.credential_version:
        return False
    set_passphrase(account, passphrase_hash)
    ended = sessions.end_sessions(session, account, but=keep)
    _tell_of_change(session, account, links, at)
    subject = subject_of(account)
    record(session, "account.passphrase_changed", subject, by=account.id, at=at, ended=ended)
    return True


def end_sign_ins(
    session: Session,
    account: Account,
    *,
    at: datetime,
    but: str | None = None,
    only: int | None = None,
) -> int:
    """End all sign-ins, or all but that of token `but`, and all feeds; or sign-in number `only`."""
    if only is None:
        ended = sessions.end_sessions(session, account, but=but)
        feed_tokens.end_all(session, account, at=at)
    else:
        ended = sessions.end_session_of(session, account, only)
    subject = subject_of(account)
    record(session, "account.sessions_ended", subject, by=account.id, at=at, ended=ended)
    return ended


def clean_up(session: Session, at: datetime) -> int:
    """Forget what is past its time; returns how many unconfirmed accounts went."""
    sessions.forget_expired(session, at=at)
    forms_kept.forget_old(session, at=at)
    unconfirmed = delete(Account).where(
        Account.verified_at.is_(None), Account.created_at <= at - UNVERIFIED_KEPT
    )
    return len(session.execute(unconfirmed.returning(Account.id)).all())


def new_account(
    session: Session, person: Newcomer, at: datetime, *, role: Role | None
) -> Account | None:
    """Add an account whose address is not confirmed; None if the address is known."""
    key = email_key(person.email)
    if account_by_email(session, key) is not None:
        return None
    account = Account(
        email=person.email,
        email_key=key,
        passphrase_hash=person.passphrase_hash,
        display_name=person.display_name,
        language=person.language,
        time_zone=person.time_zone,
        created_at=at,
        verified_at=None,
        closed_at=None,
        credential_version=1,
        role_rows=[AccountRole(role=role)] if role else [],
        scopes=[],
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        # Somebody registered the same address while we looked: the constraint decides.
        if "email_key" not in str(error.orig):
            raise
        return None
    return account


def mail_to(
    session: Session, message: Message, account: Account, occasion: str, at: datetime
) -> None:
    """Post a mail to the owner of an account; `occasion` keeps it from being posted twice."""
    post(session, message, account.recipient, key=f"{message.name}:{account.id}:{occasion}", at=at)


def subject_of(account: Account | None) -> str:
    """How the log names an account, or an address that is nobody's."""
    return f"account:{account.id}" if account else "account:unknown"


def set_passphrase(account: Account, passphrase_hash: str | None) -> None:
    """Set another passphrase, or none; links that were mailed before are dead from now on."""
    account.passphrase_hash = passphrase_hash
    account.credential_version += 1


def _ask_to_verify(
    session: Session, account: Account, links: Links, occasion: str, at: datetime
) -> None:
    mail_to(session, messages.VerifyAddress(links.verify(account)), account, occasion, at)


def _tell_of_change(session: Session, account: Account, links: Links, at: datetime) -> None:
    message = messages.PassphraseChanged(links.forgot(account))
    mail_to(session, message, account, str(account.credential_version), at)


def _post_and_take_back(session: Session, at: datetime) -> None:
    """Do what a mail costs, so that time does not tell whether an address is known."""
    nobody = Recipient("", "", "en")
    with session.begin_nested() as savepoint:
        post(session, messages.ResetPassphrase(""), nobody, key=f"reset:0:{at.isoformat()}", at=at)
        # Only a row that was written costs what a row costs.
        session.flush()
        savepoint.rollback()
