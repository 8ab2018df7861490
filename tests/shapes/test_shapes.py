"""Every shape against its examples: valid ones have no result, invalid ones the approved ones.

``tests/shapes/<shape file>/invalid.WHY.ttl`` has beside it ``invalid.WHY.txt`` with the results
that were read and approved. After a change write them anew and read the diff::

    python tests/shapes/test_shapes.py
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import RDFS

from clusterkg.namespaces import SH
from clusterkg.validation.by_pyshacl import validate
from clusterkg.validation.rdflib_graphs import graph_of_files
from clusterkg.validation.report import Report
from clusterkg.validation.shapes import Shapes, read_shapes, texts
from clusterkg.validation.shapes_graph import TYPE, ShapesGraph, sh
from clusterkg.validation.terms import is_iri, plain, short

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SHAPE_FILES = sorted((ROOT / "shapes").glob("*.ttl"))
VALID = sorted(FOLDER.glob("*/valid.*.ttl"))
INVALID = sorted(FOLDER.glob("*/invalid.*.ttl"))
COMPONENTS = {
    "class": "Class",
    "datatype": "Datatype",
    "in": "In",
    "languageIn": "LanguageIn",
    "maxCount": "MaxCount",
    "maxInclusive": "MaxInclusive",
    "maxLength": "MaxLength",
    "minCount": "MinCount",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "node": "Node",
    "nodeKind": "NodeKind",
    "or": "Or",
    "pattern": "Pattern",
    "qualifiedMinCount": "QualifiedMinCount",
    "sparql": "SPARQL",
    "uniqueLang": "UniqueLang",
}
NO_CONSTRAINTS = {
    *("declare", "deactivated", "description", "flags", "message", "name", "order", "path"),
    *("property", "qualifiedValueShape", "severity"),
    *("targetClass", "targetObjectsOf", "targetSubjectsOf"),
}


@cache
def shapes_of(name: str) -> Shapes:
    return read_shapes([ROOT / "shapes" / f"{name}.ttl"])


@cache
def subclasses() -> tuple[tuple[object, ...], ...]:
    ontology = graph_of_files(sorted((ROOT / "ontology").glob("*.ttl")))
    return tuple(ontology.triples((None, RDFS.subClassOf, None)))


@cache
def judged(file: Path) -> Report:
    data = graph_of_files([file])
    if file.parent.name != "ontology":
        for triple in subclasses():
            data.add(triple)
    return validate(data, shapes_of(file.parent.name))


def lines(report: Report) -> str:
    return "".join(
        f"{result.severity.word}  {short(result.source_shape)}  {short(result.focus_node)}"
        f"{'  ' + short(result.value) if result.value else ''}\n"
        for result in report.results
    )


def named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def test_examples_are_found() -> None:
    assert len(SHAPE_FILES) > 20
    assert len(VALID) > 20
    assert len(INVALID) > 100
    assert {file.parent.name for file in VALID} == {file.stem for file in SHAPE_FILES}


@pytest.mark.parametrize("file", VALID, ids=named)
def test_valid(file: Path) -> None:
    report = judged(file)
    assert lines(report) == ""
    assert report.checked.focus_nodes > 0


@pytest.mark.parametrize("file", INVALID, ids=named)
def test_invalid(file: Path) -> None:
    approved = file.with_suffix(".txt").read_text(encoding="utf-8")
    assert approved
    assert lines(judged(file)) == approved


def constraints(graph: ShapesGraph, node: str) -> set[str]:
    """The constraint components of a shape, by the parameters it states."""
    found = set()
    for predicate in graph.predicates(node):
        word = plain(predicate).removeprefix(SH)
        if plain(predicate).startswith(SH) and word not in NO_CONSTRAINTS:
            found.add(COMPONENTS[word])
    return found


@pytest.mark.parametrize("file", SHAPE_FILES, ids=lambda file: file.stem)
def test_every_constraint_fires(file: Path) -> None:
    shapes = shapes_of(file.stem)
    wanted = {
        (short(node), component)
        for node in shapes.nodes
        if is_iri(node)
        for component in constraints(shapes.graph, node)
    }
    seen = {
        (
            short(result.source_shape),
            short(result.component).removeprefix("sh:").removesuffix("ConstraintComponent"),
        )
        for example in INVALID
        if example.parent.name == file.stem
        for result in judged(example).results
    }
    assert wanted
    assert wanted - seen == set()


@pytest.mark.parametrize("file", SHAPE_FILES, ids=lambda file: file.stem)
def test_every_shape_speaks(file: Path) -> None:
    """Shapes that can be the source of a result say what they are and what is wrong."""
    graph = shapes_of(file.stem).graph
    for node in shapes_of(file.stem).nodes:
        if not is_iri(node) or not constraints(graph, node):
            continue
        name = short(node)
        said = texts(graph, node, "message")
        for constraint in graph.objects(node, sh("sparql")):
            said = texts(graph, constraint, "message")
            assert {"de", "en", "ru"} == said.keys(), name
        assert {"de", "en"} <= said.keys(), name
        assert all(text.endswith((".", "?")) for text in said.values()), name
        if file.stem != "ontology":
            assert {"de", "en", "ru"} == said.keys(), name
            assert {"de", "en", "ru"} == texts(graph, node, "name").keys(), name
            assert graph.objects(node, sh("severity")), name
            assert name.startswith(f"clk-shape:{file.stem[0].upper()}{file.stem[1:]}"), name


def test_names_are_distinct() -> None:
    """A person who says the name of a rule means one rule."""
    for language in ("de", "en", "ru"):
        names: dict[str, str] = {}
        for file in SHAPE_FILES:
            graph = shapes_of(file.stem).graph
            for node in graph.subjects_with(TYPE, sh("PropertyShape")):
                name = texts(graph, node, "name").get(language)
                if name is not None:
                    assert names.setdefault(name, node) == node
        assert len(names) > 80


def test_thresholds_are_those_of_the_constraints() -> None:
    """The numbers that pages show for Porter's conditions are those that the shapes judge by."""
    graph = shapes_of("porter").graph
    threshold = "<https://w3id.org/clusterkg/shape/threshold>"
    found = {node: plain(value) for node, value in graph.subject_objects(threshold)}
    assert len(found) == 5
    for node, value in found.items():
        counts = [graph.value(node, sh(word)) for word in ("minCount", "qualifiedMinCount")]
        judged_by = [plain(count) for count in counts if count is not None]
        if judged_by:
            assert judged_by == [value]
        else:
            queries = [
                plain(graph.value(constraint, sh("select")) or "")
                for constraint in graph.objects(node, sh("sparql"))
            ]
            assert any(f"< {value} * COUNT" in query for query in queries)


if __name__ == "__main__":
    for example in INVALID:
        example.with_suffix(".txt").write_text(lines(judged(example)), encoding="utf-8")
