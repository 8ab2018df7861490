"""SQLite files through Python's own module.

SQLite types its values, not its columns. A column is what it was declared to be if all its values
are that; otherwise what they have in common.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clusterkg.engines.duckdb import identifier
from clusterkg.errors import SourceError
from clusterkg.sources.batches import BATCH, insert_batches
from clusterkg.sources.databases import (
    Column,
    QueryRefusedError,
    TableName,
    existing_file,
    without_end,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.databases import Address, Selection

__all__ = ["open_sqlite"]

_NUMBERED = re.compile(r":\d+$")
_NO_TABLE = re.compile(r"no such table: (\S+)")
_NO_COLUMN = re.compile(r"no such column: (\S+)")
_DECLARED = (
    (r"BOOL.*", "BOOLEAN", "CAST({0} AS BIGINT) <> 0"),
    (r"(DEC|NUMERIC|NUMBER).*", "DECIMAL(38,10)", "{0}"),
    (r"(DATETIME|TIMESTAMP).*", "TIMESTAMP", "CAST({0} AS TIMESTAMP)"),
    (r"DATE", "DATE", "CAST({0} AS DATE)"),
    (r"TIME.*", "TIME", "CAST({0} AS TIME)"),
    (r".*(BLOB|BINARY|BYTE).*", "BLOB", "unhex({0})"),
)
"""Declared types that SQLite itself does not know, and how their texts become such values."""


def open_sqlite(address: Address) -> _Sqlite:
    """An open SQLite file; raises SourceError."""
    path = existing_file(address)
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise SourceError(f"this is no SQLite database: {error}", at=str(path)) from error
    return _Sqlite(address, connection)


@dataclass(frozen=True)
class _Sqlite:
    """An open file."""

    address: Address
    connection: sqlite3.Connection

    def tables(self) -> tuple[TableName, ...]:
        """All tables and views of the file."""
        rows = self.connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        return tuple(TableName("main", name) for (name,) in rows)

    def table(self, name: TableName) -> str:
        """The quoted name."""
        return identifier(name.name)

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns of the primary key."""
        rows = self.connection.execute(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [name.name]
        )
        return tuple(column for (column,) in rows)

    def columns(self, query: str) -> tuple[Column, ...]:
        """The columns of a query with the types that those of tables were declared with."""
        try:
            self.connection.execute("DROP VIEW IF EXISTS temp.asked")
            cursor = self.connection.execute(f"SELECT * FROM (\n{without_end(query)}\n) LIMIT 0")
            names = _as_written([str(described[0]) for described in cursor.description])
            self.connection.execute(f"CREATE TEMP VIEW asked AS\n{without_end(query)}")
            declared = [
                str(row[2] or "").upper()
                for row in self.connection.execute("PRAGMA temp.table_info(asked)")
            ]
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _refused(error) from error
        return tuple(Column(*pair) for pair in zip(names, declared, strict=True))

    def stage(
        self,
        connection: Connection,
        selection: Selection,
        columns: Sequence[Column],
        wanted: Sequence[int],
        table: str,
    ) -> tuple[Column, ...]:
        """Stream batches of texts into DuckDB; what they hold is known when all are there."""
        seen: list[set[type]] = [set() for _ in wanted]
        chosen = [columns[number] for number in wanted]
        query = without_end(selection.query)
        if selection.table:
            named = ", ".join(identifier(column.name) for column in chosen)
            query, wanted = f"SELECT {named or '1'} FROM {selection.table}", range(len(chosen))
        try:
            cursor = self.connection.execute(query)
            insert_batches(
                connection,
                table,
                ["VARCHAR" for _ in wanted] or ["VARCHAR"],
                _batches(cursor, wanted, seen),
            )
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _refused(error) from error
        return tuple(
            _typed(connection, table, f"c{position}", column, kinds)
            for position, (column, kinds) in enumerate(zip(chosen, seen, strict=True))
        )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _as_written(names: Sequence[str]) -> list[str]:
    """The names as the query gives them: SQLite calls a second ``name`` ``name:1``."""
    return [
        bare if (bare := _NUMBERED.sub("", name)) in names[:position] else name
        for position, name in enumerate(names)
    ]


def _batches(
    cursor: sqlite3.Cursor, wanted: Sequence[int], seen: list[set[type]]
) -> Iterator[Sequence[Sequence[str | None]]]:
    while rows := cursor.fetchmany(BATCH):
        columns = list(zip(*rows, strict=True))
        batch = []
        for position, number in enumerate(wanted):
            cells = columns[number]
            kinds = set(map(type, cells))
            seen[position] |= kinds
            batch.append(cells if kinds <= {str, type(None)} else [_text(cell) for cell in cells])
        yield batch or [[None] * len(rows)]


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return cell.hex().upper() if isinstance(cell, bytes) else repr(cell)


def _typed(
    connection: Connection, table: str, cell: str, column: Column, seen: set[type]
) -> Column:
    """The column with the type that its values have."""
    kinds = seen - {type(None)}
    declared = next(
        (
            (kind, value)
            for pattern, kind, value in _DECLARED
            if re.fullmatch(pattern, column.sql_type)
        ),
        None,
    )
    fits: dict[str, set[type]] = {"BOOLEAN": {int}, "BLOB": {bytes}, "DECIMAL(38,10)": {int, float}}
    if declared and kinds <= fits.get(declared[0], {str}):
        kind, value = declared
        if kind in fits or _all_are(connection, table, cell, kind):
            return replace(column, sql_type=kind, value=value)
    common: tuple[tuple[set[type], str, str], ...] = (
        ({int}, "BIGINT", "CAST({0} AS BIGINT)"),
        ({int, float}, "DOUBLE", "CAST({0} AS DOUBLE)"),
        ({bytes}, "BLOB", "unhex({0})"),
    )
    for of, kind, value in common:
        if kinds and kinds <= of:
            return replace(column, sql_type=kind, value=value)
    return replace(column, sql_type="VARCHAR", value="{0}")


def _all_are(connection: Connection, table: str, cell: str, kind: str) -> bool:
    """Whether all texts of a column are dates, or whatever else it was declared to hold."""
    found = connection.execute(
        f"SELECT 1 FROM temp.{identifier(table)} "
        f"WHERE {cell} IS NOT NULL AND TRY_CAST({cell} AS {kind}) IS NULL LIMIT 1"
    ).fetchone()
    return found is None


def _refused(error: Exception) -> QueryRefusedError:
    message = str(error)
    table, column = _NO_TABLE.search(message), _NO_COLUMN.search(message)
    return QueryRefusedError(
        message,
        table=table[1].rpartition(".")[2] if table else None,
        column=column[1].rpartition(".")[2] if column else None,
    )
