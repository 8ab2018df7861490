"""Shapes of SHACL Core → queries on the triples → results, no triple ever a Python object.

Of every shape the focus nodes and the value nodes are relations; a constraint is a query for what
it does not allow. What another shape is asked for (sh:node, sh:not, sh:or, …) is first the set of
nodes that do not conform to it, then a condition like the others.
https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.namespaces import PREFIXES, RDF
from clusterkg.validation.comparison import compared, with_worth
from clusterkg.validation.conditions import refused
from clusterkg.validation.constraints import NESTED, OF_TWO_PROPERTIES
from clusterkg.validation.path import Inverse, Predicate, predicates
from clusterkg.validation.path_sql import values_along
from clusterkg.validation.term_sql import language_of, string_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clusterkg.validation.constraints import Constraint, Shape, Target
    from clusterkg.validation.path import Path
    from clusterkg.validation.path_sql import Reached
    from clusterkg.validation.running import Engine
    from clusterkg.validation.triples import Needed

__all__ = ["Found", "Row", "judge", "judge_nodes", "needed", "unsupported"]

_TYPE: Final = f"<{RDF}type>"
_BELOW: Final = f"<{PREFIXES['rdfs']}subClassOf>"
_EXPLAINED: Final = frozenset(("Node", "And", "Or", "Xone"))
"""Results of these have as details what their shapes do not allow of the value."""


@dataclass(frozen=True)
class Row:
    """One result: who was judged by what. ``path`` is there where it is not the shape's own."""

    shape: str
    constraint: Constraint
    focus: str
    value: str | None
    path: str | None = None
    details: tuple[Row, ...] = ()


def unsupported(shapes: Mapping[str, Shape]) -> frozenset[str]:
    """The shapes that are more than Core, or recursive, themselves or in what they refer to."""
    found: set[str] = {node for node, shape in shapes.items() if shape.beyond}
    found |= {node for node in shapes if _is_recursive(node, shapes)}
    while True:
        more = {
            node
            for node, shape in shapes.items()
            if node not in found and not found.isdisjoint(shape.refers_to())
        }
        if not more:
            return frozenset(found)
        found |= more


def needed(shapes: Mapping[str, Shape]) -> Needed:
    """The predicates of the triples that the shapes ask for; closed shapes ask for all."""
    found = {_TYPE, _BELOW}
    for shape in shapes.values():
        found.update(predicates(shape.path) if shape.path else ())
        found.update(one.term for one in shape.targets if one.kind in {"subjects", "objects"})
        for constraint in shape.constraints:
            if constraint.component == "Closed":
                return None
            if constraint.component in OF_TWO_PROPERTIES:
                found.add(constraint.term)
    return frozenset(found)


def _is_recursive(node: str, shapes: Mapping[str, Shape]) -> bool:
    seen: set[str] = set()
    waiting = list(shapes[node].refers_to())
    while waiting:
        one = waiting.pop()
        if one == node:
            return True
        if one not in seen:
            seen.add(one)
            waiting += shapes[one].refers_to() if one in shapes else ()
    return False


def judge(engine: Engine, shapes: Mapping[str, Shape], chosen: frozenset[str]) -> _Judged:
    """The results of the ``chosen`` shapes for their targets in the triples ``t(s, p, o)``."""
    judging = _Judging(engine, shapes)
    found: list[Found] = []
    focused: list[str] = []
    for node in sorted(chosen):
        shape = shapes[node]
        if shape.deactivated or not shape.targets:
            continue
        focus = judging.focus(shape.targets)
        focused.append(focus)
        found += (Found(node, origin, row) for origin, row in judging.asked(shape, focus))
    union = " UNION ".join(f"SELECT node FROM {name}" for name in dict.fromkeys(focused))
    counted = engine.rows(f"SELECT count(*) FROM ({union})")[0][0] if union else 0
    return _Judged(tuple(found), int(counted))


