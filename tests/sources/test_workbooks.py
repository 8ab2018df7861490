"""Sheets of workbooks: cells as texts, rows as the spreadsheet numbers them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from clusterkg.sources.workbooks import cell_text

FILE = "data/pages/t.xlsx"
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""


def save(source, *sheets, file="t.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row, cells in rows.items():
            for column, value in enumerate(cells, start=1):
                sheet.cell(row, column).value = value
    book.save(source.folder / file)


def test_cells_and_rows(source):
    cells = [
        'Müller; "A"\nB',
        5.0,
        1.5,
        date(2018, 11, 14),
        datetime(2018, 11, 14, 9, 30),  # noqa: DTZ001
        True,
        "NA",
    ]
    save(
        source,
        (
            "Blatt 1",
            {
                2: ["name", "n", "x", "d", "t", "yes", "none"],
                3: cells,
                6: ["b", None, "  "],
                9: [None, None, "NA"],
            },
        ),
    )
    got = source.load('null = ["NA"]', file="t.xlsx")
    assert got.relation.columns == ("name", "n", "x", "d", "t", "yes", "none")
    assert got.relation.sheet == "Blatt 1"
    assert got.rows == [
        ('Müller; "A"\nB', "5", "1.5", "2018-11-14", "2018-11-14T09:30:00", "true", None, 3),
        ("b", *[None] * 6, 6),
    ]


def test_numbers_beside_empty_columns_and_short_rows(source):
    save(source, ("A", {1: [None, "a", None, "b"], 2: [None, 2012], 3: [None, None, None, "x"]}))
    got = source.load(file="t.xlsx")
    assert got.relation.columns == ("a", "b")
    assert got.rows == [("2012", None, 2), (None, "x", 3)]


def test_the_declared_sheet(source):
    save(source, ("Eins", {1: ["a"], 2: ["x"]}), ("Zwei", {1: ["b"], 2: ["y"]}))
    got = source.load('sheet = "Zwei"', file="t.xlsx")
    assert (got.relation.columns, got.rows) == (("b",), [("y", 2)])
    assert str(got.relation.place(2, "b")) == "pages/t.xlsx, sheet Zwei, row 2, column b"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is ", "as it is "),
        (2012.0, "2012"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (51.33962, "51.33962"),
        (1e-05, "0.00001"),
        (1e21, "1000000000000000000000"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (date(2014, 3, 18), "2014-03-18"),
        (datetime(2014, 3, 18, 7, 5), "2014-03-18T07:05:00"),  # noqa: DTZ001
        (time(7, 5), "07:05:00"),
        (timedelta(hours=30, seconds=1), "30:00:01"),
    ],
)
def test_cell_texts(value, text):
    assert cell_text(value) == text


def test_opendocument(source):
    """A workbook of LibreOffice's kind, written by hand: no library here writes one."""
    content = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Orte"><table:table-row>
