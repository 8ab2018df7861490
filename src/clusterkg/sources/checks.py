"""Declared expectations → findings: keys that stand twice, cells of another type, rows too few."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError
from clusterkg.findings import Finding, Severity, Words, words
from clusterkg.sources.description import SOURCE_FILE
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Place
    from clusterkg.sources.description import CellRule, TableDescription
    from clusterkg.sources.relation import Relation

__all__ = ["MOST_FINDINGS", "check_table", "unlisted"]

MOST_FINDINGS = 1000
"""Findings listed one by one per rule and column; one more says how many are left."""

_MOST_ROWS = 10
_NESTED = ("STRUCT", "MAP", "UNION", "JSON")


class _CellType(NamedTuple):
    """A type of cells: rule and words of the finding, a hint, SQL that is true for good cells."""

    rule: str
    means: str
    hint: str
    holds: str


class _Broken(NamedTuple):
    """What is said of each cell that does not hold; ``said`` says it but for the cell's value."""

    rule: str
    means: str
    hint: str
    severity: Severity
    said: Words


_DATE = (
    "(regexp_full_match({c}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
    "AND try_cast({c} AS DATE) IS NOT NULL)"
)
_TYPES = {
    "integer": _CellType(
        "not-a-number",
        "a whole number",
        "Write digits only, without separators, units or remarks.",
        "regexp_full_match({c}, '[+-]?[0-9]+')",
    ),
    "decimal": _CellType(
        "not-a-number",
        "a number",
        "Write it with a decimal point, without thousands separators and units: 1234.5.",
        r"regexp_full_match({c}, '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)')",
    ),
    "date": _CellType("not-a-date", "a date", "Write year, month and day: 2014-03-18.", _DATE),
    "year": _CellType(
        "not-a-year",
        "a year",
        "Write four digits: 2014.",
        "regexp_full_match({c}, '[0-9]{{4}}')",
    ),
    "period": _CellType(
        "not-a-period",
        "a year, month or day",
        "Write 2014, 2014-03 or 2014-03-18.",
        "(regexp_full_match({c}, '[0-9]{{4}}(-(0[1-9]|1[0-2]))?') OR " + _DATE + ")",
    ),
    "iri": _CellType(
        "not-an-iri",
        "an IRI",
        "Write the whole address, without blanks: https://www.example.org/.",
        r"""regexp_full_match({c}, '[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{{}}|\\^`]+')""",
    ),
}


def check_table(
    connection: Connection, relation: Relation, table: TableDescription
) -> tuple[Finding, ...]:
    """What is wrong in a loaded table: number of rows, keys, cells; in this order, rows ascending.

    Raises SourceError for a pattern that is no regular expression and for a rule on a column of
    nested values.
    """
    return (
        *_row_count(relation, table),
        *_duplicate_keys(connection, relation, table),
        *(
            finding
            for column, rule in table.columns.items()
            for finding in _cells(connection, relation, column, rule, table)
        ),
    )


def _row_count(relation: Relation, table: TableDescription) -> Iterator[Finding]:
    least, most = table.rows
    if not least <= relation.rows <= most:
        exactly = least == most
        expected = f"{least}" if exactly else f"{least} to {most}"
        span = f"{least}" if exactly else words("span", least=f"{least}", most=f"{most}")
        yield Finding(
            Severity.WARNING,
            "row-count",
            f"{relation.rows} rows, expected {expected}",
            relation.place(),
            str(relation.rows),
            f"Check that the table is whole; if it is, change 'rows' in {_declared(relation)}.",
            words(
                "row-count",
                n=str(relation.rows),
                expected=span,
                declared=_declared(relation),
            ),
        )


