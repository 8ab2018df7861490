"""The graph's points → maps: which organisations lie where, and how exactly that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.service.pages.facts import local_name
from clusterkg.service.pages.kinds import KINDS, OTHER
from clusterkg.service.pages.labels import choose
from clusterkg.service.pages.svg import map as drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["Position", "draw_map", "kinds_on", "organisation_map", "places", "positions"]

_EXACT = ("site",)
"""Local names of the precisions at which a dot is filled."""


@dataclass(frozen=True)
class Position:
    """Where something is, in degrees (WGS 84)."""

    latitude: float
    longitude: float
    exact: bool
    own: bool
    """False if it is the point of the municipality that the seat lies in."""


def positions(reading: Reading) -> dict[str, Position]:
    """Thing → its position, the more exact one if sources state several."""
    found: dict[str, Position] = {}
    for row in reading.rows("points"):
        latitude, longitude = _degrees(row["lat"].value), _degrees(row["long"].value)
        if latitude is None or longitude is None:
            continue
        precision = local_name(row["precision"].value) if "precision" in row else ""
        position = Position(latitude, longitude, precision in _EXACT, "region" not in row)
        known = found.get(row["thing"].value)
        if known is None or _better(position) > _better(known):
            found[row["thing"].value] = position
    return found


def _better(position: Position) -> tuple[bool, bool, float, float]:
    return position.exact, position.own, position.latitude, position.longitude


def _degrees(text: str) -> float | None:
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if abs(degrees) <= 180 else None  # noqa: PLR2004


def places(reading: Reading, language: str) -> list[drawing.Place]:
    """Municipalities to find one's way by, named for the reader."""
    rows = reading.rows("places")
    names: dict[str, list[object]] = {}
    for row in rows:
        names.setdefault(row["place"].value, []).append(row["name"])
    found: dict[str, drawing.Place] = {}
    for row in rows:
        latitude, longitude = _degrees(row["lat"].value), _degrees(row["long"].value)
        label = choose(names[row["place"].value], language)
        if latitude is None or longitude is None or label is None:
            continue
        people = row["population"].value if "population" in row else "0"
        population = int(people) if people.isdigit() else 0
        found[row["place"].value] = drawing.Place(latitude, longitude, label.text, population)
    return list(found.values())


def draw_map(
    reading: Reading,
    reader: Reader,
    things: Mapping[str, tuple[str, str]],
    *,
    tallest: int = 720,
) -> drawing.Map | None:
    """The map of ``things``: IRI → (name, kind); those without a position are left out."""
    where = positions(reading)
    points = [
        drawing.Point(
            where[iri].latitude, where[iri].longitude, kind, where[iri].exact, name, reader.to(iri)
        )
        for iri, (name, kind) in things.items()
        if iri in where
    ]
    if not points:
        return None
    return drawing.draw(points, places(reading, reader.language), tallest=tallest)


def organisation_map(
    reading: Reading, reader: Reader, facts: Facts, actors: Mapping[str, str]
) -> drawing.Map | None:
    """The map of organisations given as IRI → kind, named by ``facts``."""
    things = {iri: (facts.name(iri, reader.language).text, kind) for iri, kind in actors.items()}
    return draw_map(reading, reader, things, tallest=560)


def kinds_on(map_: drawing.Map | None) -> list[str]:
    """The kinds that a map shows, for its legend."""
    if map_ is None:
        return []
    shown: set[str] = {dot.point.kind for dot in map_.dots}
    shown |= {slice_.kind for pile in map_.piles for slice_ in pile.slices}
    return [kind for kind in (*KINDS, OTHER) if kind in shown]
