"""Points with latitude and longitude → a map: dots, counted piles, named towns, a graticule.

The projection is equirectangular, true to scale along the middle parallel. Points that would
cover each other are spread like the seeds of a sunflower; where there are too many to spread
they become one counted pile, and neighbours of a pile are moved to its edge. None is hidden.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Dot", "Map", "Pile", "Place", "Point", "Slice", "Town", "draw"]

_DOT: Final = 5.0
_NEAR: Final = 9.0
"""Points closer than this many pixels form a group."""
_SPREAD: Final = 19
"""A group of at most this many is spread, a larger one counted."""
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_LETTER: Final = 10.0
"""Width of a letter of a town's name at its largest, on phones."""
_MIN_DEGREES: Final = 0.35
_ALWAYS: Final = 4
"""So many towns are named in any case."""

_Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Point:
    """Something to show: latitude and longitude in degrees (WGS 84)."""

    latitude: float
    longitude: float
    kind: str
    exact: bool
    """True if the point is the site itself, False for a postcode, municipality or region."""
    name: str
    link: str


@dataclass(frozen=True)
class Place:
    """A town to find one's way by; the most populous are named first."""

    latitude: float
    longitude: float
    name: str
    population: int


@dataclass(frozen=True)
class Dot:
    """One point on the map."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True)
class Slice:
    """The part of a pile that one kind has; ``path`` is the d of an SVG path."""

    kind: str
    count: int
    path: str


@dataclass(frozen=True)
class Pile:
    """Points that fall together, counted."""

    x: float
    y: float
    radius: float
    count: int
    slices: tuple[Slice, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Town:
    """A named town and where its name stands."""

    x: float
    y: float
    name: str
    label_x: float
    label_y: float
    anchor: str
    minor: bool


@dataclass(frozen=True)
class Map:
    """Everything in units of the view box ``0 0 width height``."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    piles: tuple[Pile, ...]
    towns: tuple[Town, ...]
    parallels: tuple[tuple[float, float], ...]
    """(y, latitude)"""
    meridians: tuple[tuple[float, float], ...]
    """(x, longitude)"""
    points: int


def draw(
    points: Sequence[Point], places: Sequence[Place], *, width: int = 640, tallest: int = 720
) -> Map | None:
    """The map of all points; None if there are none. ``kind`` decides the order in a group."""
    if not points:
        return None
    place_xy, height, bounds = _projection(points, width, tallest)
    groups = _groups(sorted(points, key=lambda p: (p.kind, p.name, p.link)), place_xy)
    dots: list[Dot] = []
    piles: list[Pile] = []
    rounds: list[tuple[float, float, float]] = []
    for x, y, members in sorted(groups, key=lambda group: (-len(group[2]), group[0], group[1])):
        if len(members) > _SPREAD:
            piles.append(_pile(x, y, members))
            rounds.append((x, y, piles[-1].radius))
        else:
            reach = _reach(len(members))
            aside = _aside(x, y, reach, piles)
            dots += _spread(*aside, members)
            rounds.append((*aside, reach))
    towns = _towns(places, place_xy, (width, height), rounds)
    south, west, north, east = bounds
    return Map(
        width,
        height,
        tuple(dots),
        tuple(piles),
        tuple(towns),
        tuple((place_xy(degree, west)[1], degree) for degree in _lines(south, north)),
        tuple((place_xy(north, degree)[0], degree) for degree in _lines(west, east)),
        len(points),
    )


def _projection(
    points: Sequence[Point], width: int, tallest: int
) -> tuple[Callable[[float, float], tuple[float, float]], int, tuple[float, float, float, float]]:
    south, north = _span([p.latitude for p in points], _MIN_DEGREES)
    west, east = _span([p.longitude for p in points], _MIN_DEGREES * 3)
    squeeze = math.cos(math.radians((south + north) / 2))
    margin = 36
    scale = min(
        (width - 2 * margin) / ((east - west) * squeeze), (tallest - 2 * margin) / (north - south)
    )
    height = max(300, round((north - south) * scale + 2 * margin))
    middle_lat, middle_long = (south + north) / 2, (west + east) / 2

    def place(latitude: float, longitude: float) -> tuple[float, float]:
        x = width / 2 + (longitude - middle_long) * squeeze * scale
        return x, height / 2 - (latitude - middle_lat) * scale

    half_lat, half_long = height / 2 / scale, width / 2 / scale / squeeze
    bounds = (
        middle_lat - half_lat,
        middle_long - half_long,
        middle_lat + half_lat,
        middle_long + half_long,
    )
    return place, height, bounds


