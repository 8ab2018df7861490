"""The W3C's tests of SHACL Core, judged by plans on Spark.

A job of Spark costs a second, and a shape is a job or more. So all graphs with their shapes are
judged as one, the names of each moved to a place of its own. `make conformance` runs all of them,
`make test` every fifth.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import BNode, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from clusterkg.engines.spark import SparkRun
from clusterkg.validation.path import Predicate
from clusterkg.validation.rdf_files import validate_files
from clusterkg.validation.report import Result

from .conftest import OPTION
from .test_shacl import CASES

CORE = [case for case in CASES if case.name.startswith("core/")]
OF_ALL_SHAPES = "shacl-shacl"
"""Its shapes are about whatever is a shape: it needs a graph of its own, and many jobs."""
HOSTS = re.compile(r"http://(datashapes\.org|(?:www\.)?example\.(?:com|org)|schema\.org)/")


def moved(text: str, number: int) -> str:
    """The names of a test in a place of their own."""
    return HOSTS.sub(rf"http://\1/{number}/", text)


def expected(graph: Graph, number: int) -> Counter[tuple[str, ...]]:
    def shown(node: Node | None) -> str:
        if node is None:
            return ""
        return "_:" if isinstance(node, BNode) else moved(node.n3(), number)

    words = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent")
    return Counter(
        tuple(shown(graph.value(result, SH[word])) for word in words)
        for result in graph.objects(None, SH.result)
    )


def found(result: Result) -> tuple[str, ...]:
    path = result.path
    terms = (
        result.focus_node,
        "" if path is None else path.iri if isinstance(path, Predicate) else "_:",
        result.value or "",
        result.source_shape,
        result.component,
    )
    return tuple("_:" if term.startswith("_:") else term for term in terms)


@pytest.mark.skipif(not CASES, reason="no SHACL tests; test_the_suite_is_here says so")
@pytest.mark.parametrize("together", [True, False], ids=["most", "of all shapes"])
def test_core_is_judged_as_the_w3c_expects(
    spark_run: SparkRun, tmp_path: Path, together: bool, request: pytest.FixtureRequest
) -> None:
    cases = [case for case in CORE if (OF_ALL_SHAPES in case.name) != together]
    assert len(cases) == (97 if together else 1)
    if request.config.getoption(OPTION, default=None) is None:
        if not together:
            pytest.skip("a minute and a half for one case: make conformance runs it")
        cases = cases[::5]
    data, shape_files = set[Path](), set[Path]()
    wanted = Counter[tuple[str, ...]]()
    for number, case in enumerate(cases):
        for file, files in ((case.data, data), (case.shapes, shape_files)):
            text = moved(file.read_text(encoding="utf-8"), number)
            copy = tmp_path / f"{number}-{file.name}"
            copy.write_text(text, encoding="utf-8")
            files.add(copy)
        assert case.expected is not None
        wanted += expected(case.expected, number)
    report = validate_files(sorted(data), sorted(shape_files), run=spark_run)
    ours = Counter(map(found, report.results))
    assert ours == wanted, f"missing: {list(wanted - ours)}\nsurplus: {list(ours - wanted)}"
    assert "Spark" in report.engine
    assert "pySHACL" not in report.engine
