from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import GraphError, SettingsError, ValidationError
from clusterkg.findings import Severity
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.rendering import render
from clusterkg.validation.shacl import validate_quads

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.validation.report import Report

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = (
    'ex:here sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'
)


JUDGES = {"auto": "clusterkg ", "pyshacl": "pySHACL "}
ENGINE = ["auto"]


@pytest.fixture(params=JUDGES, autouse=True)
def engine(request: pytest.FixtureRequest) -> str:
    """Every test is about both engines."""
    ENGINE[0] = request.param
    return ENGINE[0]


def judged(folder: Path, data: str, shapes: str) -> Report:
    (folder / "data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    return validate_files([folder / "data.ttl"], [folder / "shapes.ttl"], engine=ENGINE[0])


PERSON = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Human ; sh:property ex:Person-age .
ex:Person-age a sh:PropertyShape ; sh:path ex:age ; sh:maxInclusive 150 ; sh:severity sh:Warning ;
  sh:name "Alter"@de , "age"@en ; sh:message "Zu alt."@de , "Too old."@en .
"""


def test_a_result_says_everything(tmp_path: Path) -> None:
    report = judged(
        tmp_path, 'ex:a a ex:Human ; ex:age 200 ; rdfs:label "Anna"@de .\nex:b a ex:Human .', PERSON
    )
    (result,) = report.results
    assert result.focus_node == "<https://example.org/a>"
    assert result.focus_label == {"de": "Anna"}
    assert result.value == '"200"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert result.source_shape == "<https://example.org/Person-age>"
    assert result.component.endswith("MaxInclusiveConstraintComponent>")
    assert result.severity is Severity.WARNING
    assert result.message("de") == "Zu alt."
    assert result.message("ru") == "Too old."
    assert report.rules["<https://example.org/Person-age>"].names["de"] == "Alter"
    assert not report.conforms
    assert report.violations == 0
    assert (report.checked.triples, report.checked.focus_nodes, report.checked.shapes) == (4, 2, 2)
    assert report.engine.startswith(JUDGES[ENGINE[0]])


def test_subclasses_of_the_data_count(tmp_path: Path) -> None:
    data = "ex:Child rdfs:subClassOf ex:Human . ex:a a ex:Child ; ex:age 200 ."
    assert len(judged(tmp_path, data, PERSON).results) == 1


def test_nothing_targeted_is_said(tmp_path: Path) -> None:
    report = judged(tmp_path, "ex:a a ex:Animal ; ex:age 200 .", PERSON)
    assert report.conforms
    assert "says nothing about the data" in render(report, "text").decode()


def test_a_shape_without_words_gets_some(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {} ] ."
    expected = {
        "sh:minCount 2": "Bei ex:p stehen zu wenige Angaben; erwartet: mindestens 2. "
        "Tragen Sie nach, was fehlt.",
        "sh:datatype xsd:integer": '"v" bei ex:p ist kein gültiger Wert; erwartet: eine ganze Zahl '
        "(xsd:integer). Berichtigen Sie den Wert oder seinen Datentyp.",
        "sh:in ( 1 2 )": '"v" bei ex:p gehört nicht zu den möglichen Werten; erwartet: 1, 2. '
        "Wählen Sie einen davon.",
        'sh:pattern "^[0-9]+$"': '"v" bei ex:p hat nicht die verlangte Form; erwartet: ^[0-9]+$. '
        "Berichtigen Sie die Schreibweise.",
        "sh:node [ sh:nodeKind sh:IRI ]": '"v" bei ex:p hat nicht die verlangte Form; erwartet: '
        "[nodeKind eine Webadresse (IRI)]. Berichtigen Sie, was diese Form verlangt.",
    }
    for constraint, message in expected.items():
        report = judged(tmp_path, 'ex:a ex:p "v" .', shapes.format(constraint))
        (result,) = report.results
        assert result.message("de") == message
        assert set(result.messages) == {"de", "en", "ru"}


def test_messages_of_sparql_keep_their_language_and_values(tmp_path: Path) -> None:
    shapes = f"""{DECLARED}
    ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:here ;
      sh:message "{{?n}} Kinder"@de , "{{?n}} children"@en ;
      sh:select "SELECT $this (COUNT(?c) AS ?n) {{ $this ex:child ?c }} GROUP BY $this" ] ."""
    (result,) = judged(tmp_path, "ex:a ex:child ex:b , ex:c .", shapes).results
    assert result.messages == {"de": "2 Kinder", "en": "2 children"}
    assert result.source_constraint is not None


def test_causes_of_a_nested_shape_are_kept(tmp_path: Path) -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:node ex:T .
    ex:T a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."""
    (result,) = judged(tmp_path, "ex:a ex:q 1 .", shapes).results
    assert [detail.component.rpartition("#")[2] for detail in result.details] == [
        "MinCountConstraintComponent>"
    ]


