"""How somebody becomes staff: a link, good once, that gives a role to who opens the mailbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.actions import Newcomer, mail_to, new_account, subject_of
from citizen_diplomat.accounts.messages import StaffInvitation
from citizen_diplomat.accounts.model import Account, AccountRole, StaffScope
from citizen_diplomat.accounts.queries import account_by_email, account_of_link
from citizen_diplomat.accounts.rules import LinkClaim, Role, must_choose_passphrase
from citizen_diplomat.accounts.sessions import end_sessions
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.text import email_key


@dataclass(frozen=True)
class Invitation:
    """What an invited person will be; no cities and no topics means all of them."""

    role: Role
    cities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def invite_staff(
    session: Session,
    person: Newcomer,
    invitation: Invitation,
    *,
    link_for: Callable[[Account], str],
    at: datetime,
    by: int | None = None,
) -> str:
    """Mail a one-time link that gives a role, and return it; makes the account if there is none.

    Older links of that account die. The role is given when the link is used, so an invitation
    that nobody accepts leaves nothing behind.
    """
    account = new_account(session, person, at, role=None)
    if account is None:
        account = account_by_email(session, email_key(person.email), lock=True)
        assert account is not None
        account.credential_version += 1
    link = link_for(account)
    message = StaffInvitation(link, invitation.role.value)
    mail_to(session, message, account, str(account.credential_version), at)
    record(session, "staff.invited", subject_of(account), by=by, at=at, role=invitation.role.value)
    return link


def accept_invitation(
    session: Session,
    claim: LinkClaim,
    invitation: Invitation,
    *,
    passphrase_hash: str | None,
    at: datetime,
) -> Account | None:
    """Give the role of an invitation; None when its link is dead or a passphrase is missing.

    Ends all sign-ins: those of staff last shorter than a member's.
    """
    account = account_of_link(session, claim, lock=True)
    if account is None:
        return None
    is_verified = account.verified_at is not None
    if must_choose_passphrase(account.passphrase_hash, is_verified=is_verified):
        if passphrase_hash is None:
            return None
        account.passphrase_hash = passphrase_hash
    account.verified_at = account.verified_at or at
    account.credential_version += 1
    give_role(session, account, invitation, by=account.id, at=at)
    end_sessions(session, account)
    return account


def give_role(
    session: Session, account: Account, invitation: Invitation, *, by: int | None, at: datetime
) -> None:
    """Give a role, for the cities and topics named; roles and scopes must have been loaded."""
    if invitation.role not in account.roles:
        account.role_rows.append(AccountRole(role=invitation.role))
    account.scopes[:] = [
        StaffScope(city_slug=city, topic_slug=topic)
        for city in invitation.cities or (None,)
        for topic in invitation.topics or (None,)
        if city or topic
    ]
    record(
        session,
        "staff.role_given",
        subject_of(account),
        by=by,
        at=at,
        role=invitation.role.value,
        cities=list(invitation.cities),
        topics=list(invitation.topics),
    )
