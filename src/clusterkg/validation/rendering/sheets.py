"""Sheets of the Excel report: cells coloured by severity and commented with their messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from clusterkg.findings import Severity
from clusterkg.sources.staging import BLANKS
from clusterkg.sources.workbooks import cell_text
from clusterkg.validation.rendering.marks import comment_of
from clusterkg.validation.rendering.words import WORDS, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.validation.rendering.marks import Mark
    from clusterkg.validation.rendering.table_rows import TableRows

__all__ = ["COLOURS", "Cell", "Target", "annotate", "new_sheet", "text_cell"]

COLOURS: Final = {
    Severity.VIOLATION: "FFC7CE",
    Severity.WARNING: "FFE699",
    Severity.INFO: "DDEBF7",
}
_HEADER: Final = "EDEDED"
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST: Final = 32_767
"""Characters in a cell, as Excel allows them."""
_WIDTH, _LINE = 340, 17

Cell = tuple[int | None, str | None]
"""Row and column as places name them."""
Target = tuple[str, str]
"""The sheet and the cell (``C17``) of the workbook in which a place is."""


def text_cell(cell: Any, text: str | None) -> None:
    """Write a text that stays one: no formula, no number, no date, whatever it looks like."""
    if text is None or text == "":
        return
    cell.value = _FORBIDDEN.sub("\ufffd", text)[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True


def annotate(sheet: Any, cells: Mapping[Cell, Mark], language: str) -> dict[Cell, Target]:
    """Colour and comment cells of the publisher's own sheet; returns where they are (``C17``)."""
    header = next((row for row in sheet.iter_rows() if any(_text(cell) for cell in row)), ())
    columns = {_text(cell): cell.column for cell in reversed(header)}
    top = header[0].row if header else 1
    found: dict[tuple[int, int], list[Mark]] = {}
    targets: dict[Cell, Target] = {}
    for (row, column), mark in cells.items():
        at = (row or top, columns.get(column or "", 1))
        found.setdefault(at, []).append(mark)
        targets[row, column] = (sheet.title, sheet.cell(*at).coordinate)
    for (line, position), several in found.items():
        _mark(_whole(sheet, line, position), several, language)
    return targets


def _text(cell: Any) -> str:
    return "" if cell.value is None else cell_text(cell.value).strip(BLANKS)


def _whole(sheet: Any, row: int, column: int) -> Any:
    """The cell, or that which holds the value of the merged range it is in."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(row, column)


def new_sheet(
    sheet: Any,
    table: TableRows,
    cells: Mapping[Cell, Mark],
    language: str,
) -> dict[Cell, Target]:
    """Fill an empty sheet with the rows of a table; returns where the marked cells are.

    The first column has the row's number in the file; it stands for the whole row.
    """
    from openpyxl.styles import Font, PatternFill

    words = WORDS[language]
    text_cell(sheet.cell(1, 1), words[table.numbered])
    for at, name in enumerate(table.columns, 2):
        text_cell(sheet.cell(1, at), name)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=_HEADER)
    columns = {name: at for at, name in reversed(list(enumerate(table.columns, 2)))}
    lines: dict[int | None, int] = {None: 1}
    for line, (number_in_file, values) in enumerate(sorted(table.rows.items()), 2):
        lines[number_in_file] = line
        sheet.cell(line, 1).value = number_in_file
        for at, value in enumerate(values, 2):
            text_cell(sheet.cell(line, at), value)
    targets: dict[Cell, Target] = {}
    found: dict[tuple[int, int], list[Mark]] = {}
    for (row, column), mark in cells.items():
        if row in lines:
            spot = (lines[row], columns.get(column or "", 1))
            found.setdefault(spot, []).append(mark)
            targets[row, column] = (sheet.title, sheet.cell(*spot).coordinate)
    for (line, at), several in found.items():
        cell = sheet.cell(line, at)
        if cell.value is None and at > 1:
            text_cell(cell, several[0].lines[0].value)
        _mark(cell, several, language)
    rest = table.concerned - len(table.rows)
    if rest > 0:
        more = words["rows"].format(n=number(rest, language))
        text_cell(sheet.cell(len(table.rows) + 2, 1), more)
    _shape(sheet, table)
    return targets


def _shape(sheet: Any, table: TableRows) -> None:
    """Widths by the headers, the header and the row numbers always in sight, a filter."""
    from openpyxl.utils import get_column_letter

    for at, name in enumerate(("", *table.columns), 1):
        width = min(max(len(name) + 4, 10), 40)
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns) + 1)}{len(table.rows) + 1}"


def _mark(cell: Any, several: list[Mark], language: str) -> None:
    """Colour the cell by its worst severity; its messages come below a comment it has."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    several = sorted(several, key=lambda mark: -mark.severity)
    cell.fill = PatternFill("solid", start_color=COLOURS[several[0].severity])
    text = "\n\n".join(comment_of(mark, language) for mark in several)
    if cell.comment is not None:
        text = f"{cell.comment.text}\n\n{text}"
    text = _FORBIDDEN.sub("\ufffd", text)[:_LONGEST]
    height = _LINE * (2 + sum(1 + len(line) // 48 for line in text.splitlines()))
    cell.comment = Comment(text, "clusterkg", width=_WIDTH, height=min(height, 600))
