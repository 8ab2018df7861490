"""The rows of the publisher's tables that a report is about, for the forms that show them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import identifier
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Place
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.report import Report

__all__ = ["MOST_ROWS", "TableRows", "Tables", "all_places", "line_of", "rows_of_tables"]

MOST_ROWS: Final = 10_000
"""So many rows of a table are copied: the first that a report is about."""
_LINES: Final = (".csv", ".tsv")


@dataclass(frozen=True)
class TableRows:
    """A table with the rows that a report is about, by the number a spreadsheet shows.

    ``file`` and ``sheet`` are as in places; ``concerned`` counts the rows that the report is
    about, of which ``rows`` may be the first; ``cells`` counts all cells of the table.
    """

    file: str
    sheet: str | None
    path: Path
    columns: tuple[str, ...]
    rows: Mapping[int, tuple[str | None, ...]]
    concerned: int
    cells: int
    numbered: str = "row"


@dataclass(frozen=True)
class Tables:
    """The tables that a report is about; ``base`` is the folder their names start from.

    ``base`` is relative to the project's folder, and empty outside a project.
    """

    base: str = ""
    tables: tuple[TableRows, ...] = ()
    lines: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


def all_places(report: Report) -> Iterator[Place]:
    """Every place that a finding or result names."""
    for finding in report.findings:
        if finding.place:
            yield finding.place
    for result in report.results:
        yield from result.places


def rows_of_tables(
    connection: Connection, relations: Sequence[Relation], report: Report, base: str
) -> Tables:
    """The tables that any place of the report is in, with the rows and their lines in the file."""
    wanted: dict[tuple[str, str | None], set[int]] = defaultdict(set)
    for place in all_places(report):
        wanted[place.file, place.sheet].update(() if place.row is None else (place.row,))
    tables = tuple(
        _rows(connection, relation, sorted(wanted[relation.shown, relation.sheet]))
        for relation in relations
        if (relation.shown, relation.sheet) in wanted
    )
    files = {table.file: table for table in tables if table.path.suffix.lower() in _LINES}
    lines = {file: _lines(table.path, table.rows) for file, table in files.items()}
    return Tables(base, tables, lines)


def _rows(connection: Connection, relation: Relation, wanted: list[int]) -> TableRows:
    names = [identifier(column) for column in relation.columns]
    shown = ", ".join([ROW, *(f"CAST({name} AS VARCHAR)" for name in names)])
    found = connection.execute(
        f"SELECT {shown} FROM {relation.sql} WHERE {ROW} IN (SELECT unnest($1::BIGINT[])) "
        f"ORDER BY {ROW}",
        [wanted[:MOST_ROWS]],
    ).fetchall()
    return TableRows(
        relation.shown,
        relation.sheet,
        relation.file,
        relation.columns,
        {int(row[0]): tuple(row[1:]) for row in found},
        len(wanted),
        (relation.rows + 1) * len(relation.columns),
        relation.numbered,
    )


def _lines(path: Path, rows: Iterable[int]) -> dict[int, int]:
    """The line of the file in which each row begins; a record ends where its quotes are even.

    https://www.rfc-editor.org/rfc/rfc4180
    """
    wanted, last = set(rows), max(rows, default=0)
    found: dict[int, int] = {}
    row, is_open = 0, False
    with path.open(encoding="utf-8", errors="replace") as file:
        for line, text in enumerate(file, 1):
            if not is_open:
                row += 1
                if row > last:
                    break
                if row in wanted:
                    found[row] = line
            is_open ^= text.count('"') % 2 == 1
    return found


def line_of(tables: Tables, place: Place) -> int | None:
    """The line of a text file in which a place begins; None where a file has no lines of rows."""
    if place.line is not None:
        return place.line
    if place.row is None or not place.file.lower().endswith(_LINES):
        return None
    return tables.lines.get(place.file, {}).get(place.row, place.row)
