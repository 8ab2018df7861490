"""The W3C's SHACL test suite, core and SPARQL, through the validation station.

Compared are, result by result: focus node, path, value, source shape, constraint component and
severity; blank nodes and complex paths count as "something". The suite lies beside the repository
(``../shared/conformance``) or where CLUSTERKG_CONFORMANCE says. What deviates stands with its
reason in ``deviations-shacl.toml``: an unlisted failure fails, and so does a listed case that
passes.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import rdflib
from rdflib.namespace import SH

from clusterkg.errors import ValidationError
from clusterkg.validation.path import Predicate
from clusterkg.validation.shacl import ENGINES, validate_files

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
SUITE = SUITES / "shacl"
DEVIATIONS = tomllib.loads((HERE / "deviations-shacl.toml").read_text(encoding="utf-8"))
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
SOMETHING = "something"


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    conforms: bool | None
    """None: the shapes graph is not valid, and nothing is to be judged."""
    results: tuple[tuple[str, ...], ...]


def cases() -> list[Case]:
    found = []
    for file in sorted(SUITE.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, publicID=file.as_uri())
        found += [
            _case(file, graph, node) for node in graph.subjects(rdflib.RDF.type, SHT.Validate)
        ]
    return sorted(found, key=lambda case: case.name)


def _case(file: Path, graph: rdflib.Graph, node: rdflib.term.Node) -> Case:
    action, expected = graph.value(node, MF.action), graph.value(node, MF.result)
    conforms = graph.value(expected, SH.conforms)
    return Case(
        f"{file.parent.relative_to(SUITE).as_posix()}/{str(node).rpartition('/')[2]}",
        _file(graph.value(action, SHT.dataGraph)),
        _file(graph.value(action, SHT.shapesGraph)),
        None if expected == SHT.Failure else bool(conforms),
        tuple(sorted(_expected(graph, result) for result in graph.objects(expected, SH.result))),
    )


def _file(iri: rdflib.term.Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def _expected(graph: rdflib.Graph, result: rdflib.term.Node) -> tuple[str, ...]:
    return (
        _shown(graph.value(result, SH.focusNode)),
        _shown(graph.value(result, SH.resultPath)),
        _shown(graph.value(result, SH.value)),
        _shown(graph.value(result, SH.sourceShape)),
        _shown(graph.value(result, SH.sourceConstraintComponent)),
        _shown(graph.value(result, SH.resultSeverity)),
    )


def _shown(term: rdflib.term.Node | None) -> str:
    if term is None:
        return ""
    return SOMETHING if isinstance(term, rdflib.BNode) else term.n3()


rdflib.NORMALIZE_LITERALS, _NORMALIZE = False, rdflib.NORMALIZE_LITERALS
try:
    CASES = cases()
finally:
    rdflib.NORMALIZE_LITERALS = _NORMALIZE


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


def run(case: Case, engine: str) -> str | None:
    """What is wrong with our report; None if it is as expected."""
    try:
        report = validate_files([case.data], [case.shapes], engine=engine)
    except ValidationError as error:
        return None if case.conforms is None else str(error)
    if case.conforms is None:
        return "the shapes were taken for valid"
    ours = Counter(
        (
            _ours(result.focus_node),
            _path(result.path),
            _ours(result.value),
            _ours(result.source_shape),
            _ours(result.component),
            _ours(result.severity_iri),
        )
        for result in report.results
    )
    theirs = Counter(case.results)
    if ours != theirs:
        return f"missing: {list(theirs - ours)}\nsurplus: {list(ours - theirs)}"
    return None


def _ours(term: str | None) -> str:
    if term is None:
        return ""
    return SOMETHING if term.startswith("_:") else term


def _path(path: object) -> str:
    if path is None:
        return ""
    return path.iri if isinstance(path, Predicate) else SOMETHING
