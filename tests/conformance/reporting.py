"""What a run of the suites came to: a table for the terminal, and reports that others can read.

The reports are those of the RML community's implementation report
(https://github.com/kg-construct/implementation-report): its two files for one engine, and its form
once more for each suite; and EARL in Turtle (https://www.w3.org/TR/EARL10-Schema/). They hold no
date: the same results give the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PASSED, FAILED, DEVIATES, SKIPPED = "passed", "failed", "deviates", "skipped"
COLUMNS = (PASSED, DEVIATES, SKIPPED, FAILED)
STATUS = {PASSED: "passed", FAILED: "failed", DEVIATES: "failed", SKIPPED: "inapplicable"}
"""What the community's report calls it."""
MODULES = ("rml-core", "rml-io", "rml-fnml", "rml-cc", "rml-lv")
"""The suites of the community's report, in its order."""
PROJECT = "https://w3id.org/clusterkg"
BY = " by "
"""A suite run with an engine that is not the default one: ``shacl by pyshacl``."""
TESTS = {
    "rml-legacy": "https://rml.io/test-cases/#",
    "shacl": "urn:x-shacl-test:/",
    "sparql-protocol": "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#",
    "sparql-service-description": (
        "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/service-description/manifest#"
    ),
}
"""What stands before a case's name in its IRI; RML's modules have a folder each."""


@dataclass(frozen=True, order=True)
class Outcome:
    """One case: ``part`` is its line in the table, ``note`` why it did not simply pass."""

    suite: str
    part: str
    case: str
    status: str
    note: str = ""

    @property
    def iri(self) -> str:
        suite = self.suite.partition(BY)[0]
        module = suite.partition("-")[2]
        return TESTS.get(suite, f"http://w3id.org/rml/{module}/test/") + self.case

    @property
    def subject(self) -> str:
        """Who was tested: the project, or the project with an engine that was chosen."""
        chosen = self.suite.partition(BY)[2]
        return f"{PROJECT}/engine/{chosen}" if chosen else PROJECT


def outcomes(reports: Iterable[Any]) -> list[Outcome]:
    """The cases among pytest's reports, by suite and name."""
    found = []
    for report in reports:
        told = dict(report.user_properties)
        if report.when != "call" or "suite" not in told:
            continue
        reason = told["deviates"]
        status, note = report.outcome, ""
        if status == PASSED and reason is not None:
            status, note = DEVIATES, reason
        elif status == SKIPPED:
            note = str(report.longrepr[2]).removeprefix("Skipped: ")
        part = f"{told['suite']} {told['kind']}".rstrip()
        found.append(Outcome(told["suite"], part, told["case"], status, note))
    return sorted(found)


def table(found: Sequence[Outcome]) -> list[str]:
    """The lines of the table: a part of a suite each, and the sum of all."""
    parts: dict[str, Counter[str]] = {}
    for one in found:
        parts.setdefault(one.part, Counter())[one.status] += 1
    total = sum(parts.values(), Counter())
    heading = f"{'suite':<28}{'cases':>7}" + "".join(f"{name:>10}" for name in COLUMNS)
    return [heading, *(_line(name, parts[name]) for name in sorted(parts)), _line("all", total)]


def _line(name: str, counts: Counter[str]) -> str:
    return f"{name:<28}{counts.total():>7}" + "".join(f"{counts[one]:>10}" for one in COLUMNS)


def write(found: Sequence[Outcome], folder: Path, version: str) -> None:
    """All reports into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for suite in sorted({one.suite for one in found}):
        of_suite = [one for one in found if one.suite == suite]
        (folder / f"{suite.replace(' ', '-')}.csv").write_text(as_csv(of_suite), encoding="utf-8")
    (folder / "earl.ttl").write_text(as_earl(found, version), encoding="utf-8")
    modules = [one for suite in MODULES for one in found if one.suite == suite]
    if modules:
        data = folder / "implementation-report" / "data"
        (data / "results").mkdir(parents=True, exist_ok=True)
        (data / "results" / "clusterkg.csv").write_text(as_csv(modules), encoding="utf-8")
        (data / "processors.csv").write_text(as_processor(version), encoding="utf-8")


def as_csv(found: Sequence[Outcome]) -> str:
    """The rows of the community's report."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("testcase_id", "status", "notes"))
    writer.writerows((one.case, STATUS[one.status], one.note) for one in found)
    return file.getvalue()


def as_processor(version: str) -> str:
    """The line of the community's list of engines; who hands it in adds the date and a contact."""
    return (
        "processor_id,name,version,release_date,contact,homepage,results_file\n"
        f'clusterkg,clusterkg,{version},,,{PROJECT},"results/clusterkg.csv"\n'
    )


def as_earl(found: Sequence[Outcome], version: str) -> str:
    """An assertion of every case; what was skipped is untested."""
    blocks = [
        """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .
"""
    ]
    blocks += [_subject(iri, version) for iri in sorted({PROJECT, *(one.subject for one in found)})]
    for one in found:
        result = {PASSED: "passed", SKIPPED: "untested"}.get(one.status, "failed")
        info = f" ; earl:info {_text(one.note)}" if one.note else ""
        suite = one.suite.partition(BY)[0]
        blocks.append(
            f"<{one.iri}> a earl:TestCriterion, earl:TestCase ;\n"
            f"  dcterms:identifier {_text(one.case)} ;\n"
            f"  dcterms:isPartOf <{PROJECT}/test/{suite}> .\n"
            f"[] a earl:Assertion ;\n"
            f"  earl:assertedBy <{PROJECT}> ; earl:subject <{one.subject}> ;\n"
            f"  earl:test <{one.iri}> ; earl:mode earl:automatic ;\n"
            f"  earl:result [ a earl:TestResult ; earl:outcome earl:{result}{info} ] .\n"
        )
    return "\n".join(blocks)


def _subject(iri: str, version: str) -> str:
    if iri != PROJECT:
        engine = iri.rpartition("/")[2]
        return (
            f"<{iri}> a earl:Software, earl:TestSubject ;\n"
            f'  dcterms:title "clusterkg --engine {engine}"@en ;\n'
            f"  dcterms:isPartOf <{PROJECT}> .\n"
        )
    return f"""\
<{iri}> a doap:Project, earl:Software, earl:TestSubject, earl:Assertor ;
  dcterms:title "clusterkg"@en ;
  doap:name "clusterkg" ;
  doap:homepage <{iri}> ;
  doap:programming-language "Python" ;
  doap:release [ doap:revision {_text(version)} ] .
"""


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
