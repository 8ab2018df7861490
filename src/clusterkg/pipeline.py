"""The way of the data, once through: tables → quads → report → release → store.

Here the stations are called in their order; what they do stands in their own modules.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.errors import MappingError, SettingsError, did_you_mean
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
    from collections.abc import Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.graph.targets import Place
    from clusterkg.mapping.triples_map import LogicalTarget
    from clusterkg.mapping.triples_map import Mapping as MappingDocument
    from clusterkg.progress import Progress
    from clusterkg.project import Project
    from clusterkg.publication.manifest import Manifest
    from clusterkg.sources.databases import Address
    from clusterkg.validation.rendering.table_rows import Tables
    from clusterkg.validation.report import Report

__all__ = [
    "Graph",
    "Judges",
    "MapOptions",
    "build",
    "map_document",
    "open_graph",
    "read_query",
    "released_store",
    "validate_project",
    "validate_tables",
]

_MEMORY = "600MB"
"""Beyond this a mapping spills to disk; Python and the engine itself come on top."""


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


@dataclass(frozen=True)
class MapOptions:
    """How a mapping is run on its own.

    ``form`` is one of ``graph.output.FORMATS``, or empty: as the suffix of the output says, else
    nq. ``database`` is the URL of the database whose tables the mapping means where it names
    none; ``sort`` asks for the same bytes every time. ``master`` is the Spark master that runs
    the mapping; None: DuckDB runs it in this process. ``on_data_error``, ``report`` or ``fail``,
    goes before what the mapping itself says.
    """

    form: str = ""
    base_iri: str | None = None
    database: str | None = None
    sort: bool = False
    master: str | None = None
    on_data_error: str | None = None


def map_document(
    mapping: Path, output: Path, options: MapOptions, *, progress: Progress = silent
) -> tuple[Finding, ...]:
    """Run one mapping on what it names; returns what could not be mapped.

    ``output``, packed if its name ends with ``.gz``, and the files of the mapping's logical
    targets are there whole or not at all. Raises MappingError, SourceError, GraphError; a
    RefusedDataError, with the findings, if values that cannot become a term are not accepted.
    """
    import tempfile

    from clusterkg.engines.duckdb import connect, within_limits
    from clusterkg.graph.output import form_of
    from clusterkg.graph.targets import places
    from clusterkg.mapping.findings import refuse
    from clusterkg.mapping.incomplete import IncompleteMappingError, tell_all
    from clusterkg.mapping.reading import read_mapping

    try:
        read = read_mapping(mapping, base_iri=options.base_iri or "", name=str(mapping))
    except IncompleteMappingError as error:
        with _leading_to_the_project(mapping):
            tell_all(connect(), error, _address(options))
    options = replace(options, form=options.form or form_of(output) or "nq")
    with (
        within_limits(read.shown),
        tempfile.TemporaryDirectory(prefix="clusterkg-") as spill,
        places(read, output, options.form, sort=options.sort) as found,
    ):
        connection = connect(temporary=Path(spill), memory=_MEMORY)
        with _leading_to_the_project(mapping):
            findings = _write_mapped(connection, read, found, options, progress)
        if (options.on_data_error or read.on_data_error) == "fail":
            refuse(findings, read.shown)
        return findings


@contextmanager
def _leading_to_the_project(mapping: Path) -> Iterator[None]:
    """A mapping of a project reads tables that only a build knows: its error says so."""
    try:
        yield
    except MappingError as error:
        described = mapping.parent / "source.toml"
        if described.is_file():
            error.hint = "\n  ".join(
                filter(
                    None, [error.hint, f"The tables of {described} are read by: clusterkg build"]
                )
            )
        raise


def _address(options: MapOptions) -> Address | None:
    """The database whose tables are meant where the mapping names none. Raises SettingsError."""
    from clusterkg.sources.databases import given_address

    return None if options.database is None else given_address(options.database)


def _write_mapped(
    connection: Connection,
    mapping: MappingDocument,
    found: Mapping[LogicalTarget | None, Place],
    options: MapOptions,
    progress: Progress,
) -> tuple[Finding, ...]:
    from clusterkg.graph.targets import packed, write_mapped

    if options.master is None:
        database = _address(options)
        return write_mapped(connection, mapping, found, database=database, progress=progress)
    for target in mapping.targets:
        raise MappingError(
            f"the logical target '{target.path}' cannot be written by Spark",
            at=f"{mapping.shown}:{target.line}" if target.line else mapping.shown,
            hint="Leave out --engine, or take the target out of the mapping.",
        )
    with packed(found[None]) as plain:
        return _map_on_spark(connection, mapping, plain, options, progress)


def _map_on_spark(
    connection: Connection,
    mapping: MappingDocument,
    output: Path,
    options: MapOptions,
    progress: Progress,
) -> tuple[Finding, ...]:
    """The same on a Spark master: it writes lines; what is in other forms or sorted, DuckDB."""
    from functools import partial

    from clusterkg.engines.spark import LOCAL, spark_run
    from clusterkg.graph.output import write_graph
    from clusterkg.graph.quads import create_quads
    from clusterkg.mapping import spark_running

    address = _address(options)
    lines = options.form in ("nq", "nt") and not options.sort
    with spark_run(output, options.master or LOCAL) as run:
        create_quads(connection)
        write = (
            partial(spark_running.write_lines, run, output, graphs=options.form == "nq")
            if lines
            else partial(spark_running.load_quads, run, connection)
        )
        findings = spark_running.map_document(
            run, connection, mapping, write, database=address, progress=progress
        )
    if not lines:
        progress("writing", 0, 0)
        write_graph(connection, output, options.form)
    return findings


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
