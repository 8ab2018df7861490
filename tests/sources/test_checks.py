"""Findings of tables: their words, places, severities and hints."""

from __future__ import annotations

import pytest

from clusterkg.errors import SourceError
from clusterkg.findings import Severity
from clusterkg.sources.checks import MOST_FINDINGS
from clusterkg.validation.finding_wording import finding_message


def test_a_key_that_stands_twice(source):
    source.write("name,city\nX,a\nY,a\nX,b\nZ,a\nZ,b\nZ,c\n")
    got = source.load('key = ["name"]')
    assert got.said == [
        "pages/t.csv, row 4, column name: rows 2 and 4 both have name 'X'",
        "pages/t.csv, row 6, column name: rows 5, 6 and 7 all have name 'Z'",
    ]
    first = got.findings[0]
    assert (first.severity, first.rule, first.value) == (Severity.VIOLATION, "duplicate-key", "X")
    assert first.hint == "Take one of the rows out, or name more columns in 'key'."


def test_a_key_of_two_columns(source):
    source.write("name,city\nX,a\nX,b\nX,\nX,a\nX,\n")
    assert source.load('key = ["name", "city"]\nkey_severity = "warning"').said == [
        "pages/t.csv, row 5: rows 2 and 5 both have name 'X' and city 'a'",
        "pages/t.csv, row 6: rows 4 and 6 both have name 'X' and no city",
    ]


def test_severity_of_keys(source):
    source.write("name\nX\nX\n")
    got = source.load('key = ["name"]\nkey_severity = "warning"')
    assert [finding.severity for finding in got.findings] == [Severity.WARNING]


def test_a_key_that_stands_often(source):
    source.write("name\n" + "X\n" * 40)
    assert source.load('key = ["name"]').said == [
        (
            "pages/t.csv, row 3, column name: "
            "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 30 more all have name 'X'"
        )
    ]


def test_a_row_without_key(source):
    source.write("name,city\nX,a\n,b\n")
    got = source.load('key = ["name"]')
    assert got.said == ["pages/t.csv, row 3, column name: no name: nothing tells this row apart"]
    assert got.findings[0].rule == "missing-key"


def test_a_cell_that_is_required(source):
    source.write("name,city\nX,\n,b\nn/a,c\n")
    rules = '[tables.t.columns]\nname = { required = true, severity = "warning" }\ncity = "text"'
    got = source.load(f'null = ["n/a"]\n{rules}')
    assert got.said == [
        "pages/t.csv, row 3, column name: no name: every row needs one",
        "pages/t.csv, row 4, column name: no name: every row needs one",
    ]
    first = got.findings[0]
    assert (first.severity, first.rule, first.value) == (Severity.WARNING, "missing-value", None)
    assert first.hint == "Fill the cell in; that it is required stands in pages/source.toml."
    assert (
        finding_message(first, "de") == "keine Angabe bei name: Jede Zeile braucht hier eine Angabe"
    )


def test_required_is_true_or_false(source):
    source.write("name\nX\n")
    with pytest.raises(SourceError, match="required' is 'yes', expected true or false"):
        source.load('[tables.t.columns]\nname = { required = "yes" }')


def test_a_key_in_json(source):
    source.write('[{"id": 1}, {"id": 2}, {"id": 1}]', "t.json")
    assert source.load('key = ["id"]', file="t.json").said == [
        "pages/t.json, row 3, column id: records 1 and 3 both have id '1'"
    ]


GOOD_AND_BAD = {
    "integer": (["0", "-5", "+12", "007"], ["1.0", "1 000", "abc", "5 ", "²"], "a whole number"),
    "decimal": (["0", "-5.25", ".5", "5.", "+1"], ["1,5", "1e5", "NaN", "1.2.3"], "a number"),
    "date": (
        ["2014-03-18", "2012-02-29"],
        ["18.03.2014", "2014-02-30", "2014-03", "2014"],
        "a date",
    ),
    "year": (["2014", "0800"], ["14", "2014?", "around 2014", "20144"], "a year"),
    "period": (
        ["2014", "2014-12", "2014-03-18"],
        ["2014-13", "2014-3", "2014-02-30", "March 2014", "2014/2015"],
        "a year, month or day",
    ),
    "iri": (
        ["https://www.example.org/ü?a=b#c", "mailto:a@example.org", "urn:x:y"],
        ["www.example.org", "https://a b", "http://x/<y>", "http://x/{y}", "https://x; https://y"],
        "an IRI",
    ),
}
RULES = {"integer": "not-a-number", "decimal": "not-a-number", "date": "not-a-date"}
RULES |= {"year": "not-a-year", "period": "not-a-period", "iri": "not-an-iri"}


