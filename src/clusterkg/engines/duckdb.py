"""A DuckDB connection, ready for tables, plans and quads: limits, and the few SQL macros.

The macros are what a mapping's SQL may call beside DuckDB's own functions; they are listed in
``docs/mapping.md``. None of them knows anything about a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Connection", "connect", "identifier", "literal", "write_lines"]

Connection = duckdb.DuckDBPyConnection

_MACROS = (
    # a name as the last part of an IRI: lower case, ASCII, words joined by hyphens
    """CREATE MACRO slug(s) AS trim(regexp_replace(lower(strip_accents(
        replace(replace(replace(replace(lower(s), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')
    )), '[^a-z0-9]+', '-', 'g'), '-')""",
    # the http(s) addresses in a cell that also holds remarks
    r"""CREATE MACRO addresses(s) AS regexp_extract_all(s, 'https?://[^\s;,()<>"]+')""",
    # the parts of a cell that lists several values
    """CREATE MACRO parts(s, separator) AS list_filter(
        list_transform(string_split(s, separator), lambda x: trim(x)), lambda x: x <> '')""",
)

# one column, written as it stands: no quotes, no escapes, a delimiter that never splits anything
_PLAIN = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"


def connect(*, temporary: Path | None = None, memory: str = "1GB", threads: int = 2) -> Connection:
    """An empty in-memory database that spills to ``temporary`` beyond ``memory``."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = {literal(memory)}")
    connection.execute(f"SET threads = {threads:d}")
    connection.execute("SET preserve_insertion_order = false")
    if temporary is not None:
        connection.execute(f"SET temp_directory = {literal(str(temporary))}")
    for macro in _MACROS:
        connection.execute(macro)
    return connection


def write_lines(connection: Connection, query: str, path: Path) -> None:
    """Write the one text column of a query into a file, a line feed after each, nothing quoted.

    Raises OSError if the disk is full or the file cannot be made.
    """
    try:
        connection.execute(f"COPY ({query}) TO {literal(str(path))} {_PLAIN}")
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from error


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"
