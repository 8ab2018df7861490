"""Declared tables → relations in DuckDB whose rows know their place, and what is wrong in them."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, out_of_room
from clusterkg.errors import SourceError, did_you_mean
from clusterkg.sources.checks import check_table
from clusterkg.sources.csv_tables import load_csv
from clusterkg.sources.json_tables import load_json
from clusterkg.sources.lost_values import lost_values
from clusterkg.sources.parquet_files import load_parquet
from clusterkg.sources.relation import ROW, Relation
from clusterkg.sources.workbooks import load_workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.progress import Progress
    from clusterkg.sources.description import SourceDescription, TableDescription
    from clusterkg.sources.staging import Columns

__all__ = ["Relation", "load_tables", "table_checksums", "written_cells"]

_WRITTEN = "written_cells"


def load_tables(
    connection: Connection,
    descriptions: Sequence[SourceDescription],
    *,
    progress: Progress,
    temporary: Path | None = None,
) -> tuple[tuple[Relation, ...], tuple[Finding, ...]]:
    """Create ``"<source>"."<table>"`` for every declared table; returns relations and findings.

    Each table has the columns of its file and ``_row``. ``temporary`` is where copies in another
    encoding or from workbooks are written (else the system's temporary folder); they are removed.
    Raises SourceError for a table that cannot be read or lacks a declared column.
    """
    total = sum(len(description.tables) for description in descriptions)
    relations: list[Relation] = []
    findings: list[Finding] = []
    with _in_order(connection), tempfile.TemporaryDirectory(dir=temporary) as folder:
        for description in descriptions:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(description.key)}")
            for table in description.tables:
                progress(f"reading {description.key}", len(relations), total)
                relation = _load(connection, description, table, Path(folder))
                relations.append(relation)
                findings += lost_values(relation, table)
                findings += check_table(connection, relation, table)
    if descriptions:
        progress("reading", total, total)
    return tuple(relations), tuple(findings)


def written_cells(
    connection: Connection,
    table: TableDescription,
    wanted: Mapping[int, Collection[str]],
    *,
    temporary: Path | None = None,
) -> dict[tuple[int, str], str]:
    """Cells as they stand in the file, by row and column, where a word means that there is nothing.

    The table is read again, in which such words are NULL; cells with nothing in them are left
    out. Raises SourceError as ``load_tables`` does.
    """
    target = f"main.{identifier(_WRITTEN)}"
    found: dict[tuple[int, str], str] = {}
    with _in_order(connection), tempfile.TemporaryDirectory(dir=temporary) as folder:
        _read(connection, target, replace(table, null=()), Path(folder))
    columns = sorted({column for some in wanted.values() for column in some})
    listed = ", ".join(f"CAST({identifier(column)} AS VARCHAR)" for column in columns)
    rows = connection.execute(
        f"SELECT {identifier(ROW)}, {listed} FROM {target} "
        f"WHERE {identifier(ROW)} IN (SELECT unnest($1::BIGINT[]))",
        [sorted(wanted)],
    ).fetchall()
    connection.execute(f"DROP TABLE {target}")
    for row, *cells in rows:
        for column, cell in zip(columns, cells, strict=True):
            if cell is not None and column in wanted[row]:
                found[row, column] = cell
    return found


def table_checksums(descriptions: Sequence[SourceDescription]) -> dict[tuple[str, str], str]:
    """SHA-256 of every declared table, by source and table: its file, and how it is described.

    Raises SourceError if a file cannot be read.
    """
    return {
        (description.key, table.name): _checksum(table)
        for description in descriptions
        for table in description.tables
    }


def _checksum(table: TableDescription) -> str:
    try:
        with table.file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256")
    except OSError as error:
        raise _unreadable(table, error.strerror or str(error)) from error
    digest.update(repr(replace(table, file=Path(table.file.name))).encode())
    return digest.hexdigest()


def _load(
    connection: Connection, source: SourceDescription, table: TableDescription, temporary: Path
) -> Relation:
    target = f"{identifier(source.key)}.{identifier(table.name)}"
    columns, sheet = _read(connection, target, table, temporary)
    _check_declared(table, source, columns)
    counted = connection.execute(f"SELECT count(*) FROM {target}").fetchone()
    rows = int(counted[0]) if counted else 0
    if not rows:
        raise SourceError(
            "the table is empty: a header and no row"
            if table.format not in ("json", "jsonl")
            else "the table is empty: no record",
            at=f"{table.at}, sheet {sheet}" if sheet else table.at,
            hint=f"Put the rows in, or take [tables.{table.name}] out of {source.at}.",
        )
    return Relation(source.key, table.name, table.file, sheet, columns, rows, table.shown)


def _read(
    connection: Connection, target: str, table: TableDescription, temporary: Path
) -> tuple[Columns, str | None]:
    """Create the table by its format; returns the columns and the sheet that was read."""
    try:
        if table.format in ("csv", "tsv"):
            return load_csv(connection, target, table, temporary), None
        if table.format in ("json", "jsonl"):
            return load_json(connection, target, table), None
        if table.format == "parquet":
            return load_parquet(connection, target, table), None
        return load_workbook(connection, target, table, temporary)
    except OSError as error:
        why = error.strerror or str(error)
        raise _unreadable(table, why) from error
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InvalidInputException) as error:
        told = out_of_room(error)
        if told is not None:
            raise SourceError(told[0], at=table.at, hint=told[1]) from error
        why = str(error).splitlines()[0]
        raise _unreadable(table, why) from error


def _unreadable(table: TableDescription, why: str) -> SourceError:
    return SourceError(
        f"cannot be read: {why}",
        at=table.at,
        hint="Check that the file is there, that you may read it, and that the disk has room.",
    )


def _check_declared(table: TableDescription, source: SourceDescription, columns: Columns) -> None:
    """Raise SourceError for a column that source.toml names and the file does not have."""
    declared = [("key", name) for name in table.key]
    declared += [("ignore", name) for name in table.ignore]
    declared += [("columns", name) for name in table.columns]
    for part, name in declared:
        if name not in columns:
            raise SourceError(
                f"tables.{table.name}.{part} names the column '{name}', which {table.shown} "
                "does not have",
                at=source.at,
                hint=did_you_mean(name, columns),
            )


@contextmanager
def _in_order(connection: Connection) -> Iterator[None]:
    """Rows keep the order of the file, whatever the connection does otherwise."""
    setting = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    connection.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.execute(
            f"SET preserve_insertion_order = {'true' if setting and setting[0] else 'false'}"
        )
