"""Changed triples → the focus nodes whose results may have changed, shape by shape.

A node is affected if judging it reads a changed triple, before the change or after it. Whatever
is read from a node is a walk that starts there, so the walks are taken backwards from the changed
triples, over the triples that are there and those that were: what led to a changed triple led
there by triples of one of the two.
https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.validation.changes import ADDED, BOTH, REMOVED
from clusterkg.validation.constraints import NESTED, OF_TWO_PROPERTIES
from clusterkg.validation.path import Alternative, Inverse, Predicate, Repeated, Sequence
from clusterkg.validation.path_sql import inverted, values_along
from clusterkg.validation.shapes_graph import BELOW, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterkg.validation.changes import Changes
    from clusterkg.validation.constraints import Constraint, Shape, Target
    from clusterkg.validation.path import Path
    from clusterkg.validation.running import Engine

__all__ = ["ALL", "Affected", "Nodes"]

ALL: Final = "*"
"""All nodes that there are: nothing is known of what is affected."""
Nodes = str | None
"""The name of a relation with the column ``node``; ALL; or None: no node at all."""


@dataclass
class Affected:
    """Finds what the changes affect; every relation is made once."""

    engine: Engine
    shapes: Mapping[str, Shape]
    changes: Changes
    paths: dict[Path, Nodes] = field(default_factory=dict)
    judged: dict[str, Nodes] = field(default_factory=dict)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def by_target(self, shape: Shape) -> Nodes:
        """The nodes that may have become focus nodes of a shape, or ceased to be."""
        return self.union(self._target(one) for one in shape.targets)

    def by_shape(self, node: str) -> Nodes:
        """The nodes for which judging by a shape may give something else than before."""
        if node not in self.judged:
            self.judged[node] = self._by_shape(self.shapes[node])
        return self.judged[node]

    def among(self, targets: Iterable[Target], nodes: Nodes, triples: str = "t") -> str:
        """A query for those of the ``nodes`` that the targets name in a relation of triples."""
        limit = "" if nodes is None or nodes == ALL else f"IN (SELECT node FROM {nodes})"
        return " UNION ".join(self._named(one, limit, triples) for one in targets)

    def union(self, parts: Iterable[Nodes]) -> Nodes:
        """All nodes of several relations, each once."""
        found = sorted({part for part in parts if part is not None})
        if ALL in found:
            return ALL
        if len(found) < 2:  # noqa: PLR2004
            return found[0] if found else None
        return self.relation(" UNION ".join(f"SELECT node FROM {name}" for name in found))

    def relation(self, sql: str) -> Nodes:
        """The distinct nodes of a query under a name of their own; None if there are none."""
        name = self.engine.relation(f"SELECT DISTINCT node FROM ({sql})")
        return name if self.engine.rows(f"SELECT 1 FROM {name} LIMIT 1") else None

    # -- shapes ------------------------------------------------------------------------------------

    def _by_shape(self, shape: Shape) -> Nodes:
        if shape.deactivated:
            return None
        values = self.union(
            (
                *(self._of_value(one) for one in shape.constraints),
                *(self.by_shape(one) for one in shape.properties),
            )
        )
        pairs = (
            self.path(Predicate(one.term))
            for one in shape.constraints
            if one.component in OF_TWO_PROPERTIES
        )
        if shape.path is None:
            return self.union((values, *pairs))
        return self.union((self.path(shape.path), self._led_to(shape.path, values), *pairs))

    def _of_value(self, constraint: Constraint) -> Nodes:
        """The values for which a constraint reads a changed triple."""
        if constraint.component == "Class":
            return self._instances(constraint.term)
        if constraint.component == "Closed":
            return self._changed("s", "true") if self.changes.predicates else None
        if constraint.component in NESTED:
            return self.union(self.by_shape(one) for one in constraint.terms)
        return None

    # -- targets -----------------------------------------------------------------------------------

    def _target(self, target: Target) -> Nodes:
        if target.kind == "class":
            return self._instances(target.term)
        if target.kind == "node":
            return None
        step = Predicate(target.term)
        return self.path(step if target.kind == "subjects" else Inverse(step))

    def _instances(self, cls: str) -> Nodes:
        """The nodes that may have become of a class, or ceased to be."""
        if BELOW in self.changes.predicates:
            return ALL
        if TYPE not in self.changes.predicates:
            return None
        return self._changed("s", f"p = {literal(TYPE)} AND o IN ({self._below(cls)})")

    def _below(self, cls: str) -> str:
        """The class and the classes below it, as a list in SQL."""
        if cls not in self.classes:
            below = self.engine.reached(
                f"SELECT {literal(cls)} AS focus, {literal(cls)} AS value",
                f"SELECT o AS focus, s AS value FROM t WHERE p = {literal(BELOW)}",
            )
            self.classes[cls] = tuple(sorted(row[1] for row in self.engine.rows(below)))
        return ", ".join(map(literal, self.classes[cls]))

    def _named(self, target: Target, limit: str, triples: str) -> str:
        term = literal(target.term)
        subject, object_ = (f" AND {column} {limit}" if limit else "" for column in "so")
        return {
            "node": f"SELECT {term} AS node" + (f" WHERE {term} {limit}" if limit else ""),
            "class": f"SELECT s AS node FROM {triples} WHERE p = {literal(TYPE)} "
            f"AND o IN ({self._below(target.term)}){subject}",
            "subjects": f"SELECT s AS node FROM {triples} WHERE p = {term}{subject}",
            "objects": f"SELECT o AS node FROM {triples} WHERE p = {term}{object_}",
        }[target.kind]

    # -- paths -------------------------------------------------------------------------------------

    def path(self, path: Path) -> Nodes:
        """The nodes from which a path may lead to other values than before."""
        if path not in self.paths:
            self.paths[path] = self._path(path)
        return self.paths[path]

    def _path(self, path: Path) -> Nodes:
        if isinstance(path, Predicate):
            return self._of_property(path, "s")
        if isinstance(path, Inverse):
            inner = path.path
            return (
                self._of_property(inner, "o")
                if isinstance(inner, Predicate)
                else self.path(inverted(inner))
            )
        if isinstance(path, Alternative):
            return self.union(map(self.path, path.choices))
        if isinstance(path, Repeated):
            step = self.path(path.path)
            return step if path.sign == "?" else self._led_to(Repeated(path.path, "*"), step)
        first, *rest = path.steps
        if not rest:
            return self.path(first)
        return self.union((self.path(first), self._led_to(first, self.path(Sequence(tuple(rest))))))

    def _of_property(self, step: Predicate, column: str) -> Nodes:
        if step.iri not in self.changes.predicates:
            return None
        return self._changed(column, f"p = {literal(step.iri)}")

    def _led_to(self, path: Path, ends: Nodes) -> Nodes:
        """The nodes from which a path leads, or led, to one of the ends."""
        if ends is None or ends == ALL:
            return ends
        pairs = values_along(inverted(path), ends, self.engine.reached, BOTH)
        return self.relation(f"SELECT value AS node FROM ({pairs})")

    def _changed(self, column: str, condition: str) -> Nodes:
        return self.relation(
            " UNION ALL ".join(
                f"SELECT {column} AS node FROM {name} WHERE {condition}"
                for name in (ADDED, REMOVED)
            )
        )
