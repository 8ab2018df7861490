from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.findings import Finding, Place, Severity, words
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.statements import add_report, report_nquads

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.validation.report import Report

BASE = "https://base.example.org/"
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
SHAPES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Human ;
  sh:property ex:Person-name , [ sh:path ex:age ; sh:maxCount 1 ] .
ex:Person-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:severity sh:Warning ;
  sh:order 1 ; sh:name "Name"@de ;
  sh:message "Der \\"Name\\" fehlt."@de , "The name is missing."@en .
"""
DATA = "ex:a a ex:Human ; ex:age 1 , 2 . ex:b a ex:Human ; ex:name 'B' . [] a ex:Human ."


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    return tmp_path / "shapes.ttl"


@pytest.fixture
def report(tmp_path: Path, shapes: Path) -> Report:
    (tmp_path / "data.ttl").write_text(PREFIXES + DATA, encoding="utf-8")
    found = Finding(
        Severity.VIOLATION,
        "not-a-year",
        "'x' is no year",
        Place("a.csv", row=2),
        "x",
        "Write 2004.",
    )
    return validate_files([tmp_path / "data.ttl"], [shapes]).with_findings([found])


def ask(lines: str, query: str) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.load(lines.encode(), format=ox.RdfFormat.N_QUADS)
    prefixes = {"sh": "http://www.w3.org/ns/shacl#", "dct": "http://purl.org/dc/terms/"}
    rows = store.query(query, prefixes=prefixes)
    return [tuple(term.value for term in row if term) for row in rows]  # type: ignore[union-attr]


def test_results_are_found_by_pages(report: Report, shapes: Path) -> None:
    lines = report_nquads(report, [shapes], base_iri=BASE)
    query = f"""SELECT ?focus ?message WHERE {{ GRAPH <{BASE}graph/validation> {{
        ?result a sh:ValidationResult ; sh:focusNode ?focus ; sh:resultSeverity sh:Warning ;
          sh:sourceShape <https://example.org/Person-name> ; sh:resultMessage ?message .
        <https://example.org/Person-name> sh:name "Name"@de ; sh:order 1 .
        FILTER(lang(?message) = "de") }} }}"""
    assert ask(lines, query) == [("https://example.org/a", 'Der "Name" fehlt.')]


def test_findings_in_tables_are_there(report: Report, shapes: Path) -> None:
    lines = report_nquads(report, [shapes], base_iri=BASE)
    query = """SELECT ?place ?value ?hint WHERE { GRAPH ?g { ?f a sh:AbstractResult ;
        sh:resultSeverity sh:Violation ; dct:identifier "not-a-year" ; dct:source ?place ;
        sh:value ?value ; dct:description ?hint ; sh:resultMessage "'x' is no year"@en } }"""
    assert ask(lines, query) == [("a.csv, row 2", "x", "Write 2004.")]


def test_findings_in_tables_speak_three_languages(report: Report, shapes: Path) -> None:
    (found,) = report.findings
    worded = replace(report, findings=(replace(found, said=words("not-a-year", value="x")),))
    query = """SELECT ?message ?hint WHERE { GRAPH ?g { ?f a sh:AbstractResult ;
        sh:resultMessage ?message ; dct:description ?hint
        FILTER(lang(?message) = lang(?hint)) } } ORDER BY lang(?message)"""
    assert ask(report_nquads(worded, [shapes], base_iri=BASE), query) == [
        ("„x“ ist keine Jahreszahl", "Schreiben Sie vier Ziffern: 2014."),
        ("'x' is not a year", "Write four digits: 2014."),
        ("«x» — не год", "Напишите четыре цифры: 2014."),
    ]


def test_sorted_without_blank_nodes_and_the_same_again(report: Report, shapes: Path) -> None:
    lines = report_nquads(report, [shapes], base_iri=BASE)
    assert "_:" not in lines
    assert lines.splitlines() == sorted(set(lines.splitlines()))
    assert lines == report_nquads(report, [shapes], base_iri=BASE)


def test_a_result_keeps_its_iri_when_others_go(report: Report, shapes: Path) -> None:
    fewer = replace(report, results=report.results[:1])
    names = set(ask(report_nquads(report, [shapes], base_iri=BASE), QUERY))
    assert set(ask(report_nquads(fewer, [shapes], base_iri=BASE), QUERY)) < names


QUERY = "SELECT DISTINCT ?r WHERE { GRAPH ?g { ?r a sh:ValidationResult } }"


def test_a_second_report_takes_the_place_of_the_first(report: Report, shapes: Path) -> None:
    connection = connect()
    connection.execute("CREATE TABLE quads (s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)")
    connection.execute("INSERT INTO quads VALUES ('<x:s>', '<x:p>', '<x:o>', '<x:g>')")
    added = add_report(connection, report, [shapes], base_iri=BASE)
    assert added == len(report_nquads(report, [shapes], base_iri=BASE).splitlines())
    empty = replace(report, results=(), findings=())
    left = add_report(connection, empty, [shapes], base_iri=BASE)
    assert 0 < left < added
    assert connection.execute("SELECT count(*) FROM quads").fetchall() == [(left + 1,)]
