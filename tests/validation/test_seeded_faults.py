"""Faults seeded into copies of the real tables are told at their cells, and nothing else is."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from clusterkg.findings import Finding, Place
from clusterkg.pipeline import validate_project
from clusterkg.project import find_project
from clusterkg.validation.report import Report, Result

from .seeded_faults import Fault, seed

ROOT = Path(__file__).parents[2]
LEAST = 200


def key(one: Finding | Result) -> tuple[object, ...]:
    """What makes a finding or result the same in two reports."""
    if isinstance(one, Finding):
        return one.rule, one.place, one.message
    return one.source_shape, one.component, one.focus_node, repr(one.path), one.value


def new(before: Report, after: Report) -> list[Finding | Result]:
    known = {key(one) for one in (*before.findings, *before.results)}
    return [one for one in (*after.findings, *after.results) if key(one) not in known]


def places(one: Finding | Result) -> list[Place]:
    if isinstance(one, Finding):
        return [one.place] if one.place else []
    return [origin.place for origin in one.origins]


def is_at(fault: Fault, place: Place) -> bool:
    """Whether a place is the fault's cell, or its row where a row as a whole is told.

    In JSON a finding names the member of the record that the value stands in.
    """
    if (place.file, place.row) != (fault.file, fault.row):
        return False
    whole = fault.column.partition(".")[0] if fault.file.endswith(".json") else fault.column
    return place.column in {None, fault.column, whole}


def test_every_fault_is_told_at_its_cell_and_nothing_else(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for name in ("data", "shapes", "ontology"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "clusterkg.toml", tmp_path)
    project = find_project(tmp_path)
    before = validate_project(project)
    faults = seed(project.data)
    told = new(before, validate_project(project))
    found = [f for f in faults if any(is_at(f, place) for one in told for place in places(one))]
    rows = {(fault.file, fault.row) for fault in faults}
    extra = [one for one in told if not any((p.file, p.row) in rows for p in places(one))]
    score = f"{len(found)} of {len(faults)} faults found, {len(extra)} of {len(told)} told in vain"
    record_property("score", score)
    sys.stdout.write(f"{score}\n")
    missed = [fault for fault in faults if fault not in found]
    assert not missed, f"{len(missed)} missed: {missed}"
    assert not extra, f"{len(extra)} too many: {Counter(map(key, extra)).most_common(10)}"
    assert len(found) >= LEAST
