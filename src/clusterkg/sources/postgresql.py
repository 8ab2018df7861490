"""PostgreSQL through ADBC: results arrive as Arrow batches of the binary COPY protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from clusterkg.engines.duckdb import arrow_view, identifier, open_plain
from clusterkg.errors import SourceError
from clusterkg.sources.databases import (
    Column,
    QueryRefusedError,
    TableName,
    password_of,
    without_end,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.databases import Address, Selection

__all__ = ["open_postgresql"]

_SECONDS = "10"
_READ_ONLY = "-c default_transaction_read_only=on"
_LIBPQ = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs")
_INTEGERS = {"int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "oid": "BIGINT"}
_AS_THEY_ARE = {
    **_INTEGERS,
    "float8": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "bytea": "BLOB",
    "text": "VARCHAR",
    "varchar": "VARCHAR",
    "bpchar": "VARCHAR",
    "name": "VARCHAR",
    "numeric": "DECIMAL(38,10)",
}
"""The types of PostgreSQL that Arrow hands over as they are; numeric as its text."""
_OTHERWISE = {
    "float4": ("DOUBLE", "{0}", "CAST(CAST({0} AS VARCHAR) AS DOUBLE)"),
    "money": ("DECIMAL(38,10)", "{0}::numeric"),
    "timetz": (
        "TIME WITH TIME ZONE",
        "{0}::text",
        r"regexp_replace({0}, '([+-]\d\d)$', '\1:00')",
    ),
    "timestamptz": (
        "TIMESTAMP WITH TIME ZONE",
        "{0}",
        "replace(CAST(make_timestamp(epoch_us({0})) AS VARCHAR), ' ', 'T') || 'Z'",
    ),
}
"""Type, how it is asked for, and its value; what is in neither table is asked for as text."""
_NO_TABLE = re.compile(r'relation "([^"]*)" does not exist')
_NO_COLUMN = re.compile(r'column "?([^"]*?)"? does not exist')
_TABLES = """SELECT table_schema, table_name, table_schema = ANY (current_schemas(false))
    FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 3 DESC, 1, 2"""
_KEY = """SELECT a.attname FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indisprimary AND i.indrelid = {}::regclass
    ORDER BY array_position(i.indkey::int2[], a.attnum)"""


def open_postgresql(address: Address) -> _PostgreSQL:
    """An open PostgreSQL database; raises SourceError."""
    try:
        import adbc_driver_postgresql
        from adbc_driver_manager import dbapi
    except ImportError as error:
        raise SourceError(
            "the driver for PostgreSQL is not installed",
            at=str(address),
            hint="Run: pip install 'clusterkg[postgresql]'",
        ) from error
    try:
        connection = dbapi.connect(
            driver=adbc_driver_postgresql._driver_path(),  # as its own dbapi does
            db_kwargs={"uri": _uri(address)},
            autocommit=True,
        )
    except dbapi.Error as error:
        raise SourceError(
            f"the database cannot be reached: {_first_line(str(error))}",
            at=str(address),
            hint="Check host, port and user; the password is taken from the variable "
            "CLUSTERKG_DB_PASSWORD or PGPASSWORD.",
        ) from error
    return _PostgreSQL(address, connection, dbapi.Error)


def _uri(address: Address) -> str:
    given = dict(address.options)
    if given.get("ssl") == "true":
        given.setdefault("sslmode", "require")
    options = {"connect_timeout": _SECONDS} | {k: v for k, v in given.items() if k in _LIBPQ}
    options["options"] = _READ_ONLY
    password = password_of(address, "PGPASSWORD")
    login = quote(address.user, safe="")
    login += f":{quote(password, safe='')}" if password else ""
    host = f"[{address.host}]" if ":" in address.host else quote(address.host, safe="")
    port = f":{address.port}" if address.port else ""
    query = urlencode(options, quote_via=quote)
    at = f"{login}@" if login else ""
    return f"postgresql://{at}{host}{port}/{quote(address.database, safe='')}?{query}"


def _first_line(message: str) -> str:
    """What the server says, without what libpq says of itself and of the password."""
    line = message.partition("\n")[0]
    return re.sub(r"^[A-Z_]+: (\[libpq\] )?(Failed to connect: )?", "", line).strip()


@dataclass(frozen=True)
class _PostgreSQL:
    """An open connection; ``failure`` is the class of the driver's errors."""

    address: Address
    connection: Any
    failure: type[Exception]

    def tables(self) -> tuple[TableName, ...]:
        """All tables and views; those in the search path are bare."""
        rows = self._rows(_TABLES)
        return tuple(TableName(schema, name, bool(bare)) for schema, name, bare in rows)

    def table(self, name: TableName) -> str:
        """The name with its schema."""
        return f"{identifier(name.schema)}.{identifier(name.name)}"

    def key(self, name: TableName) -> tuple[str, ...]:
        """The columns of the primary key."""
        quoted = "'" + self.table(name).replace("'", "''") + "'"
        return tuple(column for (column,) in self._rows(_KEY.format(quoted)))

    def columns(self, query: str) -> tuple[Column, ...]:
        """The columns of a prepared query."""
        import nanoarrow

        try:
            with self.connection.cursor() as cursor:
                schema = nanoarrow.c_schema(cursor.adbc_execute_schema(without_end(query)))
        except self.failure as error:
            raise _refused(error, query) from error
        return tuple(_column(child.name, _type_of(child)) for child in schema.children)

    def stage(
        self,
        connection: Connection,
        selection: Selection,
        columns: Sequence[Column],
        wanted: Sequence[int],
        table: str,
    ) -> tuple[Column, ...]:
        """Stream the batches of a COPY into DuckDB."""
        chosen = [columns[number] for number in wanted]
        # columns are told by their number: names may differ in their case alone
        named = ", ".join(f"n{number}" for number in range(len(columns)))
        asked = [
            f"{column.delivered.format(f'n{number}')} AS c{position}"
            for position, (number, column) in enumerate(zip(wanted, chosen, strict=True))
        ]
        sql = (
            f"SELECT {', '.join(asked) or '1 AS c0'} "
            f"FROM (\n{without_end(selection.query)}\n) AS q({named})"
        )
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(sql)
                with arrow_view(connection, "staged_stream", cursor.fetch_arrow()):
                    connection.execute(
                        f"CREATE OR REPLACE TEMP TABLE {identifier(table)} AS "
                        "SELECT * FROM staged_stream"
                    )
        except self.failure as error:
            raise _refused(error, selection.query) from error
        return tuple(chosen)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a short query on the catalogue."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            with open_plain() as catalogue, arrow_view(catalogue, "answer", cursor.fetch_arrow()):
                return catalogue.execute("SELECT * FROM answer").fetchall()