@pytest.mark.parametrize("name", GOOD_AND_BAD)
def test_types_of_cells(source, name):
    good, bad, means = GOOD_AND_BAD[name]
    source.write("a,v\n" + "".join(f'1,"{cell}"\n' for cell in ["", *good, *bad]))
    got = source.load(f'[tables.t.columns]\nv = "{name}"')
    start = len(good) + 3
    assert got.said == [
        f"pages/t.csv, row {row}, column v: '{cell}' is not {means}"
        for row, cell in enumerate(bad, start=start)
    ]
    for finding, cell in zip(got.findings, bad, strict=True):
        assert (finding.severity, finding.rule) == (Severity.VIOLATION, RULES[name])
        assert finding.value == cell
        assert finding.hint


def test_texts_are_never_wrong(source):
    source.write("v\n\x01?\n")
    assert source.load('[tables.t.columns]\nv = "text"').findings == ()


def test_a_pattern_with_its_meaning(source):
    source.write("name,plz\na,04109\nb,410\nc,\nd,4109 Leipzig\n")
    got = source.load(
        "[tables.t.columns]\nplz = { pattern = '[0-9]{5}', means = \"a German postal code\", "
        'severity = "info" }'
    )
    assert got.said == [
        "pages/t.csv, row 3, column plz: '410' is not a German postal code",
        "pages/t.csv, row 5, column plz: '4109 Leipzig' is not a German postal code",
    ]
    first = got.findings[0]
    assert (first.severity, first.rule) == (Severity.INFO, "not-the-pattern")
    assert first.hint == ("Expected is a German postal code; the pattern is in pages/source.toml.")


def test_type_and_pattern_together(source):
    source.write("v\n5\nx\n")
    got = source.load(
        '[tables.t.columns]\nv = { type = "integer", pattern = \'[0-4]\', means = "0 to 4" }'
    )
    assert got.said == [
        "pages/t.csv, row 3, column v: 'x' is not a whole number",
        "pages/t.csv, row 2, column v: '5' is not 0 to 4",
        "pages/t.csv, row 3, column v: 'x' is not 0 to 4",
    ]


def test_a_pattern_that_is_none(source):
    source.write("v\nx\n")
    said = source.refused("[tables.t.columns]\nv = { pattern = '[0-9', means = \"digits\" }")
    assert said.startswith(
        "data/pages/source.toml: tables.t.columns.v.pattern is '[0-9', which is no regular "
        "expression: "
    )
    assert said.endswith("The syntax is RE2's, without look-ahead and back-references.")


def test_nested_columns_cannot_be_checked(source):
    source.write('[{"links": [1]}]', "t.json")
    assert source.refused('[tables.t.columns]\nlinks = "iri"', file="t.json") == (
        "data/pages/source.toml: tables.t.columns names 'links', which holds nested values\n"
        "  Only columns of plain values can be checked here; use a shape instead."
    )


def test_numbers_in_json_are_checked_as_they_print(source):
    source.write('[{"year": 1991}, {"year": 12}]', "t.json")
    assert source.load('[tables.t.columns]\nyear = "year"', file="t.json").said == [
        "pages/t.json, row 2, column year: '12' is not a year"
    ]


@pytest.mark.parametrize(
    ("expected", "words"), [("[5, 9]", "5 to 9"), ("[0, 1]", "0 to 1"), ("[3, 3]", "3")]
)
def test_number_of_rows(source, expected, words):
    source.write("v\n1\n2\n")
    source.declare()
    path = source.folder / "source.toml"
    text = path.read_text(encoding="utf-8").replace("[1, 1000000]", expected)

    def declare(_table="", *, file="t.csv"):
        path.write_text(text, encoding="utf-8")

    source.declare = declare
    got = source.load()
    assert got.said == [f"pages/t.csv: 2 rows, expected {words}"]
    assert (got.findings[0].severity, got.findings[0].rule) == (Severity.WARNING, "row-count")
    assert got.findings[0].hint == (
        "Check that the table is whole; if it is, change 'rows' in pages/source.toml."
    )


def test_very_many_findings_are_counted(source):
    source.write("v\n" + "x\n" * (MOST_FINDINGS + 234))
    got = source.load('[tables.t.columns]\nv = { type = "year", severity = "warning" }')
    assert len(got.findings) == MOST_FINDINGS + 1
    assert got.said[0] == "pages/t.csv, row 2, column v: 'x' is not a year"
    assert got.said[-1] == "pages/t.csv, column v: 234 more like the 1000 listed"
    assert got.findings[-1].severity == Severity.WARNING
