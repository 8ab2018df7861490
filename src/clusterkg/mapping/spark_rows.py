"""The rows of a plan on Spark: read by Spark itself, or staged as Parquet by DuckDB.

Spark reads what it reads exactly as DuckDB does: Parquet's texts, integers and booleans, and
CSV files in which every line is a row, because they have no quotes. Everything else is staged:
DuckDB evaluates the cells and writes them as texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.mapping.rows import kind_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyspark.sql import DataFrame, SparkSession

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.rows import Rows
    from clusterkg.mapping.spark_plan import StagedCells

__all__ = ["NativeFile", "has_plain_lines", "native_file", "read_native", "stage_rows"]

_PARQUET_TYPES: Final = re.compile(r"VARCHAR|U?(TINY|SMALL|BIG)INT|U?INTEGER|BOOLEAN")
_CSV_ARGUMENTS: Final = {
    "auto_detect": "FALSE",
    "compression": "'none'",
    "header": "TRUE",
    "quote": "'\"'",
    "escape": "'\"'",
    "comment": "''",
    "nullstr": "['']",
}
_WHOLE: Final = {"expressions", "from_"}
_CHUNK: Final = 1 << 22


@dataclass(frozen=True)
class NativeFile:
    """A file that Spark reads itself: CSV, or Parquet if there is no ``delimiter``."""

    path: Path
    columns: tuple[str, ...] = ()
    delimiter: str | None = None


def stage_rows(
    connection: Connection, staging: StagedCells, used: Collection[str], folder: Path
) -> Path:
    """Write the staged columns ``used`` as Parquet, all of them texts but for booleans."""
    sql = staging.select(used).sql(dialect="duckdb")
    described = connection.execute(f"DESCRIBE {sql}").fetchall()
    columns = ", ".join(
        f"CAST({identifier(name)} AS {_staged_type(sql_type)}) AS {identifier(name)}"
        for name, sql_type, *_ in described
    )
    target = folder / staging.name
    connection.execute(
        f"COPY (SELECT {columns} FROM ({sql})) TO {literal(str(target))} "
        "(FORMAT parquet, PER_THREAD_OUTPUT true, OVERWRITE true)"
    )
    return target


def _staged_type(sql_type: str) -> str:
    if sql_type == "BOOLEAN":
        return sql_type
    return "VARCHAR[]" if kind_of(sql_type)[1] else "VARCHAR"


# -- what Spark reads itself -------------------------------------------------------------------


def native_file(connection: Connection, rows: Rows) -> NativeFile | None:
    """The file behind a relation if Spark gives the same rows for it."""
    found = connection.execute(
        "SELECT sql FROM duckdb_views() WHERE view_name = ? AND temporary", [rows.name]
    ).fetchone()
    call = _reading(found[0]) if found and not rows.json else None
    if call is None or not call[0].is_file():
        return None
    path, arguments = call
    if arguments is not None:
        return _native_csv(path, arguments)
    known = all(_PARQUET_TYPES.fullmatch(sql_type) for sql_type in rows.columns.values())
    return NativeFile(path) if known else None


def _native_csv(path: Path, arguments: dict[str, exp.Expr]) -> NativeFile | None:
    held, delimiter = arguments.pop("columns", None), arguments.pop("delim", None)
    same = {"compression": "'none'"} | {
        name: value.sql(dialect="duckdb") for name, value in arguments.items()
    }
    if same != _CSV_ARGUMENTS or held is None or delimiter is None or len(delimiter.name) != 1:
        return None
    names = tuple(one.this.name for one in held.expressions if one.expression.name == "VARCHAR")
    if len(names) < len(held.expressions) or not has_plain_lines(path):
        return None
    return NativeFile(path, names, delimiter.name)


def _reading(view: str) -> tuple[Path, dict[str, exp.Expr] | None] | None:
    """The file from which a view takes all columns, and how CSV is read; None for Parquet."""
    try:
        query = parse_one(view, read="duckdb").find(exp.Select)
    except SqlglotError:
        return None
    if query is None or {key for key, value in query.args.items() if value} != _WHOLE:
        return None
    if not all(isinstance(column, (exp.Star, exp.Column)) for column in query.expressions):
        return None
    table = query.args["from_"].this
    match table.this if isinstance(table, exp.Table) else None:
        case exp.ReadParquet(expressions=[exp.Literal() as path]):
            return Path(path.name), None
        case exp.ReadCSV(this=exp.Literal() as path, expressions=given):
            pairs = [one.unnest() for one in given]
            return Path(path.name), {one.this.name.lower(): one.expression for one in pairs}
    return None


def has_plain_lines(path: Path) -> bool:
    """Whether every line of a text is a row: UTF-8, no quotes, no empty lines, one line end."""
    with path.open("rb") as file:
        first = file.readline()
        end = b"\r\n" if first.endswith(b"\r\n") else b"\n"
        file.seek(0)
        before = end
        while chunk := file.read(_CHUNK):
            chunk += file.readline()
            if not _are_plain(before + chunk, end):
                return False
            before = end
    return not first.startswith(b"\xef\xbb\xbf")


def _are_plain(lines: bytes, end: bytes) -> bool:
    """Whether the lines, behind a line end, have no quotes and are none of them empty."""
    ends = lines.count(end)
    if b'"' in lines or b"\0" in lines or end + end in lines:
        return False
    if lines.count(b"\n") != ends or lines.count(b"\r") != (ends if len(end) > 1 else 0):
        return False
    try:
        lines.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_native(
    session: SparkSession, file: NativeFile, staging: StagedCells, used: Collection[str]
) -> DataFrame:
    """The staged columns ``used``, read by Spark from the file itself."""
    if file.delimiter is None:
        frame = session.read.parquet(str(file.path))
    else:
        frame = session.read.csv(
            str(file.path),
            schema=", ".join(f"{_quoted(name)} STRING" for name in file.columns),
            sep=file.delimiter,
            quote="",
            header=True,
            enforceSchema=True,
            mode="FAILFAST",
            ignoreLeadingWhiteSpace=False,
            ignoreTrailingWhiteSpace=False,
            maxCharsPerColumn=-1,
            encoding="UTF-8",
        )
    columns = [
        f"CAST({_quoted(cell.reference)} AS STRING) AS {cell.alias}"
        for cell in staging.cells.found.values()
        if cell.alias in used
    ]
    return frame.selectExpr(*columns, *([] if columns else ["1 AS one"]))


def _quoted(name: str) -> str:
    """A name as an identifier of Spark."""
    return "`" + name.replace("`", "``") + "`"
