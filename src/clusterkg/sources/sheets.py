"""Sheet of a workbook, or a range of it → columns with names and types, rows with their numbers.

A column has one type if all its cells do: whole numbers, numbers, dates, dates with a time, times,
true or false; else its cells are texts. Formulas have the value that was saved with them. Below
the header a merged cell counts for every cell that it covers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import unquote

from clusterkg.errors import SourceError, did_you_mean
from clusterkg.sources.staging import BLANKS
from clusterkg.sources.workbooks import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from python_calamine import CalamineSheet

    from clusterkg.sources.workbooks import Cell

__all__ = ["WORKBOOKS", "Sheet", "SheetName", "column_number", "parse_fragment", "read_sheet"]

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d+)?(?::\$?([A-Za-z]{1,3})?\$?(\d+)?)?")
_WHOLE = 2.0**53
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class SheetName:
    """A sheet, None for the first, and the cells of it that are meant, None for all."""

    sheet: str | None = None
    cells: str | None = None


@dataclass(frozen=True)
class Sheet:
    """The table in a sheet: names and SQL types of columns, rows of texts with their numbers."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str | None, ...]], ...]


def parse_fragment(fragment: str, at: str) -> SheetName:
    """``sheet=Name&range=B4:F90`` in a file's name; SourceError for anything else."""
    known: dict[str, str] = {}
    for part in fragment.split("&") if fragment else ():
        key, _, value = part.partition("=")
        if key not in ("sheet", "range") or not value:
            raise SourceError(
                f"'#{fragment}' does not say which cells",
                at=at,
                hint="Write book.xlsx#sheet=Name or book.xlsx#sheet=Name&range=B4:F90.",
            )
        known[key] = unquote(value)
    return SheetName(known.get("sheet"), known.get("range"))


def read_sheet(path: Path, wanted: SheetName, at: str, nulls: Sequence[str] = ()) -> Sheet:
    """The table in a sheet; its first row that holds anything names the columns.

    Texts of ``nulls`` are no value, as empty cells are.
    Raises SourceError for an unreadable workbook, an unknown sheet, a range that is none or lies
    beyond what is filled, and a sheet that is empty.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if wanted.sheet is not None and wanted.sheet not in names:
            raise SourceError(
                f"no sheet '{wanted.sheet}'", at=at, hint=did_you_mean(wanted.sheet, names)
            )
        sheet = book.get_sheet_by_name(wanted.sheet or names[0])
        grid: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise SourceError(
            f"the workbook cannot be read: {error}",
            at=at,
            hint="Open it in a spreadsheet program and save it again, without a password.",
        ) from error
    grid = [["" if cell in nulls else cell for cell in row] for row in grid] if nulls else grid
    return _table(sheet, grid, wanted.cells, f"{at}, sheet {sheet.name}")


def _table(sheet: CalamineSheet, grid: list[list[Cell]], cells: str | None, at: str) -> Sheet:
    top, left, bottom, right = _bounds(cells, grid, at)
    rows = [
        (number, row[left:right])
        for number, row in enumerate(grid[top:bottom], start=top + 1)
        if any(_is_filled(cell) for cell in row[left:right])
    ]
    if not rows:
        what = "the range is empty" if cells else "the sheet is empty"
        raise SourceError(what, at=at, hint="Its first row must name the columns.")
    header, width = rows[0][0], len(rows[0][1])
    for (first_row, first), (last_row, last) in sheet.merged_cell_ranges or ():
        value = grid[first_row][first]
        for number, row in rows[1:]:
            if first_row < number <= last_row + 1 and first_row >= header:
                for column in range(max(first, left), min(last + 1, left + width)):
                    row[column - left] = value
    names = _names(rows[0][1])
    columns = [[row[position] for _, row in rows[1:]] for position in range(width)]
    types = tuple(_type(column) for column in columns)
    return Sheet(
        sheet.name,
        names,
        types,
        tuple(
            (number, tuple(_text(c, t) for c, t in zip(row, types, strict=True)))
            for number, row in rows[1:]
        ),
    )


def _bounds(cells: str | None, grid: list[list[Cell]], at: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of a range such as B4:F90, B4, B:F or 4:90."""
    height, width = len(grid), max((len(row) for row in grid), default=0)
    if cells is None:
        return 0, 0, height, width
    match = _RANGE.fullmatch(cells)
    if match is None or not any(match.groups()):
        raise SourceError(f"'{cells}' is no range of cells", at=at, hint="For instance B4:F90.")
    first, top, last, bottom = match.groups()
    bounds = (
        int(top) - 1 if top else 0,
        column_number(first) if first else 0,
        int(bottom) if bottom else height,
        column_number(last) + 1 if last else width,
    )
    if not (0 <= bounds[0] < min(bounds[2], height) and bounds[1] < min(bounds[3], width)):
        filled = f"A1:{_letters(width)}{height}" if height and width else "no cell"
        raise SourceError(
            f"the range '{cells}' holds nothing",
            at=at,
            hint=f"Filled in the sheet is {filled}.",
        )
    return bounds


def column_number(letters: str) -> int:
    """The column that a spreadsheet calls by these letters, A being 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _names(header: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(cell_text(cell).strip(BLANKS) for cell in header)


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip(BLANKS))


def _type(cells: Sequence[Cell]) -> str:
    """The SQL type that all cells of a column have; empty ones are of every type."""
    kinds = {_kind(cell) for cell in cells if cell != ""}
    if not kinds or len(kinds) == 1:
        return kinds.pop() if kinds else "VARCHAR"
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return "TIMESTAMP" if kinds == {"DATE", "TIMESTAMP"} else "VARCHAR"


def _kind(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "BOOLEAN"
    if isinstance(cell, int | float):
        whole = float(cell).is_integer() and abs(cell) < _WHOLE
        return "BIGINT" if whole else "DOUBLE"
    if isinstance(cell, datetime):
        return "TIMESTAMP"
    if isinstance(cell, date):
        return "DATE"
    return "TIME" if isinstance(cell, time) else "VARCHAR"


def _text(cell: Cell, sql_type: str) -> str | None:
    """A cell as the text that a column of the type takes; None if it is empty."""
    if cell == "" and isinstance(cell, str):
        return None
    if sql_type == "TIMESTAMP" and isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime.combine(cell, _MIDNIGHT)
    if sql_type == "DOUBLE" and isinstance(cell, int | float):
        return repr(float(cell))
    return cell_text(cell)
