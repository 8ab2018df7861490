"""A project's graph, judged as its policy asks: as it is, or without the rows with violations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterkg.errors import ValidationError
from clusterkg.opening import make_graph, open_tables
from clusterkg.publication.fingerprint import validation_programme
from clusterkg.validation.judges import Judges
from clusterkg.validation.quarantine import left_out_findings, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clusterkg.mapping.tracing import Tables
    from clusterkg.opening import Graph, Opened, Watch
    from clusterkg.progress import Progress
    from clusterkg.project import Project
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.kept import Kept
    from clusterkg.validation.quarantine import Dangling, LeftOut, Row
    from clusterkg.validation.report import Report

__all__ = ["KNOWN", "Settled", "known_results", "settled", "validated"]

KNOWN = "validated"
"""The folder below ``build/`` with what an earlier build found, and in which triples."""


@dataclass(frozen=True)
class _Round:
    """The graph without some rows, its report, and what dangles in it."""

    graph: Graph
    report: Report
    relations: tuple[Relation, ...]
    dangling: tuple[Dangling, ...]


@dataclass(frozen=True)
class Settled:
    """The graph that may be released, its report, and the rows that are not in it.

    ``mapped`` counts the triples maps that were run, ``judged`` the focus nodes that were judged,
    each as often as it was.
    """

    graph: Graph
    report: Report
    shapes: tuple[Path, ...]
    left_out: LeftOut
    mapped: int
    judged: int
    focus_nodes: int


def settled(  # noqa: PLR0913
    project: Project,
    temporary: Path,
    watch: Watch,
    progress: Progress,
    tell: Callable[[Report], None],
    *,
    allowed: bool,
) -> Settled:
    """Make the graph and judge it; if the project says so, leave out rows with violations.

    ``tell`` is given the report on all rows if that cannot be done.
    """
    opened = open_tables(project, progress=progress, temporary=temporary, watch=watch, keep=True)
    shapes = tuple(project.files("shapes", "*.ttl").values())
    rounds = _Rounds(opened, shapes, watch, progress)
    left_out: LeftOut = {}
    if allowed or project.settings.on_violation != "quarantine":
        last = rounds.judge(frozenset())
    else:
        try:
            last, left_out = settle(rounds.judge, project.settings.languages)
        except ValidationError:
            if rounds.reports:
                tell(rounds.reports[0])
            raise
    opened.kept.sweep()
    graph, told = last.graph, tuple(left_out_findings(left_out, last.relations))
    findings = dict(graph.findings)
    for finding, row in zip(told, sorted(left_out), strict=True):
        findings[row.source] = (*findings[row.source], finding)
    return Settled(
        replace(graph, findings=findings),
        last.report.with_findings(told),
        shapes,
        left_out,
        len(rounds.mapped),
        rounds.judged,
        rounds.focus_nodes,
    )


class _Rounds:
    """Makes the graph without some rows and judges it, again and again."""

    def __init__(
        self, opened: Opened, shapes: tuple[Path, ...], watch: Watch, progress: Progress
    ) -> None:
        self.opened, self.shapes, self.watch, self.progress = opened, shapes, watch, progress
        self.reports: list[Report] = []
        self.mapped: set[tuple[str, str]] = set()
        self.judged = self.focus_nodes = 0

    def judge(self, without: frozenset[Row]) -> _Round:
        """The graph without some rows, its report, and the references that dangle in it."""
        from clusterkg.validation.dangling import dangling, remember

        graph = make_graph(self.opened, progress=self.progress, watch=self.watch, without=without)
        known = known_results(self.opened.project, writes=True)
        with self.watch.station("validation"):
            report = validated(graph, self.shapes, self.progress, kept=known)
            lost = dangling(_tables(graph)) if without else ()
        if not self.reports and report.violations:
            remember(graph.connection)
        self.reports.append(report)
        self.mapped |= {(key, name) for key, names in graph.mapped.items() for name in names}
        self.judged += known.judged
        self.focus_nodes = known.focus_nodes
        return _Round(graph, report, graph.relations, lost)


def validated(
    graph: Graph,
    shapes: Sequence[Path],
    progress: Progress,
    judges: Judges | None = None,
    kept: Kept | None = None,
) -> Report:
    """Judge a graph by shapes; results are traced to cells, findings of the tables added."""
    from clusterkg.validation.shacl import validate_quads
    from clusterkg.validation.tracing import traced

    judges = judges or Judges()
    progress("validating", 0, 0)
    with judges.running() as run:
        report = validate_quads(graph.connection, shapes, engine=judges.engine, kept=kept, run=run)
    progress("tracing", 0, 0)
    return traced(report, _tables(graph), shapes).with_findings(graph.all_findings)


def _tables(graph: Graph) -> Tables:
    from clusterkg.mapping.tracing import Tables

    return Tables(graph.connection, graph.sources, graph.relations, graph.mappings)


def known_results(project: Project, *, writes: bool) -> Kept:
    """What an earlier build found."""
    from clusterkg.validation.kept import Kept

    return Kept(project.build / KNOWN, validation_programme(), writes=writes)
