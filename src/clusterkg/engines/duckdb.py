"""A DuckDB connection, ready for tables, plans and quads: limits, and the few SQL macros.

The macros are what a mapping's SQL may call beside DuckDB's own functions; they are listed in
``docs/mapping.md``. None of them knows anything about a source.

What is imported is the extension module whose names the package ``duckdb`` hands on: the layer of
relations and expressions in that package takes a tenth of a second at each start, and is needed by
Arrow alone.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

try:
    import _duckdb as extension
except ImportError:  # should a release of DuckDB pack it otherwise
    import duckdb as extension  # type: ignore[no-redef]

from clusterkg.errors import GraphError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Connection",
    "ConversionException",
    "DataError",
    "Error",
    "IOException",
    "InvalidInputException",
    "OutOfMemoryException",
    "arrow_view",
    "connect",
    "identifier",
    "literal",
    "open_plain",
    "out_of_room",
    "within_limits",
    "write_lines",
]

MEMORY: Final = "CLUSTERKG_MEMORY"
"""The environment variable with the memory that a database may use."""

Connection = extension.DuckDBPyConnection
ConversionException = extension.ConversionException
DataError = extension.DataError
Error = extension.Error
IOException = extension.IOException
InvalidInputException = extension.InvalidInputException
OutOfMemoryException = extension.OutOfMemoryException
open_plain = extension.connect

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


def connect(
    *,
    temporary: Path | None = None,
    memory: str = "1GB",
    threads: int = 2,
    macros: bool = True,
) -> Connection:
    """An empty in-memory database that spills to ``temporary`` beyond ``memory``.

    It has the ``macros`` of mappings, if these are wanted. The variable CLUSTERKG_MEMORY sets
    another limit. Raises SettingsError if it is none.
    """
    connection = open_plain()
    try:
        connection.execute(f"SET memory_limit = {literal(os.environ.get(MEMORY) or memory)}")
    except Error as error:
        raise SettingsError(
            f"'{os.environ.get(MEMORY)}' is not an amount of memory",
            at=MEMORY,
            hint="Write it with its unit, as in 4GB.",
        ) from error
    connection.execute(f"SET threads = {threads:d}")
    connection.execute("SET preserve_insertion_order = false")
    # DuckDB draws it on stdout where it takes Python for interactive: in notebooks, for python -c
    connection.execute("SET enable_progress_bar = false")
    if temporary is not None:
        connection.execute(f"SET temp_directory = {literal(str(temporary))}")
    for macro in _MACROS if macros else ():
        connection.execute(macro)
    return connection


@contextmanager
def arrow_view(connection: Connection, name: str, batches: object) -> Iterator[None]:
    """Inside, ``name`` is a relation with the rows of an Arrow array, table or stream."""
    import duckdb  # noqa: F401  # gives the extension the part that reads Arrow

    connection.register(name, batches)
    try:
        yield
    finally:
        connection.unregister(name)


def write_lines(connection: Connection, query: str, path: Path) -> None:
    """Write the one text column of a query into a file, a line feed after each, nothing quoted.

    Raises OSError if the disk is full or the file cannot be made.
    """
    try:
        connection.execute(f"COPY ({query}) TO {literal(str(path))} {_PLAIN}")
    except IOException as error:
        raise OSError(str(error).splitlines()[0]) from error


@contextmanager
def within_limits(at: str) -> Iterator[None]:
    """What is made inside needs memory and room on the disk; ``at`` is what messages name.

    Raises GraphError if there is not enough.
    """
    try:
        yield
    except Error as error:
        told = out_of_room(error)
        if told is None:
            raise
        what, hint = told
        raise GraphError(what, at=at, hint=hint) from error


def out_of_room(error: Exception) -> tuple[str, str] | None:
    """What is said, and what helps, if the memory or the disk was not enough; else None."""
    message = str(error)
    if "No space left" in message or "max_temp_directory_size" in message:
        return (
            "the disk is full: what does not fit into memory is kept in a temporary folder",
            "Make room there, or name a folder on another disk in the variable TMPDIR.",
        )
    if isinstance(error, OutOfMemoryException):
        return (
            "more memory is needed than may be used",
            f"Allow more in the variable {MEMORY}, as in {MEMORY}=4GB.",
        )
    return None


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a quoted SQL literal."""
    return "'" + text.replace("'", "''") + "'"