def judge_nodes(
    engine: Engine, shapes: Mapping[str, Shape], nodes: Mapping[str, str]
) -> tuple[Found, ...]:
    """The results of some shapes, each for the nodes of a relation and for no others.

    ``nodes`` has the name of the relation, whose one column is ``node``, by the shape.
    """
    judging = _Judging(engine, shapes)
    return tuple(
        Found(node, origin, row)
        for node, focus in sorted(nodes.items())
        for origin, row in judging.asked(shapes[node], focus)
    )


@dataclass(frozen=True)
class Found:
    """A result, and for which target it was found: ``node`` was judged by the ``shape``."""

    shape: str
    node: str
    row: Row


@dataclass(frozen=True)
class _Judged:
    """``found`` in no order; ``focus_nodes`` counts the nodes that were judged as targets."""

    found: tuple[Found, ...]
    focus_nodes: int


@dataclass(frozen=True)
class _Query:
    """A query for what one constraint refuses: the columns origin, focus, value and path.

    ``origin`` is the node that was asked about; the focus node of a property shape that belongs
    to a property shape is one of its values.
    """

    shape: str
    constraint: Constraint
    sql: str


@dataclass
class _Judging:
    """Makes relations of nodes, each once, and asks the queries."""

    engine: Engine
    shapes: Mapping[str, Shape]
    made: dict[object, str] = field(default_factory=dict)

    def asked(self, shape: Shape, focus: str) -> Iterator[tuple[str, Row]]:
        """All results for the nodes of a relation, each with the node that was asked about."""
        queries = list(self._queries(shape, focus))
        if not queries:
            return
        union = " UNION ALL ".join(
            f"SELECT {number} AS query, * FROM ({one.sql})" for number, one in enumerate(queries)
        )
        found = self.engine.rows(union)
        causes: dict[int, list[dict[str, tuple[Row, ...]]]] = {}
        for number, one in enumerate(queries):
            if one.constraint.component in _EXPLAINED:
                values = {value for asked, _, _, value, _ in found if asked == number}
                causes[number] = [self._causes(term, values) for term in one.constraint.terms]
        for number, origin, node, value, path in found:
            one = queries[number]
            details = tuple(row for why in causes.get(number, ()) for row in why.get(value, ()))
            yield origin, Row(one.shape, one.constraint, node, value, path, details)

    def _causes(self, node: str, values: set[str]) -> dict[str, tuple[Row, ...]]:
        """Why the values do not conform to a shape."""
        if not values:
            return {}
        name = self.engine.listed(sorted(values))
        found: dict[str, tuple[Row, ...]] = {}
        for origin, row in self.asked(self.shapes[node], name):
            found[origin] = (*found.get(origin, ()), row)
        return found

    def failing(self, node: str, nodes: str) -> str:
        """The relation of those ``nodes`` that do not conform to a shape."""
        queries = [one.sql for one in self._queries(self.shapes[node], nodes)]
        union = " UNION ".join(f"SELECT origin AS node FROM ({sql})" for sql in queries)
        return self._relation(("failing", node, nodes), union or "SELECT '' AS node WHERE false")

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
        below = self.engine.reached(
            f"SELECT {literal(cls)} AS focus, {literal(cls)} AS value",
            f"SELECT o AS focus, s AS value FROM t WHERE p = {literal(_BELOW)}",
        )
        names = sorted(row[1] for row in self.engine.rows(below))
        classes = ", ".join(literal(name) for name in names)
        return self._relation(
            ("class", cls),
            f"SELECT DISTINCT s AS node FROM t WHERE p = {literal(_TYPE)} AND o IN ({classes})",
        )

    def _relation(self, key: object, sql: str) -> str:
        if key not in self.made:
            self.made[key] = self.engine.relation(sql)
        return self.made[key]

    # -- the constraints of a shape ------------------------------------------------------------

    def _queries(self, shape: Shape, focus: str) -> Iterator[_Query]:
        if shape.deactivated:
            return
        if shape.path is None:
            values = self._relation(
                ("self", focus), f"SELECT node AS focus, node AS value FROM {focus}"
            )
        elif shape.constraints or shape.properties:
            values = self._relation(
                ("along", focus, shape.path),
                _values(shape.path, focus, self.engine.reached),
            )
        for constraint in shape.constraints:
            sql = self._refusals(constraint, focus, values)
            if sql is not None:
                asked = f"SELECT focus AS origin, focus, value, path FROM ({sql})"
                yield _Query(shape.node, constraint, asked)
        for one in shape.properties:
            if shape.path is None:
                yield from self._queries(self.shapes[one], focus)
                continue
            for query in self._queries(self.shapes[one], self._nodes(values)):
                asked = (
                    f"SELECT v.focus AS origin, q.focus, q.value, q.path FROM ({query.sql}) AS q "
                    f"JOIN {values} AS v ON v.value = q.origin"
                )
                yield _Query(query.shape, query.constraint, asked)

    def _nodes(self, values: str) -> str:
        return self._relation(("nodes", values), f"SELECT DISTINCT value AS node FROM {values}")

    def _refusals(self, constraint: Constraint, focus: str, values: str) -> str | None:
        condition = refused(constraint)
        if condition is None and constraint.component in {"Class", "Pattern", *NESTED}:
            if constraint.component.startswith("Qualified"):
                return self._qualified(constraint, focus, values)
            condition = self._condition(constraint, values)
        if condition is not None:
            return f"SELECT focus, value, NULL AS path FROM {values} WHERE {condition}"
        return _RELATIONS[constraint.component](constraint, focus, values)

    def _condition(self, constraint: Constraint, values: str) -> str:
        """The condition for a value that is refused because of other triples."""
        if constraint.component == "Class":
            return f"value NOT IN (SELECT node FROM {self._instances(constraint.term)})"
        if constraint.component == "Pattern":
            text = string_of("value")
            matching = self.engine.matching(text, values, constraint.term, constraint.flags)
            return f"NOT {matching}"
        nodes = self._nodes(values)
        failing = [
            f"value IN (SELECT node FROM {self.failing(one, nodes)})" for one in constraint.terms
        ]
        if constraint.component == "Not":
            return f"NOT ({failing[0]})"
        if constraint.component in {"Node", "And"}:
            return " OR ".join(failing) or "false"
        if constraint.component == "Or":
            return " AND ".join(failing) or "true"
        conforming = " + ".join(f"CAST(NOT ({one}) AS INTEGER)" for one in failing) or "0"
        return f"({conforming}) <> 1"

    def _qualified(self, constraint: Constraint, focus: str, values: str) -> str:
        nodes = self._nodes(values)
        own, *siblings = constraint.terms
        conditions = [f"value NOT IN (SELECT node FROM {self.failing(own, nodes)})"]
        conditions += [
            f"value IN (SELECT node FROM {self.failing(one, nodes)})" for one in siblings
        ]
        sign = "<" if constraint.component == "QualifiedMinCount" else ">"
        return (
            f"SELECT n.node AS focus, NULL AS value, NULL AS path FROM {focus} AS n LEFT JOIN "
            f"(SELECT focus, count(*) AS found FROM {values} WHERE {' AND '.join(conditions)} "
            f"GROUP BY focus) AS c ON c.focus = n.node "
            f"WHERE coalesce(c.found, 0) {sign} {constraint.count}"
        )


