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

from citizen_diplomat.accounts.model import Account, AccountRole, Consent
from citizen_diplomat.accounts.rules import ConsentPurpose, Role
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.actions import open_profile
from citizen_diplomat.foundation.text import email_key

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


@dataclass(frozen=True)
class Person:
    """One invented account, as the files describe it."""

    email: str
    name: str
    language: str
    role: Role
    city: str
    latin: str = ""


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


def authors(city_of: dict[str, str]) -> list[Person]:
    """Those who wrote proposals; `city_of` maps the name in their proposals to a city's slug."""
    return [
        Person(
            row["email"],
            row["name"],
            row["language"],
            Role.MEMBER,
            city_of[row["known_as"]],
            row.get("latin", ""),
        )
        for row in people_file()["authors"]
    ]


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
    """Give one person an account whose address is confirmed, and a member their profile."""
    account = Account(
        email=person.email,
        email_key=email_key(person.email),
        passphrase_hash=hashed,
        display_name=person.name,
        language=person.language,
        time_zone=session.get_one(City, person.city).time_zone,
        is_demo=True,
        created_at=at,
        verified_at=at + timedelta(minutes=4),
        role_rows=[AccountRole(role=person.role)],
        scopes=[],
    )
    session.add(account)
    # The rows that point to it need its key.
    session.flush()
    record(session, "account.demo", f"account:{account.id}", by=None, at=at, role=person.role)
    if person.role is Role.MEMBER:
        open_profile(session, account, city_slug=person.city)
        session.add(_agreement(account, at))
    return account


def demo_accounts(session: Session) -> dict[str, Account]:
    """All invented accounts by address, their roles loaded."""
    found = session.scalars(
        select(Account).where(Account.is_demo).options(selectinload(Account.role_rows))
    )
    return {account.email: account for account in found}


def _agreement(account: Account, at: datetime) -> Consent:
    return Consent(
        account_id=account.id,
        purpose=ConsentPurpose.TERMS,
        given=True,
        source="demo",
        text_version="demo",
        at=at,
    )
