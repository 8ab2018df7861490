"""Files of every kind as logical sources: what their rows give, and what is said of a fault."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.feather
import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError
from clusterkg.mapping import json_rows
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> .
@prefix old: <http://semweb.mmlab.be/ns/rml#> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix ex: <http://e/> .
"""
XSD = "http://www.w3.org/2001/XMLSchema#"


class Files:
    """A folder with files, and what a mapping makes of one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings: list[str] = []

    def write(self, name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)

    def objects(self, source: str, *references: str, subject: str = "") -> list[str]:
        """The sorted objects of the references; the source is Turtle within rml:logicalSource."""
        pairs = "".join(
            f"  rml:predicateObjectMap [ rml:predicate ex:p{n};"
            f" rml:objectMap [ rml:reference {json.dumps(reference, ensure_ascii=False)} ] ];\n"
            for n, reference in enumerate(references)
        )
        subject = subject or "rml:subjectMap [ rml:constant ex:s ]"
        return self.turtle(f"<#m> rml:logicalSource [ {source} ];\n{pairs}  {subject} .")

    def turtle(self, text: str) -> list[str]:
        return self.run("mapping.ttl", PREFIXES + text)

    def yaml(self, source: str, pair: str) -> list[str]:
        return self.run(
            "mapping.yml",
            f"prefixes: {{ex: 'http://e/'}}\nmappings:\n  m:\n    sources:\n      - {source}\n"
            f"    s: ex:s\n    po:\n      - {pair}\n",
        )

    def run(self, name: str, text: str) -> list[str]:
        self.write(name, text)
        connection = connect()
        mapping = read_mapping(self.folder / name, base_iri="http://e/", name=name)
        mapped = map_document(connection, mapping)
        self.findings = [str(finding) for finding in mapped.findings]
        return sorted(o for (o,) in connection.execute("SELECT o FROM quads").fetchall())

    def error(self, source: str, *references: str) -> str:
        with pytest.raises(MappingError) as caught:
            self.objects(source, *references)
        return str(caught.value)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def path(name: str, more: str = "", formulation: str = "rml:CSV", iterator: str = "") -> str:
    """A source described as RML-IO does."""
    text = f'rml:source [ a rml:FilePath; rml:root rml:MappingDirectory; rml:path "{name}"; {more}]'
    found = f"{text}; rml:referenceFormulation {formulation}"
    return f"{found}; rml:iterator {json.dumps(iterator)}" if iterator else found


def table(name: str, dialect: str, more: str = "") -> str:
    """A source described as CSVW does."""
    return (
        f'rml:source [ a csvw:Table; csvw:url "{name}"; csvw:dialect [ {dialect} ]; {more}];'
        " rml:referenceFormulation rml:CSV"
    )


def plain(*values: str) -> list[str]:
    return sorted(f'"{value}"' for value in values)


def typed(value: str, datatype: str) -> str:
    return f'"{value}"^^<{XSD}{datatype}>'


# -- where and how packed --------------------------------------------------------------------------


def packed(kind: str, name: str, content: bytes) -> bytes:
    if kind == "gzip":
        return gzip.compress(content)
    stream = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, content)
            archive.writestr("__MACOSX/._x", b"junk")
    else:
        with tarfile.open(fileobj=stream, mode="w:gz" if kind == "targz" else "w:xz") as archive:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("gzip", ".gz"), ("zip", ".zip"), ("targz", ".tar.gz"), ("tarxz", ".tar.xz")],
)
@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize(
    ("name", "content", "formulation", "iterator"),
    [
        ("a.csv", "n\n1\n2\n", "rml:CSV", ""),
        ("a.tsv", "n\tm\n1\tx\n2\ty\n", "rml:CSV", ""),
        ("a.json", '[{"n": "1"}, {"n": "2"}]', "rml:JSONPath", "$[*]"),
        ("a.jsonl", '{"n": "1"}\n{"n": "2"}\n', "rml:JSONPath", "$"),
        ("a.xml", "<r><a><n>1</n></a><a><n>2</n></a></r>", "rml:XPath", "/r/a"),
    ],
)
def test_compression(
    files: Files,
    *,
    kind: str,
    suffix: str,
    name: str,
    content: str,
    formulation: str,
    iterator: str,
    stated: bool,
) -> None:
    files.write(name + suffix, packed(kind, name, content.encode()))
    more = f"rml:compression rml:{kind}; " if stated else ""
    source = path(name + suffix, more, formulation, iterator)
    assert files.objects(source, "n") == plain("1", "2")


@pytest.mark.parametrize(("suffix", "pack"), [(".bz2", bz2.compress), (".xz", lzma.compress)])
def test_further_compression(files: Files, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    files.write(f"a.csv{suffix}", pack(b"n\n1\n2\n"))
    assert files.objects(path(f"a.csv{suffix}"), "n") == plain("1", "2")
    files.write(f"b.csv{suffix}", b"n\n1\n2\n")
    assert "b.csv" + suffix + ": cannot be unpacked as " in files.error(path(f"b.csv{suffix}"), "n")


@pytest.mark.parametrize(
    ("name", "content", "told", "hint"),
    [
        ("a.csv.zst", b"\x28\xb5\x2f\xfd", "files packed as zst are not read", "Unpack it"),
        ("a.csv", gzip.compress(b"n\n1\n"), "byte 0x8B is not UTF-8", "begins like gzip (.gz)"),
        ("a.csv", "Größe,n\n1,2\n".encode("cp1252"), "byte 0xF6 is not UTF-8", '"cp1252"'),
        ("a.csv", b"\n\nn,\xff\n1,2\n", "row 3: byte 0xFF is not UTF-8", "rml:encoding"),
    ],
)
def test_what_is_no_text(files: Files, name: str, content: bytes, told: str, hint: str) -> None:
    files.write(name, content)
    message = files.error(path(name), "n")
    assert told in message
    assert hint in message


def test_a_delimiter_that_is_not_stated(files: Files) -> None:
    files.write("a.csv", "id;n\n1;x\n")
    assert "Its one column is 'id;n': state the delimiter" in files.error(path("a.csv"), "n")


def test_no_compression_whatever_the_suffix(files: Files) -> None:
    files.write("a.gz", "n\n1\n")
    assert files.objects(path("a.gz", "rml:compression rml:none; "), "n") == plain("1")


@pytest.mark.parametrize(
    ("kind", "told"), [("gzip", "gzip"), ("zip", "zip"), ("targz", "tar.gz"), ("tarxz", "tar.xz")]
)
def test_what_cannot_be_unpacked(files: Files, kind: str, told: str) -> None:
    files.write("a.csv", "n\n1\n")
    error = files.error(path("a.csv", f"rml:compression rml:{kind}; "), "n")
    assert f"triples map 'm': a.csv: cannot be unpacked as {told}: " in error
    assert error.endswith("Check how the file is compressed, and that it arrived whole.")


def test_an_archive_that_is_cut_off(files: Files) -> None:
    files.write("a.csv.xz.tar.xz", packed("tarxz", "a.csv", b"n\n" + b"1\n" * 99999)[:60])
    files.write("a.csv.gz", gzip.compress(b"n\n" + b"1\n" * 9999)[:-12])
    for name in ("a.csv.xz.tar.xz", "a.csv.gz"):
        assert "cannot be unpacked" in files.error(path(name), "n")


def test_an_archive_of_several_files(files: Files) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", "n\n1\n")
        archive.writestr("b.csv", "n\n2\n")
    files.write("a.zip", stream.getvalue())
    assert "a.zip: the archive holds 2 files: a.csv, b.csv" in files.error(path("a.zip"), "n")


def test_a_folder_in_which_paths_begin(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("data", "here"):
        (files.folder / folder).mkdir()
    files.write("a.csv", "n\nbeside\n")
    files.write("data/a.csv", "n\nin data\n")
    files.write("here/a.csv", "n\nhere\n")
    files.write("here/b.csv", "n\nonly here\n")
    monkeypatch.chdir(files.folder / "here")

    def source(root: str, name: str = "a.csv") -> str:
        return f'rml:source [ {root} rml:path "{name}" ]; rml:referenceFormulation rml:CSV'

    assert files.objects(source("rml:root rml:MappingDirectory;"), "n") == plain("beside")
    assert files.objects(source("rml:root rml:CurrentWorkingDirectory;"), "n") == plain("here")
    assert files.objects(source('rml:root "data";'), "n") == plain("in data")
    assert files.objects(source(f'rml:root "{files.folder / "data"}";'), "n") == plain("in data")
    assert files.objects(source(""), "n") == plain("beside")
    assert files.objects(source("", "b.csv"), "n") == plain("only here")


def test_a_file_that_is_not_there(files: Files) -> None:
    files.write("people.csv", "n\n1\n")
    assert files.error(path("peple.csv"), "n") == (
        "mapping.ttl:10: triples map 'm': no file 'peple.csv'\n  Did you mean 'people.csv'?"
    )


@pytest.mark.parametrize("encoding", ["UTF-16", "utf-16-le", "cp1252", "latin-1", "cp1251"])
@pytest.mark.parametrize(
    ("name", "content", "formulation", "iterator"),
    [
        ("a.csv", "n,m\n{},x\n", "rml:CSV", ""),
        ("a.json", '[{{"n": "{}"}}]', "rml:JSONPath", "$[*]"),
        ("a.xml", "<r><a><n>{}</n></a></r>", "rml:XPath", "/r/a"),
    ],
)
def test_encoding(
    files: Files, *, encoding: str, name: str, content: str, formulation: str, iterator: str
) -> None:
    word = "Ж" if encoding == "cp1251" else "Süß"
    files.write(name, content.format(word).encode(encoding))
    stated = "rml:UTF-16" if encoding == "UTF-16" else f'"{encoding}"'
    source = path(name, f"rml:encoding {stated}; ", formulation, iterator)
    assert files.objects(source, "n") == plain(word)


def test_a_file_of_another_encoding(files: Files) -> None:
    files.write("a.csv", "n,m\n1,x\n2,Süß\n".encode("cp1252"))
    assert files.error(path("a.csv"), "m") == (
        "mapping.ttl:10: triples map 'm': a.csv, row 3, column m: byte 0xFC is not UTF-8\n"
        '  The file can be read with rml:encoding "cp1252" (in YARRRML: encoding: cp1252).'
    )
    assert "unknown encoding 'utf-88'" in files.error(path("a.csv", 'rml:encoding "utf-88"; '), "m")
    assert "unknown compression 'rar'" in files.error(path("a.csv", 'rml:compression "rar"; '), "m")


# -- CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        ("n;m\n1;x\n2;y\n", 'csvw:delimiter ";"'),
        ("n\tm\n1\tx\n2\ty\n", 'csvw:delimiter "\\t"'),
        ("n,m\n'1','x,''y'\n2,z\n", 'csvw:quoteChar "\'"'),
        ('n,m\n1,"x\\"y"\n2,z\n', 'csvw:doubleQuote "false"'),
        ('n,m\n1,x"\n2,"z\n', 'csvw:quoteChar ""'),
        ("made by hand\n\nn,m\n1,x\n2,y\n", "csvw:skipRows 2"),
        ("a,n,m\nu,1,x\nv,2,y\n", "csvw:skipColumns 1"),
        ("# one, two\nn,m\n#n\n1,x\n2,y\n", 'csvw:commentPrefix "#"'),
        (" n , m\n 1 ,  x\n2,y\n", "csvw:trim true"),
        ("n,m\n 1,x\n  2,y\n", 'csvw:trim "start"'),
        ("n,m\n1 ,x\n2  ,y\n", 'csvw:trim "end"'),
        ("n,m\r1,x\r2,y\r", 'csvw:lineTerminators "\\r"'),
        ("n,m\nunit,of\n1,x\n2,y\n", "csvw:headerRowCount 2"),
        ("\ufeffn,m\r\n1,x\r\n\r\n2,y\r\n", 'csvw:header "true"'),
    ],
)
def test_a_dialect(files: Files, content: str, dialect: str) -> None:
    files.write("a.csv", content)
    assert files.objects(table("a.csv", dialect), "n") == plain("1", "2")


def test_columns_without_a_header(files: Files) -> None:
    files.write("a.csv", "1,x\n2,y\n")
    headless = table("a.csv", "csvw:header false")
    assert files.objects(headless, "1") == plain("1", "2")
    assert files.objects(headless, "_col.2") == plain("x", "y")
    schema = "csvw:tableSchema [ csvw:column ( [ csvw:name 'n' ] [ csvw:titles 'm' ] ) ]; "
    named = table("a.csv", "csvw:header false", schema)
    assert files.objects(named, "n", "m") == plain("1", "2", "x", "y")


def test_a_dialect_with_a_fault(files: Files) -> None:
    files.write("a.csv", "n\n1\n")
    assert "the dialect of 'm': delimiter is ';;', expected one character" in files.error(
        table("a.csv", 'csvw:delimiter ";;"'), "n"
    )
    assert "skipRows is 'many', expected a number" in files.error(
        table("a.csv", 'csvw:skipRows "many"'), "n"
    )
    assert files.error(table("a.csv", 'csvw:delimeter ";"'), "n").endswith(
        "unknown term 'delimeter' in the dialect of 'm'\n  Did you mean 'delimiter'?"
    )


def test_headers_that_are_no_names(files: Files) -> None:
    files.write("a.csv", "n,,N, k ,n\n1,2,3,4,5\n")
    assert files.objects(path("a.csv"), "N") == plain("3")
    assert files.objects(path("a.csv"), "_col.2") == plain("2")
    assert files.objects(path("a.csv"), "2") == plain("2")
    assert files.objects(path("a.csv"), "k") == plain("4")
    assert files.objects(path("a.csv"), " k ") == plain("4")
    assert "a.csv: columns 1 and 5 have the same name 'n'" in files.error(path("a.csv"), "n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("n,m\n1,x\n2\n", "a.csv, row 3: found 1 cell, expected 2 as in the header"),
        ("n,m\n1,x,y\n", "a.csv, row 2: found 3 cells, expected 2 as in the header"),
        ('n,m\n1,"x\n2,y\n', "a.csv, row 2: a double quote opens a cell and is never closed"),
        ("", "a.csv: the table is empty"),
    ],
)
def test_a_row_at_fault(files: Files, content: str, message: str) -> None:
    files.write("a.csv", content)
    assert f"triples map 'm': {message}" in files.error(path("a.csv"), "n")


def test_line_ends_of_several_kinds_are_repaired(files: Files) -> None:
    files.write("a.csv", b"n,m\r\n1,x\n2,y\r\n3,z\n")
    assert files.objects(path("a.csv"), "n") == plain("1", "2", "3")


def test_nulls(files: Files) -> None:
    files.write("a.csv", "n,m\n1,\n2,NA\n3,x\n")
    assert files.objects(path("a.csv"), "m") == plain("", "NA", "x")
    assert files.objects(path("a.csv", 'rml:null ""; '), "m") == plain("NA", "x")
    assert files.objects(path("a.csv", 'rml:null "NA", ""; '), "m") == plain("x")
    assert files.objects(table("a.csv", 'csvw:header "true"'), "m") == plain("NA", "x")
    named = 'csvw:null "NA", "x"; '
    assert files.objects(table("a.csv", 'csvw:header "true"', named), "m") == plain("")
    literal = 'rml:source "a.csv"; rml:referenceFormulation rml:CSV'
    assert files.objects(literal, "m") == plain("NA", "x")


def test_a_local_distribution(files: Files) -> None:
    files.write("süd west.csv", "n\n1\n")
    relative = "rml:source [ a dcat:Dataset; dcat:distribution [ a dcat:Distribution; "
    form = " ] ]; rml:referenceFormulation rml:CSV"
    url = "dcat:downloadURL <s%C3%BCd%20west.csv>"
    assert files.objects(f"{relative}{url}{form}", "n") == plain("1")
    url = f"dcat:downloadURL <{(files.folder / 'süd west.csv').as_uri()}>"
    assert files.objects(f"{relative}{url}{form}", "n") == plain("1")
    literal = f'rml:source "{(files.folder / "süd west.csv").as_uri()}"'
    assert files.objects(f"{literal}; rml:referenceFormulation rml:CSV", "n") == plain("1")
    url = "dcat:downloadURL <https://example.org/a.csv>"
    assert "is on the web: <https://example.org/a.csv>" in files.error(
        f"{relative}{url}{form}", "n"
    )


IRI = "rml:subjectMap [ rml:reference 'n' ]"


@pytest.mark.parametrize(
    ("name", "content", "source", "place"),
    [
        ("a.csv", "n\nhttp://e/1\nno iri\n", path("a.csv"), "a.csv, row 3"),
        (
            "a.csv",
            "# x\nn\n\nhttp://e/1\n# y\nno iri\n",
            table("a.csv", 'csvw:commentPrefix "#"'),
            "a.csv, row 6",
        ),
        ("a.csv", "http://e/1\nno iri\n", table("a.csv", "csvw:header false"), "a.csv, row 2"),
        ("a.csv", "n\n\nhttp://e/1\n\n\nno iri\n", path("a.csv"), "a.csv, row 6"),
        (
            "a.json",
            '[{"n": "http://e/1"}, {"n": "no iri"}]',
            path("a.json", "", "rml:JSONPath", "$[*]"),
            "a.json, row 2",
        ),
        (
            "a.xml",
            "<r><a n='http://e/1'/><a n='no iri'/></r>",
            path("a.xml", "", "rml:XPath", "/r/a"),
            "a.xml, row 2",
        ),
    ],
)
def test_findings_name_the_row(
    files: Files, name: str, content: str, source: str, place: str
) -> None:
    files.write(name, content)
    column = "@n" if name.endswith("xml") else ("1" if "header false" in source else "n")
    subject = f"rml:subjectMap [ rml:reference '{column}'; rml:class ex:C ]"
    files.objects(source, subject=subject)
    assert [one.partition(":")[0] for one in files.findings] == [f"{place}, column {column}"]


# -- workbooks -------------------------------------------------------------------------------------


def workbook(files: Files) -> None:
    book = openpyxl.Workbook()
    sites = book.active
    assert sites is not None
    sites.title = "Sites"
    sites.append(["year", "share", "opened", "seen", "open", "code", "mixed"])
    day, moment = dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001
    sites.append([2019, 0.5, day, moment, True, "04103", 7])
    sites.append([2020, 2, None, None, False, "NA", "x"])
    other = book.create_sheet("Other data")
    other["B4"], other["C4"], other["D4"] = "town", "kind", "n"
    for row, (kind, number) in enumerate([("a", 1), (None, 2), ("b", 3)], start=5):
        other[f"B{row}"], other[f"C{row}"], other[f"D{row}"] = f"t{number}", kind, number
    other.merge_cells("C5:C6")
    other["B9"] = "a remark"
    book.create_sheet("Empty")
    book.save(files.folder / "book.xlsx")


@pytest.mark.parametrize(
    ("column", "objects"),
    [
        ("year", [typed("2019", "integer"), typed("2020", "integer")]),
        ("share", [typed("2.0E0", "double"), typed("5.0E-1", "double")]),
        ("opened", [typed("2020-01-02", "date")]),
        ("seen", [typed("2020-01-02T03:04:05", "dateTime")]),
        ("open", [typed("false", "boolean"), typed("true", "boolean")]),
        ("code", ['"04103"', '"NA"']),
        ("mixed", ['"7"', '"x"']),
    ],
)
def test_a_workbook(files: Files, column: str, objects: list[str]) -> None:
    workbook(files)
    assert files.objects(path("book.xlsx"), column) == objects


def test_a_sheet_and_a_range(files: Files) -> None:
    workbook(files)
    sheet = "book.xlsx#sheet=Other%20data"
    assert files.objects(path(f"{sheet}&range=B4:D7"), "town") == plain("t1", "t2", "t3")
    assert files.objects(path(f"{sheet}&range=C4:D7"), "kind") == plain("a", "b")
    assert files.objects(path(f"{sheet}&range=B4:B9"), "town") == plain(
        "a remark", "t1", "t2", "t3"
    )
    assert files.objects(path(f"{sheet}&range=D4"), "n") == [
        typed(str(n), "integer") for n in (1, 2, 3)
    ]
    assert files.objects(path("book.xlsx", 'rml:null "NA"; '), "code") == plain("04103")
    assert files.yaml("[book.xlsx#sheet=Sites~xlsx]", "[ex:p, $(code)]") == plain("04103", "NA")
    # a merged cell counts for every row that it covers
    subject = 'rml:subjectMap [ rml:template "http://e/{town}/{kind}"; rml:class ex:C ]'
    files.objects(path(f"{sheet}&range=B4:D7"), "n", subject=subject)
    assert files.findings == []
    subject = 'rml:subjectMap [ rml:reference "town"; rml:class ex:C ]'
    files.objects(path(f"{sheet}&range=B4:D5"), subject=subject)
    assert files.findings == []


def test_findings_name_sheet_and_row(files: Files) -> None:
    workbook(files)
    subject = 'rml:subjectMap [ rml:reference "code"; rml:class ex:C ]'
    text = f"<#m> rml:logicalSource [ {path('book.xlsx#sheet=Sites')} ];\n"
    pair = (
        "rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:reference 'mixed'; "
        f"rml:datatype <{XSD}integer> ] ];"
    )
    files.turtle(f"{text}{pair}{subject} .")
    assert [one.partition(":")[0] for one in files.findings] == [
        "book.xlsx, sheet Sites, row 3, column mixed"
    ]


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        ("sheet=Site", "book.xlsx: no sheet 'Site'\n  Did you mean 'Sites'?"),
        ("sheet=Empty", "book.xlsx, sheet Empty: the sheet is empty"),
        (
            "sheet=Sites&range=B40:F50",
            "the range 'B40:F50' holds nothing\n  Filled in the sheet is A1:G3.",
        ),
        ("range=4B", "'4B' is no range of cells"),
        ("tab=2", "'#tab=2' does not say which cells"),
    ],
)
def test_cells_that_are_not_there(files: Files, fragment: str, message: str) -> None:
    workbook(files)
    assert message in files.error(path(f"book.xlsx#{fragment}"), "code")


def test_a_workbook_that_is_none(files: Files) -> None:
    files.write("book.xlsx", b"no zip")
    assert "book.xlsx: the workbook cannot be read: " in files.error(path("book.xlsx"), "n")


def test_an_open_document(files: Files) -> None:
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>n</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>day</text:p>'
        "</table:table-cell></table:table-row><table:table-row><table:table-cell "
        'office:value-type="float" office:value="3"><text:p>3,00 €</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2021-05-06">'
        "<text:p>6. Mai</text:p></table:table-cell></table:table-row>"
    )
    names = {"office": "office", "table": "table", "text": "text"}
    declared = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in names
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {declared}><office:body>'
        f'<office:spreadsheet><table:table table:name="T">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(files.folder / "a.ods", "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
            "</manifest:manifest>",
        )
        archive.writestr("content.xml", content)
    assert files.objects(path("a.ods"), "n") == [typed("3", "integer")]
    assert files.objects(path("a.ods#sheet=T"), "day") == [typed("2021-05-06", "date")]


# -- Parquet and Arrow -----------------------------------------------------------------------------

NESTED = (
    "SELECT 1::INTEGER AS n, 2.50::DECIMAL(9, 2) AS price, DATE '2020-01-02' AS day, true AS yes, "
    "'NA' AS word, {'city': 'Leipzig', 'geo': {'lat': 51.5::DOUBLE}} AS address, "
    "[{'name': 'a'}, {'name': 'b'}] AS people, '\\x0A'::BLOB AS bytes, ['x', 'y'] AS tags"
)


@pytest.mark.parametrize("form", ["parquet", "feather", "arrows"])
@pytest.mark.parametrize(
    ("column", "objects"),
    [
        ("n", [typed("1", "integer")]),
        ("price", [typed("2.5", "decimal")]),
        ("day", [typed("2020-01-02", "date")]),
        ("yes", [typed("true", "boolean")]),
        ("bytes", [typed("0A", "hexBinary")]),
        ("tags", ['"x"', '"y"']),
        ("address.city", ['"Leipzig"']),
        ("$.address.geo.lat", [typed("5.15E1", "double")]),
        ("people[*].name", ['"a"', '"b"']),
        ("people[1].name", ['"b"']),
    ],
)
def test_columns_with_types(files: Files, form: str, column: str, objects: list[str]) -> None:
    columnar(files, form)
    assert files.objects(path(f"a.{form}"), column) == objects


def columnar(files: Files, form: str) -> None:
    file = files.folder / f"a.{form}"
    with duckdb.connect() as connection:
        if form == "parquet":
            connection.execute(f"COPY ({NESTED}) TO '{file}' (FORMAT parquet)")
            return
        rows = connection.sql(NESTED).to_arrow_table()
    if form == "feather":
        pyarrow.feather.write_feather(rows, str(file))
    else:
        with pa.ipc.new_stream(str(file), rows.schema) as writer:
            writer.write_table(rows)


@pytest.mark.parametrize("form", ["parquet", "feather"])
def test_columns_that_are_not_there(files: Files, form: str) -> None:
    columnar(files, form)
    source = path(f"a.{form}", 'rml:null "NA"; ')
    assert files.objects(source, "word") == []
    assert "no column 'wrd'\n  Did you mean 'word'?" in files.error(source, "wrd")
    assert "column 'address' is nested" in files.error(source, "address")
    subject = "rml:subjectMap [ rml:reference 'word'; rml:class ex:C ]"
    files.objects(path(f"a.{form}"), subject=subject)
    assert files.findings == []
    files.write(f"b.{form}", b"none")
    assert f"b.{form}" in files.error(path(f"b.{form}"), "n")


# -- JSON ------------------------------------------------------------------------------------------

PEOPLE = {
    "people": [
        {"n": "a", "age": 40, "tags": ["x", "y"], "home": {"town": "L"}},
        {"n": "b", "age": 20, "tags": ["z"], "home": {"town": "M"}},
    ],
    "more": {"n": "c"},
    "none": [],
}


@pytest.mark.parametrize(
    ("iterator", "reference", "values"),
    [
        ("$.people[*]", "n", "ab"),
        ("$.people[*]", "$.home.town", "LM"),
        ("$.people[*]", "tags[*]", "xyz"),
        ("$.people[*].tags[*]", "$", "xyz"),
        ("$.people[1]", "n", "b"),
        ("$.more", "n", "c"),
        ("$.none[*]", "n", ""),
        ("$.people[?@.age > 30]", "n", "a"),
        ("$.people[0:1]", "n", "a"),
        ("$.people[-1]", "n", "b"),
        ("$..home", "town", "LM"),
        ("$['people', 'none'][*]", "n", "ab"),
        ("$.people[*]", "$..town", "LM"),
        ("$.people[*]", "tags[-1]", "yz"),
        ("$.people[*]", "tags[?@ != 'x']", "yz"),
    ],
)
def test_json_paths(files: Files, iterator: str, reference: str, values: str) -> None:
    files.write("a.json", json.dumps(PEOPLE))
    source = path("a.json", "", "rml:JSONPath", iterator)
    assert files.objects(source, reference) == plain(*values)


@pytest.mark.parametrize(
    ("text", "iterator", "values"),
    [
        ('\ufeff{"m": {"p": [1]}, "x": {"p": [{"n": "1"}, {"n": "2"}] } }\n', "$.x.p[*]", "12"),
        ('{"p": [{"n": "1"}, {"n": "2"}], "q": [{"n": "3"}]}', "$.p[*]", "12"),
        ('{"q": [{"n": "3"}], "p": [{"n": "1"}, {"n": "2"}]}', "$.p[*]", "12"),
        ('{"p": [{"n": "1", "t": "]}"}], "q": "]}"}', "$.p[*]", "1"),
        ('{"p": {"n": [{"n": "1"}]}}', "$.p.n[*]", "1"),
        ('{"p": [{"n": [{"n": "1"}, {"n": "2"}]}, {"n": []}]}', "$.p[*].n[*]", "12"),
        ('{"p": []}', "$.p[*]", ""),
    ],
)
def test_a_large_array_is_read_record_by_record(
    files: Files, monkeypatch: pytest.MonkeyPatch, text: str, iterator: str, values: str
) -> None:
    monkeypatch.setattr(json_rows, "_LARGE", 0)
    files.write("a.json", text)
    source = path("a.json", "", "rml:JSONPath", iterator)
    assert files.objects(source, "n") == plain(*values)


def test_json_numbers_found_in_python_have_types(files: Files) -> None:
    files.write("a.json", json.dumps(PEOPLE))
    source = path("a.json", "", "rml:JSONPath", "$.people[?@.n == 'b']")
    assert files.objects(source, "$..age") == [typed("20", "integer")]


def test_json_lines(files: Files) -> None:
    files.write("a.jsonl", '{"n": "1", "t": ["a"]}\n\n{"n": "2", "t": ["b", "c"]}\n')
    for iterator in ("$", "$[*]"):
        source = path("a.jsonl", "", "rml:JSONPath", iterator)
        assert files.objects(source, "n") == plain("1", "2")
    assert files.objects(path("a.jsonl", "", "rml:JSONPath", "$.t[*]"), "$") == plain("a", "b", "c")
    filtered = path("a.jsonl", "", "rml:JSONPath", "$[?@ == '2']")
    assert files.objects(filtered, "$") == plain("2")


def test_json_nulls(files: Files) -> None:
    files.write("a.json", '[{"n": "NA", "t": ["x", "NA"]}, {"n": "", "t": []}]')
    source = path("a.json", 'rml:null "NA"; ', "rml:JSONPath", "$[*]")
    assert files.objects(source, "n") == plain("")
    assert files.objects(source, "t[*]") == plain("x")
    assert files.objects(source, "t[0]") == plain("x")


@pytest.mark.parametrize(
    ("content", "iterator", "message"),
    [
        (
            '[{"n": 1}',
            "$[*]",
            "a.json, line 1, character 10: malformed JSON: expecting ',' delimiter",
        ),
        ('{"a": [{"n": 1}}', "$.a[*]", "a.json, line 1, character 16: malformed JSON"),
        ('{"a": 1}\n}', "$..a", "a.json, line 2, character 1: malformed JSON: extra data"),
        ('{"a": [{"n": 1}]}', "$.b[*]", "the iterator '$.b[*]' finds nothing"),
        ('{"a": [{"n": 1}]}', "$.b", "the iterator '$.b' finds nothing"),
        ('{"a": [{"n": 1}]}', "$.a[?@.n == 2]", "the iterator '$.a[?@.n == 2]' finds nothing"),
        ("[]", "$.a[*]", "the iterator '$.a[*]' finds nothing"),
        ('{"a": 1}', "$.a[?", "the iterator '$.a[?' is no JSONPath"),
    ],
)
def test_json_at_fault(files: Files, content: str, iterator: str, message: str) -> None:
    files.write("a.json", content)
    assert message in files.error(path("a.json", "", "rml:JSONPath", iterator), "n")


# -- XML -------------------------------------------------------------------------------------------

BOOKS = """<shelf xmlns:d="http://d/" place="Leipzig">
  <owner>Ada</owner>
  <book id="1"><d:title>One</d:title><by>A</by><by>B</by><note/></book>
  <!-- a remark -->
  <book id="2"><d:title>Two <i>of</i> three</d:title><by>C</by><note>x &amp; y</note></book>
  <box><book id="3"><d:title>Three</d:title></book></box>
