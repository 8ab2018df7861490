"""The community's RML test cases: the same data set, or the error that a case asks for.

The suites lie beside the repository (``../shared/conformance``) or where the variable
CLUSTERKG_CONFORMANCE says. What deviates stands with its reason in ``deviations-rml.toml``: an
unlisted failure fails, and so does a listed case that passes.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.errors import MappingError
from clusterkg.findings import Severity
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
DEVIATIONS = tomllib.loads((HERE / "deviations-rml.toml").read_text(encoding="utf-8"))
BASE = "http://example.com/"


@dataclass(frozen=True)
class Case:
    suite: str
    folder: Path
    error: bool
    base_iri: str

    @property
    def name(self) -> str:
        return f"{self.suite}/{self.folder.name}"


def cases(suite: str, patterns: tuple[str, ...], identifier: str, error: str) -> list[Case]:
    """The cases of a suite; its metadata.csv says which have to end in an error."""
    folder = SUITES / suite
    if not folder.is_dir():
        return []
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = {row[identifier]: row for row in csv.DictReader(file)}
    found = sorted(case for pattern in patterns for case in folder.glob(pattern))
    return [
        Case(
            suite,
            case,
            rows[case.name][error] == "true"
            if case.name in rows
            else not (case / "output.nq").exists(),
            rows.get(case.name, {}).get("base_iri", f"{BASE}base/"),
        )
        for case in found
    ]


def core_cases() -> list[Case]:
    return cases("rml-core", ("RMLTC*",), "ID", "error")


def legacy_cases() -> list[Case]:
    return cases("rml-legacy", ("RMLTC*-CSV", "RMLTC*-JSON"), "RML id", "error expected?")


CASES = [*core_cases(), *legacy_cases()]


def test_the_suites_are_here() -> None:
    if not CASES:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no RML test cases in {SUITES}")
        pytest.skip(f"no RML test cases in {SUITES}; set CLUSTERKG_CONFORMANCE")
    assert len(core_cases()) == 76
    assert len(legacy_cases()) == 80
    assert DEVIATIONS.keys() <= {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, in_suite: Callable[..., None]) -> None:
    deviation = DEVIATIONS.get(case.name)
    form = case.name.rpartition("-")[2]
    in_suite(f"{case.suite} {form}", deviates=deviation is not None)
    problem = run(case)
    if deviation:
        assert problem, f"{case.name} passes; take it out of deviations-rml.toml"
    else:
        assert not problem, problem


def run(case: Case) -> str | None:
    """What is wrong with our answer to the case; None if it passes."""
    connection = connect()
    try:
        mapping = read_mapping(case.folder / "mapping.ttl", base_iri=case.base_iri)
        mapped = map_document(connection, mapping)
    except MappingError as error:
        return None if case.error else f"unexpected error: {error}"
    violations = [f for f in mapped.findings if f.severity is Severity.VIOLATION]
    if case.error:
        return None if violations else "no error where one is expected"
    ours = canonical(quads(connection))
    theirs = canonical((case.folder / "output.nq").read_text(encoding="utf-8"))
    if ours != theirs:
        missing, surplus = "\n".join(sorted(theirs - ours)), "\n".join(sorted(ours - theirs))
        found = "\n".join(str(finding) for finding in mapped.findings)
        return f"missing:\n{missing}\nsurplus:\n{surplus}\nfindings:\n{found}"
    return None


def quads(connection: object) -> str:
    rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()  # type: ignore[attr-defined]
    return "".join(f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in rows)


def canonical(text: str) -> set[str]:
    """The quads of a data set with canonical blank nodes."""
    data = pyoxigraph.Dataset(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    data.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}
