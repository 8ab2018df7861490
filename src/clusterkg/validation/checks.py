"""Several constraints in one query: the bits of a number say which of them a row breaks.

A relation is read once for all conditions on its values, and once for all that is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from clusterkg.engines.duckdb import literal
from clusterkg.validation.conditions import asks_number, asks_text, with_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clusterkg.validation.constraints import Constraint

__all__ = [
    "Check",
    "Condition",
    "Count",
    "Joins",
    "Query",
    "Values",
    "conditions_query",
    "counts_query",
    "single_query",
]

_BITS: Final = 30
"""So many bits of a number are used, whatever the engine takes it for."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Check:
    """A constraint, and the shape whose it is."""

    shape: str
    constraint: Constraint


@dataclass(frozen=True)
class Condition:
    """A check of single values; ``refused`` is SQL that holds for a ``value`` that breaks it."""

    check: Check
    refused: str


@dataclass(frozen=True)
class Values:
    """Conditions on the values in ``rows``: a relation, or a query in parentheses.

    Where these are the triples of one property, ``step`` is the condition for it: their other rows
    are left out. ``once`` says that a focus node has one row at most.
    """

    rows: str
    conditions: tuple[Condition, ...]
    joins: str = ""
    step: str = ""
    once: bool = False


@dataclass(frozen=True)
class Count:
    """A check of how many rows of a focus node meet a condition, as ``< 1`` or ``> 3``.

    It holds for numbers that break the check.
    """

    check: Check
    counted: str
    sign: str
    bound: int

    @property
    def needs_none(self) -> bool:
        """Whether a focus node without rows may break it."""
        return self.sign == "<"


@dataclass(frozen=True)
class Query:
    """What some checks refuse: the columns origin, focus, value, path and broken.

    ``origin`` is the node that was asked about; the focus node of a property shape that belongs
    to a property shape is one of its values. ``path`` is there where it is not the shape's own.
    Bit k of ``broken`` is set if check k is broken. ``once`` says that an origin has at most one
    row.
    """

    checks: tuple[Check, ...]
    sql: str
    once: bool = False

    def broken(self, bits: int) -> Iterator[Check]:
        """The checks that the bits name."""
        return (check for k, check in enumerate(self.checks) if bits >> k & 1)

    def led_to(self, values: str) -> Query:
        """The same for the nodes from which ``values`` leads to those asked about."""
        return replace(
            self,
            once=False,
            sql=f"SELECT v.focus AS origin, q.focus, q.value, q.path, q.broken FROM ({self.sql}) "
            f"AS q JOIN {values} AS v ON v.value = q.origin",
        )


@dataclass
class Joins:
    """What a query compares the column value with: relations of nodes (column node, each once).

    Numbers of triples are counted in one relation for all properties, of the subjects that are
    ``among`` those of a condition: ``counts`` has the least number that is asked for by property.
    """

    names: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def has(self, relation: str) -> str:
        """The condition that the value is in the relation."""
        return f"{self.names.setdefault(relation, f'j{len(self.names)}')}.node IS NOT NULL"

    def reach(self, least: int, step: str, among: str) -> str:
        """The condition that the value has so many triples of a property, or more; at least 1."""
        counts = self.counts.setdefault(among, {})
        counts[step] = min(least, counts.get(step, least))
        place = f"k{list(self.counts).index(among)}.c{list(counts).index(step)}"
        return f"coalesce({place}, 0) >= {least}"

    def sql(self) -> str:
        """What follows the relation of values, ``v``, in FROM."""
        relations = [(name, relation) for relation, name in self.names.items()]
        relations += [
            (f"k{k}", _counted(counts, among))
            for k, (among, counts) in enumerate(self.counts.items())
        ]
        return "".join(
            f" LEFT JOIN {relation} AS {name} ON {name}.node = v.value"
            for name, relation in relations
        )


def _counted(counts: dict[str, int], among: str) -> str:
    """Subjects with their numbers of triples; those are left out that no condition can hold for."""
    numbers = {step: f"count(CASE WHEN p = {literal(step)} THEN 1 END)" for step in counts}
    columns = ", ".join(f"{number} AS c{k}" for k, number in enumerate(numbers.values()))
    having = " OR ".join(f"{numbers[step]} >= {least}" for step, least in counts.items())
    limit = f" HAVING {having}" if min(counts.values()) > 1 else ""
    steps = ", ".join(map(literal, counts))
    return f"(SELECT s AS node, {columns} FROM t WHERE p IN ({steps}){among} GROUP BY s{limit})"


