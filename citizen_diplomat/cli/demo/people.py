"""The invented people: staff, authors and their neighbours in every city."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts import actions as accounts
from citizen_diplomat.accounts.consents import give_consent
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import ConsentPurpose, Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.actions import open_profile

DATA = Path(__file__).resolve().parents[1] / "data"
HOME = "isfahan"
SIGN_IN_AS = tuple(
    f"{name}@example.org"
    for name in ("nasrin", "kamran", "hamid", "maryam", "soheila", "arash", "mina")
)
"""Addresses of those whom a newcomer is told about, members first."""
WORDS = (
    "almond amber apple arch autumn bazaar blue brass bridge bronze carpet cedar cherry clay "
    "copper cotton cypress dome fig fountain garden glass grape harbour honey indigo iron ivory "
    "jasmine lantern lemon linen maple marble meadow mint mirror mosaic mulberry olive orange "
    "orchard paper pearl pepper pine plaster plum poppy quince river rose saffron silk silver "
    "spring stone summer thread tile violet walnut willow window winter"
).split()
WORDS_USED = 5


class AddressTaken(Exception):  # noqa: N818 - named for what happened
    """Somebody real has the address of an invented person."""


@dataclass(frozen=True)
class Person:
    """One invented account, as the files describe it."""

    email: str
    name: str
    language: str
    role: Role
    city: str


def passphrase(secret_key: str) -> str:
    """The passphrase of all demo people of one installation.

    It follows from the secret key: a site that is shown to others never has one that stands in a
    public file.
    """
    digest = hmac.digest(secret_key.encode(), b"demo people", "sha256")
    return " ".join(WORDS[byte % len(WORDS)] for byte in digest[:WORDS_USED])


@cache
def people_file() -> dict[str, Any]:
    """What demo_people.json holds."""
    content: dict[str, Any] = json.loads((DATA / "demo_people.json").read_text("utf-8"))
    return content


def staff() -> list[Person]:
    """Those who work at the municipality."""
    return [
        Person(row["email"], row["name"], row["language"], Role(row["role"]), HOME)
        for row in people_file()["staff"]
    ]


def authors() -> list[dict[str, Any]]:
    """Those who wrote proposals, with all that the file says of them."""
    rows: list[dict[str, Any]] = people_file()["authors"]
    return rows


def as_person(author: dict[str, Any], city: str) -> Person:
    """An author of the file as somebody to admit."""
    return Person(author["email"], author["name"], author["language"], Role.MEMBER, city)


def neighbours() -> list[Person]:
    """Those who only joined."""
    return [
        Person(
            f"{city}.{place}@example.org",
            name,
            "en" if name.isascii() else "fa",
            Role.MEMBER,
            city,
        )
        for city, names in people_file()["neighbours"].items()
        for place, name in enumerate(names, start=1)
    ]


def admit(session: Session, person: Person, *, hashed: str, at: datetime) -> Account:
    """Give one person an account whose address is confirmed, and a member their profile.

    Raises AddressTaken.
    """
    account = accounts.new_account(
        session,
        accounts.Newcomer(
            person.email,
            person.name,
            hashed,
            person.language,
            session.get_one(City, person.city).time_zone,
        ),
        at,
        role=person.role,
    )
    if account is None:
        raise AddressTaken(f"{person.email} is somebody's already")
    # Nobody has a mailbox there that a link could be sent to.
    account.is_demo, account.verified_at = True, at + timedelta(minutes=4)
    record(session, "account.demo", f"account:{account.id}", by=None, at=at, role=person.role)
    if person.role is Role.MEMBER:
        give_consent(session, account, ConsentPurpose.TERMS, source="demo", at=at)
        open_profile(session, account, city_slug=person.city)
        # The profile must be there when its owner arrives.
        session.flush()
    return account


def demo_accounts(session: Session) -> dict[str, Account]:
    """All invented accounts by address, their roles loaded."""
    found = session.scalars(
        select(Account).where(Account.is_demo).options(selectinload(Account.role_rows))
    )
    return {account.email: account for account in found}
