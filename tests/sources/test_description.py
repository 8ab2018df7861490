"""source.toml: what is read from it, and every message about what is wrong in it."""

from __future__ import annotations

from datetime import date

import pytest

from clusterkg.errors import SourceError
from clusterkg.findings import Severity
from clusterkg.sources.description import CellRule, read_description, read_descriptions

GOOD = """
title = { de = "Seiten", en = "Pages" }
description = { en = "What pages say." }
publisher = "Chamber"
publisher_url = "https://www.example.org/"
licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"
licence_note = "Source: Chamber"
origin = ["https://www.example.org/a", "https://www.example.org/b"]
retrieved = 2026-08-22
version = "7"

[tables.organisations]
file = "organisations.csv"
holds = "an organisation"
rows = [90, 200]
key = ["name", "city"]
key_severity = "info"
null = ["NA", "-"]
delimiter = ";"
encoding = "cp1252"

[tables.organisations.ignore]
country = "every row says DE"

[tables.organisations.columns]
founded = "year"
lat = { type = "decimal", severity = "warning" }
plz = { pattern = '[0-9]{5}', means = "a German postal code" }

[tables.book]
file = "book.xlsx"
holds = "a row"
rows = [0, 5]
sheet = "Blatt 1"
"""


def described(source, text):
    (source.folder / "organisations.csv").touch()
    (source.folder / "book.xlsx").touch()
    (source.folder / "source.toml").write_text(text, encoding="utf-8")
    return read_description(source.folder)


def complaint(source, text):
    with pytest.raises(SourceError) as caught:
        described(source, text)
    return str(caught.value)


def test_everything_is_read(source):
    (source.folder / "mapping.yarrrml.yml").touch()
    got = described(source, GOOD)
    assert got.key == "pages"
    assert got.title == {"de": "Seiten", "en": "Pages"}
    assert got.description == {"en": "What pages say."}
    assert (got.publisher, got.publisher_url) == ("Chamber", "https://www.example.org/")
    assert got.licence == "http://dcat-ap.de/def/licenses/cc-by/4.0"
    assert got.licence_note == "Source: Chamber"
    assert got.origin == ("https://www.example.org/a", "https://www.example.org/b")
    assert (got.retrieved, got.version) == (date(2026, 8, 22), "7")
    assert got.mapping == source.folder / "mapping.yarrrml.yml"
    book, table = got.tables
    assert (book.name, book.format, book.sheet, book.encoding) == (
        "book",
        "xlsx",
        "Blatt 1",
        "utf-8",
    )
    assert table.file == (source.folder / "organisations.csv").resolve()
    assert table.shown == "pages/organisations.csv"
    assert table.at == "data/pages/organisations.csv"
    assert (table.format, table.holds, table.rows) == ("csv", "an organisation", (90, 200))
    assert (table.delimiter, table.encoding, table.null) == (";", "cp1252", ("NA", "-"))
    assert (table.key, table.key_severity) == (("name", "city"), Severity.INFO)
    assert table.ignore == {"country": "every row says DE"}
    assert table.columns == {
        "founded": CellRule("year"),
        "lat": CellRule("decimal", severity=Severity.WARNING),
        "plz": CellRule("text", "[0-9]{5}", "a German postal code"),
    }


def test_without_mapping_there_is_none(source):
    assert described(source, GOOD).mapping is None


