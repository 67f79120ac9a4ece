"""The mails of this room; all links in them are absolute."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class VerifyAddress(Message):
    """To a new member: please confirm this address."""

    name: ClassVar[str] = "verify"
    headline: ClassVar[None] = None
    link: str


@dataclass(frozen=True)
class AlreadyRegistered(Message):
    """To a member whose address was just registered once more."""

    name: ClassVar[str] = "already_registered"
    headline: ClassVar[None] = None
    login_link: str
    reset_link: str


@dataclass(frozen=True)
class ResetPassphrase(Message):
    """To somebody who forgot their passphrase."""

    name: ClassVar[str] = "reset"
    headline: ClassVar[None] = None
    link: str


@dataclass(frozen=True)
class PassphraseChanged(Message):
    """To the owner, whoever it was that changed the passphrase."""

    name: ClassVar[str] = "passphrase_changed"
    headline: ClassVar[None] = None
    reset_link: str


@dataclass(frozen=True)
class StaffInvitation(Message):
    """To somebody who shall work at the municipality's desk; `role` is a value of Role."""

    name: ClassVar[str] = "invitation"
    headline: ClassVar[None] = None
    link: str
    role: str


@dataclass(frozen=True)
class AddressCheck(Message):
    """To an address from which letters came back: this one shows whether it can be reached again.

    `days`: how long it is waited whether this one comes back too. No headline: in the inbox on the
    site it would say nothing about the address.
    """

    name: ClassVar[str] = "address_check"
    headline: ClassVar[None] = None
    link: str
    days: int


@dataclass(frozen=True)
class AccountClosed(Message):
    """To the old address, once: the account is closed. Nothing in it names anybody."""

    name: ClassVar[str] = "account_closed"
    headline: ClassVar[None] = None


@dataclass(frozen=True)
class NewAddress(Message):
    """To the address that somebody wants to be reached at: please confirm it. It names nobody."""

    name: ClassVar[str] = "new_address"
    headline: ClassVar[None] = None
    link: str


@dataclass(frozen=True)
class AddressTaken(Message):
    """To a member whose address somebody else wants for their own account."""

    name: ClassVar[str] = "address_taken"
    headline: ClassVar[None] = None
    login_link: str
    reset_link: str


@dataclass(frozen=True)
class AddressChange(Message):
    """To the old address: another one is asked for, or, `is_done`, has taken its place.

    `link` says that it was not them. Which address it is stands in no letter.
    """

    name: ClassVar[str] = "address_change"
    headline: ClassVar[None] = None
    is_done: bool
    link: str
