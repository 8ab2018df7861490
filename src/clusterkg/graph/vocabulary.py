"""The quads relation → terms of our namespace that it uses and no ontology declares.

A misspelt property makes triples that nobody will ever find; the mapping that made them is
as good as lost. Only classes and properties are looked at: whether a concept exists is for
shapes to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection

__all__ = ["Undeclared", "declared_terms", "undeclared_terms"]


@dataclass(frozen=True)
class Undeclared:
    """A class or property, the named graph that uses it (IRIs), and in how many triples."""

    term: str
    graph: str
    triples: int


def declared_terms(connection: Connection, ontology: str, namespace: str) -> frozenset[str]:
    """The IRIs of ``namespace`` that the graph ``ontology`` says something about."""
    rows = connection.execute(
        f"SELECT DISTINCT s FROM quads WHERE g = {literal(f'<{ontology}>')} "
        f"AND starts_with(s, {literal(f'<{namespace}')})"
    ).fetchall()
    return frozenset(term[1:-1] for (term,) in rows)


def undeclared_terms(
    connection: Connection, ontology: str, namespace: str
) -> tuple[Undeclared, ...]:
    """The classes and properties of ``namespace`` in use that ``ontology`` does not declare."""
    here, start = literal(f"<{ontology}>"), literal(f"<{namespace}")
    rows = connection.execute(
        f"WITH used AS (SELECT p AS term, g FROM quads WHERE g <> {here} UNION ALL "
        f"SELECT o, g FROM quads WHERE p = {literal(f'<{RDF}type>')} AND g <> {here}) "
        f"SELECT term, g, count(*) FROM used WHERE starts_with(term, {start}) "
        f"AND term NOT IN (SELECT s FROM quads WHERE g = {here}) GROUP BY term, g ORDER BY g, term"
    ).fetchall()
    return tuple(Undeclared(term[1:-1], graph[1:-1], count) for term, graph, count in rows)
