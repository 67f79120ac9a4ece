"""Names in Latin letters, distances and clocks: the small rules behind profiles and cities."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.cities.rules import distance, minutes_ahead, shown_count
from citizen_diplomat.directory.rules import SkillLevel, Visibility, is_latin

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


def test_the_narrower_visibility_stands_first() -> None:
    assert list(Visibility) == [Visibility.STAFF, Visibility.MEMBERS]


def test_levels_rise() -> None:
    assert list(SkillLevel) == ["basic", "intermediate", "advanced", "expert"]


@pytest.mark.parametrize(
    ("members", "shown"), [(0, None), (1, None), (9, None), (10, 10), (231, 231)]
)
def test_counts_under_ten_are_not_shown(members: int, shown: int | None) -> None:
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