def _type_of(schema: Any) -> str:
    metadata = dict(schema.metadata) if schema.metadata else {}
    return str(metadata.get(b"POSTGRESQL:type", b"text").decode())


def _column(name: str, pg_type: str) -> Column:
    """How a type of PostgreSQL is asked for, and what it is in RDF (R2RML, section 10.2)."""
    if pg_type in _AS_THEY_ARE:
        return Column(name, _AS_THEY_ARE[pg_type], "{0}")
    if pg_type in _OTHERWISE:
        return Column(name, *_OTHERWISE[pg_type])
    if pg_type.startswith("_"):
        element = _INTEGERS.get(pg_type[1:])
        return (
            Column(name, f"{element}[]", "{0}")
            if element
            else (Column(name, "VARCHAR[]", "{0}::text[]"))
        )
    return Column(name, "VARCHAR", "{0}::text")


def _refused(error: Exception, query: str) -> QueryRefusedError:
    details = {key.decode(): value.decode() for key, value in getattr(error, "details", None) or ()}
    message = details.get("PG_DIAG_MESSAGE_PRIMARY") or _first_line(str(error))
    position = details.get("PG_DIAG_STATEMENT_POSITION", "")
    line = query[: int(position)].count("\n") + 1 if position.isdigit() else None
    table, column = _NO_TABLE.search(message), _NO_COLUMN.search(message)
    return QueryRefusedError(
        message,
        line=line,
        table=table[1] if table else None,
        column=column[1].rpartition(".")[2] if column else None,
    )
