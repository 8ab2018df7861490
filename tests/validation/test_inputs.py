"""What people name when they validate their own files: folders, standard input, shapes in data."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.errors import GraphError, SettingsError, ValidationError
from clusterkg.namespaces import RDF
from clusterkg.project import Project
from clusterkg.validation.finding_wording import finding_message
from clusterkg.validation.inputs import files_in
from clusterkg.validation.judges import Judges
from clusterkg.validation.rendering import render
from clusterkg.validation.standalone import validate_files

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
DATA = PREFIXES + "ex:a a ex:C ; ex:p 1 . ex:b a ex:C ."
SHAPES = PREFIXES + "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
FORMS = {
    "data.ttl": ox.RdfFormat.TURTLE,
    "data.nt": ox.RdfFormat.N_TRIPLES,
    "data.nq": ox.RdfFormat.N_QUADS,
    "data.trig": ox.RdfFormat.TRIG,
    "data.rdf": ox.RdfFormat.RDF_XML,
    "data.xml": ox.RdfFormat.RDF_XML,
    "data.jsonld": ox.RdfFormat.JSON_LD,
    "data.n3": ox.RdfFormat.N3,
}


def serialized(form: ox.RdfFormat) -> bytes:
    quads = list(ox.parse(DATA, format=ox.RdfFormat.TURTLE))
    written = ox.RdfFormat.TURTLE if form == ox.RdfFormat.N3 else form
    if form in {ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD}:
        graph = ox.NamedNode("https://example.org/graph")
        quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads]
    content = ox.serialize(quads, format=written)
    assert content is not None
    return content


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    file = tmp_path / "shapes.ttl"
    file.write_text(SHAPES, encoding="utf-8")
    return file


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_every_syntax_and_packed(name: str, packed: bool, tmp_path: Path, shapes: Path) -> None:
    content = serialized(FORMS[name])
    file = tmp_path / (f"{name}.gz" if packed else name)
    file.write_bytes(gzip.compress(content) if packed else content)
    (result,) = validate_files([file], [shapes]).results
    assert result.focus_node == "<https://example.org/b>"


@pytest.mark.parametrize("name", FORMS)
def test_standard_input_is_in_the_syntax_that_it_is_in(name: str, shapes: Path) -> None:
    content = serialized(FORMS[name])
    for begin in (b"", b"\n  \n"):
        report = validate_files([Path("-")], [shapes], content=begin + content)
        assert len(report.results) == 1
        assert report.checked.triples == 3


def test_standard_input_may_begin_as_json_does(shapes: Path) -> None:
    for text in ("{ ex:b a ex:C }", '[ a ex:C ; ex:q "x" ] .', "# comment\nex:b a ex:C .\n"):
        content = (PREFIXES + text).encode()
        assert len(validate_files([Path("-")], [shapes], content=content).results) == 1
    bare = b'[ a <https://example.org/C> ; <https://example.org/q> "x" ] .'
    assert len(validate_files([Path("-")], [shapes], content=bare).results) == 1


def test_shapes_may_come_by_standard_input(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    report = validate_files([tmp_path / "data.ttl"], [Path("-")], content=SHAPES.encode())
    assert len(report.results) == 1


def test_an_error_in_standard_input_says_so(shapes: Path) -> None:
    with pytest.raises(GraphError, match="standard input, line 2: not TriG"):
        validate_files([Path("-")], [shapes], content=b"<a:a> <a:b>\n.")


def test_folders_stand_for_what_is_in_them(tmp_path: Path) -> None:
    for name, text in {
        "data/a.ttl": DATA,
        "data/b.nt": f"<https://example.org/c> <{RDF}type> <https://example.org/C> .",
        "data/notes.txt": "no RDF",
        "shapes/one.ttl": SHAPES,
        "shapes/two.jsonld": '{"@id": "https://example.org/T", '
        '"http://www.w3.org/ns/shacl#targetClass": {"@id": "https://example.org/C"}, '
        '"http://www.w3.org/ns/shacl#nodeKind": {"@id": "http://www.w3.org/ns/shacl#Literal"}}',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = validate_files([tmp_path / "data"], [tmp_path / "shapes"])
    assert len(report.results) == 2 + 3
    (tmp_path / "empty").mkdir()
    with pytest.raises(GraphError, match="no RDF file in the folder"):
        files_in([tmp_path / "empty"])
    with pytest.raises(ValidationError, match="no shapes were given"):
        validate_files([tmp_path / "data"], [tmp_path / "empty"])


def test_shapes_in_the_data_are_those_that_judge(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA + SHAPES.removeprefix(PREFIXES), encoding="utf-8")
    (tmp_path / "more.ttl").write_text(PREFIXES + "ex:c a ex:C .", encoding="utf-8")
    report = validate_files([tmp_path / "data.ttl", tmp_path / "more.ttl"], [])
    assert len(report.results) == 2


def test_the_data_may_name_their_shapes(tmp_path: Path, shapes: Path) -> None:
    linked = "<> sh:shapesGraph <{}> . ex:T sh:targetClass ex:C ; sh:nodeKind sh:Literal ."
    file = tmp_path / "data.ttl"
    file.write_text(DATA + linked.format(shapes.name), encoding="utf-8")
    assert len(validate_files([file], []).results) == 1
    file.write_text(DATA + linked.format("https://example.org/shapes.ttl"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"https://example\.org/shapes\.ttl.*\n.*--shapes"):
        validate_files([file], [])


def test_without_any_shapes_it_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    with pytest.raises(SettingsError, match="no shapes were given"):
        validate_files([tmp_path / "data.ttl"], [])


def test_within_a_project_its_shapes_are_those_that_judge(
    tmp_path: Path, tiny_project: Project
) -> None:
    data = "<https://example.org/x> a <https://w3id.org/clusterkg/ontology#Cluster> ."
    (tmp_path / "data.ttl").write_text(data, encoding="utf-8")
    report = validate_files([tmp_path / "data.ttl"], [], project=tiny_project)
    assert [result.message("en") for result in report.results] == ["The cluster has no name."]


@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_a_report_says_what_was_not_judged(engine: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA + "ex:codes a owl:Ontology .", encoding="utf-8")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        PREFIXES
        + "ex: owl:imports <https://example.org/more> .\n"
        + "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCnt 1 ] .\n"
        + 'ex:T sh:message "m" .\n',
        encoding="utf-8",
    )
    report = validate_files([tmp_path / "data.ttl"], [shapes], judges=Judges(engine))
    assert report.conforms
    assert not report.violations
    told = [(one.rule, one.place.line) for one in report.findings if one.place]
    assert told == [("unknown-word", 5), ("overlay-without-base", 6), ("import-not-loaded", 4)]
    text = render(report, "text", language="de").decode()
    assert finding_message(report.findings[0], "de") in " ".join(text.split())
    assert "Nach Tabelle" not in text
    assert b"startLine" in render(report, "sarif")


def test_an_import_that_the_data_describe_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA + "ex:codes a owl:Ontology .", encoding="utf-8")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES + "ex: owl:imports ex:codes .", encoding="utf-8")
    assert validate_files([tmp_path / "data.ttl"], [shapes]).findings == ()
