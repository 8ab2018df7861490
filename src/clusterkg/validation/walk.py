"""Paths of shapes, walked from a few nodes in the quads relation: the last triples to each value.

https://www.w3.org/TR/shacl/#property-paths; a path that may have no steps also leads to the node
itself, by no triple.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from clusterkg.validation.path import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from clusterkg.validation.path_sql import inverted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clusterkg.engines.duckdb import Connection

__all__ = ["Quad", "Reached", "Walk"]

Quad = tuple[str, str, str]
"""Subject, predicate, object; in whatever graph."""
Reached = dict[str, dict[str, set[Quad]]]
"""For each node the values that the path leads to, with the last triples on the way."""


class Walk:
    """Walks in the union of all graphs; what was walked is remembered."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.walked: dict[Path, Reached] = {}

    def along(self, path: Path, nodes: Collection[str]) -> Reached:
        """The values of each node; a node without any is there with none."""
        known = self.walked.setdefault(path, {})
        new = set(nodes) - known.keys()
        if new:
            known.update(self._from(path, new))
            known.update({node: {} for node in new - known.keys()})
        return {node: known[node] for node in nodes}

    def _from(self, path: Path, nodes: set[str]) -> Reached:
        if isinstance(path, Predicate):
            return self._step(path.iri, nodes, backwards=False)
        if isinstance(path, Inverse):
            if isinstance(path.path, Predicate):
                return self._step(path.path.iri, nodes, backwards=True)
            return self.along(inverted(path.path), nodes)
        if isinstance(path, Alternative):
            return _together(self.along(one, nodes) for one in path.choices)
        if isinstance(path, Sequence):
            found: Reached = {node: {node: set()} for node in nodes}
            for step in path.steps:
                found = self._further(found, step)
            return found
        return self._repeated(path, nodes)

    def _step(self, predicate: str, nodes: set[str], *, backwards: bool) -> Reached:
        start, end = ("o", "s") if backwards else ("s", "o")
        rows = self.connection.execute(
            f"SELECT DISTINCT {start}, {end} FROM quads "
            f"WHERE p = $1 AND {start} IN (SELECT unnest($2::VARCHAR[]))",
            [predicate, sorted(nodes)],
        ).fetchall()
        found: Reached = defaultdict(dict)
        for node, value in rows:
            quad = (value, predicate, node) if backwards else (node, predicate, value)
            found[node][value] = {quad}
        return dict(found)

    def _further(self, found: Reached, step: Path) -> Reached:
        """One step more; a step that may be none keeps the triple that led there."""
        ends = self.along(step, {value for values in found.values() for value in values})
        made: Reached = {}
        for node, values in found.items():
            new = made.setdefault(node, {})
            for middle, before in values.items():
                for value, last in ends[middle].items():
                    new.setdefault(value, set()).update(last or before)
        return made

    def _repeated(self, path: Repeated, nodes: set[str]) -> Reached:
        itself: Reached = {node: {node: set()} for node in nodes}
        if path.sign == "?":
            return _together([itself, self.along(path.path, nodes)])
        frontier = set(nodes)
        steps: Reached = {}
        while frontier:
            steps.update(self.along(path.path, frontier))
            frontier = {value for node in frontier for value in steps[node]} - steps.keys()
        found: Reached = itself if path.sign == "*" else {}
        for node in nodes:
            made = found.setdefault(node, {})
            waiting, seen = [node], {node}
            while waiting:
                for value, last in steps[waiting.pop()].items():
                    made.setdefault(value, set()).update(last)
                    if value not in seen:
                        seen.add(value)
                        waiting.append(value)
        return found


def _together(parts: Iterable[Reached]) -> Reached:
    found: Reached = {}
    for part in parts:
        for node, values in part.items():
            new = found.setdefault(node, {})
            for value, last in values.items():
                new.setdefault(value, set()).update(last)
    return found
