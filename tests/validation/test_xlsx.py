"""The Excel report: the publisher's workbook with bad cells coloured, other tables as sheets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from clusterkg.engines.duckdb import connect
from clusterkg.findings import Finding, Origin, Place, Role, Severity, words
from clusterkg.namespaces import SH
from clusterkg.sources.relation import Relation
from clusterkg.validation.rendering import as_xlsx, render, table_rows
from clusterkg.validation.rendering.sheets import COLOURS
from clusterkg.validation.rendering.table_rows import Tables, rows_of_tables
from clusterkg.validation.report import Report, Result
from clusterkg.validation.rule import Rule

SHAPE = "<https://example.org/shape/name>"
BOOK = "staff/staff.xlsx"
SHEET = Place(BOOK, "Leute")
MESSAGES = {"de": "Der Name ist falsch.", "en": "The name is wrong."}


def result(*origins: Origin, severity: str = "Violation") -> Result:
    return Result(
        focus_node="<https://example.org/anna>",
        path=None,
        value='"x"',
        source_shape=SHAPE,
        component=f"<{SH}PatternConstraintComponent>",
        severity_iri=f"<{SH}{severity}>",
        messages=MESSAGES,
        focus_label={"de": "Anna"},
        origins=origins,
    )


def cell(row: int, column: str | None, role: Role = Role.VALUE, value: str | None = "x") -> Origin:
    return Origin(Place(BOOK, "Leute", row, column), value, "staff/m.yml, line 7", role)


REPORT = Report(
    (
        result(cell(4, "name"), cell(5, "name")),
        result(cell(5, "born", Role.MISSING, None), severity="Warning"),
        result(cell(4, None, Role.SUBJECT), severity="Info"),
        result(Origin(Place("csv/people.csv", row=3, column="note"), "=1+1"), severity="Info"),
        result(severity="Info"),
    ),
    rules={SHAPE: Rule(SHAPE, {"de": "Name"})},
    engine="clusterkg 0",
).with_findings(
    [
        Finding(
            Severity.VIOLATION,
            "not-a-year",
            "'um 2004' is not a year",
            Place("csv/people.csv", None, 5, "born"),
            "um 2004",
            "Write four digits: 2014.",
            words("not-a-year", value="um 2004"),
        )
    ]
)


def tables(folder: Path) -> Tables:
    """A workbook whose header is in row 3, with formats, and a CSV file."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Leute"
    sheet["B3"], sheet["C3"] = "name", "born"
    sheet["B4"], sheet["C4"] = "x", 0.25
    sheet["B5"] = "x"
    sheet["C4"].number_format = "0.00 %"
    sheet["B4"].font = Font(bold=True)
    sheet["B5"].comment = Comment("Bitte prüfen", "Anna")
    other = book.create_sheet("Rechnung")
    other["A1"] = "=1+1"
    book.save(folder / "staff.xlsx")
    connection = connect()
    connection.execute("CREATE SCHEMA staff; CREATE SCHEMA csv")
    connection.execute(
        "CREATE TABLE staff.staff AS SELECT * FROM (VALUES (4, 'x', '0.25'), (5, 'x', NULL)) "
        "AS t(_row, name, born)"
    )
    connection.execute(
        "CREATE TABLE csv.people AS SELECT * FROM (VALUES (2, 'fine', '1'), (3, '=1+1', '2'), "
        "(4, 'fine', '3'), (5, '007', NULL)) AS t(_row, note, born)"
    )
    columns = ("name", "born")
    relations = (
        Relation("staff", "staff", folder / "staff.xlsx", "Leute", columns, 2, BOOK),
        Relation(
            "csv", "people", folder / "people.csv", None, ("note", "born"), 4, "csv/people.csv"
        ),
    )
    (folder / "people.csv").write_text(
        'note,born\nfine,1\n=1+1,"\n2"\nfine,3\n007,um 2004\n', encoding="utf-8"
    )
    return rows_of_tables(connection, relations, REPORT, "data")


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[-6:] if cell.fill.fill_type else ""


def test_the_copy_keeps_the_publishers_workbook(tmp_path: Path) -> None:
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    assert book.sheetnames == ["Prüfbericht", "Leute", "Rechnung", "people"]
    assert book.active.title == "Prüfbericht"
    assert book["Rechnung"]["A1"].value == "=1+1"
    sheet = book["Leute"]
    assert (sheet["C4"].value, sheet["C4"].number_format) == (0.25, "0.00 %")
    assert sheet["B4"].font.bold
    assert openpyxl.load_workbook(tmp_path / "staff.xlsx")["Leute"]["B4"].comment is None


def test_bad_cells_are_coloured_by_severity_and_commented(tmp_path: Path) -> None:
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    sheet = book["Leute"]
    assert colour(sheet["B4"]) == COLOURS[Severity.VIOLATION]
    assert colour(sheet["C5"]) == COLOURS[Severity.WARNING], "an empty cell that is missing"
    assert colour(sheet["A4"]) == COLOURS[Severity.INFO], "a row as a whole"
    assert colour(sheet["C4"]) == ""
    assert sheet["B4"].comment.text == (
        "Verstoß · Name\nDer Name ist falsch.\n"
        "dazu: staff/staff.xlsx, Blatt Leute, Zeile 5, Spalte name\nstaff/m.yml, Zeile 7"
    )
    assert sheet["B5"].comment.text.startswith("Bitte prüfen\n\nVerstoß · Name\n")
    assert "hier fehlt die Angabe" in sheet["C5"].comment.text


