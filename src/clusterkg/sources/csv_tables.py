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

from clusterkg.engines import duckdb
from clusterkg.errors import SourceError
from clusterkg.sources.csv_form import CsvForm
from clusterkg.sources.encodings import as_utf8, wrong_encoding
from clusterkg.sources.staging import BLANKS, Staged, create_table, header_columns, write_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.encodings import TextFile
    from clusterkg.sources.staging import Columns

__all__ = ["first_records", "is_even", "load_csv", "read_records"]

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
    staged = _layout(as_utf8(table.text, temporary), table)
    if is_even(staged.path):
        try:
            return create_table(connection, target, staged, table)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            pass  # the second reading finds the fault, or repairs what only looked like one
    clean = temporary / "clean.csv"
    form = CsvForm(staged.delimiter)
    try:
        records = read_records(staged.path, form, staged.columns, table.text)
        write_records(_without_empty(records), clean)
        return create_table(connection, target, Staged(clean, staged.columns, table.at), table)
    finally:
        clean.unlink(missing_ok=True)


def _without_empty(
    records: Iterable[tuple[int, list[str]]],
) -> Iterator[tuple[int, list[str]]]:
    for row, record in records:
        if any(cell.strip(BLANKS) for cell in record):
            yield row, record


def _layout(path: Path, table: TableDescription) -> Staged:
    delimiter = table.form.delimiter or _sniffed(path, table)
    sample = first_records(path, CsvForm(delimiter), table.at, _SAMPLE)
    if not sample:
        raise SourceError(
            "the table is empty", at=table.at, hint="Its first row must name the columns."
        )
    header = sample[0]
    _check_encoding(header, 1, (), table.text)
    columns = header_columns(header, table.at)
    if not any(columns):
        raise SourceError(
            "no header: the first row is empty",
            at=table.at,
            hint="The first row must name the columns.",
        )
    return Staged(path, columns, table.at, delimiter, _line_end(path, delimiter))


def _reader(path: Path, form: CsvForm, *, spaced: bool = False) -> Iterator[list[str]]:
    """All records; bytes that are not UTF-8 come as lone surrogates, to be found by the caller.

    A row that is skipped or a comment comes as an empty record. ``spaced``: a blank between
    delimiter and opening quote is no part of the cell, as for DuckDB.
    """
    csv.field_size_limit(sys.maxsize)
    comments = 0
    at_start = True
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for _ in range(form.skip_rows):
            if next(file, None) is not None:
                yield []

        def lines() -> Iterator[str]:
            nonlocal comments, at_start
            for line in file:
                if at_start and form.comment and line.startswith(form.comment):
                    comments += 1
                    continue
                at_start = False
                yield line

        reader = csv.reader(
            lines(),
            delimiter=form.delimiter or ",",
            quotechar=form.quote,
            quoting=csv.QUOTE_NONE if form.quote is None else csv.QUOTE_MINIMAL,
            doublequote=form.escape is None,
            escapechar=form.escape,
            strict=True,
            skipinitialspace=spaced,
        )
        while True:
            at_start = True
            record = next(reader, None)
            for _ in range(comments):
                yield []
            comments = 0
            if record is None:
                return
            yield record


def first_records(path: Path, form: CsvForm, at: str, number: int) -> list[list[str]]:
    """The first records; the first that is not blank is the header."""
    found: list[list[str]] = []
    try:
        for record in islice(_reader(path, form), number):
            if record or found:
                found.append(record)
    except csv.Error as error:
        if not found:
            raise _badly_quoted(error, f"{at}, row 1") from error
    return found


def _sniffed(path: Path, table: TableDescription) -> str:
    """The delimiter that splits the header into most cells, and the rows into as many."""

    def fit(delimiter: str) -> tuple[bool, int]:
        try:
            records = first_records(path, CsvForm(delimiter), table.at, _SAMPLE)
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


def is_even(path: Path) -> bool:
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


def read_records(
    path: Path, form: CsvForm, columns: Columns, text: TextFile
) -> Iterator[tuple[int, list[str]]]:
    """The records below the header with their rows, blank rows left out.

    ``path`` is the file ``text`` in UTF-8. Raises SourceError at the first fault.
    """
    row, headers, width = 0, form.header_rows, len(columns)
    opening = f"{form.delimiter or ','} {form.quote}"
    reader = _reader(path, form, spaced=form.quote is not None and _holds(path, opening))
    while True:
        row += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _badly_quoted(error, f"{text.at}, row {row}") from error
        _check_encoding(record, row, columns, text)
        if not record or (headers and not any(cell.strip(BLANKS) for cell in record)):
            continue
        if headers:
            headers -= 1
            continue
        record = record[form.skip_columns :]
        if len(record) != width:
            record = _cut_to(record, width, f"{text.at}, row {row}")
        yield row, _trimmed(record, form.trim)


def _trimmed(record: list[str], trim: str) -> list[str]:
    if trim == "none":
        return record
    strip = {"both": str.strip, "start": str.lstrip, "end": str.rstrip}[trim]
    return [strip(cell) for cell in record]


def _cut_to(record: list[str], width: int, at: str) -> list[str]:
    """The record without empty cells beyond the header's; raises SourceError if it is ragged."""
    if len(record) > width and not any(record[width:]):
        return record[:width]
    cells = "1 cell" if len(record) == 1 else f"{len(record)} cells"
    hint = (
        "A cell that holds the delimiter must stand in double quotes."
        if len(record) > width
        else "Add the missing delimiters, or close the quotes of a cell that spans lines."
    )
    raise SourceError(f"found {cells}, expected {width} as in the header", at=at, hint=hint)


def _badly_quoted(error: csv.Error, at: str) -> SourceError:
    if "unexpected end" in str(error):
        what = "a double quote opens a cell and is never closed"
    else:
        what = "a closing double quote is followed by more text"
    return SourceError(
        what,
        at=at,
        hint='Write a quote inside a quoted cell twice: "the ""big"" one".',
    )


def is_text(cell: str) -> bool:
    """Whether a cell has no lone surrogate, which stands for a byte that is not text."""
    return cell.isascii() or not any("\udc80" <= character <= "\udcff" for character in cell)


def _check_encoding(record: list[str], row: int, columns: Columns, text: TextFile) -> None:
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
            raise wrong_encoding(text, f"row {row}{column}", f"byte 0x{byte:02X}") from error