def _duplicate_keys(
    connection: Connection, relation: Relation, table: TableDescription
) -> Iterator[Finding]:
    """One finding a key that stands in several rows, and one a row that has none."""
    if not table.key:
        return
    cells = ", ".join(identifier(name) for name in table.key)
    nothing = " AND ".join(f"{identifier(name)} IS NULL" for name in table.key)
    row = identifier(ROW)
    column = table.key[0] if len(table.key) == 1 else None
    query = f"SELECT {row} FROM {relation.sql} WHERE {nothing}"
    found, left = _first(connection, query)
    for (at,) in found:
        named = " and no ".join(table.key)
        message = f"no {named}: nothing tells this row apart"
        missing = reduce(_and, (words("no-value", column=name) for name in table.key))
        said = words("missing-key", missing=missing)
        yield _key_finding(table, "missing-key", (message, said), relation.place(at, column), None)
    yield from unlisted(left, "missing-key", table.key_severity, relation, column)

    query = (
        f"SELECT list({row} ORDER BY {row}) AS at, {_texts(table.key)} FROM {relation.sql} "
        f"WHERE NOT ({nothing}) GROUP BY {cells} HAVING count(*) > 1"
    )
    found, left = _first(connection, query)
    for at, *values in found:
        each = list(zip(table.key, values, strict=True))
        shared = " and ".join(f"{n} '{v}'" if v is not None else f"no {n}" for n, v in each)
        in_both = [
            words("no-value", column=n) if v is None else words("has-value", column=n, value=str(v))
            for n, v in each
        ]
        rows, together = _rows_said(at, relation), reduce(_and, in_both)
        two = len(at) == 2  # noqa: PLR2004
        said = (
            words("duplicate-key-of-two", rows=rows, shared=together)
            if two
            else words("duplicate-key", rows=rows, shared=together)
        )
        message = f"{_listed(at, relation)} {'both' if two else 'all'} have {shared}"
        place = relation.place(at[1], column)
        value = values[0] if column else None
        yield _key_finding(table, "duplicate-key", (message, said), place, value)
    yield from unlisted(left, "duplicate-key", table.key_severity, relation, column)


def _key_finding(
    table: TableDescription, rule: str, told: tuple[str, Words], place: Place, value: str | None
) -> Finding:
    message, said = told
    hint = (
        "Take one of the rows out, or name more columns in 'key'."
        if rule == "duplicate-key"
        else "Fill the cell in, or name other columns in 'key'."
    )
    return Finding(table.key_severity, rule, message, place, value, hint, said)


def _listed(rows: Sequence[int], relation: Relation) -> str:
    """``rows 8, 9 and 12``; beyond ten the rest is counted."""
    noun = "rows" if relation.numbered == "row" else f"{relation.numbered}s"
    shown = [str(row) for row in rows[:_MOST_ROWS]]
    last = f"{len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else shown.pop()
    return f"{noun} {', '.join(shown)} and {last}"


def _rows_said(rows: Sequence[int], relation: Relation) -> Words:
    """The same in words for every language."""
    shown = [str(row) for row in rows[:_MOST_ROWS]]
    further = len(rows) - _MOST_ROWS
    last = words("further", n=str(further)) if further > 0 else shown.pop()
    listed = words("and", first=", ".join(shown), last=last)
    if relation.numbered == "row":
        return words("rows", listed=listed)
    return words("records", listed=listed)


def _and(first: Words, last: Words) -> Words:
    return words("and", first=first, last=last)


def _cells(
    connection: Connection, relation: Relation, column: str, rule: CellRule, table: TableDescription
) -> Iterator[Finding]:
    """The cells of a column that are empty, not of its type, or do not match its pattern."""
    if rule.required:
        yield from _empty_cells(connection, relation, column, rule.severity)
    held = _column_type(connection, relation, column)
    if held.startswith(_NESTED) or held.endswith("]"):
        raise SourceError(
            f"tables.{table.name}.columns names '{column}', which holds nested values",
            at=_declared_at(relation, table),
            hint="Only columns of plain values can be checked here; use a shape instead.",
        )
    if rule.type in _TYPES:
        name, means, hint, holds = _TYPES[rule.type]
        said = Words("whole-number" if rule.type == "integer" else name)
        broken = _Broken(name, means, hint, rule.severity, said)
        yield from _cell_findings(connection, relation, column, holds.format(c="cell"), broken)
    if rule.pattern is not None and rule.means is not None:
        _check_pattern(connection, rule.pattern, relation, table, column)
        matches = f"regexp_full_match(cell, {literal(rule.pattern)})"
        hint = f"Expected is {rule.means}; the pattern is in {_declared(relation)}."
        said = words("not-the-pattern", means=rule.means, declared=_declared(relation))
        broken = _Broken("not-the-pattern", rule.means, hint, rule.severity, said)
        yield from _cell_findings(connection, relation, column, matches, broken)