def _span(values: Sequence[float], least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high - low < least:
        middle = (low + high) / 2
        return middle - least / 2, middle + least / 2
    return low, high


def _lines(low: float, high: float) -> list[float]:
    """Round degrees between two bounds: whole, half or tenth ones, three to eight of them."""
    step = next(
        step
        for step in (5.0, 2.0, 1.0, 0.5, 0.2, 0.1)
        if (high - low) / step >= 3 or step == 0.1  # noqa: PLR2004
    )
    first = math.ceil(low / step)
    return [round(index * step, 1) for index in range(first, math.floor(high / step) + 1)]


def _groups(
    points: Sequence[Point], place: Callable[[float, float], tuple[float, float]]
) -> list[tuple[float, float, list[Point]]]:
    groups: list[tuple[float, float, list[Point]]] = []
    for point in points:
        x, y = place(point.latitude, point.longitude)
        for group_x, group_y, members in groups:
            if math.hypot(x - group_x, y - group_y) < _NEAR:
                members.append(point)
                break
        else:
            groups.append((x, y, [point]))
    return groups


def _spread(x: float, y: float, members: Sequence[Point]) -> list[Dot]:
    if len(members) == 1:
        return [Dot(x, y, members[0])]
    dots = []
    for index, point in enumerate(members):
        away = _DOT * 1.35 * math.sqrt(index + 0.6)
        angle = index * _GOLDEN
        dots.append(Dot(x + away * math.cos(angle), y + away * math.sin(angle), point))
    return dots


def _aside(x: float, y: float, reach: float, piles: Sequence[Pile]) -> tuple[float, float]:
    """The place moved to the edge of a pile that would cover it: near it, but not in it."""
    for pile in piles:
        away = math.hypot(x - pile.x, y - pile.y)
        wanted = pile.radius + reach + 1
        if 0 < away < wanted:
            x, y = (
                pile.x + (x - pile.x) * wanted / away,
                pile.y + (y - pile.y) * wanted / away,
            )
    return x, y


def _reach(count: int) -> float:
    return _DOT * (1.35 * math.sqrt(count + 0.6) + 1) if count > 1 else _DOT


def _pile(x: float, y: float, members: Sequence[Point]) -> Pile:
    radius = 10 + 1.25 * math.sqrt(len(members))
    kinds: dict[str, int] = {}
    for point in members:
        kinds[point.kind] = kinds.get(point.kind, 0) + 1
    slices = []
    turned = 0.0
    for kind, count in kinds.items():
        share = count / len(members)
        slices.append(Slice(kind, count, _ring(x, y, radius, turned, turned + share)))
        turned += share
    names = tuple(sorted(point.name for point in members))
    return Pile(x, y, radius, len(members), tuple(slices), names)


def _ring(x: float, y: float, radius: float, start: float, end: float) -> str:
    """A slice of a ring from ``start`` to ``end`` (turns, from the top, clockwise)."""
    inner = radius * 0.62
    end = min(end, start + 0.9999)
    wide = 1 if end - start > 0.5 else 0  # noqa: PLR2004
    corners = [
        (x + r * math.sin(math.tau * turn), y - r * math.cos(math.tau * turn))
        for r, turn in ((radius, start), (radius, end), (inner, end), (inner, start))
    ]
    a, b, c, d = (f"{cx:.1f} {cy:.1f}" for cx, cy in corners)
    return (
        f"M{a}A{radius:.1f} {radius:.1f} 0 {wide} 1 {b}L{c}A{inner:.1f} {inner:.1f} 0 {wide} 0 {d}Z"
    )


def _towns(
    places: Sequence[Place],
    place_xy: Callable[[float, float], tuple[float, float]],
    size: tuple[int, int],
    rounds: Sequence[tuple[float, float, float]],
) -> list[Town]:
    """Name as many towns as fit, the most populous first."""
    width, height = size
    marks = [(x - r, y - r, x + r, y + r) for x, y, r in rounds]
    labels: list[_Box] = []
    towns: list[Town] = []
    for place in sorted(places, key=lambda p: (-p.population, p.name)):
        x, y = place_xy(place.latitude, place.longitude)
        if not (0 < x < width and 0 < y < height):
            continue
        own = max((r for rx, ry, r in rounds if math.hypot(x - rx, y - ry) < _NEAR + r), default=3)
        boxes = [
            label
            for label in _label_boxes(x, y, own, place.name)
            if _inside(label[3], size) and not _hits(label[3], labels)
        ]
        free = [label for label in boxes if not _hits(label[3], marks)]
        # the greatest towns are named even where their name covers a dot
        chosen = next(iter(free or (boxes if len(towns) < _ALWAYS else ())), None)
        if chosen:
            label_x, label_y, anchor, box = chosen
            labels.append(box)
            minor = len(towns) >= 7  # noqa: PLR2004
            towns.append(Town(x, y, place.name, label_x, label_y, anchor, minor))
    return towns


def _inside(box: _Box, size: tuple[int, int]) -> bool:
    return box[0] > 0 and box[1] > 0 and box[2] < size[0] and box[3] < size[1]


def _hits(box: _Box, taken: Sequence[_Box]) -> bool:
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in taken
    )


def _label_boxes(
    x: float, y: float, radius: float, name: str
) -> list[tuple[float, float, str, _Box]]:
    wide, high = len(name) * _LETTER, 18.0
    away = radius + 4
    return [
        (x + away, y + 5, "start", (x + away, y - high / 2, x + away + wide, y + high / 2)),
        (x - away, y + 5, "end", (x - away - wide, y - high / 2, x - away, y + high / 2)),
        (x, y - away - 2, "middle", (x - wide / 2, y - away - high, x + wide / 2, y - away)),
        (x, y + away + 12, "middle", (x - wide / 2, y + away, x + wide / 2, y + away + high)),
        (x + away * 0.7, y + away + 6, "start", (x, y + away - 8, x + away + wide, y + away + 10)),
        (x + away * 0.7, y - away + 2, "start", (x, y - away - 12, x + away + wide, y - away + 6)),
    ]
