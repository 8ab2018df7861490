"""Property paths as SQL over the triples ``t(s, p, o)``: every pair that a path leads from and to.

https://www.w3.org/TR/shacl/#property-paths; what ``*``, ``+`` and ``?`` lead to is asked from given
nodes only, as a node that occurs in no triple leads to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from clusterkg.engines.duckdb import literal
from clusterkg.validation.path import (
    Alternative,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequence,
    is_simple,
)

__all__ = ["Reached", "ends_along", "inverted", "values_along"]

Reached: TypeAlias = Callable[[str, str], str]
"""Two queries of pairs, the beginning and the steps → the query for all that they reach."""


def values_along(path: Path, nodes: str, reached: Reached, triples: str = "t") -> str:
    """A query with the columns focus and value: from each ``node`` of ``nodes`` along the path.

    ``nodes`` is a query or a table in parentheses with the column ``node``. A pair may come
    several times. ``reached`` is that of the engine (:mod:`clusterkg.validation.running`),
    ``triples`` the name of a table or view with s, p and o.
    """
    if isinstance(path, Predicate):
        return (
            f"SELECT n.node AS focus, t.o AS value FROM {nodes} AS n "
            f"JOIN {triples} AS t ON t.s = n.node WHERE t.p = {literal(path.iri)}"
        )
    if isinstance(path, Inverse):
        if isinstance(path.path, Predicate):
            return (
                f"SELECT n.node AS focus, t.s AS value FROM {nodes} AS n "
                f"JOIN {triples} AS t ON t.o = n.node WHERE t.p = {literal(path.path.iri)}"
            )
        return values_along(inverted(path.path), nodes, reached, triples)
    if isinstance(path, Alternative):
        return " UNION ALL ".join(
            f"({values_along(one, nodes, reached, triples)})" for one in path.choices
        )
    if isinstance(path, Sequence):
        found = values_along(path.steps[0], nodes, reached, triples)
        for step in path.steps[1:]:
            found = _followed(found, step, reached, triples)
        return found
    return _repeated(path, nodes, reached, triples)


def ends_along(path: Path, nodes: str, reached: Reached, triples: str = "t") -> str:
    """A query with the column node: where the path leads to from all ``nodes`` together.

    Cheaper than pairs, where it does not matter who is led there. A node may come several times.
    """
    if isinstance(path, Sequence):
        found = nodes
        for step in path.steps:
            found = f"({ends_along(step, found, reached, triples)})"
        return f"SELECT node FROM {found} AS n"
    if isinstance(path, Alternative):
        return " UNION ALL ".join(
            f"({ends_along(one, nodes, reached, triples)})" for one in path.choices
        )
    if is_simple(path):
        pairs = _everywhere(path, reached, triples)
        return f"SELECT value AS node FROM ({pairs}) WHERE focus IN (SELECT node FROM {nodes} AS n)"
    if isinstance(path, Inverse):
        return ends_along(inverted(path.path), nodes, reached, triples)
    if isinstance(path, Repeated) and path.sign != "?":
        once = f"SELECT node FROM {nodes} AS n"
        begin = once if path.sign == "*" else ends_along(path.path, nodes, reached, triples)
        together = f"SELECT DISTINCT '' AS focus, node AS value FROM ({begin})"
        pairs = reached(together, _everywhere(path.path, reached, triples))
        return f"SELECT value AS node FROM ({pairs})"
    return f"SELECT value AS node FROM ({values_along(path, nodes, reached, triples)})"


def _followed(found: str, step: Path, reached: Reached, triples: str) -> str:
    """The pairs of a query, their values walked one step further."""
    pairs = f"(SELECT DISTINCT focus, value FROM ({found}))"
    if is_simple(step):
        along = _everywhere(step, reached, triples)
    else:
        ends = f"(SELECT DISTINCT value AS node FROM ({found}))"
        along = values_along(step, ends, reached, triples)
    return f"SELECT a.focus, b.value FROM {pairs} AS a JOIN ({along}) AS b ON b.focus = a.value"


def _repeated(path: Repeated, nodes: str, reached: Reached, triples: str) -> str:
    start = f"SELECT DISTINCT node AS focus, node AS value FROM {nodes} AS n"
    if path.sign == "?":
        return f"({start}) UNION ({values_along(path.path, nodes, reached, triples)})"
    begin = start if path.sign == "*" else values_along(path.path, nodes, reached, triples)
    return reached(begin, _everywhere(path.path, reached, triples))


def _everywhere(path: Path, reached: Reached, triples: str) -> str:
    """The pairs of a path from wherever it leads: those of a simple one are its triples."""
    if isinstance(path, Predicate):
        return f"SELECT s AS focus, o AS value FROM {triples} WHERE p = {literal(path.iri)}"
    if isinstance(path, Inverse) and isinstance(path.path, Predicate):
        return f"SELECT o AS focus, s AS value FROM {triples} WHERE p = {literal(path.path.iri)}"
    nodes = f"(SELECT s AS node FROM {triples} UNION SELECT o FROM {triples})"
    return values_along(path, nodes, reached, triples)


def inverted(path: Path) -> Path:
    """The path walked backwards, its parts in turn."""
    if isinstance(path, Predicate):
        return Inverse(path)
    if isinstance(path, Inverse):
        return path.path
    if isinstance(path, Sequence):
        return Sequence(tuple(inverted(step) for step in reversed(path.steps)))
    if isinstance(path, Alternative):
        return Alternative(tuple(inverted(one) for one in path.choices))
    return Repeated(inverted(path.path), path.sign)
