"""The quads relation → the counts that VoID asks for, per graph or over all graphs, by SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.graph.quads import in_graph
from clusterkg.namespaces import expand

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection

__all__ = ["ClassCount", "GraphStatistics", "PropertyCount", "count_graph"]

_TYPE: Final = literal(f"<{expand('rdf:type')}>")


@dataclass(frozen=True)
class PropertyCount:
    """How often a property is used: its triples, distinct subjects and distinct objects."""

    property: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class ClassCount:
    """Instances of a class, the triples they are the subject of, and with which properties."""

    cls: str
    entities: int
    triples: int
    properties: tuple[PropertyCount, ...]


@dataclass(frozen=True)
class GraphStatistics:
    """What VoID says of a set of triples; partitions sorted by IRI."""

    triples: int
    subjects: int
    objects: int
    classes: tuple[ClassCount, ...]
    properties: tuple[PropertyCount, ...]


def count_graph(connection: Connection, graph: str | None = None) -> GraphStatistics:
    """Counts over the distinct triples of one graph (its IRI), or of the union of all graphs."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE counted AS "
        f"SELECT DISTINCT s, p, o FROM quads WHERE {in_graph(graph)}"
    )
    try:
        totals = connection.execute(
            "SELECT count(*), count(DISTINCT s), count(DISTINCT o) FROM counted"
        ).fetchone() or (0, 0, 0)
        return GraphStatistics(
            triples=int(totals[0]),
            subjects=int(totals[1]),
            objects=int(totals[2]),
            classes=_classes(connection),
            properties=_properties(connection),
        )
    finally:
        connection.execute("DROP TABLE counted")


def _properties(connection: Connection) -> tuple[PropertyCount, ...]:
    rows = connection.execute(
        "SELECT p, count(*), count(DISTINCT s), count(DISTINCT o) FROM counted "
        "GROUP BY p ORDER BY p"
    ).fetchall()
    return tuple(PropertyCount(_iri(p), n, s, o) for p, n, s, o in rows)


def _classes(connection: Connection) -> tuple[ClassCount, ...]:
    typed = (
        f"counted AS fact JOIN (SELECT s, o AS class FROM counted WHERE p = {_TYPE} "
        "AND starts_with(o, '<')) AS type ON type.s = fact.s"
    )
    inside: dict[str, list[PropertyCount]] = {}
    for cls, *counts in connection.execute(
        f"SELECT class, p, count(*), count(DISTINCT fact.s), count(DISTINCT o) FROM {typed} "
        "GROUP BY class, p ORDER BY class, p"
    ).fetchall():
        inside.setdefault(cls, []).append(PropertyCount(_iri(counts[0]), *counts[1:]))
    rows = connection.execute(
        f"SELECT class, count(DISTINCT fact.s), count(*) FROM {typed} GROUP BY class ORDER BY class"
    ).fetchall()
    return tuple(ClassCount(_iri(cls), n, triples, tuple(inside[cls])) for cls, n, triples in rows)


def _iri(term: str) -> str:
    return term.removeprefix("<").removesuffix(">")