def test_other_tables_become_sheets_of_the_rows_concerned(tmp_path: Path) -> None:
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    sheet = book["people"]
    shown = [[one.value for one in row] for row in sheet.iter_rows()]
    assert shown == [["Zeile", "note", "born"], [3, "=1+1", "2"], [5, "007", "um 2004"]]
    assert colour(sheet["C3"]) == COLOURS[Severity.VIOLATION]
    assert "Abhilfe: Schreiben Sie vier Ziffern: 2014." in sheet["C3"].comment.text
    assert sheet.freeze_panes == "B2"


def test_no_cell_of_a_table_becomes_a_formula(tmp_path: Path) -> None:
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    for sheet in (book["people"], book["Prüfbericht"]):
        for row in sheet.iter_rows():
            assert [one.coordinate for one in row if one.data_type == "f"] == []
    assert book["people"]["B2"].quotePrefix, "nor when someone edits it"


def test_the_summary_counts_and_links_to_the_cells(tmp_path: Path) -> None:
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    sheet = book["Prüfbericht"]
    rows = [[one.value for one in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[1:4]] == ["2 Verstöße", "1 Warnung", "3 Hinweise"]
    counts = {row[1]: row[2:5] for row in rows if row[0] is None and row[1]}
    assert counts["csv/people.csv"] == [1, 0, 1]
    assert counts["staff/staff.xlsx, Blatt Leute"] == [1, 1, 1]
    complaints = [row for row in rows if row[0] in ("Verstoß", "Warnung", "Hinweis")]
    assert [(row[2], row[3], row[4]) for row in complaints] == [
        ("csv/people.csv", 5, "born"),
        ("staff/staff.xlsx, Blatt Leute", 4, "name"),
        ("staff/staff.xlsx, Blatt Leute", 5, "name"),
        ("staff/staff.xlsx, Blatt Leute", 5, "born"),
        ("staff/staff.xlsx, Blatt Leute", 4, None),
        ("csv/people.csv", 3, "note"),
        (None, None, None),
    ]
    links = [
        row[3].hyperlink.location
        for row in sheet.iter_rows()
        if row[0].value in ("Verstoß", "Warnung", "Hinweis") and row[3].hyperlink
    ]
    assert links == [
        *("'people'!C3", "'Leute'!B4", "'Leute'!B5", "'Leute'!C5", "'Leute'!A4", "'people'!B2")
    ]


def test_a_large_workbook_is_not_copied_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_CELLS", 3)
    monkeypatch.setattr(table_rows, "MOST_ROWS", 1)
    book = opened(render(REPORT, "xlsx", language="de", tables=tables(tmp_path)))
    assert book.sheetnames == ["Prüfbericht", "people", "Leute"]
    shown = [[one.value for one in row] for row in book["Leute"].iter_rows()]
    assert shown[:2] == [["Zeile", "name", "born"], [4, "x", "0.25"]]
    assert shown[2][0] == "… und 1 weitere Zeilen, die betroffen sind"
    assert "2 Verstöße" in [row[0].value for row in book["Prüfbericht"].iter_rows()]


def test_without_the_tables_the_report_shows_what_it_knows() -> None:
    book = opened(render(REPORT, "xlsx", language="en"))
    assert book.sheetnames == ["Validation report", "people", "Leute"]
    shown = [[one.value for one in row] for row in book["people"].iter_rows()]
    assert shown == [["row", "born", "note"], [3, None, "=1+1"], [5, "um 2004", None]]


def test_the_same_report_has_the_same_bytes(tmp_path: Path) -> None:
    given = tables(tmp_path)
    first, second = (render(REPORT, "xlsx", language="ru", tables=given) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"modified" not in packed.read("docProps/core.xml")


def test_names_of_sheets_are_what_excel_allows() -> None:
    places = [Place(f"{folder}/a[b]:*{'x' * 40}.csv", row=2, column="c") for folder in "pq"]
    report = Report(tuple(result(Origin(place, "\x01")) for place in places))
    book = opened(render(report, "xlsx", language="en"))
    assert book.sheetnames[1:] == [f"{folder} a_b___{'x' * 23}" for folder in "pq"]
    assert book.worksheets[1]["B2"].value == "\ufffd"


def test_two_sheets_have_no_name_in_common() -> None:
    places = [Place(f"{folder}.xlsx", "Tabelle" * 6, 2, "c") for folder in "pq"]
    book = opened(render(Report(tuple(result(Origin(place)) for place in places)), "xlsx"))
    assert book.sheetnames[1:] == ["Tabelle" * 4 + "Tab", "Tabelle" * 3 + "Tabell (2)"]


def test_lines_of_a_csv_file_are_counted_within_its_cells(tmp_path: Path) -> None:
    given = tables(tmp_path)
    assert given.lines["csv/people.csv"] == {3: 3, 5: 6}
