"""Results of shapes name the cells of the tables that they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clusterkg.findings import Origin
from clusterkg.namespaces import CLK, PREFIXES
from clusterkg.pipeline import validate_project
from clusterkg.project import Project
from clusterkg.validation.report import Report

SOURCE = """
title = { de = "Firmen", en = "Firms" }
description = { de = "Firmen.", en = "Firms." }
publisher = "Kammer"
licence = "http://dcat-ap.de/def/licenses/cc-zero"
origin = ["https://www.example.org/"]
retrieved = 2026-08-01

[tables.firms]
file = "firms.csv"
holds = "a firm"
rows = [1, 20]
null = ["n/a"]

[tables.kinds]
file = "kinds.csv"
holds = "a word for a kind"
rows = [1, 20]
"""
FIRMS = """name,kind,year,plz,town,sites,other
Alpha, company ,1999,04109,Leipzig,a; b,Alfa
Beta,compny,1850,410,Halle,,Beta
Gamma,lab,n/a,04317,Leipzig,c,
Alpha,company,2001,04109,Leipzig,d,Alpha 2
"""
KINDS = "word,class\ncompany,Company\nlab,Laboratory\n"
MAPPING = """
prefixes:
  clk: https://w3id.org/clusterkg/ontology#
  locn: http://www.w3.org/ns/locn#
  org: http://www.w3.org/ns/org#
  schema: http://schema.org/
  skos: http://www.w3.org/2004/02/skos/core#
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  firms:
    sources:
      - query: |-
          SELECT slug(f.name) AS key, f.name, f.year, f.other, k.class, slug(f.town) AS town
          FROM firms f LEFT JOIN kinds k ON k.word = trim(f.kind)
        queryFormulation: sql2008
    s: id/organisation/$(key)
    po:
      - [a, clk:Actor]
      - [a, clk:$(class)]
      - [skos:prefLabel, $(name), de~lang]
      - [skos:prefLabel, $(other), en~lang]
      - [schema:foundingDate, $(year), xsd:gYear]
      - [clk:inRegion, id/region/$(town)~iri]
  addresses:
    sources:
      - table: firms
    s: id/address/$(name)
    po:
      - [a, locn:Address]
      - [locn:postCode, $(plz)]
      - [locn:postName, $(town)]
  sites:
    sources:
      - query: |-
          SELECT slug(name) AS key, unnest(parts(sites, ';')) AS site FROM firms
        queryFormulation: sql2008
    s: id/organisation/$(key)
    po:
      - [org:hasSite, id/site/$(site)~iri]
  regions:
    sources:
      - query: |-
          SELECT DISTINCT slug(town) AS town, town AS name FROM firms WHERE town <> 'Halle'
        queryFormulation: sql2008
    s: id/region/$(town)
    po:
      - [a, clk:Region]
      - [skos:prefLabel, $(name)]
