"""Shapes → queries on the triples ``t(s, p, o)`` for what the shapes refuse.

Of every shape the focus nodes and the value nodes are relations; what a shape asks of single values
is a condition on them, what it asks of their number is counted. All properties of a node shape are
read in one go. What another shape is asked for (sh:node, sh:not, sh:or, …) is first the set of
nodes that do not conform to it, then a condition like the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.validation.checks import (
    Check,
    Condition,
    Count,
    Joins,
    Values,
    conditions_query,
    counts_query,
    single_query,
)
from clusterkg.validation.conditions import TEXT, refused, with_text
from clusterkg.validation.countings import countings, does_not_conform
from clusterkg.validation.path import Predicate, is_simple
from clusterkg.validation.path_sql import ends_along, inverted, values_along
from clusterkg.validation.refusals import REFUSALS
from clusterkg.validation.shapes_graph import BELOW, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clusterkg.validation.checks import Query
    from clusterkg.validation.constraints import Constraint, Shape, Target
    from clusterkg.validation.path import Path
    from clusterkg.validation.running import Engine

__all__ = ["Queries"]

_QUALIFIED: Final = {"QualifiedMinCount": "<", "QualifiedMaxCount": ">"}


@dataclass
class Queries:
    """Makes queries, and relations of nodes, each of these once."""

    engine: Engine
    shapes: Mapping[str, Shape]
    few: set[str] = field(default_factory=set)
    """The relations of nodes that are a small part of all."""
    made: dict[object, str] = field(default_factory=dict)
    below: dict[str, list[str]] | None = None
    """The classes directly below a class, once that was asked."""

    def of(self, shape: Shape, focus: str) -> Iterator[Query]:
        """The queries for what a shape refuses of the nodes of a relation."""
        if shape.deactivated:
            return
        parts = [shape]
        if shape.path is None:
            yield from self._of_values([shape], focus, self._selves(focus))
            parts = [self.shapes[one] for one in shape.properties]
        parts = [one for one in parts if not one.deactivated]
        by_path = _by_path(parts)
        yield from self._of_properties(by_path, focus)
        for path, some in by_path.items():
            if not isinstance(path, Predicate):
                yield from self._of_path(some, path, focus)
        for one in parts:
            if one.path is None:
                yield from self.of(one, focus)
                continue
            for below in one.properties:
                values = self._values(one.path, focus)
                for query in self.of(self.shapes[below], self._nodes(values, focus)):
                    yield query.led_to(values)

    def failing(self, node: str, nodes: str) -> str:
        """The relation of those ``nodes`` that do not conform to a shape."""
        queries = list(self.of(self.shapes[node], nodes))
        union = " UNION ALL ".join(f"SELECT origin AS node FROM ({one.sql})" for one in queries)
        once = len(queries) == 1 and queries[0].once
        distinct = union if once else f"SELECT DISTINCT node FROM ({union})"
        sql = distinct if union else "SELECT '' AS node WHERE false"
        return self._relation(("failing", node, nodes), sql)

    # -- nodes ---------------------------------------------------------------------------------

    def focus(self, targets: tuple[Target, ...]) -> str:
        """The relation of the nodes that the targets name."""
        if len(targets) == 1 and targets[0].kind == "class":
            return self._instances(targets[0].term)
        selects = [self._target(one) for one in targets]
        return self._relation(("focus", targets), " UNION ".join(selects))

    def _target(self, target: Target) -> str:
        term = literal(target.term)
        if target.kind == "class":
            return f"SELECT node FROM {self._instances(target.term)}"
        return {
            "node": f"SELECT {term} AS node",
            "subjects": f"SELECT DISTINCT s AS node FROM t WHERE p = {term}",
            "objects": f"SELECT DISTINCT o AS node FROM t WHERE p = {term}",
        }[target.kind]

    def _instances(self, cls: str) -> str:
        """The nodes of a class and of the classes below it."""
        if ("class", cls) not in self.made:
            names = sorted(self._below(cls))
            classes = ", ".join(map(literal, names))
            once = "" if len(names) == 1 else "DISTINCT"
            sql = f"SELECT {once} s AS node FROM t WHERE p = {literal(TYPE)} AND o IN ({classes})"
            self._relation(("class", cls), sql)
        return self.made["class", cls]

    def _below(self, cls: str) -> set[str]:
        """A class and all that are below it, by the triples of the data."""
        if self.below is None:
            self.below = defaultdict(list)
            for lower, upper in self.engine.rows(f"SELECT s, o FROM t WHERE p = {literal(BELOW)}"):
                self.below[upper].append(lower)
        found, waiting = {cls}, [cls]
        for one in waiting:
            waiting += set(self.below.get(one, ())) - found
            found.update(waiting)
        return found

    def _selves(self, focus: str) -> str:
        """The focus nodes as their own values."""
        values = f"(SELECT node AS focus, node AS value FROM {focus})"
        self.made["nodes", values] = focus
        return values

    def _values(self, path: Path, focus: str) -> str:
        """The pairs (focus, value) of a path, each once: a relation, or a query in parentheses.

        Those of a single step are each there once, as triples are a set.
        """
        pairs = values_along(path, focus, self.engine.reached)
        if is_simple(path):
            return f"({pairs})"
        distinct = f"SELECT DISTINCT focus, value FROM ({pairs})"
        return self._relation(("along", focus, path), distinct)

    def _nodes(self, values: str, focus: str) -> str:
        """The relation of all values."""
        name = self._relation(("nodes", values), f"SELECT DISTINCT value AS node FROM {values}")
        if focus in self.few:
            self.few.add(name)
        return name

    def _relation(self, key: object, sql: str) -> str:
        if key not in self.made:
            self.made[key] = self.engine.relation(sql)
        return self.made[key]

    # -- the constraints of a shape ------------------------------------------------------------

    def _of_values(self, shapes: list[Shape], focus: str, values: str) -> Iterator[Query]:
        """The queries for the constraints of shapes that have the same values, which are given."""
        joins = Joins()
        conditions = self._conditions(shapes, focus, values, joins)
        once = all(shape.path is None for shape in shapes)
        yield from conditions_query([Values(values, conditions, joins.sql(), once=once)])
        counts = [count for shape in shapes for count in _counts(shape)]
        yield from self._of_sets(shapes, focus, values, counts)

    def _of_path(self, shapes: list[Shape], path: Path, focus: str) -> Iterator[Query]:
        """The same for property shapes with one path, of any kind.

        Where values are only asked for one by one, all are looked at first, whoever has them; the
        path is walked back from those that are refused. So it is from a value that is to be there.
        """
        single: list[Shape] = []
        if focus not in self.few:
            single = [one for one in shapes if all(map(_is_of_single_values, one.constraints))]
        others = [shape for shape in shapes if shape not in single]
        if others:
            yield from self._of_values(others, focus, self._values(path, focus))
        yield from self._of_single_values(single, path, focus)

    def _of_single_values(self, shapes: list[Shape], path: Path, focus: str) -> Iterator[Query]:
        """Those for shapes that ask for their values one by one, or for one of them."""
        for query in self._of_ends(shapes, path, focus):
            bad = self._relation(query, f"SELECT value AS node, broken FROM ({query.sql})")
            pairs = self._back(path, f"(SELECT DISTINCT node FROM {bad})")
            yield replace(
                query,
                once=False,
                sql=f"SELECT n.node AS origin, n.node AS focus, b.node AS value, NULL AS path, "
                f"b.broken FROM ({pairs}) AS w JOIN {bad} AS b ON b.node = w.focus "
                f"JOIN {focus} AS n ON n.node = w.value",
            )
        for shape in shapes:
            for one in shape.constraints:
                if one.component != "HasValue":
                    continue
                pairs = self._back(path, f"(SELECT {literal(one.term)} AS node)")
                missing = (
                    f"SELECT n.node AS focus, NULL AS value, NULL AS path FROM {focus} AS n "
                    f"ANTI JOIN ({pairs}) AS w ON w.value = n.node"
                )
                yield single_query(Check(shape.node, one), missing)

    def _back(self, path: Path, ends: str) -> str:
        """The pairs of a path from its ends: focus is the end, value where it begins."""
        pairs = values_along(inverted(path), ends, self.engine.reached)
        return f"SELECT DISTINCT focus, value FROM ({pairs})"

    def _of_ends(self, shapes: list[Shape], path: Path, focus: str) -> Iterator[Query]:
        """The queries for single values, of all that the path leads to: each is its own focus."""
        if all(one.component == "HasValue" for shape in shapes for one in shape.constraints):
            return
        ends = f"SELECT DISTINCT node FROM ({ends_along(path, focus, self.engine.reached)})"
        values = self._selves(self._relation(ends, ends))
        joins = Joins()
        conditions = self._conditions(shapes, focus, values, joins)
        yield from conditions_query([Values(values, conditions, joins.sql(), once=True)])

    def _conditions(
        self, shapes: list[Shape], focus: str, values: str, joins: Joins
    ) -> tuple[Condition, ...]:
        """What shapes refuse of single values."""
        return tuple(
            Condition(Check(shape.node, one), sql)
            for shape in shapes
            for one in shape.constraints
            if (sql := self._refused(one, focus, values, joins)) is not None
        )

    def _of_properties(self, by_path: Mapping[Path, list[Shape]], focus: str) -> Iterator[Query]:
        """The same for those property shapes that have a single step: all values are read together.

        They are looked at before those of the focus nodes are told from others.
        """
        among = f" AND s IN (SELECT node FROM {focus})" if focus in self.few else ""
        rows = f"(SELECT s AS focus, p, o AS value FROM t WHERE true{among})"
        conditions: list[Values] = []
        counts: list[Count] = []
        counted: list[str] = []
        for step, shapes in by_path.items():
            if not isinstance(step, Predicate):
                continue
            here = f"p = {literal(step.iri)}"
            values = self._values(step, focus)
            joins = Joins()
            some = self._conditions(shapes, focus, values, joins)
            conditions.append(Values(rows, some, joins.sql(), here))
            own = [count for shape in shapes for count in _counts(shape, here)]
            counts += own
            counted += [literal(step.iri)] if own else []
            yield from self._of_sets(shapes, focus, values)
        yield from conditions_query(conditions, focus)
        names = ", ".join(counted)
        rows = f"(SELECT s AS focus, p, o AS value FROM t WHERE p IN ({names}){among})"
        yield from counts_query(counts, focus, rows)

    def _of_sets(
        self, shapes: list[Shape], focus: str, values: str, counts: Sequence[Count] = ()
    ) -> Iterator[Query]:
        """Those for constraints about the values as a set, and ``counts`` of the same values."""
        joins = Joins()
        counted = list(counts)
        for shape in shapes:
            for one in shape.constraints:
                check = Check(shape.node, one)
                if one.component in _QUALIFIED:
                    which = self._qualified(one, values, focus, joins)
                    counted.append(Count(check, which, _QUALIFIED[one.component], one.count))
                elif one.component in REFUSALS and refused(one) is None:
                    yield single_query(check, REFUSALS[one.component](one, focus, values))
        yield from counts_query(counted, focus, values, joins.sql())

    def _refused(self, constraint: Constraint, focus: str, values: str, joins: Joins) -> str | None:
        """The condition for a value that is refused; None if there is none for single values."""
        if constraint.component == "Class":
            return f"NOT ({joins.has(self._instances(constraint.term))})"
        if constraint.component == "Pattern":
            pattern, flags = constraint.term, constraint.flags
            return f"NOT {self.engine.matching(TEXT, with_text(values), pattern, flags)}"
        if constraint.component not in _LOGICAL:
            return refused(constraint)
        failing = [self._fails(one, focus, values, joins) for one in constraint.terms]
        return _LOGICAL[constraint.component](failing)

    def _fails(self, node: str, focus: str, values: str, joins: Joins) -> str:
        """The condition that a value does not conform to a shape."""
        asked = countings(node, self.shapes)
        if asked is None:
            return joins.has(self.failing(node, self._nodes(values, focus)))
        few = focus in self.few
        among = f" AND s IN (SELECT node FROM {self._nodes(values, focus)})" if few else ""
        return f"({does_not_conform(asked, joins, among)})"

    def _qualified(self, constraint: Constraint, values: str, focus: str, joins: Joins) -> str:
        """The condition for a value that counts: it conforms, and to no sibling."""
        own, *siblings = (self._fails(one, focus, values, joins) for one in constraint.terms)
        return " AND ".join((f"NOT ({own})", *siblings))


def _by_path(shapes: Sequence[Shape]) -> dict[Path, list[Shape]]:
    """Those property shapes that have the same values, together."""
    found: dict[Path, list[Shape]] = {}
    for one in shapes:
        if one.path is not None:
            found.setdefault(one.path, []).append(one)
    return found


def _is_of_single_values(constraint: Constraint) -> bool:
    """Whether it asks values one by one, or for one of them."""
    known = constraint.component in {"Class", "Pattern", "HasValue", *_LOGICAL}
    return known or refused(constraint) is not None


def _counts(shape: Shape, where: str = "true") -> Iterator[Count]:
    """What is counted among the rows for which ``where`` holds."""
    for one in shape.constraints:
        check = Check(shape.node, one)
        if one.component == "MinCount" and one.count > 0:
            yield Count(check, where, "<", one.count)
        elif one.component == "MaxCount":
            yield Count(check, where, ">", one.count)
        elif one.component == "HasValue":
            yield Count(check, f"{where} AND value = {literal(one.term)}", "<", 1)


def _not_one(failing: list[str]) -> str:
    conforming = " + ".join(f"CASE WHEN {one} THEN 0 ELSE 1 END" for one in failing) or "0"
    return f"({conforming}) <> 1"


_LOGICAL: Final[dict[str, Callable[[list[str]], str]]] = {
    "Not": lambda failing: f"NOT ({failing[0]})",
    "Node": lambda failing: failing[0],
    "And": lambda failing: " OR ".join(failing) or "false",
    "Or": lambda failing: " AND ".join(failing) or "true",
    "Xone": _not_one,
}
"""By the component: the conditions that a value fails a shape → that it is refused."""
