from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from clusterkg.project import Settings
from clusterkg.publication.content import FileStamp, Names, dump_name, stamp, version_date
from clusterkg.publication.statements import Statements, iri, term, texts, typed
from clusterkg.sources.description import SourceDescription


@pytest.mark.parametrize(
    ("base", "sources", "name"),
    [
        ("https://w3id.org/clusterkg/", (), "clusterkg"),
        ("https://data.example.org/", (), "data-example-org"),
        ("https://data.example.org/Mein Cluster#", (), "mein-cluster"),
        ("https://w3id.org/pages/", ("pages",), "pages-graph"),
        ("https://w3id.org/ontology/", (), "ontology-graph"),
    ],
)
def test_the_whole_dump_never_has_a_source_s_name(
    base: str, sources: tuple[str, ...], name: str
) -> None:
    assert dump_name(base, sources) == name


def source(day: int) -> SourceDescription:
    return SourceDescription(
        "a", Path("a"), {}, {}, "p", "http://l", (), date(2026, 1, day), tables=()
    )


def test_the_version_is_the_newest_day_unless_it_is_set() -> None:
    assert version_date(Settings(), (source(2), source(9), source(3))) == "2026-01-09"
    assert version_date(Settings(version="2026-12-24"), (source(9),)) == "2026-12-24"


def test_a_stamp_is_size_and_checksum(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert stamp(tmp_path / "a", "x/a") == FileStamp("x/a", 3, hashlib.sha256(b"abc").hexdigest())


def test_file_names_become_iris() -> None:
    assert Names("http://e/").file("pages", "A b.csv") == "http://e/id/file/pages-A-b.csv"


def test_terms_are_escaped() -> None:
    assert typed('a "b" \\ \n\r\t') == '"a \\"b\\" \\\\ \\n\\r\\t"'
    assert typed(5, "xsd:integer") == '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert texts({"ru": "в", "de": "d", "en": ""}) == ['"d"@de', '"в"@ru']
    assert iri("http://e/a b<c>") == "<http://e/a%20b%3Cc%3E>"
    assert term("dct:title") == "<http://purl.org/dc/terms/title>"
    with pytest.raises(KeyError):
        term("dtc:title")


def test_nothing_is_said_of_nothing() -> None:
    said = Statements()
    said.describe("http://e/a", {"a": term("dcat:Dataset"), "dct:title": None, "dct:source": []})
    assert [triple[2] for triple in said.triples] == ["<http://www.w3.org/ns/dcat#Dataset>"]