def _values(path: Path, focus: str, reached: Reached) -> str:
    """The pairs of a path, each once; those of a single step are, as triples are a set."""
    pairs = values_along(path, focus, reached)
    step = path.path if isinstance(path, Inverse) else path
    return pairs if isinstance(step, Predicate) else f"SELECT DISTINCT focus, value FROM ({pairs})"


# -- constraints about all values of a focus node ----------------------------------------------


def _min_count(constraint: Constraint, focus: str, values: str) -> str | None:
    if constraint.count <= 0:
        return None
    if constraint.count == 1:
        return (
            f"SELECT node AS focus, NULL AS value, NULL AS path FROM {focus} "
            f"WHERE node NOT IN (SELECT focus FROM {values})"
        )
    return (
        f"SELECT n.node AS focus, NULL AS value, NULL AS path FROM {focus} AS n LEFT JOIN (SELECT "
        f"focus, count(*) AS found FROM {values} GROUP BY focus) AS c ON c.focus = n.node "
        f"WHERE coalesce(c.found, 0) < {constraint.count}"
    )


def _max_count(constraint: Constraint, focus: str, values: str) -> str:
    del focus
    return (
        f"SELECT focus, NULL AS value, NULL AS path FROM {values} GROUP BY focus "
        f"HAVING count(*) > {constraint.count}"
    )


