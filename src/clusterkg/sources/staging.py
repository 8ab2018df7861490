"""Records or a clean CSV file → the DuckDB table of a declared table, every row with its number."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription

__all__ = [
    "BLANKS",
    "Columns",
    "Staged",
    "cell_or_null",
    "create_table",
    "header_columns",
    "write_records",
]

Columns = tuple[str, ...]
"""Column names in the order of the file; '' is a column without a name."""

BLANKS = " \t\r\n\u00a0\ufeff"
"""What is cut from both ends before a cell is compared with the words that mean nothing."""

LONGEST_RECORD = 16 * 1024 * 1024
"""Bytes a record may have when a file is read again after a first attempt failed."""


def header_columns(cells: Sequence[str], at: str) -> Columns:
    """The names in a header row, blanks around them cut.

    Raises SourceError for a name that stands there twice (SQL does not tell ``Name`` from
    ``name``), and for ``_row``, which is the number of the row.
    """
    names = tuple(cell.strip(BLANKS) for cell in cells)
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        first = seen.setdefault(name.lower(), position) if name else position
        if first != position:
            other = names[first - 1]
            what = f"'{name}'" if other == name else f"'{other}' and '{name}' (case aside)"
            raise SourceError(
                f"columns {first} and {position} have the same name {what}",
                at=at,
                hint="Give each column a name of its own in the header row.",
            )
        if name.lower() == ROW:
            raise SourceError(
                f"column {position} is named '{name}', the name kept for the row's number",
                at=at,
                hint="Give the column another name in the header row.",
            )
    return names


def write_records(records: Iterable[tuple[int, Sequence[str]]], path: Path) -> None:
    """Write records as a CSV file that starts with their row numbers and quotes every cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows((row, *cells) for row, cells in records)


@dataclass(frozen=True)
class Staged:
    """A UTF-8 CSV file ready for DuckDB.

    With ``delimiter`` the file is the publisher's: a header, then one record a row, numbered from
    2. Without it the file is :func:`write_records`'s. ``line_end`` must be right: told a wrong
    one, DuckDB silently reads no row. ``at`` names the file, and the sheet, in errors.
    """

    path: Path
    columns: Columns
    at: str
    delimiter: str | None = None
    line_end: str = "\n"


def create_table(
    connection: Connection, target: str, staged: Staged, table: TableDescription
) -> Columns:
    """Create ``target`` from a staged file; returns the columns that have names.

    Empty cells and those of ``table.null``
    become NULL, rows of such cells only are left out. Raises SourceError if a column without a
    name holds a cell.
    """
    delimiter, columns = staged.delimiter, staged.columns
    held = tuple(name or f"_unnamed{position}" for position, name in enumerate(columns, start=1))
    reading = _read_csv(staged, held)
    number = "row_number() OVER () + 1" if delimiter else f"CAST({identifier(ROW)} AS BIGINT)"
    cells = ", ".join(
        f"{cell_or_null(identifier(name), table.null)} AS {identifier(name)}" for name in held
    )
    nothing = " AND ".join(f"{identifier(name)} IS NULL" for name in held)
    row = identifier(ROW)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT * FROM (SELECT {cells}, {row} FROM ("
        f"SELECT *{'' if delimiter else f' EXCLUDE ({row})'}, {number} AS {row} FROM {reading}"
        f")) WHERE NOT ({nothing})"
    )
    for position, name in enumerate(columns, start=1):
        if not name:
            _drop_unnamed(connection, target, held[position - 1], position, staged.at)
    return tuple(name for name in columns if name)


def cell_or_null(cell: str, null: Sequence[str]) -> str:
    """SQL: the cell; NULL if it is empty or a word that means nothing, blanks around it aside."""
    words = tuple(dict.fromkeys(("", *(word.strip(BLANKS) for word in null))))
    # trimming costs more than reading, so only cells that begin like such a word are trimmed
    starts = [part for part in ("\u00a0", "\ufeff", *words) if part]
    near = " OR ".join(f"starts_with({cell}, {literal(part)})" for part in starts)
    listed = ", ".join(literal(word) for word in words)
    return (
        f"CASE WHEN {cell} < '!' OR {near} THEN "
        f"CASE WHEN trim({cell}, {literal(BLANKS)}) IN ({listed}) THEN NULL ELSE {cell} END "
        f"ELSE {cell} END"
    )


def _read_csv(staged: Staged, held: Columns) -> str:
    names = held if staged.delimiter else (ROW, *held)
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    line_end = staged.line_end.replace("\r", "\\r").replace("\n", "\\n")
    longest = "" if staged.delimiter else f", max_line_size = {LONGEST_RECORD}"
    return (
        f"read_csv({literal(str(staged.path))}, auto_detect = false, columns = {{{types}}}, "
        f"delim = {literal(staged.delimiter or ',')}, quote = '\"', escape = '\"', "
        f"new_line = '{line_end}', header = {'true' if staged.delimiter else 'false'}{longest})"
    )


def _drop_unnamed(connection: Connection, target: str, held: str, position: int, at: str) -> None:
    """Drop a column without a name; spreadsheets add them where a cell was once touched."""
    found = connection.execute(
        f"SELECT {identifier(ROW)}, {identifier(held)} FROM {target} "
        f"WHERE {identifier(held)} IS NOT NULL ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found:
        raise SourceError(
            f"column {position} has no name, but row {found[0]} holds '{found[1]}' in it",
            at=at,
            hint="Give the column a name in the header row, or empty its cells.",
        )
    connection.execute(f"ALTER TABLE {target} DROP COLUMN {identifier(held)}")
