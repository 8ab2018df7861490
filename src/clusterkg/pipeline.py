"""The way of the data, once through: tables → quads → report → release → store.

Here the stations are called in their order; what they do stands in their own modules.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterkg.errors import SettingsError, did_you_mean
from clusterkg.opening import KEPT, Graph, Watch, open_graph
from clusterkg.progress import silent
from clusterkg.publication.fingerprint import fingerprint
from clusterkg.publication.lock import building
from clusterkg.publication.manifest import folder_checksum, is_intact, read_manifest
from clusterkg.publication.release import clean_up, place, released, staging, store_of
from clusterkg.publication.summary import Summary, from_manifest
from clusterkg.settling import KNOWN, known_results, settled, validated
from clusterkg.validation.judges import Judges

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clusterkg.findings import Finding
    from clusterkg.progress import Progress
    from clusterkg.project import Project
    from clusterkg.publication.manifest import Manifest
    from clusterkg.validation.rendering.table_rows import Tables
    from clusterkg.validation.report import Report

__all__ = [
    "Graph",
    "Judges",
    "build",
    "open_graph",
    "read_query",
    "released_store",
    "validate_project",
    "validate_tables",
]


def build(
    project: Project,
    *,
    progress: Progress = silent,
    force: bool = False,
    publish_violations: bool = False,
    on_violation: str | None = None,
) -> Summary:
    """Make the release of a project, or find that there is nothing to do.

    What becomes of violations is said by ``on_violation``, else by the setting of that name: they
    keep the release back (``stop``), the rows they come from are left out of it (``quarantine``),
    or they are only reported (``warn``), as also with ``publish_violations``. The reports are
    written in any case. Triples maps of which nothing has changed are not run again, and focus
    nodes that no change can touch are not judged again. ``force`` builds all from nothing, even if
    nothing has changed. Raises a ClusterkgError, and then the last release is untouched.
    """
    if on_violation is not None:
        project = replace(project, settings=replace(project.settings, on_violation=on_violation))
    allowed = publish_violations or project.settings.on_violation == "warn"
    with building(project.build):
        clean_up(project)
        progress("looking for changes", 0, 0)
        inputs = fingerprint(project)
        manifest = None if force else _unchanged(project, inputs, allowed=allowed)
        if manifest is not None:
            return from_manifest(project, manifest)
        if force:
            for name in (KEPT, KNOWN):
                shutil.rmtree(project.build / name, ignore_errors=True)
        return _build(project, inputs, progress, allowed=allowed)


def _unchanged(project: Project, inputs: str, *, allowed: bool) -> Manifest | None:
    """The manifest of the release in place, if it was made of these inputs and is intact."""
    from clusterkg.graph.store import is_store

    manifest = read_manifest(project.release)
    if manifest is None or manifest.inputs != inputs:
        return None
    if manifest.quarantine if allowed else manifest.findings["violation"]:
        return None
    whole = is_store(store_of(project, manifest)) and is_intact(project.release)
    whole = whole and folder_checksum(project.quarantine) == manifest.quarantine
    return manifest if whole and (project.report / "report.json").is_file() else None


def _build(project: Project, inputs: str, progress: Progress, *, allowed: bool) -> Summary:
    from clusterkg.publication.making import Ingredients, count_findings, make_release, write_report
    from clusterkg.publication.quarantine import place_quarantine, write_quarantine
    from clusterkg.publication.release import replace_folder
    from clusterkg.validation.quarantine import count_by_table

    watch = Watch()
    language = project.settings.languages[0]
    with staging(project) as folders:

        def tell(report: Report) -> None:
            with watch.station("report"):
                write_report(report, folders.work / "report", language)
                replace_folder(folders.work / "report", project.report)

        judged = settled(project, folders.work, watch, progress, tell, allowed=allowed)
        graph, report = judged.graph, judged.report
        tell(report)
        publish = allowed or not report.violations
        summary = Summary(
            rows={key: _rows(graph, key) for key in graph.triples},
            triples=graph.triples,
            findings={key: count_findings(found) for key, found in graph.findings.items()},
            counts={severity.word: count for severity, count in report.counts.items()},
            release=project.release,
            report=project.report,
            published=publish,
            seconds=watch.seconds,
            mapped=judged.mapped,
            triples_maps=graph.triples_maps,
            judged=judged.judged,
            focus_nodes=judged.focus_nodes,
            left_out=Counter(row.source for row in judged.left_out),
            quarantine=project.quarantine,
        )
        if not publish:
            return summary
        staged = folders.work / project.quarantine.name
        if judged.left_out:
            write_quarantine(
                graph.connection, graph.sources, graph.relations, judged.left_out, staged, language
            )
        given = Ingredients(
            sources=graph.sources,
            relations=graph.relations,
            uses=graph.uses,
            findings=graph.findings,
            report=report,
            shapes=judged.shapes,
            inputs=inputs,
            left_out=count_by_table(judged.left_out),
            quarantine=folder_checksum(staged),
        )
        with watch.station("publication"):
            manifest = make_release(graph.connection, project, given, folders, progress=progress)
            place_quarantine(project, staged)
            place(project, folders.release)
        return replace(summary, release_id=manifest.id, version=manifest.version)


def _rows(graph: Graph, source: str) -> int:
    return sum(relation.rows for relation in graph.relations if relation.source == source)


def validate_project(
    project: Project,
    shapes: Sequence[Path] = (),
    *,
    judges: Judges | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge the project's tables and graph, by its own shapes or by those of the files named."""
    return validate_tables(project, shapes, judges=judges, progress=progress)[0]


