"""Names in Latin letters, distances and clocks: the small rules behind profiles and cities."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.cities.rules import distance, minutes_ahead, shown_count
from citizen_diplomat.directory.rules import (
    SEES,
    Audience,
    Ladder,
    LanguageDraft,
    Part,
    ProfileDraft,
    Reader,
    SkillDraft,
    SkillLevel,
    completed,
    is_latin,
)

TEHRAN = ZoneInfo("Asia/Tehran")
ISFAHAN = (32.65246, 51.67462)


@pytest.mark.parametrize(
    "name", ["Nasrin Bahrami", "Çelik", "Œuvrard", "O’Brien-Şahin", "N. B.", ""]
)
def test_a_name_in_latin_letters(name: str) -> None:
    assert is_latin(name)


@pytest.mark.parametrize("name", ["نسرین", "Nasrin بهرامی", "Нина", "Νίκος", "Nаsrin", "西安"])
def test_a_name_with_another_script_in_it(name: str) -> None:
    assert not is_latin(name)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert is_latin(text) in {True, False}


def test_the_ladder_begins_with_the_narrowest() -> None:
    assert list(Audience) == ["only_me", "staff", "members", "everyone"]
    begins = replace(Ladder.all_of(Audience.STAFF), organisation=Audience.ONLY_ME)
    assert Ladder() == begins


def test_who_stands_closer_sees_all_that_others_see() -> None:
    seen = [set(SEES[reader]) for reader in Reader]
    assert seen[0] > seen[1] > seen[2] > seen[3] == {Audience.EVERYONE}
    assert Audience.ONLY_ME not in SEES[Reader.STAFF]


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("part", Part)
def test_each_part_has_its_own_rung(part: Part, audience: Audience) -> None:
    ladder = Ladder(**{part.value: audience})
    assert ladder.of(part) == audience
    untouched = Ladder()
    assert all(ladder.of(other) == untouched.of(other) for other in Part if other is not part)
    assert ladder.shows(part, Reader.MEMBER) is (audience in {"members", "everyone"})


def test_levels_rise() -> None:
    assert list(SkillLevel) == ["some", "good", "professional"]


def test_parts_are_complete_when_something_stands_in_them() -> None:
    empty = ProfileDraft("Sina", "", "", None, "", "", frozenset(), frozenset(), 1)
    assert completed(empty) == 0
    some = replace(empty, city_slug="porto", languages=frozenset({LanguageDraft("fa")}))
    assert completed(some) == 2
    assert completed(replace(some, skills=frozenset({SkillDraft("pottery")}))) == 3


@pytest.mark.parametrize(
    ("members", "shown"), [(0, None), (1, None), (4, None), (5, 5), (231, 231)]
)
def test_fewer_than_five_are_not_counted(members: int, shown: int | None) -> None:
    assert shown_count(members) == shown


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [
        ("Asia/Tehran", 0, 0),
        ("Europe/Madrid", -90, -150),
        ("America/Havana", -450, -510),
        ("Asia/Shanghai", 270, 270),
        ("Asia/Kolkata", 120, 120),
    ],
)
def test_clocks_are_compared_at_a_moment(zone: str, summer: int, winter: int) -> None:
    july, january = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert minutes_ahead(ZoneInfo(zone), TEHRAN, july) == summer
    assert minutes_ahead(ZoneInfo(zone), TEHRAN, january) == winter


def test_distances_are_those_of_an_atlas() -> None:
    assert distance(ISFAHAN, ISFAHAN) == 0
    assert round(distance(ISFAHAN, (41.38879, 2.15899)), -1) == pytest.approx(4430, abs=60)
    assert distance((0, 0), (0, 180)) == pytest.approx(20_015, abs=1)
