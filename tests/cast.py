"""The people of our stories. The stranger is always among them.

Nasrin, a ceramicist in Barcelona, writes in Persian; Kamran, an engineer in Freiburg, in English.
Hamid and Maryam review at the municipality; Soheila coordinates, Arash audits, Mina administers.
Sina is the stranger: a member who has nothing to do with the matter at hand.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.folding import search_text, sort_key
from citizen_diplomat.foundation.passphrase import Hasher, hash_passphrase
from citizen_diplomat.foundation.sounds import sounds
from citizen_diplomat.foundation.text import email_key

PASSPHRASE = "seven blue tiles by the river"
CHEAP = Hasher(time_cost=1, memory_cost=8, parallelism=1)
LONG_AGO = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Everybody, their roles loaded."""

    nasrin: Account
    kamran: Account
    stranger: Account
    hamid: Account
    maryam: Account
    soheila: Account
    arash: Account
    mina: Account


def assemble(session: Session) -> Cast:
    """Put the whole cast into an empty database; the caller commits."""
    hashed = hash_passphrase(PASSPHRASE, hasher=CHEAP)

    def person(
        name: str, email: str, language: str, role: Role, city: str | None = None
    ) -> Account:
        account = Account(
            email=email,
            email_key=email_key(email),
            passphrase_hash=hashed,
            display_name=name,
            language=language,
            time_zone={"barcelona": "Europe/Madrid", "freiburg": "Europe/Berlin"}.get(
                city or "", "Asia/Tehran"
            ),
            created_at=LONG_AGO,
            verified_at=LONG_AGO,
            role_rows=[AccountRole(role=role)],
        )
        session.add(account)
        session.flush()
        if role is Role.MEMBER:
            session.add(
                Profile(
                    account_id=account.id,
                    city_slug=city,
                    staff_search_text=search_text(name),
                    staff_search_sounds=sounds(name),
                    sort_key=sort_key(name),
                )
            )
        return account

    cast = Cast(
        nasrin=person("نسرین بهرامی", "nasrin@example.org", "fa", Role.MEMBER, "barcelona"),
        kamran=person("Kamran Dehghan", "kamran@example.org", "en", Role.MEMBER, "freiburg"),
        stranger=person("Sina Mobini", "sina@example.org", "en", Role.MEMBER, "porto"),
        hamid=person("حمید توکلی", "hamid@example.org", "fa", Role.MODERATOR),
        maryam=person("مریم رستمی", "maryam@example.org", "fa", Role.MODERATOR),
        soheila=person("سهیلا امینی", "soheila@example.org", "fa", Role.COORDINATOR),
        arash=person("آرش کیانی", "arash@example.org", "fa", Role.AUDITOR),
        mina=person("مینا صدر", "mina@example.org", "fa", Role.ADMIN),
    )
    session.flush()
    return cast