def validate_tables(
    project: Project,
    shapes: Sequence[Path] = (),
    *,
    judges: Judges | None = None,
    progress: Progress = silent,
    copies: bool = False,
) -> tuple[Report, Tables | None]:
    """The same; with ``copies`` also the rows of the tables that the report is about."""
    from clusterkg.engines.duckdb import within_limits
    from clusterkg.validation.rendering.table_rows import rows_of_tables

    with within_limits(str(project.folder)):
        graph = open_graph(project, progress=progress)
        own = tuple(project.files("shapes", "*.ttl").values())
        kept = known_results(project, writes=False)
        report = validated(graph, tuple(shapes) or own, progress, judges, kept)
        if not copies:
            return report, None
        base = project.settings.data
        return report, rows_of_tables(graph.connection, graph.relations, report, base)


def lint_project(project: Project, *, progress: Progress = silent) -> tuple[Finding, ...]:
    """The defects of the project's shapes, compared with its graph and its ontology."""
    from clusterkg.engines.duckdb import within_limits
    from clusterkg.validation.lint import in_folder, lint
    from clusterkg.validation.triples import load_quads

    shapes = tuple(project.files("shapes", "*.ttl").values())
    ontology = tuple(project.files("ontology", "*.ttl").values())
    with within_limits(str(project.folder)):
        graph = open_graph(project, progress=progress)
        load_quads(graph.connection)
        return in_folder(lint(shapes, graph.connection, ontology), project.folder)


def released_store(project: Project) -> Path:
    """The folder of the released graph's store; PublicationError if there is no release."""
    return store_of(project, released(project))


def read_query(name: str, project: Project | None) -> str:
    """The query of a file, or of the examples by its name: ``q01``.

    The examples are the project's, without a project the shipped ones. Raises SettingsError if
    there is neither a file nor an example of that name.
    """
    from pathlib import Path

    from clusterkg.project import shipped_folder

    file = Path(name)
    folder = project.examples if project is not None else shipped_folder("queries") / "examples"
    examples = {path.stem: path for path in sorted(folder.glob("*.rq"))}
    if not file.is_file():
        found = [path for stem, path in examples.items() if _is_called(stem, name)]
        if len(found) != 1:
            raise SettingsError(
                f"no query file and no example is called '{name}'",
                hint=did_you_mean(name, examples),
            )
        file = found[0]
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the query cannot be read: {error}", at=str(file)) from error


def _is_called(stem: str, name: str) -> bool:
    """An example goes by its whole name, or by its number alone."""
    return name in (stem, stem.partition("-")[0])
