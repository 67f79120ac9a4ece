"""The part of the world map that holds Isfahan and one city."""

from dataclasses import dataclass

from citizen_diplomat.cities.model import City
from citizen_diplomat.web.world_map import project, world_map

SMALLEST_WIDTH = 270
SHAPE = 130 / 270
"""Height by width."""
ROOM = 1.45
"""How much wider the crop is than the two points are apart."""
RISE = 0.1
"""How much higher its middle lies: the arc bends to the north."""
MARK = 3.5
STAR = 0.11
"""Sizes of the point and the star at the smallest width; they grow with it."""


@dataclass(frozen=True)
class CityMap:
    """What the template draws: a window of the map in its pixels, an arc and two points."""

    x: float
    y: float
    width: float
    height: float
    land: str
    arc: str
    city: tuple[float, float]
    home: tuple[float, float]
    mark: float
    star: float


def city_map(city: City, home: City) -> CityMap | None:
    """The window around a city and Isfahan; None for Isfahan itself."""
    world = world_map()
    arc = next((point.arc for point in world.points if point.slug == city.slug), "")
    if not arc:
        return None
    there, here = (project(place.longitude, place.latitude) for place in (city, home))
    apart = abs(there[0] - here[0]), abs(there[1] - here[1])
    width = max(SMALLEST_WIDTH, apart[0] * ROOM, apart[1] * ROOM / SHAPE)
    height = width * SHAPE
    return CityMap(
        x=round(max(0, (there[0] + here[0] - width) / 2), 1),
        y=round(max(0, (there[1] + here[1] - height) / 2 - height * RISE), 1),
        width=round(width, 1),
        height=round(height, 1),
        land=world.land,
        arc=arc,
        city=there,
        home=here,
        mark=round(MARK * width / SMALLEST_WIDTH, 1),
        star=round(STAR * width / SMALLEST_WIDTH, 3),
    )