def test_own_severities_count_as_violations(tmp_path: Path) -> None:
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:Literal ; sh:severity ex:Bad ."
    )
    report = judged(tmp_path, "ex:a ex:q 1 .", shapes)
    assert report.results[0].severity_iri == "<https://example.org/Bad>"
    assert report.violations == 1


def test_the_lexical_form_is_judged(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P ."
    shapes += ' ex:P sh:path ex:p ; sh:pattern "^0" .'
    assert judged(tmp_path, 'ex:a ex:p "04109"^^xsd:integer .', shapes).conforms
    report = judged(tmp_path, 'ex:a ex:p "4109"^^xsd:integer .', shapes)
    assert report.results[0].value == '"4109"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    data = (
        "[] a ex:Human ; ex:age 200 . [] a ex:Human ; ex:age 300 . ex:a a ex:Human ; ex:age 400 ."
    )
    first = [render(judged(tmp_path, data, PERSON), form) for form in ("text", "json", "turtle")]
    assert first == [
        render(judged(tmp_path, data, PERSON), form) for form in ("text", "json", "turtle")
    ]


NODE = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; "
ILL_FORMED = [
    ("ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:minCount 1 .", "a shape is ill-formed"),
    (NODE + "sh:property [ sh:path ex:p ; sh:minCount 1 , 2 ] .", "sh:minCount"),
    (
        NODE + 'sh:sparql [ sh:select "SELECT $this { $this ?p" ] .',
        "the query of <https://example.org/S>",
    ),
    (NODE + 'sh:sparql [ sh:select "SELECT $this { $this ex:p ?v }" ] .', "is not SPARQL"),
    (NODE + 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://x> { ?s ?p ?o } }" ] .', "asks"),
    (
        NODE + 'sh:sparql [ sh:select "SELECT $this { $this ?p ?o BIND(?o AS ?shapesGraph) }" ] .',
        "shapesGraph",
    ),
]


@pytest.mark.parametrize(("shapes", "message"), ILL_FORMED)
def test_ill_formed_shapes_are_an_error(tmp_path: Path, shapes: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        judged(tmp_path, "ex:a ex:q 1 .", shapes)
    assert message in caught.value.what
    assert "shapes.ttl" in str(caught.value.at)


def test_no_data_and_no_shapes_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no data was given"):
        validate_files([], [tmp_path])
    with pytest.raises(SettingsError, match=r"no shapes were given\n.*data\.ttl --shapes FILE"):
        validate_files([tmp_path / "data.ttl"], [])


def test_missing_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + PERSON, encoding="utf-8")
    with pytest.raises(GraphError, match=r"dta\.ttl: no such file"):
        validate_files([tmp_path / "dta.ttl"], [tmp_path / "shapes.ttl"])


def test_quads_are_judged_with_their_ontology(tmp_path: Path) -> None:
    """What the ontology demands of itself is not asked of concepts that a source brings along."""
    (tmp_path / "Person.ttl").write_text(PREFIXES + PERSON, encoding="utf-8")
    (tmp_path / "ontology.ttl").write_text(
        PREFIXES
        + "ex:Term a sh:NodeShape ; sh:targetClass ex:Word ; sh:property ex:Term-label ."
        + "ex:Term-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 .",
        encoding="utf-8",
    )
    connection = connect()
    connection.execute("CREATE TABLE quads (s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)")
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    rows = [
        ("<x:a>", kind, "<https://example.org/Child>", "people"),
        ("<x:a>", "<https://example.org/age>", '"200"', "people"),
        ("<x:word>", kind, "<https://example.org/Word>", "people"),
        ("<x:term>", kind, "<https://example.org/Word>", "ontology"),
        (
            "<https://example.org/Child>",
            "<http://www.w3.org/2000/01/rdf-schema#subClassOf>",
            "<https://example.org/Human>",
            "ontology",
        ),
    ]
    connection.executemany(
        "INSERT INTO quads VALUES (?, ?, ?, ?)",
        [(s, p, o, f"<https://base/graph/{g}>") for s, p, o, g in rows],
    )
    report = validate_quads(connection, [tmp_path])
    assert [result.focus_node for result in report.results] == ["<x:term>", "<x:a>"]
    assert report.checked.triples == 5
    assert set(report.rules) == {
        "<https://example.org/Person-age>",
        "<https://example.org/Term-label>",
    }


def test_labels_stand_in_one_order(tmp_path: Path) -> None:
    languages = ["ru", "de", "fr", "en", "uk"]
    names = " , ".join(f'"Anna"@{language}' for language in languages)
    report = judged(tmp_path, f"ex:a a ex:Human ; ex:age 200 ; rdfs:label {names} .", PERSON)
    assert list(report.results[0].focus_label) == sorted(languages)


ASKS = """
ex:S a sh:NodeShape ; sh:targetClass ex:Human ; ex:limit 3 ; sh:sparql ex:query .
ex:query sh:prefixes ex:here ; sh:message "Too old." ; sh:select \"""
  SELECT $this ?value WHERE {{
    BIND(" $shapesGraph" AS ?text) # ?shapesGraph is what the shapes are
    $this ex:age ?value .
    FILTER(STRLEN(?text) = 13)
    GRAPH {graph} {{ $currentShape ex:limit ?limit }}
    FILTER(?value > ?limit)
  }}\""" .
"""


@pytest.mark.parametrize("graph", ["$shapesGraph", "?shapesGraph", "?any"])
def test_a_query_asks_the_shapes_graph(tmp_path: Path, graph: str) -> None:
    data = "ex:a a ex:Human ; ex:age 4 . ex:b a ex:Human ; ex:age 2 . ex:S ex:limit 1 ."
    report = judged(tmp_path, data, DECLARED + ASKS.format(graph=graph))
    assert [result.focus_node for result in report.results] == ["<https://example.org/a>"]
    assert report.checked.triples == 5


def test_the_shapes_graph_is_whole_though_shapes_are_judged_apart(tmp_path: Path) -> None:
    shapes = """
    ex:Core a sh:NodeShape ; sh:targetClass ex:Human ; sh:closed false .
    ex:S a sh:NodeShape ; sh:targetClass ex:Human ; sh:sparql [ sh:prefixes ex:here ; sh:select
      "SELECT $this { GRAPH $shapesGraph { ex:Core <http://www.w3.org/ns/shacl#targetClass> ?c } }"
    ] ."""
    report = judged(tmp_path, "ex:a a ex:Human .", DECLARED + shapes)
    assert len(report.results) == 1


def test_ill_typed_literals_are_judged_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Shapes find them; what a library logs of them is no finding."""
    shapes = """ex:S a sh:NodeShape ; sh:targetNode "many"^^xsd:integer ; sh:datatype xsd:integer ;
      sh:message "Ist keine Zahl." ."""
    report = judged(tmp_path, 'ex:a ex:b "none"^^xsd:boolean .', shapes)
    assert [one.focus_node for one in report.results] == [
        '"many"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]
    assert caplog.text == ""


def test_where_pyshacl_fails_on_a_value_its_reader_is_told(tmp_path: Path) -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetNode ex:a ;
      sh:property [ sh:path ex:born ; sh:lessThanOrEquals ex:died ] ."""
    data = """ex:a ex:born "2001-13-01"^^xsd:date ; ex:died "1999-01-01"^^xsd:date ."""
    (tmp_path / "data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    files = [tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"]
    assert len(validate_files(*files).results) == 1
    with pytest.raises(ValidationError, match="pySHACL fails on a value of the data"):
        validate_files(*files, engine="pyshacl")
