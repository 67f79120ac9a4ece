"""What the invented coordinator writes of two cities: whom one turns to there, and what is next."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities import editing
from citizen_diplomat.cities.contacts import Partner
from citizen_diplomat.cities.queries import find
from citizen_diplomat.cities.relations import Told
from citizen_diplomat.cities.rules import EventKind, Side
from citizen_diplomat.foundation.periods import Period

CONTACTS = {
    "barcelona": (
        Partner(
            "Biblioteca dels Dos Rius",
            "میزبان هفتهٔ اصفهان", "Host of the week of Isfahan",
            "Carrer de l’Aigua 5, Barcelona", "biblioteca@example.org",
            "https://biblioteca.example.org/", "ca", is_public=True,
        ),
        Partner(
            "Oficina de Relacions Internacionals",
            "دفتر روابط بین‌الملل", "Office for international relations",
            email="relacions@example.org", language="ca",
        ),
    ),
    "freiburg": (
        Partner(
            "Freundeskreis der zwei Städte",
            "انجمن دوستی شهروندان", "Society of friends, run by citizens",
            page="https://freundeskreis.example.org/", language="de", is_public=True,
        ),
    ),
}  # fmt: skip
COMING_IN = timedelta(days=120)


def write_down(session: Session, *, by: Account, now: datetime, at: datetime) -> None:
    """Write down the contacts, and for Barcelona what comes after `now`, all of it at `at`."""
    for slug, partners in CONTACTS.items():
        city = find(session, slug, to_change=True)
        assert city is not None
        for partner in partners:
            editing.add_contact(session, city, partner, version=city.version, by=by, at=at)
    barcelona = find(session, "barcelona", to_change=True)
    assert barcelona is not None
    report = Told(
        EventKind.MILESTONE,
        Period((now + COMING_IN).date()),
        Side.BOTH,
        "نخستین گزارش مشترک دربارهٔ آب منتشر می‌شود.",
        "The first joint report on water is due.",
    )
    editing.add_event(session, barcelona, report, version=barcelona.version, by=by, at=at)
