"""The world map: land, Isfahan and its cities as points that a template draws.

The land outline and the place of each label stand in `data/world_map.json`; the points come from
the coordinates of the cities, so that a new city needs no drawing. Borders are not drawn, on
purpose.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, hypot, radians, sin, tau
from pathlib import Path
from typing import TypedDict

from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import ACTIVE, CityStatus
from citizen_diplomat.web.reference import reference

DRAWING = Path(__file__).resolve().parent / "data" / "world_map.json"
CENTRAL_MERIDIAN = 23  # degrees east
SCALE = 236  # pixels a radian
CENTRE = (402, 282)  # pixels; where the equator meets the central meridian
HIGHEST_ARC = 96  # pixels
REACH = 26
"""Pixels around a point that lead to its city: 24 of a phone's across (WCAG 2.2, 2.5.8)."""
CORNERS = 12
Spot = tuple[float, float]


class Label(TypedDict):
    """Where a name stands beside its point, in pixels, and how far the arc to it rises."""

    lift: float
    anchor: str
    dx: float
    dy: float


class Drawing(TypedDict):
    """The content of `data/world_map.json`."""

    about: str
    width: int
    height: int
    land: str
    labels: dict[str, Label]


NO_LABEL = Label(lift=1, anchor="start", dx=8, dy=4)


@dataclass(frozen=True)
class Point:
    """A city on the map: its point, its label and the path of its arc from Isfahan."""

    slug: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    arc: str
    hit: str
    """The corners of the area that is nearer to it than to any other city, within reach."""
    is_home: bool
    is_active: bool


@dataclass(frozen=True)
class Mark:
    """What waits of a city on the map of the dashboard, and where it is found."""

    href: str
    count: int
    late: int


@dataclass(frozen=True)
class WorldMap:
    """What the template draws; `land` is the path data of one SVG path."""

    width: int
    height: int
    land: str
    points: list[Point]


def world_map() -> WorldMap:
    """The map with all cities of the reference data, in the office's order."""
    drawing = _drawing()
    points = points_of(reference().cities.values(), drawing["labels"])
    return WorldMap(drawing["width"], drawing["height"], drawing["land"], points)


def points_of(cities: Iterable[City], labels: Mapping[str, Label]) -> list[Point]:
    """The points of `cities`; without Isfahan among them there is nothing to draw arcs from."""
    cities = list(cities)
    homes = [city for city in cities if city.status == CityStatus.HOME]
    if not homes:
        return []
    home = project(homes[0].longitude, homes[0].latitude)
    hits = _hits(tuple(project(city.longitude, city.latitude) for city in cities))
    return [
        _point(city, home, labels.get(city.slug, NO_LABEL), hit)
        for city, hit in zip(cities, hits, strict=True)
    ]


def hit_of(spot: Spot, spots: Iterable[Spot]) -> list[Spot]:
    """The corners of what is within reach of a spot and nearer to it than to any of `spots`."""
    turns = [tau * corner / CORNERS for corner in range(CORNERS)]
    corners = [(spot[0] + REACH * cos(turn), spot[1] + REACH * sin(turn)) for turn in turns]
    for other in spots:
        if other != spot and hypot(other[0] - spot[0], other[1] - spot[1]) < 2 * REACH:
            corners = _nearer(corners, spot, other)
    return corners


def project(longitude: float, latitude: float) -> Spot:
    """Pixels from degrees, in the Natural Earth projection (Šavrič and others, 2011)."""
    across, up = radians(longitude - CENTRAL_MERIDIAN), radians(latitude)
    square = up * up
    fourth = square * square
    width = (
        0.8707
        - 0.131979 * square
        + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth))
    )
    height = 1.007226 + square * (
        0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)
    )
    return round(CENTRE[0] + SCALE * across * width, 1), round(CENTRE[1] - SCALE * up * height, 1)


@lru_cache(maxsize=4)
def _hits(spots: tuple[Spot, ...]) -> tuple[str, ...]:
    """The areas of all points; kept, for no city moves while a page is asked for."""
    return tuple(
        " ".join(f"{round(x)},{round(y)}" for x, y in hit_of(spot, spots)) for spot in spots
    )


def _nearer(corners: list[Spot], spot: Spot, other: Spot) -> list[Spot]:
    """What is left of a convex area when all that is nearer to the other spot is cut off."""
    across, down = other[0] - spot[0], other[1] - spot[1]
    middle = (spot[0] + across / 2, spot[1] + down / 2)
    left: list[Spot] = []
    for begin, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        before, after = (
            (at[0] - middle[0]) * across + (at[1] - middle[1]) * down for at in (begin, end)
        )
        if before <= 0:
            left.append(begin)
        if before * after < 0:
            part = before / (before - after)
            left.append(
                (begin[0] + part * (end[0] - begin[0]), begin[1] + part * (end[1] - begin[1]))
            )
    return left


def _point(city: City, home: Spot, label: Label, hit: str) -> Point:
    x, y = project(city.longitude, city.latitude)
    is_home = city.status == CityStatus.HOME
    return Point(
        slug=city.slug,
        x=x,
        y=y,
        label_x=round(x + label["dx"], 1),
        label_y=round(y + label["dy"], 1),
        anchor=label["anchor"],
        arc="" if is_home else _arc(home, (x, y), label["lift"]),
        hit=hit,
        is_home=is_home,
        is_active=city.status in ACTIVE,
    )


def _arc(start: Spot, end: Spot, lift: float) -> str:
    """A curve that rises towards the north by at most three tenths of its length."""
    rise = min(HIGHEST_ARC, hypot(end[0] - start[0], end[1] - start[1]) * 0.3) * lift
    middle = round((start[0] + end[0]) / 2, 1), round((start[1] + end[1]) / 2 - rise, 1)
    return f"M{start[0]} {start[1]}Q{middle[0]} {middle[1]} {end[0]} {end[1]}"


@cache
def _drawing() -> Drawing:
    drawing: Drawing = json.loads(DRAWING.read_text("utf-8"))
    return drawing