HERE = "data/pages/source.toml: "


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("licence =", "license =", "unknown key 'license'\n  Did you mean 'licence'?"),
        (
            'holds = "an',
            'hold = "an',
            "unknown key 'tables.organisations.hold'\n  Did you mean 'holds'?",
        ),
        (
            "type =",
            "typ =",
            "unknown key 'tables.organisations.columns.lat.typ'\n  Did you mean 'type'?",
        ),
        ('en = "Pages"', 'eng = "Pages"', "unknown key 'title.eng'\n  Did you mean 'en'?"),
        (
            'publisher = "Chamber"',
            "",
            "missing key 'publisher'\n  For instance: publisher = \"Chamber of Commerce of …\"",
        ),
        (
            "rows = [90, 200]",
            "",
            "missing key 'tables.organisations.rows'\n  For instance: rows = [90, 200]",
        ),
        (
            "retrieved = 2026-08-22",
            'retrieved = "2026-08-22"',
            (
                "'retrieved' is '2026-08-22', expected a date\n"
                "  For instance: retrieved = 2026-08-22 (without quotes)"
            ),
        ),
        (
            "retrieved = 2026-08-22",
            "retrieved = 2026-08-22T10:00:00",
            "'retrieved' is a date with a time, expected a date",
        ),
        ('publisher = "Chamber"', "publisher = 5", "'publisher' is a number, expected a text"),
        ('publisher = "Chamber"', 'publisher = " "', "'publisher' is empty, expected a text"),
        (
            'licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"',
            'licence = "CC BY 4.0"',
            (
                "'licence' is 'CC BY 4.0', expected an IRI\n"
                '  For instance: licence = "http://dcat-ap.de/def/licenses/cc-by/4.0"'
            ),
        ),
        ('"https://www.example.org/b"', '"b c"', "'origin' lists 'b c', expected an IRI"),
        (
            'origin = ["https://www.example.org/a", "https://www.example.org/b"]',
            "origin = []",
            "'origin' is an empty list\n  For instance: origin = [",
        ),
        ('["NA", "-"]', '"NA"', "'tables.organisations.null' is 'NA', expected a list of texts"),
        ('["NA", "-"]', "[1]", "'tables.organisations.null' is a number, expected a list of texts"),
        (
            "[90, 200]",
            "[200, 90]",
            "'tables.organisations.rows' is [200, 90], expected the least and the greatest number",
        ),
        ("[90, 200]", "[90]", "'tables.organisations.rows' is [90], expected the least and"),
        (
            'title = { de = "Seiten", en = "Pages" }',
            'title = "Pages"',
            "'title' is 'Pages', expected a table",
        ),
        (
            'title = { de = "Seiten", en = "Pages" }',
            "title = {}",
            "'title' is empty\n  For instance: title =",
        ),
        (
            'founded = "year"',
            'founded = "yeer"',
            (
                "'tables.organisations.columns.founded' is 'yeer', expected one of text, integer, "
                "decimal, date, year, period, iri\n  Did you mean 'year'?"
            ),
        ),
        (
            'severity = "warning"',
            'severity = "warn"',
            (
                "'tables.organisations.columns.lat.severity' is 'warn', expected info, warning or "
                "violation\n  Did you mean 'warning'?"
            ),
        ),
        (
            'type = "decimal", ',
            "",
            "'tables.organisations.columns.lat' has neither type nor pattern",
        ),
        (
            ', means = "a German postal code"',
            "",
            (
                "missing key 'tables.organisations.columns.plz.means'\n"
                '  For instance: means = "a German postal code"'
            ),
        ),
        (
            "pattern = '[0-9]{5}'",
            'type = "integer"',
            "'tables.organisations.columns.plz.means' says what a pattern means, but there",
        ),
        (
            '"organisations.csv"',
            '"organisation.csv"',
            (
                "'tables.organisations.file' is 'organisation.csv', but there is no such file\n"
                "  Did you mean 'organisations.csv'?"
            ),
        ),
        (
            '"organisations.csv"',
            '"../other/organisations.csv"',
            (
                "'tables.organisations.file' is '../other/organisations.csv', expected a file in "
                "the source's folder\n  Put the table beside source.toml."
            ),
        ),
        (
            '"organisations.csv"',
            '"source.toml"',
            (
                "'tables.organisations.file' is 'source.toml': its suffix says no format\n"
                '  Say it with format = "csv"; '
                "known are csv, json, jsonl, ods, parquet, tsv, xls, xlsb, xlsx."
            ),
        ),
        (
            'delimiter = ";"',
            'format = "cvs"',
            (
                "'tables.organisations.format' is 'cvs', expected one of csv, json, jsonl, ods, "
                "parquet, tsv, xls, xlsb, xlsx\n  Did you mean 'csv'?"
            ),
        ),
        (
            'delimiter = ";"',
            'sheet = "A"',
            (
                "'tables.organisations.sheet' is for xlsx, xls, xlsb, ods, the table is csv\n"
                "  Take the key away."
            ),
        ),
        (
            'sheet = "Blatt 1"',
            'encoding = "cp1252"',
            "'tables.book.encoding' is for csv, tsv, the table is xlsx",
        ),
        (
            'delimiter = ";"',
            'delimiter = "; "',
            "'tables.organisations.delimiter' is '; ', expected one character",
        ),
        (
            '"cp1252"',
            '"cp125"',
            (
                "'tables.organisations.encoding' is 'cp125', which is no known encoding\n"
                "  Did you mean 'cp1252'?"
            ),
        ),
        (
            "[tables.book]",
            "[tables.Book]",
            "the table name 'Book' is not lower-case letters, digits and _",
        ),
        ("[tables.book]", "[tables.book", "not TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_key_and_hint(source, old, new, message):
    assert old in GOOD
    assert complaint(source, GOOD.replace(old, new, 1)).startswith(HERE + message)


def test_all_missing_keys_are_named(source):
    said = complaint(source, "[tables.a]\n")
    assert said.startswith(
        HERE + "missing keys 'title', 'description', 'publisher', 'licence', 'origin', 'retrieved'"
    )


def test_no_table(source):
    said = complaint(source, GOOD[: GOOD.index("[tables")] + "[tables]\n")
    assert said.startswith(HERE + "'tables' is empty\n  For instance: [tables.organisations]")


def test_a_tab_may_be_the_delimiter(source):
    got = described(source, GOOD.replace('delimiter = ";"', 'delimiter = "\\t"'))
    assert got.tables[1].delimiter == "\t"


def test_two_mappings(source):
    (source.folder / "mapping.yarrrml.yml").touch()
    (source.folder / "mapping.rml.ttl").touch()
    assert complaint(source, GOOD) == (
        HERE + "two mapping documents: mapping.yarrrml.yml and mapping.rml.ttl\n"
        "  Keep the one that is right, move the other away."
    )


@pytest.mark.parametrize("name", ["mapping.yarrml.yml", "mapping.yml", "mapping.yaml"])
def test_misnamed_mapping(source, name):
    (source.folder / name).touch()
    assert complaint(source, GOOD) == (
        HERE + f"'{name}' is no name of a mapping document\n  Did you mean 'mapping.yarrrml.yml'?"
    )


def test_not_utf8(source):
    (source.folder / "source.toml").write_bytes('title = "ü"'.encode("cp1252"))
    with pytest.raises(SourceError, match="the file is not UTF-8\n  Save it with"):
        read_description(source.folder)


def test_missing_file_and_missing_folder(source, tmp_path):
    with pytest.raises(SourceError) as caught:
        read_descriptions(tmp_path / "data")
    assert str(caught.value).startswith(HERE + "missing file\n  Describe the tables of 'pages'")
    with pytest.raises(SourceError) as caught:
        read_descriptions(tmp_path / "date")
    assert "no folder 'date'\n  Make date/<source>/ with a source.toml" in str(caught.value)


def test_empty_data_folder(tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(
        SourceError, match="data: the folder holds no source\n  Make a folder in it"
    ):
        read_descriptions(tmp_path / "data")


@pytest.mark.parametrize("key", ["Pages", "my_pages", "main", "1st"])
def test_folder_names_that_cannot_be_a_schema(new_source, key):
    other = new_source(key)
    other.write("a\n1\n")
    other.declare()
    with pytest.raises(SourceError, match=f"the folder's name '{key}' cannot name a source"):
        read_description(other.folder)


def test_sources_come_sorted(new_source, tmp_path):
    for key in ("zeta", "alpha", "mid"):
        other = new_source(key)
        other.write("a\n1\n")
        other.declare()
    (tmp_path / "data" / ".git").mkdir()
    assert [found.key for found in read_descriptions(tmp_path / "data")] == ["alpha", "mid", "zeta"]
