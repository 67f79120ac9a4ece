"""Changing one's e-mail address: confirmed at the new one, told to the old one, and undone from it.

Nothing changes before somebody who reads the mail of the new address confirms it. For a week
whoever reads the mail of the old one may say that it was not them. See docs/decisions/0029.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import sessions
from citizen_diplomat.accounts.actions import Links, mail_to, set_passphrase, subject_of
from citizen_diplomat.accounts.changed_address import (
    ChangeClaim,
    ChangedAddress,
    change_of_link,
    changes_of,
    pending_of,
)
from citizen_diplomat.accounts.messages import (
    AddressChange,
    AddressTaken,
    NewAddress,
    ResetPassphrase,
)
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_email, account_by_id
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.mail.moving import move
from citizen_diplomat.mail.outbox import post


class AddressInUse(Exception):  # noqa: N818 - named for what happened
    """The address is confirmed for somebody else."""


@dataclass(frozen=True)
class ChangeLinks:
    """How the shell makes the links of these mails, in the language of the account."""

    confirm: Callable[[Account, ChangedAddress], str]
    refuse: Callable[[Account, ChangedAddress], str]
    of_account: Links


def ask(session: Session, seen: Account, address: str, *, links: ChangeLinks, at: datetime) -> bool:
    """Mail a link to the new address and a warning to the old one; the same for every address.

    `seen` is the account whose passphrase was compared; False if it changed meanwhile. Whose
    address it already is hears of it, and the wish can never be confirmed.
    """
    account = account_by_id(session, seen.id, lock=True)
    if account is None or account.credential_version != seen.credential_version:
        return False
    withdraw(session, account, at=at)
    change = ChangedAddress(
        account_id=account.id,
        old_address=account.email,
        old_key=account.email_key,
        new_address=address,
        new_key=email_key(address),
        credential_version=account.credential_version,
        asked_at=at,
    )
    session.add(change)
    # The links name it by its number.
    session.flush()
    holder = account_by_email(session, change.new_key)
    if holder is not None and holder.verified_at is not None:
        taken = AddressTaken(links.of_account.login(holder), links.of_account.forgot(holder))
        mail_to(session, taken, holder, at.isoformat(), at)
    else:
        nobody = Recipient(address, "", account.language)
        key = f"new_address:{account.id}:{at.isoformat()}"
        post(session, NewAddress(links.confirm(account, change)), nobody, key=key, at=at)
    _warn(session, account, change, links, is_done=False, at=at)
    record(session, "account.address_asked", subject_of(account), by=account.id, at=at)
    return True


def withdraw(session: Session, account: Account, *, at: datetime) -> bool:
    """Take back what somebody asked for; False when nothing waits."""
    change = pending_of(session, account, at=at)
    if change is None:
        return False
    change.withdrawn_at = at
    record(session, "account.address_withdrawn", subject_of(account), by=account.id, at=at)
    return True


def confirm(
    session: Session, claim: ChangeClaim, *, keep: str | None, links: ChangeLinks, at: datetime
) -> ChangedAddress | None:
    """Put the new address in the place of the old one; None when the link is dead.

    Letters, and what the owner does not want by mail, go along. All sign-ins end but the one with
    the token `keep`, and links that were mailed to the old address are dead, all but its warning.
    """
    account = account_by_id(session, claim.account_id, lock=True)
    change = change_of_link(session, claim)
    if account is None or change is None or not change.is_pending(account, at):
        return None
    try:
        with session.begin_nested():
            # It goes to the old address, and is then counted as the account's like all others.
            _warn(session, account, change, links, is_done=True, at=at)
            _readdress(session, account, change.new_address)
    except AddressInUse:
        return None
    change.confirmed_at = at
    account.credential_version += 1
    ended = sessions.end_sessions(session, account, but=keep)
    subject = subject_of(account)
    record(session, "account.address_changed", subject, by=account.id, at=at, ended=ended)
    return change


def refuse(
    session: Session, claim: ChangeClaim, *, links: ChangeLinks, at: datetime
) -> tuple[str, str] | None:
    """Somebody at the old address says that it was not them; None when the link is dead.

    Returns the folded address that the account had until now, and the one that it has. Whoever
    asked knew the passphrase: it is worth nothing from now on, every sign-in ends, and the
    old address, which has its place back, gets a link to choose another one.
    """
    account = account_by_id(session, claim.account_id, lock=True)
    change = change_of_link(session, claim)
    if account is None or not account.is_open or change is None or not change.is_refusable(at):
        return None
    was = account.email_key
    if was != change.old_key:
        try:
            with session.begin_nested():
                _take_back(session, account, change, at=at)
        except AddressInUse:
            return None
    session.execute(
        update(ChangedAddress)
        .where(ChangedAddress.account_id == account.id, ChangedAddress.refused_at.is_(None))
        .values(refused_at=at)
    )
    set_passphrase(account, None)
    ended = sessions.end_sessions(session, account)
    reset = ResetPassphrase(links.of_account.reset(account))
    mail_to(session, reset, account, at.isoformat(), at)
    undone = was != account.email_key
    subject = subject_of(account)
    record(session, "account.address_refused", subject, by=None, at=at, ended=ended, undone=undone)
    return was, account.email_key


def _take_back(session: Session, account: Account, change: ChangedAddress, *, at: datetime) -> None:
    """Give the old address its place back, however often it was changed since."""
    rows = session.scalars(changes_of(account.id).order_by(ChangedAddress.id)).all()
    since = [
        row.confirmed_at
        for row in rows
        if row.confirmed_at is not None and row.old_key == change.old_key and row.is_refusable(at)
    ]
    if not since:
        raise AddressInUse
    _readdress(session, account, change.old_address, since=since[0])


def _readdress(
    session: Session, account: Account, address: str, *, since: datetime | None = None
) -> None:
    """Reach an account at another address; raises AddressInUse when that is somebody else's."""
    key = email_key(address)
    holder = account_by_email(session, key, lock=True)
    if holder is not None:
        if holder.verified_at is not None:
            raise AddressInUse
        # Nobody has proved that the address is theirs; now somebody has.
        session.expunge(holder)
        session.execute(delete(Account).where(Account.id == holder.id))
    move(session, account.email, address, since=since)
    account.email, account.email_key = address, key
    try:
        # Somebody may have registered the same address while we looked: the constraint decides.
        session.flush()
    except IntegrityError as error:
        if "email_key" not in str(error.orig):
            raise
        raise AddressInUse from error


def _warn(
    session: Session,
    account: Account,
    change: ChangedAddress,
    links: ChangeLinks,
    *,
    is_done: bool,
    at: datetime,
) -> None:
    letter = AddressChange(is_done, links.refuse(account, change))
    mail_to(session, letter, account, at.isoformat(), at)
