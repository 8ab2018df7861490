"""Shapes of SHACL Core → queries on the triples → results, no triple ever a Python object.

The shapes are asked one by one, each for the nodes that its targets name; the queries are those of
:mod:`clusterkg.validation.queries`. https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clusterkg.validation.countings import countings
from clusterkg.validation.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clusterkg.validation.checks import Check, Query
    from clusterkg.validation.constraints import Constraint, Shape
    from clusterkg.validation.countings import Counting
    from clusterkg.validation.running import Engine

    Results = Callable[[], Iterator[tuple[str, "Row"]]]

__all__ = ["Found", "Row", "judge", "judge_nodes"]

_EXPLAINED: Final = frozenset(("Node", "And", "Or", "Xone"))
"""Results of these have as details what their shapes do not allow of the value."""
_Refused = tuple[str, str, str | None, str | None]
"""The node that was asked about, the focus node, the value and the path."""


class Row(NamedTuple):
    """One result: who was judged by what. ``path`` is there where it is not the shape's own."""

    shape: str
    constraint: Constraint
    focus: str
    value: str | None
    path: str | None = None
    details: tuple[Row, ...] = ()


def judge(engine: Engine, shapes: Mapping[str, Shape], chosen: frozenset[str]) -> _Judged:
    """The results of the ``chosen`` shapes for their targets in the triples ``t(s, p, o)``."""
    queries = Queries(engine, shapes)
    judging = _Judging(engine, queries)
    judged = [shapes[node] for node in sorted(chosen) if _is_judged(shapes[node])]
    focused = {shape.node: queries.focus(shape.targets) for shape in judged}
    begun = [judging.begun(shape, focused[shape.node]) for shape in judged]
    union = " UNION ".join(f"SELECT node FROM {name}" for name in dict.fromkeys(focused.values()))
    counted = engine.asked([f"SELECT count(*) FROM ({union})"] if union else [])
    found = [
        Found(shape.node, origin, row)
        for shape, results in zip(judged, begun, strict=True)
        for origin, row in results()
    ]
    return _Judged(tuple(found), sum(rows[0][0] for rows in counted()))


def _is_judged(shape: Shape) -> bool:
    return bool(shape.targets) and not shape.deactivated


def judge_nodes(
    engine: Engine, shapes: Mapping[str, Shape], nodes: Mapping[str, str]
) -> tuple[Found, ...]:
    """The results of some shapes, each for the nodes of a relation and for no others.

    ``nodes`` has the name of the relation, whose one column is ``node``, by the shape.
    """
    judging = _Judging(engine, Queries(engine, shapes, few=set(nodes.values())))
    return tuple(
        Found(node, origin, row)
        for node, focus in sorted(nodes.items())
        for origin, row in judging.begun(shapes[node], focus)()
    )


class Found(NamedTuple):
    """A result, and for which target it was found: ``node`` was judged by the ``shape``."""

    shape: str
    node: str
    row: Row


@dataclass(frozen=True)
class _Judged:
    """``found`` in no order; ``focus_nodes`` counts the nodes that were judged as targets."""

    found: tuple[Found, ...]
    focus_nodes: int


@dataclass
class _Judging:
    """Asks the queries of shapes."""

    engine: Engine
    queries: Queries

    def begun(self, shape: Shape, focus: str) -> Results:
        """What gives all results for the nodes of a relation, which are looked for from now on.

        Each comes with the node that was asked about.
        """
        queries = list(self.queries.of(shape, focus))
        columns = "nullif(origin, focus) AS origin, focus, value, path, broken"
        rows = self.engine.asked([f"SELECT {columns} FROM ({one.sql})" for one in queries])
        return lambda: self._results(queries, rows())

    def _results(
        self, queries: Sequence[Query], rows: Sequence[Sequence[tuple[Any, ...]]]
    ) -> Iterator[tuple[str, Row]]:
        found: dict[tuple[int, int], list[_Refused]] = defaultdict(list)
        for number, some in enumerate(rows):
            for origin, node, value, path, broken in some:
                found[number, broken].append((origin or node, node, value, path))
        by_check: dict[Check, list[_Refused]] = defaultdict(list)
        for (number, broken), refused in found.items():
            for check in queries[number].broken(broken):
                by_check[check] += refused
        for check, refused in by_check.items():
            causes = self._causes(check.constraint, refused)
            for origin, node, value, path in refused:
                details = causes.get(value, ())
                yield origin, Row(check.shape, check.constraint, node, value, path, details)

    def _causes(
        self, constraint: Constraint, refused: list[_Refused]
    ) -> dict[str | None, tuple[Row, ...]]:
        """Why the values do not conform to the shapes of a constraint, where that is told."""
        if constraint.component not in _EXPLAINED:
            return {}
        values = sorted({value for _, _, value, _ in refused if value is not None})
        found: dict[str | None, list[Row]] = defaultdict(list)
        unknown = []
        for term in constraint.terms:
            why = self._sole_cause(constraint, term)
            if why is None:
                unknown.append(self.queries.shapes[term])
                continue
            for value in values:
                found[value].append(Row(why.shape, why.constraint, value, None))
        if unknown:
            name = self.engine.listed(values)
            self.queries.few.add(name)
            for results in [self.begun(shape, name) for shape in unknown]:
                for origin, row in results():
                    found[origin].append(row)
        return {value: tuple(rows) for value, rows in found.items()}

    def _sole_cause(self, constraint: Constraint, node: str) -> Counting | None:
        """The one reason that there can be for a value not to conform to a shape, if there is one.

        What sh:or and sh:node refuse conforms to none of their shapes.
        """
        if constraint.component not in {"Node", "Or"}:
            return None
        asked = countings(node, self.queries.shapes)
        return asked[0] if asked is not None and len(asked) == 1 else None
