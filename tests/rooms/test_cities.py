"""The register of cities as it stands in the database."""

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.cities.queries import find, register
from citizen_diplomat.cities.rules import CityStatus


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