def _unique_lang(constraint: Constraint, focus: str, values: str) -> str:
    del constraint, focus
    return (
        f"SELECT focus, NULL AS value, NULL AS path FROM (SELECT focus, {language_of('value')} "
        f"AS tag FROM {values}) WHERE tag IS NOT NULL GROUP BY focus, tag HAVING count(*) > 1"
    )


def _has_value(constraint: Constraint, focus: str, values: str) -> str:
    return (
        f"SELECT node AS focus, NULL AS value, NULL AS path FROM {focus} WHERE node NOT IN "
        f"(SELECT focus FROM {values} WHERE value = {literal(constraint.term)})"
    )


def _others(constraint: Constraint, focus: str) -> str:
    """The values of the other property that the constraint names."""
    return (
        f"SELECT n.node AS focus, t.o AS value FROM {focus} AS n JOIN t ON t.s = n.node "
        f"WHERE t.p = {literal(constraint.term)}"
    )


def _equals(constraint: Constraint, focus: str, values: str) -> str:
    others = _others(constraint, focus)
    own = f"SELECT focus, value FROM {values}"
    return (
        f"SELECT focus, value, NULL AS path FROM ((({own}) EXCEPT ({others})) "
        f"UNION ALL (({others}) EXCEPT ({own})))"
    )


def _disjoint(constraint: Constraint, focus: str, values: str) -> str:
    return (
        f"SELECT focus, value, NULL AS path FROM ((SELECT focus, value FROM {values}) "
        f"INTERSECT ({_others(constraint, focus)}))"
    )


def _less(*, or_equal: bool) -> Callable[[Constraint, str, str], str]:
    def query(constraint: Constraint, focus: str, values: str) -> str:
        others = with_worth(_others(constraint, focus))
        return (
            f"SELECT a.focus, a.value, NULL AS path FROM ({with_worth(f'SELECT * FROM {values}')}) "
            f"AS a JOIN ({others}) AS b ON b.focus = a.focus "
            f"WHERE NOT {compared('a', 'b', or_equal=or_equal)}"
        )

    return query


def _bound(*, upper: bool, or_equal: bool) -> Callable[[Constraint, str, str], str]:
    def query(constraint: Constraint, focus: str, values: str) -> str:
        del focus
        bound = with_worth(f"SELECT {literal(constraint.term)} AS value")
        less, more = ("a", "b") if upper else ("b", "a")
        return (
            f"SELECT a.focus, a.value, NULL AS path FROM ({with_worth(f'SELECT * FROM {values}')}) "
            f"AS a CROSS JOIN ({bound}) AS b WHERE NOT {compared(less, more, or_equal=or_equal)}"
        )

    return query


def _closed(constraint: Constraint, focus: str, values: str) -> str:
    del focus
    allowed = ", ".join(map(literal, constraint.terms))
    other = f" WHERE t.p NOT IN ({allowed})" if allowed else ""
    return (
        f"SELECT v.focus, t.o AS value, t.p AS path FROM {values} AS v "
        f"JOIN t ON t.s = v.value{other}"
    )


_RELATIONS: Final[dict[str, Callable[[Constraint, str, str], str | None]]] = {
    "MinCount": _min_count,
    "MaxCount": _max_count,
    "UniqueLang": _unique_lang,
    "HasValue": _has_value,
    "Equals": _equals,
    "Disjoint": _disjoint,
    "LessThan": _less(or_equal=False),
    "LessThanOrEquals": _less(or_equal=True),
    "MinExclusive": _bound(upper=False, or_equal=False),
    "MinInclusive": _bound(upper=False, or_equal=True),
    "MaxExclusive": _bound(upper=True, or_equal=False),
    "MaxInclusive": _bound(upper=True, or_equal=True),
    "Closed": _closed,
}
