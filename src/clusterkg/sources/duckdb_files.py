"""DuckDB files, attached read only to the database in which a mapping runs."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError
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

__all__ = ["open_duckdb"]

_NO_TABLE = re.compile(r"Table with name (\S+?)!? does not exist")
_NO_COLUMN = re.compile(r'column "([^"]*)" not found|does not have a column named "([^"]*)"')
_LINE = re.compile(r"\n+LINE (\d+):.*", re.DOTALL)
_VALUES = {
    "FLOAT": "CAST(CAST({0} AS VARCHAR) AS DOUBLE)",
    "TIMESTAMP WITH TIME ZONE": (
        "replace(CAST(make_timestamp(epoch_us({0})) AS VARCHAR), ' ', 'T') || 'Z'"
    ),
    "JSON": "CAST({0} AS VARCHAR)",
}
_TYPES = {"FLOAT": "DOUBLE", "JSON": "VARCHAR"}


def open_duckdb(address: Address, connection: Connection) -> _DuckDB:
    """The file, attached to ``connection``; raises SourceError."""
    path = existing_file(address)
    name = f"file:{path.resolve()}"
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS {identifier(name)} (READ_ONLY)")
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise SourceError(f"this is no DuckDB database: {said}", at=str(path)) from error
    return _DuckDB(address, connection, name)


@dataclass(frozen=True)
class _DuckDB:
    """A file attached under ``name``."""

    address: Address
    connection: Connection
    name: str

    def tables(self) -> tuple[TableName, ...]:
        """All tables and views of the file."""
        rows = self.connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_catalog = ? ORDER BY table_schema <> 'main', table_schema, table_name",
            [self.name],
        ).fetchall()
        return tuple(TableName(schema, name, schema == "main") for schema, name in rows)

    def table(self, name: TableName) -> str:
        """The name with its schema."""
        return f"{identifier(name.schema)}.{identifier(name.name)}"

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns of the primary key."""
        found = self.connection.execute(
            "SELECT constraint_column_names FROM duckdb_constraints() WHERE database_name = ? "
            "AND schema_name = ? AND table_name = ? AND constraint_type = 'PRIMARY KEY'",
            [self.name, name.schema, name.name],
        ).fetchone()
        return tuple(found[0]) if found else ()

    def columns(self, query: str) -> tuple[Column, ...]:
        """The columns of a query as DuckDB describes them."""
        try:
            with self._inside():
                rows = self.connection.execute(f"DESCRIBE\n{without_end(query)}").fetchall()
        except duckdb.Error as error:
            raise _refused(error) from error
        return tuple(
            Column(name, _TYPES.get(kind, kind), value=_VALUES.get(kind, "{0}"))
            for name, kind, *_ in rows
        )

    def stage(
        self,
        connection: Connection,
        selection: Selection,
        columns: Sequence[Column],
        wanted: Sequence[int],
        table: str,
    ) -> tuple[Column, ...]:
        """Keep the result of the query; DuckDB reads the columns that are wanted."""
        named = ", ".join(f"n{number}" for number in range(len(columns)))
        asked = ", ".join(f"n{number} AS c{position}" for position, number in enumerate(wanted))
        try:
            with self._inside():
                connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE {identifier(table)} AS "
                    f"SELECT {asked or '1 AS c0'} "
                    f"FROM (\n{without_end(selection.query)}\n) AS q({named})"
                )
        except duckdb.Error as error:
            raise _refused(error) from error
        return tuple(columns[number] for number in wanted)

    def close(self) -> None:
        """Detach the file."""
        self.connection.execute(f"DETACH {identifier(self.name)}")

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """Bare names mean the tables of the file."""
        before = self.connection.execute("SELECT current_setting('search_path')").fetchone()
        self.connection.execute(f"USE {identifier(self.name)}")
        try:
            yield
        finally:
            self.connection.execute("USE memory")
            if before and before[0]:
                self.connection.execute(f"SET search_path = {literal(before[0])}")


def _refused(error: Exception) -> QueryRefusedError:
    message = str(error)
    line = _LINE.search(message)
    short = _LINE.sub("", message).partition("\n")[0]
    table, column = _NO_TABLE.search(message), _NO_COLUMN.search(message)
    return QueryRefusedError(
        short,
        line=max(1, int(line[1]) - 1) if line else None,
        table=table[1] if table else None,
        column=(column[1] or column[2]) if column else None,
    )
