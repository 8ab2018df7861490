"""The first sheet of the Excel report: the numbers, the tables, and every complaint with a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clusterkg.findings import Place, Severity
from clusterkg.validation.finding_wording import place_text
from clusterkg.validation.rendering.blocks import sorted_groups, tables_of
from clusterkg.validation.rendering.sheets import COLOURS, text_cell
from clusterkg.validation.rendering.words import WORDS, checked, counted, number, severity_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.validation.rendering.marks import Line
    from clusterkg.validation.rendering.sheets import Cell, Target
    from clusterkg.validation.report import Report

__all__ = ["MOST_LINES", "write_summary"]

MOST_LINES: Final = 20_000
"""So many complaints are listed: the worst."""
_HEADER: Final = "EDEDED"
_WRAPPED: Final = (2, 7, 8)
_WIDTHS: Final = (13, 34, 38, 8, 18, 26, 70, 50, 34)


def write_summary(
    sheet: Any,
    report: Report,
    found: Sequence[Line],
    targets: Mapping[Place, Mapping[Cell, Target]],
    language: str,
) -> None:
    """Fill the sheet; ``targets`` says on which sheet and in which cell a place is."""
    words = WORDS[language]
    line = _head(sheet, report, language)
    line = _tables(sheet, line, report, targets, language)
    header = (
        *(words["severity"], words["rule"], words["table"], words["row"], words["column"]),
        *(words["cell"], words["message"], words["role"], words["focus"]),
    )
    _header(sheet, line, header)
    top = line
    for one in found[:MOST_LINES]:
        line += 1
        _complaint(sheet, line, one, targets, language)
    sheet.auto_filter.ref = f"A{top}:I{line}"
    if len(found) > MOST_LINES:
        more = words["more"].format(n=number(len(found) - MOST_LINES, language))
        text_cell(sheet.cell(line + 1, 1), f"… {more}")
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHI"[at]].width = width


def _head(sheet: Any, report: Report, language: str) -> int:
    from openpyxl.styles import Font, PatternFill

    words = WORDS[language]
    text_cell(sheet.cell(1, 1), words["title"])
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    line = 2
    for severity, count in report.counts.items():
        cell = sheet.cell(line, 1)
        text_cell(cell, counted(severity, count, language))
        cell.fill = PatternFill("solid", start_color=COLOURS[severity])
        if count:
            text_cell(sheet.cell(line, 2), words[f"{severity.word}.why"])
        line += 1
    for told in checked(report, language).splitlines():
        text_cell(sheet.cell(line, 1), told)
        line += 1
    return line + 1


def _tables(
    sheet: Any,
    line: int,
    report: Report,
    targets: Mapping[Place, Mapping[Cell, Target]],
    language: str,
) -> int:
    tables = tables_of(sorted_groups(report))
    if not tables:
        return line
    severities = [severity_word(severity, language) for severity in reversed(Severity)]
    _header(sheet, line, ("", WORDS[language]["table"], *severities))
    for table in tables:
        line += 1
        text_cell(sheet.cell(line, 2), place_text(table.place, language))
        cells = targets.get(table.place, {})
        if cells:
            title, _ = next(iter(cells.values()))
            _link(sheet.cell(line, 2), title, "A1")
        for at, count in enumerate(table.counts.values(), 3):
            sheet.cell(line, at).value = count
    return line + 2


def _header(sheet: Any, line: int, names: Sequence[str]) -> None:
    from openpyxl.styles import Font, PatternFill

    for at, name in enumerate(names, 1):
        cell = sheet.cell(line, at)
        text_cell(cell, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=_HEADER)


def _complaint(
    sheet: Any,
    line: int,
    one: Line,
    targets: Mapping[Place, Mapping[Cell, Target]],
    language: str,
) -> None:
    from openpyxl.styles import Alignment, PatternFill

    first = sheet.cell(line, 1)
    text_cell(first, severity_word(one.severity, language))
    first.fill = PatternFill("solid", start_color=COLOURS[one.severity])
    text_cell(sheet.cell(line, 2), one.rule)
    place = one.place
    if place is not None:
        table = Place(place.file, place.sheet)
        text_cell(sheet.cell(line, 3), place_text(table, language))
        sheet.cell(line, 4).value = place.row
        text_cell(sheet.cell(line, 5), place.column)
        target = targets.get(table, {}).get((place.row, place.column))
        if target:
            cell = sheet.cell(line, 4 if place.row is not None else 3)
            _link(cell, *target)
    text_cell(sheet.cell(line, 6), one.value)
    message = f"{one.message}\n{WORDS[language]['hint']}: {one.hint}" if one.hint else one.message
    text_cell(sheet.cell(line, 7), message)
    text_cell(sheet.cell(line, 8), one.told)
    text_cell(sheet.cell(line, 9), one.about)
    wrapped = Alignment(vertical="top", wrap_text=True)
    for at in _WRAPPED:
        sheet.cell(line, at).alignment = wrapped


def _link(cell: Any, title: str, coordinate: str) -> None:
    """A link to a cell of this workbook."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{coordinate}")
    cell.font = Font(color="0563C1", underline="single")
