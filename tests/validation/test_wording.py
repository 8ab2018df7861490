"""Every result of a shape without a message says what is wrong, what was expected, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.namespaces import SH
from clusterkg.validation.component_words import COMPONENTS, LANGUAGES
from clusterkg.validation.judges import ENGINES
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.rendering import render
from clusterkg.validation.wording import component_heading

PREFIXES = f"""@prefix ex: <http://example.com/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <{SH}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ; rdfs:label "Mensch"@de , "person"@en ;
  sh:closed true ; sh:ignoredProperties ( rdfs:label ) ;
  sh:property [ sh:path ex:name ; sh:minCount 2 ; sh:maxCount 0 ; sh:name "Name"@de , "name"@en ] ;
  sh:property [ sh:path ex:since ; sh:datatype xsd:date ] ;
  sh:property [ sh:path ex:born ; sh:lessThan ex:died ; sh:lessThanOrEquals ex:died ] ;
  sh:property [ sh:path ex:died ] ;
  sh:property [ sh:path ex:size ; sh:minExclusive 5 ; sh:minInclusive 5 ; sh:maxExclusive 1 ;
    sh:maxInclusive 1 ] ;
  sh:property [ sh:path ex:code ; sh:pattern "^[A-Z]{3}$" ; sh:in ( "ABC" "DEF" ) ;
    sh:maxLength 2 ; sh:minLength 6 ] ;
  sh:property [ sh:path ex:home ; sh:node ex:Address ; sh:class ex:Place ;
    sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 2 ;
    sh:qualifiedMaxCount 0 ] ;
  sh:property [ sh:path ex:contact ; sh:nodeKind sh:IRI ; sh:not [ sh:datatype xsd:integer ] ;
    sh:or ( [ sh:datatype xsd:string ] [ sh:class ex:Mail ] ) ;
    sh:xone ( [ sh:nodeKind sh:Literal ] [ sh:datatype xsd:integer ] ) ;
    sh:and ( ex:Address [ sh:minInclusive 10 ] ) ] ;
  sh:property [ sh:path ex:label ; sh:uniqueLang true ; sh:languageIn ( "de" "en" ) ] ;
  sh:property [ sh:path ex:knows ; sh:disjoint ex:hates ; sh:equals ex:likes ;
    sh:hasValue ex:bob ] .
ex:Address a sh:NodeShape ; sh:property [ sh:path ex:city ; sh:minCount 1 ] .
"""
DATA = """
ex:anna a ex:Person ; rdfs:label "Anna" ; ex:name "A" ; ex:size 5 , 1 ; ex:code "abcd" ;
  ex:since "2001-13-01"^^xsd:date ;
  ex:born "2001-02-01"^^xsd:date ; ex:died "1999-01-01"^^xsd:date ;
  ex:home ex:here ; ex:contact 5 ; ex:label "a"@de , "b"@de , "c"@fr ;
  ex:knows ex:eve ; ex:hates ex:eve .
"""
EXPECTED = {"de": "erwartet", "en": "expect", "ru": "ожида"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("wording")
    (folder / "data.ttl").write_text(PREFIXES + DATA, encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    return folder / "data.ttl", folder / "shapes.ttl"


@pytest.mark.parametrize("engine", ENGINES)
def test_each_component_of_core_speaks_in_three_languages(
    files: tuple[Path, Path], engine: str
) -> None:
    report = validate_files(files[:1], files[1:], engine=engine)
    names = {
        one.component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>")
        for one in report.results
    }
    assert names == set(COMPONENTS) - {"SPARQL"}
    for one in report.results:
        for language in LANGUAGES:
            message = one.message(language)
            assert "\0" not in message
            assert "http://example.com" not in message, "an IRI is shown by its prefix"
            if "Not" not in one.component:
                assert EXPECTED[language] in message
            assert message.count(". ") >= 1, "what is wrong, then what to do"


def test_both_engines_say_the_same(files: tuple[Path, Path]) -> None:
    said = [
        {(one.component, one.value, one.message("de")) for one in report.results}
        for report in (validate_files(files[:1], files[1:], engine=e) for e in ENGINES)
    ]
    assert said[0] == said[1]


def test_words_for_every_component_and_language() -> None:
    for name, component in COMPONENTS.items():
        assert len(set(component.heading)) == len(LANGUAGES)
        for language, sentence in zip(LANGUAGES, component.sentence, strict=True):
            assert "{value}" in sentence or "{path}" in sentence
            assert component_heading(f"<{SH}{name}ConstraintComponent>", language)
    own = "<https://example.org/MyConstraintComponent>"
    assert component_heading(own, "de") == own


def test_a_report_outside_a_project_is_for_people(files: tuple[Path, Path]) -> None:
    text = render(validate_files(files[:1], files[1:]), "text", language="de", limit=1).decode()
    assert "Verstoß · Person ex:code: falsche Form · einmal" in text
    assert "Verstoß · Name: zu viele Angaben · einmal" in text
    assert "Bei Name (ex:name) stehen zu viele Angaben; erwartet: höchstens 0." in text
    assert "Verstoß · Mensch: nicht vorgesehene Eigenschaft · 2-mal" in text
    assert '  - Anna  ex:anna  Wert: "abcd"' in text
    assert "_:" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_why_a_nested_shape_is_not_met(files: tuple[Path, Path]) -> None:
    text = render(validate_files(files[:1], files[1:]), "text", limit=1).decode()
    either = text[text.index("contact: none of the conditions") :]
    said = " ".join(either.split())
    assert "expected: [datatype a text (xsd:string)] or [class ex:Mail]." in said
    causes = [line for line in either.splitlines() if line.startswith("    cause: ")]
    assert causes[0].startswith('    cause: "5"^^xsd:integer is no valid value; expected: a text')
    assert causes[1].startswith('    cause: "5"^^xsd:integer is of no or another class')
    node = text[text.index("Person ex:home: other shape") :]
    assert "cause: ex:city has too few values; expected: at least 1." in node


def test_an_authors_own_message_needs_no_causes(tmp_path: Path) -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:message "No city."@en ;
      sh:node [ sh:property [ sh:path ex:city ; sh:minCount 1 ] ] ."""
    (tmp_path / "d.ttl").write_text(f"{PREFIXES} ex:a ex:p 1 .", encoding="utf-8")
    (tmp_path / "s.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    report = validate_files([tmp_path / "d.ttl"], [tmp_path / "s.ttl"])
    assert "cause" not in render(report, "text").decode()
    assert len(report.results[0].details) == 1


def test_long_lists_and_deep_shapes_are_cut(tmp_path: Path) -> None:
    values = " ".join(map(str, range(100, 120)))
    shapes = f"""ex:S a sh:NodeShape ; sh:targetNode ex:a ;
      sh:in ( {values} ) ; sh:not [ sh:not [ sh:not [ sh:not [ sh:nodeKind sh:Literal ] ] ] ] ."""
    (tmp_path / "d.ttl").write_text(f"{PREFIXES} ex:a ex:p 1 .", encoding="utf-8")
    (tmp_path / "s.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    report = validate_files([tmp_path / "d.ttl"], [tmp_path / "s.ttl"])
    said = {one.component.partition("#")[2]: one.message("en") for one in report.results}
    assert "110, 111, 8 more. Choose" in said["InConstraintComponent>"]
    assert "[not [not [not …]]]" in said["NotConstraintComponent>"]
