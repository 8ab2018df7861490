"""MySQL and MariaDB through PyMySQL: rows are streamed as the texts of the protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clusterkg.errors import SourceError
from clusterkg.sources.batches import BATCH, insert_batches
from clusterkg.sources.databases import (
    Column,
    QueryRefusedError,
    TableName,
    password_of,
    without_end,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.databases import Address, Selection

__all__ = ["open_mysql"]

_PORT = 3306
_SECONDS = 10
_BINARY = 63
"""The number of the character set of what is no text."""
_NO_TABLE = re.compile(r"Table '([^']*)' doesn't exist")
_NO_COLUMN = re.compile(r"Unknown column '([^']*)'")
_LINE = re.compile(r" at line (\d+)$")
_TABLES = """SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
    ORDER BY table_schema <> database(), table_schema, table_name"""
_KEY = """SELECT column_name FROM information_schema.key_column_usage
    WHERE constraint_name = 'PRIMARY' AND table_schema = %s AND table_name = %s
    ORDER BY ordinal_position"""


def open_mysql(address: Address) -> _MySQL:
    """An open MySQL or MariaDB database; raises SourceError."""
    try:
        import pymysql
    except ImportError as error:
        raise SourceError(
            "the driver for MySQL and MariaDB is not installed",
            at=str(address),
            hint="Run: pip install 'clusterkg[mysql]'",
        ) from error
    options = dict(address.options)
    try:
        connection = pymysql.connect(
            host=address.host,
            port=address.port or _PORT,
            user=address.user or None,
            password=password_of(address, "MYSQL_PWD"),
            database=address.database,
            charset="utf8mb4",
            connect_timeout=_SECONDS,
            ssl_ca=options.get("ssl_ca") or None,
            conv=pymysql.converters.encoders,  # values arrive as the texts they are sent as
        )
        with connection.cursor() as cursor:
            cursor.execute(_mode(options.get("sql_mode", "")))
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
    except pymysql.MySQLError as error:
        raise SourceError(
            f"the database cannot be reached: {error.args[-1]}",
            at=str(address),
            hint="Check host, port and user; the password is taken from the variable "
            "CLUSTERKG_DB_PASSWORD or MYSQL_PWD.",
        ) from error
    return _MySQL(address, connection, pymysql.MySQLError)


def _mode(mode: str) -> str:
    """Values of CHAR have their full length, as in standard SQL."""
    modes = ",".join(["", "PAD_CHAR_TO_FULL_LENGTH", *([mode] if mode else [])])
    return f"SET SESSION sql_mode = CONCAT(@@sql_mode, '{modes}')"


@dataclass(frozen=True)
class _MySQL:
    """An open connection; ``failure`` is the class of the driver's errors."""

    address: Address
    connection: Any
    failure: type[Exception]

    def tables(self) -> tuple[TableName, ...]:
        """All tables and views; those of the named database are bare."""
        with self.connection.cursor() as cursor:
            cursor.execute(_TABLES)
            return tuple(
                TableName(schema, name, schema == self.address.database)
                for schema, name in cursor.fetchall()
            )

    def table(self, name: TableName) -> str:
        """The name with its database."""
        return f"{_quoted(name.schema)}.{_quoted(name.name)}"

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns of the primary key."""
        with self.connection.cursor() as cursor:
            cursor.execute(_KEY, [name.schema, name.name])
            return tuple(column for (column,) in cursor.fetchall())

    def columns(self, query: str) -> tuple[Column, ...]:
        """The columns of a query without any row of it."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM (\n{without_end(query)}\n) AS q LIMIT 0")
                return tuple(_column(described) for described in cursor._result.fields)
        except self.failure as error:
            raise _refused(error) from error

    def stage(
        self,
        connection: Connection,
        selection: Selection,
        columns: Sequence[Column],
        wanted: Sequence[int],
        table: str,
    ) -> tuple[Column, ...]:
        """Stream batches of texts into DuckDB, row by row from the server."""
        from pymysql.cursors import SSCursor

        chosen = tuple(columns[number] for number in wanted)
        query = without_end(selection.query)
        if selection.table:
            named = ", ".join(_quoted(column.name) for column in chosen)
            query, wanted = f"SELECT {named or '1'} FROM {selection.table}", range(len(chosen))
        types = ["BLOB" if column.delivered == "BLOB" else "VARCHAR" for column in chosen]
        try:
            with self.connection.cursor(SSCursor) as cursor:
                cursor.execute(query)
                insert_batches(connection, table, types or ["VARCHAR"], _batches(cursor, wanted))
        except self.failure as error:
            raise _refused(error) from error
        return chosen

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _batches(
    cursor: Any, wanted: Sequence[int]
) -> Iterator[Sequence[Sequence[str | bytes | None]]]:
    while rows := cursor.fetchmany(BATCH):
        columns = list(zip(*rows, strict=True))
        yield [columns[number] for number in wanted] or [[None] * len(rows)]


def _column(described: Any) -> Column:
    """What a type of MySQL is in RDF (R2RML, section 10.2)."""
    from pymysql.constants import FIELD_TYPE as TYPE
    from pymysql.constants import FLAG

    column, kind = Column(described.name), described.type_code
    single = described.length == 1
    if single and kind == TYPE.TINY:
        # what the server makes of BOOLEAN
        return replace(column, sql_type="BOOLEAN", value="{0} <> '0'")
    if single and kind == TYPE.BIT:
        return replace(column, sql_type="BOOLEAN", delivered="BLOB", value="hex({0}) <> '00'")
    if kind in (TYPE.DECIMAL, TYPE.NEWDECIMAL):
        return replace(column, sql_type="DECIMAL(38,10)")
    whole = "UBIGINT" if described.flags & FLAG.UNSIGNED else "BIGINT"
    integers = (TYPE.TINY, TYPE.SHORT, TYPE.INT24, TYPE.LONG, TYPE.LONGLONG, TYPE.YEAR)
    cast = dict.fromkeys(integers, whole) | {
        TYPE.FLOAT: "DOUBLE",
        TYPE.DOUBLE: "DOUBLE",
        TYPE.DATE: "DATE",
        TYPE.NEWDATE: "DATE",
        TYPE.TIME: "TIME",
        TYPE.DATETIME: "TIMESTAMP",
        TYPE.TIMESTAMP: "TIMESTAMP",
    }
    if kind in cast:
        return replace(column, sql_type=cast[kind], value=f"CAST({{0}} AS {cast[kind]})")
    if described.charsetnr == _BINARY and kind not in (TYPE.NULL, TYPE.JSON):
        return replace(column, sql_type="BLOB", delivered="BLOB")
    return column


def _refused(error: Exception) -> QueryRefusedError:
    message = str(error.args[-1])
    table, column, line = (pattern.search(message) for pattern in (_NO_TABLE, _NO_COLUMN, _LINE))
    return QueryRefusedError(
        message,
        line=max(1, int(line[1]) - 1) if line else None,
        table=table[1].rpartition(".")[2] if table else None,
        column=column[1].rpartition(".")[2] if column else None,
    )
