"""Sheet of an Excel or OpenDocument workbook → DuckDB table, cells as texts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterkg.errors import SourceError, did_you_mean
from clusterkg.sources.staging import BLANKS, Staged, create_table, header_columns, write_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from python_calamine import CalamineSheet

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.staging import Columns

__all__ = ["Cell", "cell_text", "header_of", "load_workbook"]

Cell = float | int | str | bool | date | datetime | time | timedelta


def load_workbook(
    connection: Connection, target: str, table: TableDescription, temporary: Path
) -> tuple[Columns, str]:
    """Create ``target`` from a sheet (the declared or the first); returns columns and sheet name.

    The first row that holds anything is the header. Rows keep the numbers of the sheet; empty
    ones are left out. Raises SourceError for an unreadable workbook, an unknown sheet, an empty
    one, and cells to the right of the header's last.
    """
    sheet = _sheet(table)
    at = f"{table.at}, sheet {sheet.name}"
    rows = _rows(sheet)
    header = next(rows, None)
    if header is None:
        raise SourceError("the sheet is empty", at=at, hint="Its first row must name the columns.")
    columns = header_columns(header[1], at)
    clean = temporary / "sheet.csv"
    try:
        write_records(rows, clean)
        return create_table(connection, target, Staged(clean, columns, at), table), sheet.name
    finally:
        clean.unlink(missing_ok=True)


def header_of(table: TableDescription) -> tuple[int, Columns]:
    """The row that names the columns, and the names; "" for a column that has none.

    Raises SourceError as ``load_workbook`` does.
    """
    sheet = _sheet(table)
    number, cells = next(_rows(sheet), (0, []))
    return number, header_columns(cells, f"{table.at}, sheet {sheet.name}")


def cell_text(value: Cell) -> str:
    """A cell as text: 2012 for 2012.0, ISO 8601 for dates and times, true or false."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, timedelta):
        return _duration(value)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _number(value: float) -> str:
    """Without a needless ``.0`` and without an exponent, in as few digits as tell it apart."""
    if value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _sheet(table: TableDescription) -> CalamineSheet:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(table.file))
        names = book.sheet_names
        if not names:
            raise SourceError(
                "the workbook holds no sheet", at=table.at, hint="Put the table into a sheet."
            )
        if table.sheet is not None and table.sheet not in names:
            raise SourceError(
                f"no sheet '{table.sheet}'", at=table.at, hint=did_you_mean(table.sheet, names)
            )
        return book.get_sheet_by_name(table.sheet or names[0])
    except CalamineError as error:
        raise SourceError(
            f"the workbook cannot be read: {error}",
            at=table.at,
            hint=f"Open it in a spreadsheet program and save it again as .{table.format}, "
            "without a password.",
        ) from error


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with the numbers the spreadsheet shows."""
    if sheet.start is None:
        return
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        texts = [cell_text(cell) for cell in cells]
        if any(text.strip(BLANKS) for text in texts):
            yield number, texts
