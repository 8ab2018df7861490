"""The W3C's SHACL test suite, core and SPARQL, through the validation station.

Our report in Turtle and the expected one have to be isomorphic as graphs, down to the structure of
paths; of ours is left out what the suite does not expect of anyone: messages other than those of
the expected report, and ``sh:detail``, which no expected report has. The suite lies beside the
repository (``../shared/conformance``) or where CLUSTERKG_CONFORMANCE says. What deviates stands
with its reason in ``deviations-shacl.toml``: an unlisted failure fails, and so does a listed case
that passes.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import rdflib
from rdflib.compare import graph_diff, isomorphic
from rdflib.namespace import RDF, SH
from rdflib.term import BNode, Node

from clusterkg.errors import ValidationError
from clusterkg.validation.judges import ENGINES
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.rendering import render

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
SUITE = SUITES / "shacl"
DEVIATIONS = tomllib.loads((HERE / "deviations-shacl.toml").read_text(encoding="utf-8"))
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
STEPS = (
    *(RDF.first, RDF.rest, SH.inversePath, SH.alternativePath),
    *(SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath),
)
"""What a path is made of."""


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    expected: rdflib.Graph | None
    """None: the shapes graph is not valid, and nothing is to be judged."""


@contextmanager
def lexical_forms() -> Iterator[None]:
    """Literals of rdflib as they are written: ``"01"^^xsd:integer`` is not 1."""
    rdflib.NORMALIZE_LITERALS, before = False, rdflib.NORMALIZE_LITERALS
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def cases() -> list[Case]:
    found = []
    for file in sorted(SUITE.rglob("*.ttl")):
        with lexical_forms():
            graph = rdflib.Graph().parse(file, publicID=file.as_uri())
        found += [_case(file, graph, node) for node in graph.subjects(RDF.type, SHT.Validate)]
    return sorted(found, key=lambda case: case.name)


def _case(file: Path, graph: rdflib.Graph, node: Node) -> Case:
    action, expected = graph.value(node, MF.action), graph.value(node, MF.result)
    assert expected is not None
    return Case(
        f"{file.parent.relative_to(SUITE).as_posix()}/{str(node).rpartition('/')[2]}",
        _file(graph.value(action, SHT.dataGraph)),
        _file(graph.value(action, SHT.shapesGraph)),
        None if expected == SHT.Failure else _report(graph, expected),
    )


def _report(graph: rdflib.Graph, top: Node) -> rdflib.Graph:
    """The triples of a report and its results and paths, nothing about the nodes they name."""
    found = rdflib.Graph()
    for triple in graph.triples((top, None, None)):
        found.add(triple)
    for result in graph.objects(top, SH.result):
        for triple in graph.triples((result, None, None)):
            if triple[1] != SH.detail:
                found.add(triple)
        _add_path(graph, graph.value(result, SH.resultPath), found)
    return found


def _add_path(graph: rdflib.Graph, node: Node | None, found: rdflib.Graph) -> None:
    if not isinstance(node, BNode) or (node, None, None) in found:
        return
    for step in STEPS:
        for one in graph.objects(node, step):
            found.add((node, step, one))
            _add_path(graph, one, found)


def _file(iri: Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


CASES = cases()


def test_the_suite_is_here() -> None:
    if not CASES:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no SHACL tests in {SUITES}")
        pytest.skip(f"no SHACL tests in {SUITES}; set CLUSTERKG_CONFORMANCE")
    assert len(CASES) == 121
    assert DEVIATIONS.keys() <= {case.name for case in CASES}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, engine: str, in_suite: Callable[..., None]) -> None:
    known = DEVIATIONS.get(case.name, {})
    reason = known.get("reason") if engine in known.get("engines", ()) else None
    suite = "shacl" if engine == "auto" else f"shacl by {engine}"
    in_suite(suite, case.name, kind=case.name.partition("/")[0], deviates=reason)
    problem = run(case, engine)
    if reason:
        assert problem, f"{case.name} passes; take it out of deviations-shacl.toml"
    else:
        assert not problem, problem


@pytest.mark.skipif(not CASES, reason="no SHACL tests")
@pytest.mark.parametrize("word", ["focusNode", "resultPath", "sourceShape", "resultSeverity"])
def test_another_report_is_no_pass(word: str) -> None:
    case = next(one for one in CASES if one.name.endswith("/path-complex-002"))
    assert case.expected is not None
    changed = _report(case.expected, next(case.expected.subjects(SH.conforms)))
    for result, value in list(changed.subject_objects(SH[word])):
        changed.remove((result, SH[word], value))
        changed.add((result, SH[word], rdflib.URIRef("https://example.org/another")))
    assert run(case, "auto") is None
    assert run(replace(case, expected=changed), "auto")


def run(case: Case, engine: str) -> str | None:
    """What is wrong with our report; None if it is as expected."""
    try:
        report = validate_files([case.data], [case.shapes], engine=engine)
    except ValidationError as error:
        return None if case.expected is None else str(error)
    if case.expected is None:
        return "the shapes were taken for valid"
    ours = graph_of(render(report, "turtle").decode(), case.expected)
    if isomorphic(ours, case.expected):
        return None
    _, surplus, missing = graph_diff(ours, case.expected)
    return f"missing:\n{missing.serialize()}\nsurplus:\n{surplus.serialize()}"


def graph_of(turtle: str, expected: rdflib.Graph) -> rdflib.Graph:
    """Our report as a graph, with the messages that are expected alone."""
    with lexical_forms():
        graph = rdflib.Graph().parse(data=turtle, format="turtle")
    (top,) = graph.subjects(RDF.type, SH.ValidationReport)
    found = _report(graph, top)
    wanted = set(expected.objects(None, SH.resultMessage))
    for triple in list(found.triples((None, SH.resultMessage, None))):
        if triple[2] not in wanted:
            found.remove(triple)
    return found