"""
PREFIX = f"""
@prefix clk: <{CLK}> .
@prefix locn: <{PREFIXES["locn"]}> .
@prefix org: <{PREFIXES["org"]}> .
@prefix rdf: <{PREFIXES["rdf"]}> .
@prefix schema: <{PREFIXES["schema"]}> .
@prefix sh: <{PREFIXES["sh"]}> .
@prefix skos: <{PREFIXES["skos"]}> .
@prefix : <https://data.example.org/shape/> .
"""
AT = "firms/mapping.yarrrml.yml, line "


@pytest.fixture
def firms(tmp_path: Path, write_project: Callable[[Path], Project]) -> Project:
    """Firms with their addresses and sites; the kinds of firms stand in a table of their own."""
    project = write_project(tmp_path / "firms")
    for folder in ("clusters", "members"):
        for file in (project.data / folder).iterdir():
            file.unlink()
        (project.data / folder).rmdir()
    (project.folder / "shapes" / "tiny.ttl").unlink()
    source = project.data / "firms"
    source.mkdir()
    (source / "source.toml").write_text(SOURCE, encoding="utf-8")
    (source / "firms.csv").write_text(FIRMS, encoding="utf-8")
    (source / "kinds.csv").write_text(KINDS, encoding="utf-8")
    (source / "mapping.yarrrml.yml").write_text(MAPPING.lstrip("\n"), encoding="utf-8")
    return project


def judged(project: Project, shapes: str) -> Report:
    file = project.folder / "shapes" / "own.ttl"
    file.write_text(PREFIX + shapes, encoding="utf-8")
    return validate_project(project)


def told(origins: tuple[Origin, ...]) -> Iterator[str]:
    for one in origins:
        place = one.place
        file = place.file.removeprefix("firms/").removesuffix(".csv")
        line = MAPPING.splitlines()[int((one.mapping or "").removeprefix(AT))]
        stated = line.strip(" -[").partition(",")[0].partition(" ")[0]
        yield f"{one.role} {file} {place.row} {place.column} {one.value} {stated}"


ORGANISATIONS = ":s a sh:NodeShape ; sh:targetClass clk:Actor ; sh:property [ {} ] ."
ADDRESSES = ":s a sh:NodeShape ; sh:targetClass locn:Address ; {} ."


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        pytest.param(
            ADDRESSES.format('sh:property [ sh:path locn:postCode ; sh:pattern "^[0-9]{5}$" ]'),
            {"Beta": ["value firms 3 plz 410 locn:postCode"]},
            id="a value",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path schema:foundingDate ; sh:minCount 1"),
            {"gamma": ["missing firms 4 year n/a schema:foundingDate"]},
            id="an empty cell",
        ),
        pytest.param(
            ORGANISATIONS.format(
                "sh:path rdf:type ; sh:qualifiedMinCount 1 ; "
                "sh:qualifiedValueShape [ sh:in ( clk:Company ) ]"
            ),
            {
                "beta": ["missing firms 3 kind compny a", "subject firms 3 name Beta a"],
                "gamma": [
                    "value kinds 3 class Laboratory a",
                    "subject firms 4 name Gamma a",
                    "source firms 4 kind lab a",
                ],
            },
            id="a value from a table of words",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path schema:foundingDate ; sh:maxCount 1"),
            {
                "alpha": [
                    "value firms 2 year 1999 schema:foundingDate",
                    "value firms 5 year 2001 schema:foundingDate",
                ]
            },
            id="two values",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path skos:prefLabel ; sh:uniqueLang true"),
            {
                "alpha": [
                    "value firms 2 other Alfa skos:prefLabel",
                    "value firms 5 other Alpha 2 skos:prefLabel",
                ]
            },
            id="two names in a language",
        ),
        pytest.param(
            ORGANISATIONS.format(
                "sh:path skos:prefLabel ; sh:qualifiedMinCount 1 ; "
                'sh:qualifiedValueShape [ sh:languageIn ( "en" ) ]'
            ),
            {"gamma": ["missing firms 4 other None skos:prefLabel"]},
            id="no name in a language",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path org:hasSite ; sh:minCount 1"),
            {"beta": ["missing firms 3 sites None org:hasSite"]},
            id="a list without members",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path clk:inRegion ; sh:class clk:Region"),
            {"beta": ["value firms 3 town Halle clk:inRegion"]},
            id="a reference to nothing",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path ( clk:inRegion skos:prefLabel ) ; sh:minCount 1"),
            {"beta": ["missing firms 3 town Halle skos:prefLabel"]},
            id="a path that ends",
        ),
        pytest.param(
            ORGANISATIONS.format("sh:path [ sh:inversePath clk:manages ] ; sh:minCount 1"),
            {
                "alpha": ["subject firms 2 name Alpha s:", "subject firms 5 name Alpha s:"],
                "beta": ["subject firms 3 name Beta s:"],
                "gamma": ["subject firms 4 name Gamma s:"],
            },
            id="what others should say",
        ),
        pytest.param(
            ADDRESSES.format(
                'sh:or ( [ sh:path locn:postName ; sh:hasValue "Leipzig" ] '
                "[ sh:path locn:thoroughfare ; sh:minCount 1 ] )"
            ),
            {"Beta": ["value firms 3 town Halle locn:postName"]},
            id="one of two",
        ),
        pytest.param(
            ADDRESSES.format("sh:closed true ; sh:ignoredProperties ( rdf:type locn:postName )"),
            {
                "Alpha": [
                    "value firms 2 plz 04109 locn:postCode",
                    "value firms 5 plz 04109 locn:postCode",
                ],
                "Beta": ["value firms 3 plz 410 locn:postCode"],
                "Gamma": ["value firms 4 plz 04317 locn:postCode"],
            },
            id="closed",
        ),
        pytest.param(
            ORGANISATIONS.format(
                "sh:path clk:inRegion ; "
                "sh:node [ sh:property [ sh:path rdf:type ; sh:minCount 1 ] ]"
            ),
            {"beta": ["value firms 3 town Halle clk:inRegion"]},
            id="a nested shape",
        ),
    ],
)
def test_results_name_cells(firms: Project, shapes: str, expected: dict[str, list[str]]) -> None:
    report = judged(firms, shapes)
    found: dict[str, list[str]] = {}
    for result in report.results:
        key = result.focus_node.rpartition("/")[2].removesuffix(">")
        found.setdefault(key, []).extend(told(result.origins))
    assert found == expected
