"""Quads in Parquet, as ``clusterkg map --format parquet`` writes them → lines of N-Triples.

The columns s, p and o hold terms in N-Triples text; that of the graph is not asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal, open_plain
from clusterkg.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection

__all__ = ["LINE", "PARQUET", "checked_parquet", "lines_of_parquet"]

PARQUET: Final = "parquet"
"""The suffix of such files, and of folders with such files."""
LINE: Final = "coalesce(s, '') || ' ' || coalesce(p, '') || ' ' || coalesce(o, '') || ' .'"
"""The line of a row; one that lacks a term gives a line that cannot be read."""
_HINT: Final = "clusterkg map --format parquet writes such a file."


def checked_parquet(connection: Connection, file: Path) -> str:
    """The relation of a Parquet file, or of those in a folder, with the texts s, p and o.

    Raises GraphError for what is no Parquet file or has other columns.
    """
    relation = f"read_parquet({literal(f'{file}/*.parquet' if file.is_dir() else str(file))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise GraphError(f"not Parquet: {reason}", at=str(file), hint=_HINT) from error
    found = {name: kind for name, kind, *_ in described}
    if any(found.get(name) != "VARCHAR" for name in "spo"):
        columns = ", ".join(f"{name} {kind}" for name, kind in found.items())
        raise GraphError(
            f"the columns are {columns}; expected are the texts s, p and o",
            at=str(file),
            hint=_HINT,
        )
    return relation


def lines_of_parquet(file: Path) -> Iterator[str]:
    """A line of N-Triples for each row."""
    connection = open_plain()
    cursor = connection.execute(f"SELECT {LINE} FROM {checked_parquet(connection, file)}")
    while rows := cursor.fetchmany(50_000):
        for (line,) in rows:
            yield line
