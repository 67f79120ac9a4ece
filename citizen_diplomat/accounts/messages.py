"""The mails of this room; all links in them are absolute."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class VerifyAddress(Message):
    """To a new member: please confirm this address."""

    name: ClassVar[str] = "verify"
    link: str


@dataclass(frozen=True)
class AlreadyRegistered(Message):
    """To a member whose address was just registered once more."""

    name: ClassVar[str] = "already_registered"
    login_link: str
    reset_link: str


@dataclass(frozen=True)
class ResetPassphrase(Message):
    """To somebody who forgot their passphrase."""

    name: ClassVar[str] = "reset"
    link: str


@dataclass(frozen=True)
class PassphraseChanged(Message):
    """To the owner, whoever it was that changed the passphrase."""

    name: ClassVar[str] = "passphrase_changed"
    reset_link: str


@dataclass(frozen=True)
class StaffInvitation(Message):
    """To somebody who shall work at the municipality's desk; `role` is a value of Role."""

    name: ClassVar[str] = "invitation"
    link: str
    role: str


@dataclass(frozen=True)
class AccountClosed(Message):
    """To the old address, once: the account is closed. Nothing in it names anybody."""

    name: ClassVar[str] = "account_closed"
