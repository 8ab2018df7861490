"""Cells of an Excel workbook that show something there and are read as empty → findings.

A programme that writes a formula without computing it leaves its cell without a value; a formula
that fails has an error for a value. Office Open XML, ECMA-376 part 1, 18.3.1.4 (c, cell).
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import PurePosixPath
from posixpath import normpath
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from clusterkg.findings import Finding, Severity, words
from clusterkg.sources.checks import MOST_FINDINGS, unlisted
from clusterkg.sources.sheets import column_number
from clusterkg.sources.workbooks import header_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.relation import Relation

__all__ = ["lost_values"]

_BOOK = "xl/workbook.xml"
_LINKS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_MARK = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt=[\"']e[\"']")
_BLOCK, _OVERLAP = 1 << 20, 64


class _Cell(NamedTuple):
    """Row and column as numbers, beginning with 1 and 0; ``error`` is nothing for a formula."""

    row: int
    column: int
    error: str | None


def lost_values(relation: Relation, table: TableDescription) -> Iterator[Finding]:
    """A finding a cell of a column that is read, rows ascending; none for other kinds of files."""
    if table.format != "xlsx" or relation.sheet is None:
        return
    try:
        with ZipFile(table.file) as book:
            cells = list(_cells(book, relation.sheet))
    except (BadZipFile, KeyError, SyntaxError):
        return  # a workbook that is put together in another way: its values were read
    if not cells:
        return
    first, names = header_of(table)
    found = [
        (cell, names[cell.column])
        for cell in cells
        if cell.row > first and cell.column < len(names) and names[cell.column] in relation.columns
    ]
    for cell, column in islice(found, MOST_FINDINGS):
        yield _finding(cell, relation, column)
    yield from unlisted(
        max(0, len(found) - MOST_FINDINGS), "lost-value", Severity.WARNING, relation, None
    )


def _finding(cell: _Cell, relation: Relation, column: str) -> Finding:
    place = relation.place(cell.row, column)
    if cell.error is None:
        return Finding(
            Severity.WARNING,
            "lost-value",
            "a formula without a saved value counts as empty",
            place,
            hint="Open the workbook in a spreadsheet program and save it again.",
            said=words("unsaved-formula"),
        )
    return Finding(
        Severity.WARNING,
        "lost-value",
        f"'{cell.error}' is an error of the spreadsheet and counts as empty",
        place,
        cell.error,
        "Correct the formula, or empty the cell.",
        words("spreadsheet-error", value=cell.error),
    )


def _cells(book: ZipFile, sheet: str) -> Iterator[_Cell]:
    from lxml import etree

    part, number = _part(book, sheet), 0
    with book.open(part) as file:
        if not _is_suspicious(file):
            return
    with book.open(part) as file:
        for _, row in etree.iterparse(file, tag="{*}row", resolve_entities=False):
            number, column = int(row.get("r", number + 1)), -1
            for cell in row.iterfind("{*}c"):
                letters = cell.get("r", "").rstrip("0123456789")
                column = column_number(letters) if letters else column + 1
                lost = _lost(cell)
                if lost is not None:
                    yield _Cell(number, column, lost or None)
            row.clear()


def _is_suspicious(file: IO[bytes]) -> bool:
    """A quick look whether there is any formula or error, as most sheets have none."""
    end = b""
    while block := file.read(_BLOCK):
        if _MARK.search(end + block):
            return True
        end = block[-_OVERLAP:]
    return False


def _lost(cell: Any) -> str | None:
    """The error that a cell shows, nothing for a formula without a value, None for the others."""
    value = cell.find("{*}v")
    text = str(value.text or "") if value is not None else ""
    if cell.get("t") == "e":
        return text or "#VALUE!"
    # a formula may well give an empty text, and then its cell says that it is one
    is_formula = cell.find("{*}f") is not None
    return "" if is_formula and not text and cell.get("t") != "str" else None


def _part(book: ZipFile, sheet: str) -> str:
    """The part of the package that holds a sheet; raises KeyError if there is none."""
    for one in _tree(book, _BOOK).iterfind("{*}sheets/{*}sheet"):
        if one.get("name") == sheet:
            folder = PurePosixPath(_BOOK)
            links = _tree(book, f"{folder.parent}/_rels/{folder.name}.rels")
            for link in links:
                if link.get("Id") in map(one.get, _LINKS):
                    return str(normpath(folder.parent / link.get("Target", ""))).lstrip("/")
    raise KeyError(sheet)


def _tree(book: ZipFile, part: str) -> Any:
    from lxml import etree

    file: IO[bytes]
    with book.open(part) as file:
        return etree.parse(file, etree.XMLParser(resolve_entities=False)).getroot()