def _cell_findings(
    connection: Connection, relation: Relation, column: str, holds: str, broken: _Broken
) -> Iterator[Finding]:
    """A finding a cell for which the SQL condition ``holds`` is not true; empty cells are fine."""
    rule, means, hint, severity, said = broken
    cell = f"CAST({identifier(column)} AS VARCHAR)"
    query = f"SELECT {identifier(ROW)} AS at, {cell} AS cell FROM {relation.sql}"
    found, left = _first(
        connection, f"SELECT * FROM ({query}) WHERE cell IS NOT NULL AND NOT {holds}"
    )
    for row, value in found:
        message = f"'{value}' is not {means}"
        of_cell = Words(said.name, (*said.given, ("value", value)))
        yield Finding(severity, rule, message, relation.place(row, column), value, hint, of_cell)
    yield from unlisted(left, rule, severity, relation, column)


def _empty_cells(
    connection: Connection, relation: Relation, column: str, severity: Severity
) -> Iterator[Finding]:
    """A finding a cell of a required column that holds nothing."""
    found, left = _first(
        connection,
        f"SELECT {identifier(ROW)} FROM {relation.sql} WHERE {identifier(column)} IS NULL",
    )
    hint = f"Fill the cell in; that it is required stands in {_declared(relation)}."
    said = words(
        "missing-value", missing=words("no-value", column=column), declared=_declared(relation)
    )
    for (row,) in found:
        message = f"no {column}: every row needs one"
        place = relation.place(row, column)
        yield Finding(severity, "missing-value", message, place, hint=hint, said=said)
    yield from unlisted(left, "missing-value", severity, relation, column)


def _check_pattern(
    connection: Connection, pattern: str, relation: Relation, table: TableDescription, column: str
) -> None:
    try:
        connection.execute("SELECT regexp_full_match('', ?)", [pattern])
    except duckdb.InvalidInputException as error:
        raise SourceError(
            f"tables.{table.name}.columns.{column}.pattern is '{pattern}', which is no regular "
            f"expression: {str(error).removeprefix('Invalid Input Error: ')}",
            at=_declared_at(relation, table),
            hint="The syntax is RE2's, without look-ahead and back-references.",
        ) from error


def _column_type(connection: Connection, relation: Relation, column: str) -> str:
    query = f"SELECT typeof({identifier(column)}) FROM {relation.sql} LIMIT 1"
    found = connection.execute(query).fetchone()
    return str(found[0]) if found else "VARCHAR"


def _texts(columns: Sequence[str]) -> str:
    return ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in columns)


def _first(connection: Connection, query: str) -> tuple[list[tuple[Any, ...]], int]:
    """The first rows of a query in order of its first column, and how many there are beyond."""
    rows = connection.execute(
        f"SELECT *, count(*) OVER () FROM ({query}) ORDER BY 1 LIMIT {MOST_FINDINGS}"
    ).fetchall()
    return [row[:-1] for row in rows], (rows[0][-1] - len(rows) if rows else 0)


def unlisted(
    left: int, rule: str, severity: Severity, relation: Relation, column: str | None
) -> Iterator[Finding]:
    """A finding that says how many more there are than are listed, if any."""
    if left:
        message = f"{left} more like the {MOST_FINDINGS} listed"
        said = words("more-cells", n=str(left), most=str(MOST_FINDINGS))
        yield Finding(severity, rule, message, relation.place(None, column), said=said)


def _declared(relation: Relation) -> str:
    return f"{relation.source}/{SOURCE_FILE}"


def _declared_at(relation: Relation, table: TableDescription) -> str:
    """source.toml as errors name it, with the data folder before it."""
    return table.at.removesuffix(table.shown) + _declared(relation)
