from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SH, Graph

from clusterkg.errors import ValidationError
from clusterkg.validation.constraints import defined_words, is_usual
from clusterkg.validation.loading import triples_of_files
from clusterkg.validation.rdflib_graphs import as_rdflib, from_rdflib
from clusterkg.validation.shapes import read_shapes
from clusterkg.validation.shapes_graph import FIRST, NIL, REST, ShapesGraph

ROOT = Path(__file__).parents[2]
LIST = (("_:a", FIRST, "<x:1>"), ("_:a", REST, "_:b"), ("_:b", FIRST, "<x:2>"))


def test_it_answers_in_the_order_of_the_triples() -> None:
    triples = [("_:s", "<x:p>", "<x:b>"), ("_:s", "<x:p>", "<x:a>"), ("_:t", "<x:p>", "<x:b>")]
    graph = ShapesGraph([*triples, triples[0]], {})
    assert list(graph) == triples
    assert len(graph) == 3
    assert triples[1] in graph
    assert ("_:t", "<x:p>", "<x:a>") not in graph
    assert graph.objects("_:s", "<x:p>") == ["<x:b>", "<x:a>"]
    assert graph.value("_:s", "<x:p>") == "<x:b>"
    assert graph.value("_:s", "<x:q>") is None
    assert graph.values("<x:p>") == ["<x:b>", "<x:a>"]
    assert graph.subjects("<x:p>") == ["_:s", "_:t"]
    assert graph.subjects_with("<x:p>", "<x:b>") == graph.above("<x:b>") == ["_:s", "_:t"]
    assert graph.subject_predicates("<x:a>") == [("_:s", "<x:p>")]
    assert graph.predicate_objects("_:t") == [("<x:p>", "<x:b>")]
    assert graph.predicates() == graph.predicates("_:s") == ["<x:p>"]
    assert (graph.describes("_:t"), graph.describes("<x:a>")) == (True, False)


def test_members_of_lists() -> None:
    graph = ShapesGraph((*LIST, ("_:b", REST, NIL)), {})
    assert graph.items("_:a") == ["<x:1>", "<x:2>"]
    assert graph.items(NIL) == []


def test_a_list_in_a_circle_is_told() -> None:
    graph = ShapesGraph((*LIST, ("_:b", REST, "_:a")), {})
    with pytest.raises(ValidationError, match="the list _:a leads back to itself"):
        graph.items("_:a")


def test_it_is_the_graph_that_rdflib_reads() -> None:
    files = sorted((ROOT / "shapes").glob("*.ttl"))
    own = read_shapes(files).graph
    other = Graph()
    for file in files:
        other.parse(file)
    assert len(own) == len(other) > 1000
    assert len(from_rdflib(as_rdflib(own))) == len(own)
    assert set(from_rdflib(as_rdflib(own))) == set(own)
    for word in (SH.path, SH.message, SH["in"], SH.order):
        assert len(own.subject_objects(f"<{word}>")) == len(list(other.subject_objects(word))) > 0


def test_a_prefix_of_two_namespaces_gets_a_number(tmp_path: Path) -> None:
    """Messages name terms by these prefixes: none may stand for what another file means by it."""
    declared = ("ex: <x:1#>", "ex: <x:2#>", "ex: <x:3#>", "other: <x:1#>", ": <x:4#>", ": <x:5#>")
    files = [tmp_path / f"{number}.ttl" for number in range(len(declared))]
    for file, prefix in zip(files, declared, strict=True):
        file.write_text(f"@prefix {prefix} . <x:a> <x:b> <x:c> .")
    prefixes: dict[str, str] = {}
    assert len(list(triples_of_files(files, prefixes))) == len(files)
    assert prefixes == {
        "ex": "x:1#",
        "ex1": "x:2#",
        "ex2": "x:3#",
        "": "x:4#",
        "default1": "x:5#",
    }


def test_escapes_are_those_of_the_quads_relation(tmp_path: Path) -> None:
    """Values of shapes are compared with those of the data as texts."""
    file = tmp_path / "a.ttl"
    file.write_text(r'<x:a> <x:b> "\u00E4\t\"\\\n" .')
    (triple,) = triples_of_files([file])
    assert triple[2] == '"ä\t\\"\\\\\\n"'


def test_usual_words_are_words_of_shacl() -> None:
    words = {word for word in defined_words() if is_usual({word})}
    assert {"minCount", "targetClass", "message"} <= words
    assert is_usual(words)
    assert not is_usual({"minCout"})
    assert not is_usual({"sparql"})
