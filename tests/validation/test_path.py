from __future__ import annotations

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from clusterkg.errors import ValidationError
from clusterkg.validation.path import Path, path_sparql, path_turtle, read_path
from clusterkg.validation.rdflib_graphs import from_rdflib
from clusterkg.validation.shapes_graph import ShapesGraph, sh

SH = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix org: <http://www.w3.org/ns/org#> .\n"

CASES = [
    ("org:hasSite", "org:hasSite"),
    ("[ sh:inversePath org:hasSite ]", "^org:hasSite"),
    ("( org:hasSite org:siteAddress )", "org:hasSite/org:siteAddress"),
    ("[ sh:alternativePath ( org:hasSite org:hasPrimarySite ) ]", "org:hasSite|org:hasPrimarySite"),
    ("[ sh:zeroOrMorePath org:subOrganizationOf ]", "org:subOrganizationOf*"),
    ("[ sh:oneOrMorePath org:subOrganizationOf ]", "org:subOrganizationOf+"),
    ("[ sh:zeroOrOnePath org:subOrganizationOf ]", "org:subOrganizationOf?"),
    ("( [ sh:alternativePath ( org:a org:b ) ] org:c )", "(org:a|org:b)/org:c"),
    ("[ sh:zeroOrMorePath ( org:a [ sh:inversePath org:b ] ) ]", "(org:a/^org:b)*"),
]


def first_path(graph: ShapesGraph) -> Path:
    return read_path(graph, graph.values(sh("path"))[0])


def graph(path: str) -> Graph:
    return Graph().parse(data=f"{SH}org:x sh:path {path} .", format="turtle")


@pytest.mark.parametrize(("turtle", "sparql"), CASES)
def test_paths_read_and_written(turtle: str, sparql: str) -> None:
    read = graph(turtle)
    path = first_path(from_rdflib(read))
    assert path_sparql(path) == sparql
    assert isomorphic(graph(path_turtle(path)), read)


def test_what_is_no_path_is_named() -> None:
    with pytest.raises(ValidationError, match=r"'_:b' is not a property path"):
        read_path(ShapesGraph((), {}), "_:b")


def test_a_circle_ends() -> None:
    read = from_rdflib(graph("_:p . _:p sh:inversePath _:p"))
    with pytest.raises(ValidationError, match="contains itself"):
        first_path(read)
