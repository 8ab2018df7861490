"""Parquet file → DuckDB table; the columns keep their types, a row's number is its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.sources.relation import ROW
from clusterkg.sources.staging import cell_or_null, header_columns

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.staging import Columns

__all__ = ["load_parquet"]


def load_parquet(connection: Connection, target: str, table: TableDescription) -> Columns:
    """Create ``target`` from a Parquet file; returns its columns.

    Texts that are empty or in ``table.null`` become NULL. Raises SourceError for names that SQL
    cannot tell apart.
    """
    path = literal(str(table.file))
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
    names = header_columns([row[0] for row in described], table.at)
    cells = [
        f"{_cell(written, kind, table)} AS {identifier(name)}"
        for name, (written, kind, *_) in zip(names, described, strict=True)
    ]
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT {', '.join(cells)}, "
        f"file_row_number + 1 AS {identifier(ROW)} "
        f"FROM read_parquet({path}, file_row_number = true)"
    )
    return names


def _cell(column: str, kind: str, table: TableDescription) -> str:
    sql = identifier(column)
    return cell_or_null(sql, table.null) if kind == "VARCHAR" else sql
