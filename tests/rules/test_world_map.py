"""Where cities stand on the world map of the home page."""

from citizen_diplomat.cities.model import City
from citizen_diplomat.web.world_map import REACH, Label, hit_of, points_of, project

ISFAHAN = City(slug="isfahan", status="home", longitude=51.67, latitude=32.65)
BARCELONA = City(slug="barcelona", status="twinned", longitude=2.16, latitude=41.39)
HYDERABAD = City(slug="hyderabad", status="preparation", longitude=78.46, latitude=17.39)


def test_the_equator_meets_the_central_meridian_at_the_centre() -> None:
    assert project(23, 0) == (402, 282)


def test_north_is_up_and_east_is_right_in_every_language() -> None:
    isfahan, barcelona = project(51.67, 32.65), project(2.16, 41.39)
    assert barcelona[0] < isfahan[0]
    assert barcelona[1] < isfahan[1]


def test_an_arc_leads_from_isfahan_to_every_other_city() -> None:
    home, barcelona, hyderabad = points_of([ISFAHAN, BARCELONA, HYDERABAD], {})
    assert home.is_home
    assert home.arc == ""
    assert barcelona.arc.startswith(f"M{home.x} {home.y}Q")
    assert barcelona.arc.endswith(f" {barcelona.x} {barcelona.y}")
    assert barcelona.is_active
    assert not hyderabad.is_active


def test_a_label_stands_where_the_drawing_says_and_a_new_city_has_one_too() -> None:
    labels = {"barcelona": Label(lift=1, anchor="end", dx=-8, dy=6)}
    _, barcelona, hyderabad = points_of([ISFAHAN, BARCELONA, HYDERABAD], labels)
    assert (barcelona.anchor, barcelona.label_x) == ("end", round(barcelona.x - 8, 1))
    assert (hyderabad.anchor, hyderabad.label_x) == ("start", round(hyderabad.x + 8, 1))


def test_without_isfahan_nothing_is_drawn() -> None:
    assert points_of([BARCELONA], {}) == []


def test_what_is_nearest_leads_to_a_city_as_far_as_one_can_reach() -> None:
    alone = hit_of((100, 100), [(100, 100), (100 + 3 * REACH, 100)])
    across = [x for x, _ in alone]
    assert max(across) - min(across) == 2 * REACH
    # Of two neighbours each has its own half, up to the middle between them.
    near = [(100.0, 100.0), (120.0, 100.0)]
    left, right = (hit_of(spot, near) for spot in near)
    assert max(x for x, _ in left) == min(x for x, _ in right) == 110
    assert min(x for x, _ in left) == 100 - REACH
