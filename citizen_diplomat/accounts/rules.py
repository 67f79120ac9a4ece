"""Who may do what, and how long a sign-in or a link lasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256


class Role(StrEnum):
    """What an account is to the municipality. One account may have several."""

    MEMBER = "member"
    MODERATOR = "moderator"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    ADMIN = "admin"


STAFF_ROLES = frozenset({Role.MODERATOR, Role.COORDINATOR, Role.AUDITOR, Role.ADMIN})


class Duty(StrEnum):
    """A piece of staff work; every page of staff names the one it belongs to."""

    ENTER = "enter"
    REVIEW = "review"
    DIRECTORY = "directory"
    READ_LOG = "read_log"


HELD_BY: dict[Duty, frozenset[Role]] = {
    Duty.ENTER: STAFF_ROLES,
    Duty.REVIEW: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.DIRECTORY: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.READ_LOG: frozenset({Role.AUDITOR, Role.ADMIN}),
}


class ConsentPurpose(StrEnum):
    """What somebody agreed to; every yes and no is kept."""

    TERMS = "terms"
    DIGEST = "digest"


class LinkPurpose(StrEnum):
    """What a mailed link is good for; a link of one purpose is never accepted for another."""

    VERIFY = "verify"
    RESET = "reset"
    INVITATION = "invitation"


LINK_LIFETIME: dict[LinkPurpose, timedelta] = {
    LinkPurpose.VERIFY: timedelta(days=3),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.INVITATION: timedelta(days=7),
}

SESSION_LIFETIME = timedelta(hours=24)
REMEMBERED_LIFETIME = timedelta(days=30)
# Staff open other people's data: a forgotten browser must not stay open over night.
STAFF_SESSION_LIFETIME = timedelta(hours=12)
UNVERIFIED_KEPT = timedelta(days=30)
KEPT_FORM_LIFETIME = timedelta(hours=24)

TERMS_VERSION = "2026-11"
"""The terms of membership that people accept today; kept with each consent."""

NAME_LENGTH = 80
EMAIL_LENGTH = 254
"""Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, erratum 1690)."""


def may(roles: Iterable[Role], duty: Duty) -> bool:
    """Whether somebody with these roles holds that duty."""
    return not HELD_BY[duty].isdisjoint(roles)


def is_staff(roles: Iterable[Role]) -> bool:
    """Whether any of these roles belongs to municipal staff."""
    return not STAFF_ROLES.isdisjoint(roles)


def session_lifetime(roles: Iterable[Role], *, remember: bool) -> timedelta:
    """How long a sign-in lasts (NIST SP 800-63B-4, 2.2.3: no more than 24 hours or 30 days)."""
    if is_staff(roles):
        return STAFF_SESSION_LIFETIME
    return REMEMBERED_LIFETIME if remember else SESSION_LIFETIME


@dataclass(frozen=True)
class LinkClaim:
    """What a mailed link says: it is dead as soon as one of these no longer fits its account."""

    account_id: int
    address_mark: str
    credential_version: int


def link_claim(account_id: int, email_key: str, credential_version: int) -> LinkClaim:
    """The claim of a link mailed to an account as it is now."""
    return LinkClaim(account_id, address_mark(email_key), credential_version)


def address_mark(email_key: str) -> str:
    """64 bits that stand for an address in a link, so that links name nobody (ASVS 14.2.1)."""
    return sha256(email_key.encode()).hexdigest()[:16]


def must_choose_passphrase(passphrase_hash: str | None, *, is_verified: bool) -> bool:
    """Whether an invited person chooses a passphrase first.

    One that was set before the address was confirmed may be a stranger's who typed the address.
    """
    return passphrase_hash is None or not is_verified


def holds_link(name: str) -> bool:
    """Whether a display name would carry an advertisement into our mails."""
    folded = name.casefold()
    return any(mark in folded for mark in ("://", "www.", "@", "//"))