<table:table-cell office:value-type="string"><text:p>ort</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>zahl</text:p></table:table-cell>
</table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Weißenfels</text:p>
</table:table-cell><table:table-cell office:value-type="float" office:value="40"><text:p>40</text:p>
</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>
</office:document-content>"""
    with zipfile.ZipFile(source.folder / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content.replace("\n", " ").replace("> <", "><"))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    got = source.load(file="t.ods")
    assert (got.relation.sheet, got.relation.columns) == ("Orte", ("ort", "zahl"))
    assert got.rows == [("Weißenfels", "40", 2)]


def test_unknown_sheet(source):
    save(source, ("Gemeinden", {1: ["a"], 2: ["x"]}))
    assert source.refused('sheet = "Gemeinde"', file="t.xlsx") == (
        f"{FILE}: no sheet 'Gemeinde'\n  Did you mean 'Gemeinden'?"
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, f"{FILE}, sheet A: the sheet is empty\n  Its first row must name the columns."),
        ({1: ["a", "b"]}, f"{FILE}, sheet A: the table is empty: a header and no row\n"),
        ({1: ["a", "b", "A"], 2: [1]}, f"{FILE}, sheet A: columns 1 and 3 have the same name"),
        (
            {3: ["a", None, "b"], 4: [1], 5: [1, "x"]},
            f"{FILE}, sheet A: column 2 has no name, but row 5 holds 'x' in it\n",
        ),
        (
            {1: ["a"], 2: [1], 3: [1, "x"]},
            f"{FILE}, sheet A: column 2 has no name, but row 3 holds 'x' in it\n",
        ),
    ],
)
def test_faults_of_a_sheet(source, rows, message):
    save(source, ("A", rows))
    assert source.refused(file="t.xlsx").startswith(message)


def test_no_workbook(source):
    source.write("a,b\n1,2\n", "t.xlsx")
    said = source.refused(file="t.xlsx")
    assert said.startswith(f"{FILE}: the workbook cannot be read: ")
    assert said.endswith("save it again as .xlsx, without a password.")


def test_old_excel(source):
    """``places.xls`` is Excel 97: sheet Orte, header in row 2, records in rows 3 and 5."""
    source.write((Path(__file__).parent / "places.xls").read_bytes(), "t.xls")
    got = source.load(file="t.xls")
    assert (got.relation.sheet, got.relation.columns) == ("Orte", ("ort", "zahl", "seit"))
    assert got.rows == [("Weißenfels", "40", "2014-03-18", 3), ("Görlitz", "1.5", None, 5)]


UNSAVED = "a formula without a saved value counts as empty"


def test_what_a_spreadsheet_shows_and_nobody_can_read_is_told(source):
    cells = {
        2: ["name", None, "n", "left out"],
        4: ["a", None, "=1+1", "=2"],
        5: ["#N/A", None, 7],
        7: [None, None, "=NOW()"],
    }
    save(source, ("Erstes", {1: ["=1"]}), ("Blatt & Co", cells))
    got = source.load('sheet = "Blatt & Co"\nignore = { "left out" = "a remark" }', file="t.xlsx")
    at = "pages/t.xlsx, sheet Blatt & Co, row"
    assert [line for line in got.said if "left out" not in line] == [
        f"{at} 4, column n: {UNSAVED}",
        f"{at} 5, column name: '#N/A' is an error of the spreadsheet and counts as empty",
        f"{at} 7, column n: {UNSAVED}",
    ]
    assert [row[:2] for row in got.rows] == [("a", None), (None, "7")]


def sheet_of(source, rows):
    """Put these rows of XML into the sheet of a workbook, whatever a programme writes there."""
    save(source, ("A", {1: ["n", "m"], 2: ["x", "y"]}))
    path = source.folder / "t.xlsx"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    text = parts["xl/worksheets/sheet1.xml"].decode()
    begin, end = text.index("<row"), text.index("</sheetData>")
    header = (
        '<row><c t="inlineStr"><is><t>n</t></is></c><c t="inlineStr"><is><t>m</t></is></c></row>'
    )
    parts["xl/worksheets/sheet1.xml"] = f"{text[:begin]}{header}{rows}{text[end:]}".encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("<c><f>1+1</f><v>2</v></c>", None),
        ('<c t="str"><f>""</f><v></v></c>', None),
        ('<c t="str"><f>"a"</f><v>a</v></c>', None),
        ("<c><f>1+1</f></c>", UNSAVED),
        ("<c><f>1+1</f><v/></c>", UNSAVED),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "'#DIV/0!' is an error of the spreadsheet"),
        ("<c/>", None),
    ],
)
def test_formulas_as_programmes_save_them(source, cell, said):
    """Cells and rows need not say where they are."""
    sheet_of(source, f"<row><c><v>1</v></c>{cell}</row>")
    got = source.load(file="t.xlsx")
    found = [line.removeprefix("pages/t.xlsx, sheet A, row 2, column m: ") for line in got.said]
    assert [line.startswith(said or "-") for line in found] == ([True] if said else [])


def test_a_part_that_only_the_reader_understands_is_passed_over(source, monkeypatch):
    sheet_of(source, "<row><c><v>1</v></c><c><f>1</f></c></row>")
    part = "xl/worksheets/none.xml"
    monkeypatch.setattr("clusterkg.sources.lost_values._part", lambda *_: part)
    assert source.load(file="t.xlsx").said == []
    with zipfile.ZipFile(source.folder / "t.xlsx", "a") as book:
        book.writestr(part, "<row><c><f>1</f></row>")
    assert source.load(file="t.xlsx").said == []


def test_lost_values_are_listed_up_to_a_number(source, monkeypatch):
    for module in ("checks", "lost_values"):
        monkeypatch.setattr(f"clusterkg.sources.{module}.MOST_FINDINGS", 2)
    save(source, ("A", {1: ["n", "m"], **{row: [row, "=1"] for row in range(2, 7)}}))
    got = source.load(file="t.xlsx")
    assert [finding.place.row for finding in got.findings] == [2, 3, None]
    assert got.said[-1] == "pages/t.xlsx, sheet A: 3 more like the 2 listed"
