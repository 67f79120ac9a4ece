"""The register of cities as it stands in the database, and what the office writes of a city."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities import editing
from citizen_diplomat.cities.actions import load_reference
from citizen_diplomat.cities.contacts import Partner, contacts_of
from citizen_diplomat.cities.editing import ChangedMeanwhile
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.queries import find, register, relation_changes_between
from citizen_diplomat.cities.relations import RelationEvent, Told, events_of
from citizen_diplomat.cities.rules import CityStatus, EventKind, Side
from citizen_diplomat.cities.versions import Deed, changes, find_version, versions_of
from citizen_diplomat.foundation.periods import Period, Precision
from tests.cast import LONG_AGO, Cast

SUSPENDED = Told(
    EventKind.SUSPENSION,
    Period(date(2026, 11, 1)),
    Side.PARTNER,
    "شورای پورتو تماس رسمی را متوقف کرد.",
    "The council of Porto suspended official contacts.",
    "Câmara Municipal",
)
CONSULATE = Partner("Consulado Honorário", email="office@example.org", language="pt")
LATER = LONG_AGO + timedelta(days=1)


def test_the_register_begins_with_isfahan_and_keeps_the_order_of_the_agreements(
    session: Session,
) -> None:
    cities = register(session)
    assert cities[0].status == CityStatus.HOME
    assert cities[0].slug == "isfahan"
    assert len(cities) == 19
    assert [city.position for city in cities] == list(range(19))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ispahan", "isfahan"),
        ("اصفهان", "isfahan"),
        ("西安", "xian"),
        ("Xī'ān", "xian"),
        ("санкт-петербург", "saint-petersburg"),
        ("كويت", "kuwait-city"),
        ("Երեւան", "yerevan"),
    ],
)
def test_a_city_is_found_by_each_of_its_names(session: Session, text: str, slug: str) -> None:
    assert slug in [city.slug for city in register(session, text)]


def test_wildcards_are_letters_like_any_other(session: Session) -> None:
    assert register(session, "100%") == []
    assert register(session, "b_rcelona") == []


def test_an_unknown_slug_is_no_city(session: Session) -> None:
    assert find(session, "atlantis") is None
    porto = find(session, "porto")
    assert porto is not None
    assert porto.country == "PT"


def porto_of(session: Session) -> City:
    porto = find(session, "porto", to_change=True)
    assert porto is not None
    return porto


def stored(session: Session) -> dict[str, str]:
    """Where each relation stands in the database."""
    session.expire_all()
    return {city.slug: city.status for city in register(session)}


def test_the_cities_of_early_2021_and_those_that_came_later_have_their_relations(
    session: Session,
) -> None:
    found = stored(session)
    special = {
        "isfahan": "home", "freiburg": "suspended", "iasi": "dormant", "barcelona": "revived",
        "hyderabad": "preparation", "istanbul": "preparation",
    }  # fmt: skip
    assert found == {slug: special.get(slug, "twinned") for slug in found}
    freiburg = [(event.kind, event.period.precision) for event in events_of(session, "freiburg")]
    assert freiburg == [
        ("agreement", Precision.DAY),
        ("milestone", Precision.YEAR),
        ("dormancy", Precision.YEAR),
        ("revival", Precision.YEAR),
        ("suspension", Precision.DAY),
    ]
    samarkand = session.get_one(City, "samarkand")
    assert samarkand.agreed == Period(date(2021, 7, 1), Precision.MONTH)
    events = session.scalars(select(RelationEvent)).all()
    assert all(event.note_fa and event.note_en and event.source for event in events)


def test_every_change_is_a_version_and_the_status_follows_it(session: Session, cast: Cast) -> None:
    by, porto = cast.soheila, porto_of(session)
    editing.add_event(session, porto, SUSPENDED, version=1, by=by, at=LONG_AGO)
    assert porto.status == CityStatus.SUSPENDED
    with pytest.raises(ChangedMeanwhile):
        editing.add_contact(session, porto, CONSULATE, version=1, by=by, at=LATER)
    editing.add_contact(session, porto, CONSULATE, version=2, by=by, at=LATER)
    facts = replace(porto.facts, name_fa="پرتو", aliases=("Oporto",), topics=("tourism",))
    editing.change_facts(session, porto, facts, version=3, by=by, at=LATER)
    editing.change_facts(session, porto, facts, version=4, by=by, at=LATER)
    assert porto.version == 4, "what changes nothing is no version"
    assert [city.slug for city in register(session, "پرتو")] == ["porto"]

    versions = {row.number: row for row in versions_of(session, "porto")}
    assert [(versions[n].deed, versions[n].actor_id) for n in sorted(versions)] == [
        (Deed.RELEASE, None),
        (Deed.EVENT_ADDED, by.id),
        (Deed.CONTACT_ADDED, by.id),
        (Deed.FACTS, by.id),
    ]
    told = changes(versions[3].content, versions[4].content)
    assert ("name_fa", "پورتو", "پرتو") in {(row.name, row.before, row.after) for row in told
                                            if isinstance(row.before, str)}  # fmt: skip
    news = relation_changes_between(session, LONG_AGO, LATER)
    assert [(event.city.slug, event.kind) for event in news] == [("porto", "suspension")]
    assert not relation_changes_between(session, LATER, LATER + timedelta(days=9))

    earlier = find_version(session, "porto", 1)
    assert earlier is not None
    editing.restore(session, porto, earlier, version=4, by=by, at=LATER)
    assert (porto.status, porto.name_fa, porto.version) == (CityStatus.TWINNED, "پورتو", 5)
    assert [event.kind for event in events_of(session, "porto")] == ["agreement"]
    assert not contacts_of(session, "porto")
    assert not relation_changes_between(session, LONG_AGO, LATER)
    # The way back leads forth again too.
    editing.restore(session, porto, versions[4], version=5, by=by, at=LATER)
    assert (porto.status, porto.name_fa) == (CityStatus.SUSPENDED, "پرتو")
    assert [row.partner for row in contacts_of(session, "porto")] == [CONSULATE]
    logged = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == "city:porto").order_by(AuditEntry.id)
    ).all()
    assert logged == [
        *("city.event_added", "city.contact_added", "city.facts_changed"),
        *("city.restored", "city.restored"),
    ]


def test_a_release_refreshes_what_nobody_touched_and_nothing_else(
    session: Session, cast: Cast
) -> None:
    """Somebody took the agreement of Porto out; of Kazan only the software knows anything."""
    porto, kazan = porto_of(session), session.get_one(City, "kazan")
    [agreement] = events_of(session, "porto")
    editing.change_event(session, porto, agreement, None, version=1, by=cast.soheila, at=LATER)
    facts = replace(porto.facts, name_en="Oporto")
    editing.change_facts(session, porto, facts, version=2, by=cast.soheila, at=LATER)
    porto.time_zone = "Europe/Madrid"
    kazan.name_en, kazan.status = "Qazan", CityStatus.DORMANT
    session.add(
        RelationEvent(
            city_slug="kazan", reference_key="kazan:of-an-earlier-release", kind="dormancy",
            day=date(2025, 1, 1),
        )
    )  # fmt: skip
    session.flush()
    load_reference(session)
    session.flush()
    session.expire_all()
    assert (porto.name_en, porto.status, porto.agreed) == ("Oporto", "preparation", None)
    assert not events_of(session, "porto")
    assert porto.time_zone == "Europe/Lisbon", "what cannot be edited here is the release's"
    assert (kazan.name_en, kazan.status) == ("Kazan", "twinned")
    assert [event.kind for event in events_of(session, "kazan")] == ["milestone", "agreement"]
