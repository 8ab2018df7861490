"""References that no record has: an error that says how to go on, unless they are optional."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clusterkg.cli import main

JSON = '{"p": [{"id": 1, "tags": [], "home": ""}, {"id": 2, "tags": [], "home": "NA"}]}'
XML = "<l><p><id>1</id></p><p><id>2</id></p></l>"
ITERATORS = {"json": "$.p[*]", "xml": "/l/p"}
KIND = {"json": "JSONPath", "xml": "XPath", "csv": "CSV"}
MAPPING_ERROR = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text(JSON)
    (tmp_path / "a.xml").write_text(XML)
    (tmp_path / "a.csv").write_text("id,other\n1,x\n2,y\n")
    (tmp_path / "odd.csv").write_text("id,,\n1,x,y\n2,y,z\n")
    return tmp_path


def turtle(path: str, reference: str, source: str = "", logical: str = "") -> str:
    kind = path.rpartition(".")[2]
    iterator = f'rml:iterator "{ITERATORS[kind]}" ; ' if kind in ITERATORS else ""
    return f"""\
@prefix rml: <http://w3id.org/rml/> .
@prefix clkm: <https://w3id.org/clusterkg/mapping#> .
<http://ex.org/m> rml:logicalSource [ {iterator}{logical}
    rml:source [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "{path}" {source}] ;
    rml:referenceFormulation rml:{KIND[kind]} ] ;
  rml:subjectMap [ rml:template "http://ex.org/{{id}}" ; rml:class <http://ex.org/P> ] ;
  rml:predicateObjectMap [ rml:predicate <http://ex.org/p> ;
    rml:objectMap [ rml:reference "{reference}" ] ] .
"""


def mapped(folder: Path, text: str, name: str = "m.rml.ttl") -> Result:
    (folder / name).write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["map", str(folder / name)])


NULLS = '; rml:null "", "NA" '


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        ("$.tags[*]", ""),
        ("$.tags[*]", NULLS),
        ("$.home", NULLS),
        ("$.tags[*].name", ""),
        ("$.tags[?@.x == 1]", NULLS),
        ("$.tags[0:2]", ""),
        ("$..nick", ""),
    ],
)
def test_what_is_there_and_finds_no_value_is_no_problem(
    folder: Path, reference: str, source: str
) -> None:
    result = mapped(folder, turtle("a.json", reference, source))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("#type") == 2
    assert "ex.org/p>" not in result.stdout


@pytest.mark.parametrize("reference", ["$.homes", "homes", "$.tag[*]", "$.tag[?@.x == 1]"])
def test_a_key_that_no_record_has_is_an_error_that_says_how_to_go_on(
    folder: Path, reference: str
) -> None:
    result = mapped(folder, turtle("a.json", reference))
    assert result.exit_code == MAPPING_ERROR
    assert f":8: triples map 'm': no record has '{reference}'" in result.stderr
    assert "If records need not have it, list it as optional in the source." in result.stderr


def test_so_it_is_in_xml(folder: Path) -> None:
    result = mapped(folder, turtle("a.xml", "ident"))
    assert result.exit_code == MAPPING_ERROR
    assert "no record has 'ident'" in result.stderr
    assert "list it as optional in the source" in result.stderr


@pytest.mark.parametrize("path", ["a.json", "a.xml", "a.csv", "odd.csv"])
def test_an_optional_reference_need_not_be_there(folder: Path, path: str) -> None:
    text = turtle(path, "homepage", logical='clkm:optional "homepage", "nick" ; ')
    result = mapped(folder, text)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("#type") == 2
    assert "ex.org/p>" not in result.stdout


def test_an_optional_reference_that_is_there_makes_its_triples(folder: Path) -> None:
    result = mapped(folder, turtle("a.csv", "other", logical='clkm:optional "other" ; '))
    assert result.exit_code == 0
    assert result.stdout.count("<http://ex.org/p>") == 2


def test_others_stay_errors(folder: Path) -> None:
    result = mapped(folder, turtle("a.csv", "othr", logical='clkm:optional "homepage" ; '))
    assert result.exit_code == MAPPING_ERROR
    assert "Did you mean 'other'?" in result.stderr


def test_in_yarrrml(folder: Path) -> None:
    text = """\
mappings:
  m:
    sources:
      - {access: a.json, referenceFormulation: jsonpath, iterator: "$.p[*]", optional: [homepage]}
    s: http://ex.org/$(id)
    po:
      - [a, http://ex.org/P]
      - [http://ex.org/p, $(homepage)]
"""
    result = mapped(folder, text, "m.yarrrml.yml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("#type") == 2
    without = mapped(folder, text.replace(", optional: [homepage]", ""), "m.yarrrml.yml")
    assert without.exit_code == MAPPING_ERROR


def test_a_misspelt_term_of_the_project_is_told(folder: Path) -> None:
    result = mapped(folder, turtle("a.json", "home", logical='clkm:optionl "homepage" ; '))
    assert result.exit_code == MAPPING_ERROR
    assert "unknown term 'optionl'" in result.stderr
    assert "Did you mean 'optional'?" in result.stderr
