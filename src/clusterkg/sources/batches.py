"""Rows of texts, as drivers hand them over, → a table in DuckDB, one Arrow batch after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import arrow_view, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = ["BATCH", "insert_batches"]

BATCH = 20_000
"""Rows that are held in Python at a time."""


def insert_batches(
    connection: Connection,
    table: str,
    types: Sequence[str],
    batches: Iterable[Sequence[Sequence[str | bytes | None]]],
) -> None:
    """Make a temporary table with the columns c0, c1, … of the types VARCHAR or BLOB and fill it.

    A batch holds the values of each column.
    """
    import nanoarrow

    columns = ", ".join(f"c{number} {sql_type}" for number, sql_type in enumerate(types))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(table)}({columns})")
    schemas = [
        nanoarrow.binary() if sql_type == "BLOB" else nanoarrow.string() for sql_type in types
    ]
    struct = nanoarrow.struct({f"c{n}": schema for n, schema in enumerate(schemas)})
    for batch in batches:
        arrays = [
            nanoarrow.c_array(cells, schema) for cells, schema in zip(batch, schemas, strict=True)
        ]
        whole = nanoarrow.c_array_from_buffers(struct, len(batch[0]), [None], children=arrays)
        with arrow_view(connection, "staged_batch", nanoarrow.Array(whole)):
            connection.execute(f"INSERT INTO temp.{identifier(table)} SELECT * FROM staged_batch")
