"""The ways in which the values of a row do not make a term, as conditions on its cells.

A value outside its datatype, an IRI with forbidden characters, an invalid language tag, a value
that is none, a template without a value, a join without a partner: each is counted and traced.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from clusterkg.findings import Severity
from clusterkg.mapping.term_plan import all_of, given, sql_column, sql_text, varchar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clusterkg.mapping.rows import Cell
    from clusterkg.mapping.term_plan import Cells, Compiled, Sql
    from clusterkg.mapping.triples_map import TermMap

__all__ = ["Check", "join_check", "null_check", "term_checks", "unnest", "uses"]


@dataclass(frozen=True)
class Check:
    """One way for a value not to become a term.

    ``rule`` names it, ``detail`` is the datatype where there is one, or the parent of a join.
    ``query`` gives the offenders of a relation of rows: their ``value``, and every column named
    to it. ``invalid`` is the condition itself, over the plan's cells; ``apart`` says that it
    cannot be counted together with others: it is about the values of a cell that holds many, or
    about other rows.
    """

    rule: str
    detail: str
    term: TermMap
    references: tuple[str, ...]
    query: Callable[[str, Sequence[str]], Sql]
    invalid: Sql
    apart: bool = False
    severity: Severity = Severity.VIOLATION


def term_checks(cells: Cells, compiled: Compiled, term: TermMap) -> Iterator[Check]:
    """What a term map demands of its values."""
    for rule, detail, invalid, value in compiled.checks:
        used = [cell for cell in cells.found.values() if uses(invalid, cell)]
        names = tuple(cell.reference for cell in used)
        query = _query(cells, invalid, value, compiled.unnested)
        apart = any(cell.many for cell in used)
        yield Check(rule, detail, term, names, query, invalid, apart)


def null_check(
    cells: Cells, term: TermMap, asked: tuple[Compiled, Compiled | None], severity: Severity
) -> Check:
    """A template makes nothing where one of its values is missing (R2RML, section 7.3).

    ``asked`` are the value and the condition of the term, which has to hold. A value that is
    there, but none that can be used, is told by its own checks.
    """
    value, holds = asked
    missing = all_of(
        [
            exp.Is(this=value.sql, expression=exp.Null()),
            *(exp.Not(this=_is_true(unusable)) for _, _, unusable, _ in value.checks),
            *([holds.sql] if holds else []),
        ]
    )
    names = tuple(cell.reference for cell in cells.found.values() if uses(value.sql, cell))
    query = _query(cells, missing, sql_text(""), {})
    return Check("template-on-null", "", term, names, query, missing, severity=severity)


def _is_true(condition: Sql) -> Sql:
    """Whether a condition holds; NULL does not."""
    return exp.Anonymous(this="coalesce", expressions=[condition.copy(), exp.false()])


def join_check(
    cells: Cells, joined: tuple[TermMap, str], keys: Sequence[Compiled], parents: exp.Select
) -> Check:
    """A row whose values no row of the parent has; ``parents`` has them as ``k0``, ``k1``, …

    ``joined`` are the child's term map and the name of the parent.
    """
    equal = [
        exp.EQ(this=child.sql.copy(), expression=sql_column(f"k{number}"))
        for number, child in enumerate(keys)
    ]
    found = exp.select("1").from_(parents.subquery("parents")).where(all_of(equal))
    there = exp.Exists(this=found)
    lonely = all_of([*(given(child.sql.copy()) for child in keys), exp.Not(this=there)])
    pieces = [piece for child in keys for piece in (sql_text(", "), child.sql.copy())][1:]
    value = reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=False), pieces)
    unnested = {alias: cell for child in keys for alias, cell in child.unnested.items()}
    names = tuple(cell.reference for cell in cells.found.values() if uses(value, cell))
    query = _query(cells, lonely, value, unnested)
    term, parent = joined
    return Check(
        "empty-join", parent, term, names, query, lonely, apart=True, severity=Severity.WARNING
    )


def _query(
    cells: Cells, invalid: Sql, value: Sql, unnested: Mapping[str, Cell]
) -> Callable[[str, Sequence[str]], Sql]:
    needed = [
        cell
        for cell in cells.found.values()
        if uses(invalid, cell) or uses(value, cell) or cell in unnested.values()
    ]

    def query(relation: str, columns: Sequence[str] = ()) -> Sql:
        inner = unnest(cells.select(relation, *columns, only=needed), unnested)
        kept = [sql_column(name) for name in columns]
        return (
            exp.select(exp.alias_(varchar(value.copy()), "value"), *kept)
            .from_(inner.subquery("cells"))
            .where(invalid.copy())
        )

    return query


def unnest(rows: exp.Select, unnested: Mapping[str, Cell]) -> exp.Select:
    """The rows once for each value of the cells that hold several."""
    for alias, cell in unnested.items():
        values = exp.Anonymous(this="unnest", expressions=[sql_column(cell.alias)])
        rows = exp.select("*", exp.alias_(values, alias, quoted=True)).from_(rows.subquery("cells"))
    return rows


def uses(sql: Sql, cell: Cell) -> bool:
    """Whether the cell, or one of the values unnested from it, is in the expression."""
    return any(column.name.endswith(cell.alias) for column in sql.find_all(exp.Column))