def conditions_query(values: Sequence[Values], among: str = "") -> Iterator[Query]:
    """The values that break conditions; only those of nodes of the relation ``among``, if named."""
    flat = [(one, condition) for one in values for condition in one.conditions]
    for part in _parts(flat):
        bits: dict[Values, list[str]] = {}
        for k, (one, condition) in enumerate(part):
            bits.setdefault(one, []).append(_bit(k, condition.refused))
        union = " UNION ALL ".join(
            f"SELECT focus, value, broken FROM ({select}) WHERE broken <> 0"
            for select in _selects(bits)
        )
        joined = f" JOIN {among} AS n ON n.node = q.focus" if among else ""
        yield Query(
            tuple(condition.check for _, condition in part),
            f"SELECT q.focus AS origin, q.focus, q.value, NULL AS path, q.broken "
            f"FROM ({union}) AS q{joined}",
            len(bits) == 1 and next(iter(bits)).once,
        )


def _selects(bits: dict[Values, list[str]]) -> Iterator[str]:
    """The queries for values and what they break; the same rows are read once, if nothing joins."""
    together: dict[str, list[Values]] = {}
    for one, some in bits.items():
        if one.step and not one.joins:
            together.setdefault(one.rows, []).append(one)
            continue
        rows = f"(SELECT * FROM {one.rows} WHERE {one.step})" if one.step else one.rows
        yield (
            f"SELECT v.focus, v.value, {' + '.join(some)} AS broken "
            f"FROM {_with_columns(rows, [one], 'true')} AS v{one.joins}"
        )
    for rows, several in together.items():
        by_step: dict[str, list[str]] = {}
        for one in several:
            by_step.setdefault(one.step, []).extend(bits[one])
        arms = " ".join(f"WHEN {step} THEN {' + '.join(some)}" for step, some in by_step.items())
        numeric = " OR ".join(one.step for one in several if _asks(asks_number, one))
        where = f"(SELECT * FROM {rows} WHERE {' OR '.join(by_step)})"
        texts = _with_columns(where, several, numeric)
        yield f"SELECT focus, value, CASE {arms} ELSE 0 END AS broken FROM {texts}"


def _with_columns(rows: str, values: list[Values], numeric: str) -> str:
    """Rows with what the conditions read; ``numeric`` holds where values may be numbers."""
    if not any(_asks(asks_text, one) for one in values):
        return rows
    numbers = any(_asks(asks_number, one) for one in values)
    return with_text(rows, numeric if numbers else "")


def _asks(what: Callable[[Constraint], bool], values: Values) -> bool:
    return any(what(condition.check.constraint) for condition in values.conditions)


def counts_query(
    counts: Sequence[Count], focus: str, rows: str, joins: str = ""
) -> Iterator[Query]:
    """The nodes of ``focus`` of which too few or too many of the ``rows`` (focus, …) are there."""
    for part in _parts(counts):
        if len(part) == 1 and not joins and (part[0].sign, part[0].bound) == ("<", 1):
            missing = (
                f"SELECT n.node AS origin, n.node AS focus, NULL AS value, NULL AS path, 1 AS "
                f"broken FROM {focus} AS n ANTI JOIN (SELECT focus FROM {rows} AS v "
                f"WHERE {part[0].counted}) AS c ON c.focus = n.node"
            )
            yield Query((part[0].check,), missing, once=True)
            continue
        columns = {one.counted: "" for one in part}
        columns = {counted: f"c{k}" for k, counted in enumerate(columns)}
        counted = ", ".join(
            f"count(CASE WHEN {condition} THEN 1 END) AS {name}"
            for condition, name in columns.items()
        )
        broken = " + ".join(
            _bit(k, f"coalesce({columns[one.counted]}, 0) {one.sign} {one.bound}")
            for k, one in enumerate(part)
        )
        join = "LEFT JOIN" if any(one.needs_none for one in part) else "JOIN"
        yield Query(
            tuple(one.check for one in part),
            f"SELECT node AS origin, node AS focus, NULL AS value, NULL AS path, broken FROM "
            f"(SELECT n.node, {broken} AS broken FROM {focus} AS n {join} "
            f"(SELECT v.focus, {counted} FROM {rows} AS v{joins} GROUP BY v.focus) AS c "
            f"ON c.focus = n.node) WHERE broken <> 0",
            once=True,
        )


def single_query(check: Check, refused: str) -> Query:
    """What one check refuses, of a query with the columns focus, value and path."""
    return Query(
        (check,),
        f"SELECT focus AS origin, focus, value, path, 1 AS broken FROM ({refused})",
    )


def _bit(k: int, condition: str) -> str:
    return f"CASE WHEN {condition} THEN {1 << k} ELSE 0 END"


def _parts(checks: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (checks[start : start + _BITS] for start in range(0, len(checks), _BITS))
