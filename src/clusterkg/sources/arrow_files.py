"""Arrow and Feather files → a temporary table in DuckDB; needs the extra ``clusterkg[arrow]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import arrow_view, identifier
from clusterkg.errors import SourceError
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection

__all__ = ["ARROW", "load_arrow"]

ARROW = (".arrow", ".arrows", ".feather", ".ipc")
_MAGIC = b"ARROW1"


def load_arrow(connection: Connection, path: Path, table: str, at: str) -> None:
    """Create a temporary table from an Arrow IPC file or stream, batch by batch.

    Raises SourceError if pyarrow is not installed or the file is none.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise SourceError(
            "Arrow and Feather files need the package pyarrow",
            at=at,
            hint="Install it with: pip install 'clusterkg[arrow]'. Parquet needs no package.",
        ) from error
    try:
        with path.open("rb") as file:
            is_file = file.read(len(_MAGIC)) == _MAGIC
        with pa.memory_map(str(path)) as mapped:
            if is_file:
                opened = pa.ipc.open_file(mapped)
                batches = (opened.get_batch(n) for n in range(opened.num_record_batches))
                reader = pa.RecordBatchReader.from_batches(opened.schema, batches)
            else:
                reader = pa.ipc.open_stream(mapped)
            with arrow_view(connection, "arrow_batches", reader):
                connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE {identifier(table)} AS "
                    f"SELECT *, row_number() OVER () AS {identifier(ROW)} FROM arrow_batches"
                )
    except pa.ArrowException as error:
        raise SourceError(
            f"no Arrow file: {error}",
            at=at,
            hint="Feather files of version 1 are not read; write version 2.",
        ) from error
