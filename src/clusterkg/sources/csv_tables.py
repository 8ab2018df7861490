"""CSV file → DuckDB table: read by DuckDB's own reader; by Python only where that one gives up.

The good path never looks at a cell in Python. A file with blank lines, line ends of several kinds
or a fault is read a second time by :mod:`csv`, which knows the number of each record: it either
names the fault or writes a clean copy.
"""

from __future__ import annotations

import csv
import mmap
import re
import sys
from itertools import islice
from typing import TYPE_CHECKING

import duckdb

from clusterkg.errors import SourceError
from clusterkg.sources.encodings import as_utf8, wrong_encoding
from clusterkg.sources.staging import BLANKS, Staged, create_table, header_columns, write_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.staging import Columns

__all__ = ["load_csv"]

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 50
_LONE_CR = re.compile(rb"\r(?!\n)")


def load_csv(
    connection: Connection, target: str, table: TableDescription, temporary: Path
) -> Columns:
    """Create ``target`` from a CSV or TSV file; returns its columns.

    Raises SourceError for a wrong encoding, a missing or ambiguous header, a ragged or badly
    quoted row, each with its row number.
    """
    staged = _layout(as_utf8(table, temporary), table)
    if _is_even(staged.path):
        try:
            return create_table(connection, target, staged, table)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            pass  # the second reading finds the fault, or repairs what only looked like one
    clean = temporary / "clean.csv"
    try:
        write_records(_records(staged, table), clean)
        return create_table(connection, target, Staged(clean, staged.columns, table.at), table)
    finally:
        clean.unlink(missing_ok=True)


def _layout(path: Path, table: TableDescription) -> Staged:
    delimiter = table.delimiter or ("\t" if table.format == "tsv" else _sniffed(path, table))
    sample = _sample(path, delimiter, table)
    if not sample:
        raise SourceError(
            "the table is empty", at=table.at, hint="Its first row must name the columns."
        )
    header = sample[0]
    _check_encoding(header, 1, (), table)
    columns = header_columns(header, table.at)
    if not any(columns):
        raise SourceError(
            "no header: the first row is empty",
            at=table.at,
            hint="The first row must name the columns.",
        )
    return Staged(path, columns, table.at, delimiter, _line_end(path, delimiter))


def _reader(path: Path, delimiter: str, *, spaced: bool = False) -> Iterator[list[str]]:
    """All records; bytes that are not UTF-8 come as lone surrogates, to be found by the caller.

    ``spaced``: a blank between delimiter and opening quote is no part of the cell, as for DuckDB.
    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield from csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=spaced)


def _sample(path: Path, delimiter: str, table: TableDescription) -> list[list[str]]:
    """The first records; the first that is not blank is the header."""
    found: list[list[str]] = []
    try:
        for record in islice(_reader(path, delimiter), _SAMPLE):
            if record or found:
                found.append(record)
    except csv.Error as error:
        if not found:
            raise _badly_quoted(error, 1, table) from error
    return found


def _sniffed(path: Path, table: TableDescription) -> str:
    """The delimiter that splits the header into most cells, and the rows into as many."""

    def fit(delimiter: str) -> tuple[bool, int]:
        try:
            records = _sample(path, delimiter, table)
        except SourceError:
            return False, 1
        width = len(records[0]) if records else 1
        return width > 1 and all(len(record) == width for record in records if record), width

    return max(_DELIMITERS, key=fit)


def _line_end(path: Path, delimiter: str) -> str:
    """What ends the header: line ends inside quoted cells may be of another kind."""
    last = ""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:

        def lines() -> Iterator[str]:
            nonlocal last
            for last in file:  # noqa: UP028 (the last line is kept)
                yield last

        next(record for record in csv.reader(lines(), delimiter=delimiter) if record)
    return next((end for end in ("\r\n", "\n", "\r") if last.endswith(end)), "\n")


def _holds(path: Path, part: str) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(part.encode()) >= 0


def _is_even(path: Path) -> bool:
    """Whether one kind of line end is used and no line is blank but at the end of the file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = len(content)
        while end and content[end - 1] in b"\r\n":
            end -= 1
        if content.find(b"\r", 0, end) < 0:
            return content.find(b"\n\n", 0, end) < 0
        if any(content.find(blank, 0, end) >= 0 for blank in (b"\n\n", b"\n\r\n", b"\r\r")):
            return False
        return content.find(b"\n", 0, end) < 0 or _LONE_CR.search(content, 0, end) is None


def _records(staged: Staged, table: TableDescription) -> Iterator[tuple[int, list[str]]]:
    """The records below the header with their rows; raises SourceError at the first fault."""
    width, row, header = len(staged.columns), 0, True
    delimiter = staged.delimiter or ","
    reader = _reader(staged.path, delimiter, spaced=_holds(staged.path, f'{delimiter} "'))
    while True:
        row += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _badly_quoted(error, row, table) from error
        _check_encoding(record, row, staged.columns, table)
        if not any(cell.strip(BLANKS) for cell in record):
            continue
        if header:
            header = False
            continue
        if len(record) != width:
            record = _cut_to(record, width, row, table)
        yield row, record


def _cut_to(record: list[str], width: int, row: int, table: TableDescription) -> list[str]:
    """The record without empty cells beyond the header's; raises SourceError if it is ragged."""
    if len(record) > width and not any(record[width:]):
        return record[:width]
    cells = "1 cell" if len(record) == 1 else f"{len(record)} cells"
    hint = (
        "A cell that holds the delimiter must stand in double quotes."
        if len(record) > width
        else "Add the missing delimiters, or close the quotes of a cell that spans lines."
    )
    raise SourceError(
        f"found {cells}, expected {width} as in the header", at=f"{table.at}, row {row}", hint=hint
    )


def _badly_quoted(error: csv.Error, row: int, table: TableDescription) -> SourceError:
    if "unexpected end" in str(error):
        what = "a double quote opens a cell and is never closed"
    else:
        what = "a closing double quote is followed by more text"
    return SourceError(
        what,
        at=f"{table.at}, row {row}",
        hint='Write a quote inside a quoted cell twice: "the ""big"" one".',
    )


def _check_encoding(record: list[str], row: int, columns: Columns, table: TableDescription) -> None:
    """Raise SourceError at a lone surrogate, which stands for a byte that is not text."""
    for position, cell in enumerate(record):
        if cell.isascii():
            continue
        try:
            cell.encode()
        except UnicodeEncodeError as error:
            byte = ord(cell[error.start]) - 0xDC00
            named = columns[position] if position < len(columns) else ""
            column = f", column {named}" if named else ""
            raise wrong_encoding(table, f"row {row}{column}", f"byte 0x{byte:02X}") from error
