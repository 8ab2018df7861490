"""Report → Excel workbook: the tables with the bad cells coloured and commented, a summary first.

If all findings in workbooks are in one .xlsx file, the result is a copy of it, with its formats and
its other sheets. Every other table becomes a sheet with the rows that the report is about, numbered
as in the file. https://www.ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clusterkg.findings import Place
from clusterkg.validation.rendering.marks import lines, marks
from clusterkg.validation.rendering.sheets import annotate, new_sheet
from clusterkg.validation.rendering.summary_sheet import write_summary
from clusterkg.validation.rendering.table_rows import TableRows, Tables
from clusterkg.validation.rendering.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterkg.validation.rendering.marks import Mark
    from clusterkg.validation.rendering.sheets import Cell, Target
    from clusterkg.validation.report import Report

__all__ = ["MOST_CELLS", "xlsx_report"]

MOST_CELLS: Final = 300_000
"""A workbook with more cells is not copied whole: its sheets become rows, as other tables do."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_TITLE: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST: Final = 31


def xlsx_report(report: Report, *, language: str = "en", tables: Tables | None = None) -> bytes:
    """The workbook; without ``tables`` its sheets hold the cells that the report itself knows."""
    from openpyxl import Workbook

    found = list(lines(report, language))
    said = marks(found)
    given = {Place(one.file, one.sheet): one for one in (tables or Tables()).tables}
    copied = _copied(given, said)
    book = Workbook() if copied is None else _loaded(copied)
    first = book.create_sheet(_title(WORDS[language]["title"], book), 0)
    if copied is None:
        del book["Sheet"]
    targets: dict[Place, Mapping[Cell, Target]] = {}
    for table, cells in said.items():
        rows = given.get(table) or _known(table, cells)
        if copied is not None and rows.path == copied and table.sheet in book.sheetnames:
            sheet = book[str(table.sheet)]
            targets[table] = annotate(sheet, cells, language)
        else:
            sheet = book.create_sheet(_title(_name(table, said), book))
            targets[table] = new_sheet(sheet, rows, cells, language)
    write_summary(first, report, found, targets, language)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is first
    return _written(book)


def _copied(given: Mapping[Place, TableRows], said: Mapping[Place, object]) -> Path | None:
    """The one .xlsx file that the findings in workbooks are in, if it is not too large."""
    files = {given[table].path for table in said if table in given and table.sheet is not None}
    if len(files) != 1:
        return None
    (file,) = files
    cells = sum(one.cells for one in given.values() if one.path == file)
    return file if file.suffix.lower() == ".xlsx" and cells <= MOST_CELLS else None


def _loaded(file: Path) -> Any:
    from openpyxl import load_workbook

    return load_workbook(file)


def _known(table: Place, cells: Mapping[Cell, Mark]) -> TableRows:
    """What the report itself knows of a table that cannot be read: columns and cells."""
    columns = tuple(dict.fromkeys(column for _, column in cells if column))
    numbers = sorted({row for row, _ in cells if row is not None})
    rows = {
        row: tuple(
            cells[row, column].lines[0].value if (row, column) in cells else None
            for column in columns
        )
        for row in numbers
    }
    return TableRows(table.file, table.sheet, Path(table.file), columns, rows, len(rows), 0)


def _name(table: Place, tables: Iterable[Place]) -> str:
    """The sheet's or the file's own name; with its folder where several tables have it."""
    if table.sheet is not None:
        return table.sheet
    stem = _stem(table.file)
    same = sum(one.sheet is None and _stem(one.file) == stem for one in tables)
    folder = table.file.rpartition("/")[0].rpartition("/")[2]
    return f"{folder} {stem}" if same > 1 and folder else stem


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0] or file


def _title(wanted: str, book: Any) -> str:
    """A name for a sheet: without what Excel forbids, short enough, and not taken."""
    name = _TITLE.sub("_", wanted).strip()[:_LONGEST] or "_"
    taken = {one.lower() for one in book.sheetnames}
    number, made = 1, name
    while made.lower() in taken:
        number += 1
        ending = f" ({number})"
        made = name[: _LONGEST - len(ending)] + ending
    return made


def _written(book: Any) -> bytes:
    """The bytes, the same for the same content: no time of writing, files in their order."""
    raw = io.BytesIO()
    book.save(raw)
    target = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w") as packed:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(b"", content)
            made = zipfile.ZipInfo(entry.filename, _EPOCH)
            made.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(made, content)
    return target.getvalue()