</shelf>"""
D = (
    "[ a rml:XPathReferenceFormulation; rml:namespace [ a rml:Namespace; "
    'rml:namespacePrefix "t"; rml:namespaceURL "http://d/" ] ]'
)


@pytest.mark.parametrize(
    ("iterator", "reference", "values"),
    [
        ("/shelf/book", "@id", ["1", "2"]),
        ("/shelf/book", "by", ["A", "B", "C"]),
        ("/shelf/book", "by/text()", ["A", "B", "C"]),
        ("/shelf/book", "by[2]", ["B"]),
        ("/shelf/book", "note", ["", "x & y"]),
        ("/shelf/book", "t:title", ["One", "Two of three"]),
        ("/shelf/book", "../@place", ["Leipzig"]),
        ("/shelf/book", "../owner", ["Ada"]),
        ("/shelf/book", "count(by)", ["1", "2"]),
        ("/shelf/book", "string(by)", ["A", "C"]),
        ("/shelf/book", "by = 'C'", ["false", "true"]),
        ("/shelf/box/book", "preceding::book/@id", ["1", "2"]),
        ("//book", "@id", ["1", "2", "3"]),
        ("/shelf/book[by='C']", "@id", ["2"]),
        ("//book/t:title", ".", ["One", "Three", "Two of three"]),
    ],
)
def test_xpath(files: Files, iterator: str, reference: str, values: list[str]) -> None:
    files.write("a.xml", BOOKS)
    assert files.objects(path("a.xml", "", D, iterator), reference) == plain(*values)


def test_the_older_vocabulary_and_yarrrml_read_xml(files: Files) -> None:
    files.write("a.xml", BOOKS)
    old = (
        '<#m> old:logicalSource [ old:source "a.xml"; old:referenceFormulation ql:XPath; '
        'old:iterator "/shelf/book" ]; rr:subjectMap [ rr:template "http://e/{@id}" ]; '
        'rr:predicateObjectMap [ rr:predicate ex:p; rr:objectMap [ old:reference "by" ] ] .'
    )
    assert files.turtle(old) == plain("A", "B", "C")
    assert files.yaml("[a.xml~xpath, /shelf/book]", "[ex:p, $(by)]") == plain("A", "B", "C")


def test_a_join_of_xml_with_a_table(files: Files) -> None:
    files.write("a.xml", BOOKS)
    files.write("a.csv", "key,name\nA,Anna\nC,Cleo\n")
    text = (
        f"<#b> rml:logicalSource [ {path('a.xml', '', 'rml:XPath', '/shelf/book')} ]; "
        'rml:subjectMap [ rml:template "http://e/{@id}" ]; rml:predicateObjectMap [ '
        "rml:predicate ex:by; rml:objectMap [ rml:parentTriplesMap <#c>; rml:joinCondition [ "
        'rml:child "by"; rml:parent "key" ] ] ] . '
        f"<#c> rml:logicalSource [ {path('a.csv')} ]; "
        'rml:subjectMap [ rml:template "http://e/{name}" ] .'
    )
    assert files.turtle(text) == ["<http://e/Anna>", "<http://e/Cleo>"]


BOMB = (
    '<!DOCTYPE r [ <!ENTITY a "ha"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"> '
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"> ]><r><x><n>&c;</n></x></r>'
)
OUTSIDE = '<!DOCTYPE r [ <!ENTITY a SYSTEM "secret.txt"> ]><r><x><n>&a;</n></x></r>'


@pytest.mark.parametrize("iterator", ["/r/x", "//x"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "a.xml: the document declares the entity 'a'"),
        (OUTSIDE, "a.xml: the document declares the entity 'a'"),
        ("<r>\n<x><n>1</n>\n</r>", "a.xml, line 3: not well-formed XML: "),
        ("<r><y><n>1</n></y></r>", "finds nothing\n  Did you mean '/r/y'?"),
        ("", "not well-formed XML: "),
    ],
)
def test_xml_at_fault(files: Files, iterator: str, content: str, message: str) -> None:
    files.write("secret.txt", "secret")
    files.write("a.xml", content)
    error = files.error(path("a.xml", "", "rml:XPath", iterator), "n")
    assert message in error if "mean" not in message or iterator == "/r/x" else "finds nothing"
    assert "secret" not in error.replace("secret.txt", "")


def test_xml_without_a_record(files: Files) -> None:
    files.write("a.xml", "<r><list></list></r>")
    assert files.objects(path("a.xml", "", "rml:XPath", "/r/list/x"), "n") == []


def test_xpaths_at_fault(files: Files) -> None:
    files.write("a.xml", BOOKS)

    def said(iterator: str, reference: str) -> str:
        return files.error(path("a.xml", "", "rml:XPath", iterator), reference)

    assert "the reference 't:title' uses the prefix 't', which is not declared" in said(
        "/shelf/book", "t:title"
    )
    assert "the iterator '/shelf/[' is no XPath 1.0" in said("/shelf/[", "by")
    assert "no record has 'bye'\n  Did you mean 'by'?" in said("/shelf/book", "bye")


def test_a_large_document_is_not_held_as_a_whole(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clusterkg.sources import xml_records

    monkeypatch.setattr(xml_records, "LARGEST_TREE", 100)
    files.write("a.xml", BOOKS)
    assert files.objects(path("a.xml", "", "rml:XPath", "/shelf/book"), "by") == plain(*"ABC")
    error = files.error(path("a.xml", "", "rml:XPath", "//book"), "by")
    assert "a.xml: the document has 0 MB, more than 0 MB for '//book' and its references" in error


# -- RDF -------------------------------------------------------------------------------------------


def test_a_query_on_a_local_rdf_file(files: Files) -> None:
    files.write("a.ttl", '<http://e/1> <http://e/n> "a" . <http://e/2> <http://e/n> "" .')
    query = "SELECT ?s ?n ?gone WHERE { ?s <http://e/n> ?n }"
    source = path("a.ttl", "", "formats:SPARQL_Results_CSV", query)
    assert files.objects(source, "n") == plain("", "a")
    assert files.objects(source, "s", "gone") == plain("http://e/1", "http://e/2")
    assert files.yaml(f'["a.ttl~sparql", "{query}"]', "[ex:p, $(n)]") == plain("", "a")


def test_a_mapping_named_by_a_relative_path(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write("a.ttl", '<http://e/1> <http://e/n> "a" .')
    files.write(
        "m.yml",
        "prefixes: {ex: 'http://e/'}\nmappings:\n  m:\n    sources:\n"
        "      - [a.ttl~sparql, 'SELECT ?n { ?s ?p ?n }']\n    s: ex:s\n    po: [[ex:p, $(n)]]\n",
    )
    monkeypatch.chdir(files.folder)
    connection = connect()
    map_document(connection, read_mapping(Path("m.yml"), base_iri=""))
    assert connection.execute("SELECT o FROM quads").fetchall() == [('"a"',)]


@pytest.mark.parametrize(
    ("name", "content", "query", "message"),
    [
        ("a.ttl", "<x", "SELECT * {}", "a.ttl, line 1: not Turtle: "),
        ("a.ttl", "", "SELEC * {}", "a.ttl: the query is refused: "),
        ("a.ttl", "", "ASK {}", "a.ttl: the query is no SELECT"),
        ("a.doc", "", "SELECT * {}", "a.doc: the suffix '.doc' is of no RDF syntax"),
    ],
)
def test_rdf_at_fault(files: Files, name: str, content: str, query: str, message: str) -> None:
    files.write(name, content)
    assert message in files.error(path(name, "", "formats:SPARQL_Results_CSV", query), "n")


# -- YARRRML ---------------------------------------------------------------------------------------


def test_how_yarrrml_says_how_a_file_is_written(files: Files) -> None:
    files.write("a.txt", "n;m\n1;Süß\n2;NA\n".encode("cp1252"))
    source = '{access: a.txt, delimiter: ";", encoding: cp1252, "null": [NA]}'
    assert files.yaml(source, "[ex:p, $(m)]") == plain("Süß")
    files.write("a.bin", gzip.compress(b"n\n1\n"))
    assert files.yaml("{access: a.bin, compression: gzip}", "[ex:p, $(n)]") == plain("1")
    for wrong, message in (
        ('delimiter: ";;"', "delimiter ';;' is not one character"),
        ("encoding: utf-88", "unknown encoding 'utf-88'"),
        ("compression: gzp", "unknown compression 'gzp'\n  Did you mean 'gzip'?"),
    ):
        with pytest.raises(MappingError) as caught:
            files.yaml(f"{{access: a.txt, {wrong}}}", "[ex:p, $(m)]")
        assert message in str(caught.value)


# -- the example of the documentation --------------------------------------------------------------


def test_the_example_of_the_documentation(files: Files) -> None:
    documentation = Path(__file__).parents[2] / "docs" / "mapping.md"
    text = documentation.read_text(encoding="utf-8").partition("## Files")[2]
    example = text.partition("```turtle\n")[2].partition("```")[0]
    files.write("people.csv.gz", gzip.compress("id,name\n1,Süß\n2,NA\n3,\n".encode("utf-16")))
    files.write("towns.txt", "# towns\nkey;town\n1;Süd\n2;-\n".encode("cp1252"))
    assert files.run("mapping.ttl", example) == plain("Süd", "Süß")
    line = next(one for one in text.splitlines() if one.startswith("`- {access: towns.txt"))
    files.write("towns.txt", "key;town\n1;Süd\n2;-\n".encode("cp1252"))
    assert files.yaml(line.strip("`. ").removeprefix("- "), "[ex:p, $(town)]") == plain("Süd")
