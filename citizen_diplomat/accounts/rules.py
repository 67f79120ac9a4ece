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
    CONTACT = "contact"
    TAXONOMY = "taxonomy"
    READ_LOG = "read_log"
    UNSHIELD = "unshield"
    EDIT_QUESTIONS = "edit_questions"
    EDIT_REASONS = "edit_reasons"
    HELPERS = "helpers"
    STEER_REVIEWS = "steer_reviews"
    EDIT_CRITERIA = "edit_criteria"
    EDIT_OFFICE = "edit_office"
    SANCTION = "sanction"
    STOP_MAIL = "stop_mail"
    NEWSLETTER = "newsletter"
    EDIT_CALLS = "edit_calls"
    BRIEFING = "briefing"
    EDIT_CITIES = "edit_cities"
    EDIT_PAGES = "edit_pages"
    EDIT_EVENTS = "edit_events"
    EDIT_GLOSSARY = "edit_glossary"
    EDIT_NEWS = "edit_news"


HELD_BY: dict[Duty, frozenset[Role]] = {
    Duty.ENTER: STAFF_ROLES,
    Duty.REVIEW: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.DIRECTORY: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.CONTACT: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.TAXONOMY: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.READ_LOG: frozenset({Role.AUDITOR, Role.ADMIN}),
    Duty.UNSHIELD: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_QUESTIONS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_REASONS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.HELPERS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.STEER_REVIEWS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_CRITERIA: frozenset({Role.ADMIN}),
    Duty.EDIT_OFFICE: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.SANCTION: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.STOP_MAIL: frozenset({Role.ADMIN}),
    Duty.NEWSLETTER: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_CALLS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.BRIEFING: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Duty.EDIT_CITIES: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_PAGES: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_EVENTS: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_GLOSSARY: frozenset({Role.COORDINATOR, Role.ADMIN}),
    Duty.EDIT_NEWS: frozenset({Role.COORDINATOR, Role.ADMIN}),
}


class ConsentPurpose(StrEnum):
    """What somebody agreed to; every yes and no is kept."""

    TERMS = "terms"
    DIGEST = "digest"
    NEWSLETTER = "newsletter"


class LinkPurpose(StrEnum):
    """What a mailed link is good for; a link of one purpose is never accepted for another."""

    VERIFY = "verify"
    RESET = "reset"
    INVITATION = "invitation"
    NEW_ADDRESS = "new_address"
    REFUSE_ADDRESS = "refuse_address"


class Feed(StrEnum):
    """A private feed; each has an address of its own, so that handing one out opens one."""

    NEWS = "news"
    DATES = "dates"


LINK_LIFETIME: dict[LinkPurpose, timedelta] = {
    LinkPurpose.VERIFY: timedelta(days=3),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.NEW_ADDRESS: timedelta(days=1),
    LinkPurpose.REFUSE_ADDRESS: timedelta(days=7),
}

SESSION_LIFETIME = timedelta(hours=24)
REMEMBERED_LIFETIME = timedelta(days=30)
# Staff open other people's data: a forgotten browser must not stay open over night.
STAFF_SESSION_LIFETIME = timedelta(hours=12)
UNVERIFIED_KEPT = timedelta(days=30)
KEPT_FORM_LIFETIME = timedelta(hours=24)

TERMS_VERSION = "2026-11"
"""The terms of membership that come with the site, kept with each consent to them.

What the office publishes instead is named by `terms_version`.
"""

NEWSLETTER_TEXT_VERSION = "2026-11"
"""Which wording of /me/mail a consent was given to; raise it when its meaning changes."""

NAME_LENGTH = 80
EMAIL_LENGTH = 254
"""Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, erratum 1690)."""


def terms_version(edition: int) -> str:
    """What a consent says that was given to an edition of the terms; 1 came with the site."""
    return TERMS_VERSION if edition <= 1 else f"{_EDITION}{edition}"


def terms_edition(version: str) -> int:
    """The edition of the terms that a consent was given to."""
    number = version.removeprefix(_EDITION)
    return int(number) if version.startswith(_EDITION) and number.isdecimal() else 1


_EDITION = "terms-"


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
