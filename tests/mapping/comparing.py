"""The engine is run and held against the reference; how many examples the tests of both try."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from hypothesis import HealthCheck, settings

from clusterkg.engines.duckdb import connect
from clusterkg.findings import Severity
from clusterkg.mapping.running import map_document
from clusterkg.mapping.triples_map import Mapping

from .reference import Made

FACTOR = int(os.environ.get("CLUSTERKG_EXAMPLES", "1"))
BASE = "http://base.example/"


def examples(count: int) -> settings:
    return settings(
        max_examples=count * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def canonical(quads: Any) -> set[str]:
    """The quads as N-Quads, their blank nodes named by what is said about them."""
    data = ox.Dataset(quads)
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}


def compare_quads(lines: list[str], made: Made) -> None:
    ours = canonical(ox.parse("".join(lines), ox.RdfFormat.N_QUADS, lenient=True))
    theirs = canonical(made.quads)
    differing = [f"missing: {quad}" for quad in sorted(theirs - ours)]
    differing += [f"surplus: {quad}" for quad in sorted(ours - theirs)]
    assert not differing, "\n".join(differing)


def compare_findings(findings: Any, made: Made) -> None:
    ours = [
        (f.rule, f.place.file, f.place.row, f.place.column, f.value or "", f.severity)
        for f in findings
        if f.place
    ]
    theirs = made.offenders
    for rule, file, row, column, value, severity in ours:
        assert any(
            (o.rule, o.file, o.row, o.severity) == (rule, file, row, severity.name)
            and column in o.columns
            and (o.value == value or rule == "not-a-single-value")
            for o in theirs
        ), f"told, but valid: {rule} {file} row {row} {column} {value!r} {severity}\n{theirs}"
    for o in theirs:
        assert any(
            (rule, file, row) == (o.rule, o.file, o.row)
            and column in o.columns
            and (o.value == value or rule == "not-a-single-value")
            and severity >= Severity[o.severity]
            for rule, file, row, column, value, severity in ours
        ), f"not told: {o}\n{ours}"


def run(mapping: Mapping) -> tuple[list[str], Any]:
    connection = connect()
    try:
        mapped = map_document(connection, mapping)
        rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()
    finally:
        connection.close()
    return [f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in rows], mapped.findings
