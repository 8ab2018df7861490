"""The reports of a run are well-formed, and count what was run."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF

from .reporting import DEVIATES, FAILED, PASSED, SKIPPED, Outcome, as_csv, as_earl, table, write
from .test_rml import CASES

EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
DOAP = rdflib.Namespace("http://usefulinc.com/ns/doap#")
SUBJECT = rdflib.URIRef("https://w3id.org/clusterkg")
FOUND = [
    Outcome("rml-core", "rml-core JSON", "RMLTC0000-JSON", PASSED),
    Outcome("rml-io", "rml-io sources", "RMLSTC0003", DEVIATES, 'says "33", no\ndatatype'),
    Outcome("rml-legacy", "rml-legacy CSV", "RMLTC0001a-CSV", FAILED),
    Outcome("shacl", "shacl core", "core/node/and-001", PASSED),
    Outcome("shacl by pyshacl", "shacl by pyshacl core", "core/node/and-001", FAILED),
    Outcome("rml-star", "rml-star", "RMLSTARTC001a", SKIPPED, "not understood"),
]


def test_the_table_has_a_line_for_each_part_and_the_sum() -> None:
    lines = [line.split() for line in table(FOUND)]
    assert lines[0] == ["suite", "cases", "passed", "deviates", "skipped", "failed"]
    assert ["rml-core", "JSON", "1", "1", "0", "0", "0"] in lines
    assert ["rml-io", "sources", "1", "0", "1", "0", "0"] in lines
    assert lines[-1] == ["all", "6", "2", "1", "1", "2"]


def test_the_csv_has_the_columns_and_words_of_the_community() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(FOUND))))
    assert list(rows[0]) == ["testcase_id", "status", "notes"]
    statuses = [row["status"] for row in rows]
    assert statuses == ["passed", "failed", "failed", "passed", "failed", "inapplicable"]
    assert rows[1]["notes"] == 'says "33", no\ndatatype'


def test_the_communitys_report_gets_its_modules_and_a_line_about_the_engine(tmp_path: Path) -> None:
    write(FOUND, tmp_path, "1.2.3")
    data = tmp_path / "implementation-report" / "data"
    (engine,) = csv.DictReader(io.StringIO((data / "processors.csv").read_text("utf-8")))
    assert (engine["processor_id"], engine["version"]) == ("clusterkg", "1.2.3")
    results = csv.DictReader(io.StringIO((data / engine["results_file"]).read_text("utf-8")))
    assert [row["testcase_id"] for row in results] == ["RMLTC0000-JSON", "RMLSTC0003"]
    write(FOUND[2:], tmp_path / "none", "1.2.3")
    assert not (tmp_path / "none" / "implementation-report").exists()


def test_earl_holds_an_assertion_of_every_case() -> None:
    graph = rdflib.Graph().parse(data=as_earl(FOUND, "1.2.3"), format="turtle")
    assert (SUBJECT, RDF.type, DOAP.Project) in graph
    release = graph.value(SUBJECT, DOAP.release)
    assert str(graph.value(release, DOAP.revision)) == "1.2.3"
    assert outcomes_of(graph) == {"passed": 2, "failed": 3, "untested": 1}
    assert_is_earl(graph)
    case = rdflib.URIRef("urn:x-shacl-test:/core/node/and-001")
    chosen = rdflib.URIRef(f"{SUBJECT}/engine/pyshacl")
    judged = {
        graph.value(one, EARL.subject): graph.value(graph.value(one, EARL.result), EARL.outcome)
        for one in graph.subjects(EARL.test, case)
    }
    assert judged == {SUBJECT: EARL.passed, chosen: EARL.failed}
    first = rdflib.URIRef("http://w3id.org/rml/core/test/RMLTC0000-JSON")
    assert (first, RDF.type, EARL.TestCriterion) in graph
    assert as_earl(FOUND, "1.2.3") == as_earl(FOUND, "1.2.3")


def assert_is_earl(graph: rdflib.Graph) -> None:
    """What the EARL schema demands of an assertion, and of each thing that it names."""
    assertions = set(graph.subjects(RDF.type, EARL.Assertion))
    assert assertions
    for assertion in assertions:
        named = {}
        for word in ("assertedBy", "subject", "test", "result", "mode"):
            (named[word],) = graph.objects(assertion, EARL[word])
        assert (named["assertedBy"], RDF.type, EARL.Assertor) in graph
        assert (named["subject"], RDF.type, EARL.TestSubject) in graph
        assert (named["test"], RDF.type, EARL.TestCriterion) in graph
        assert (named["result"], RDF.type, EARL.TestResult) in graph
        assert named["mode"] == EARL.automatic
        (outcome,) = graph.objects(named["result"], EARL.outcome)
        assert outcome in {EARL.passed, EARL.failed, EARL.untested}
        assert graph.value(named["test"], DCTERMS.identifier) is not None
        assert graph.value(named["subject"], DCTERMS.title) is not None


def outcomes_of(graph: rdflib.Graph) -> dict[str, int]:
    names = (str(one).rpartition("#")[2] for one in graph.objects(None, EARL.outcome))
    return dict(Counter(names))


@pytest.mark.skipif(not CASES, reason="no RML test cases")
def test_the_reports_of_a_run_count_what_was_run(tmp_path: Path) -> None:
    here = Path(__file__).parent
    chosen = "rml-io/RMLSTC000 or RMLSTARTC00"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(here / "test_rml.py")]
    run = subprocess.run(
        [*command, "-k", chosen, "--conformance-report", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=here.parents[1],
        env=os.environ,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    total = next(line.split() for line in run.stdout.splitlines() if line.startswith("all "))
    cases, passed, deviates, skipped, failed = map(int, total[1:])
    assert cases == passed + deviates + skipped + failed
    assert passed
    assert deviates
    rows = [
        row["status"]
        for file in tmp_path.glob("*.csv")
        for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    ]
    assert Counter(rows) == {"passed": passed, "failed": deviates, "inapplicable": skipped}
    graph = rdflib.Graph().parse(tmp_path / "earl.ttl")
    assert_is_earl(graph)
    assert outcomes_of(graph) == {"passed": passed, "failed": deviates, "untested": skipped}
