"""The way of the data, once through: tables → quads → report → release → store.

Here the stations are called in their order; what they do stands in their own modules.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.errors import MappingError, SettingsError, SourceError, did_you_mean, nearest
from clusterkg.progress import silent
from clusterkg.publication.content import ONTOLOGY_PART, RESERVED
from clusterkg.publication.fingerprint import fingerprint, mapping_programme, validation_programme
from clusterkg.publication.lock import building
from clusterkg.publication.manifest import is_intact, read_manifest
from clusterkg.publication.release import clean_up, place, released, staging, store_of
from clusterkg.publication.summary import Summary, from_manifest

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
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.kept import Kept
    from clusterkg.validation.rendering.table_rows import Tables
    from clusterkg.validation.report import Report

__all__ = [
    "Graph",
    "MapOptions",
    "build",
    "map_document",
    "open_graph",
    "read_query",
    "released_store",
    "render_findings",
    "validate_files",
    "validate_project",
    "validate_tables",
]

_KEPT = "mapped"
"""The folder below ``build/`` with what triples maps made in an earlier build."""
_JUDGED = "validated"
"""The folder below ``build/`` with what an earlier build found, and in which triples."""
_MEMORY = "600MB"
"""Beyond this a mapping spills to disk; Python and the engine itself come on top."""


@dataclass(frozen=True)
class Graph:
    """A project's graph before it is judged: the open database with the quads, and its making.

    ``uses`` names, per source, the other sources whose tables its mapping reads; ``triples``
    are the new quads of each source; ``findings`` are those of its tables and its mapping.
    ``mapped`` are the triples maps that were run, by source; the others' quads were kept.
    ``mappings`` are those of the sources that have one.
    """

    connection: Connection
    sources: tuple[SourceDescription, ...]
    relations: tuple[Relation, ...]
    uses: Mapping[str, tuple[str, ...]]
    triples: Mapping[str, int]
    findings: Mapping[str, tuple[Finding, ...]]
    mapped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    triples_maps: int = 0
    mappings: Mapping[str, MappingDocument] = field(default_factory=dict)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of all sources."""
        return tuple(finding for found in self.findings.values() for finding in found)


@dataclass
class _Watch:
    """Seconds per station, in the order in which they were met."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def station(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started


def build(
    project: Project,
    *,
    progress: Progress = silent,
    force: bool = False,
    publish_violations: bool = False,
) -> Summary:
    """Make the release of a project, or find that there is nothing to do.

    A graph with violations is not released unless ``publish_violations`` or the setting
    ``on_violation = "warn"`` says so; the reports are written in any case. Triples maps of which
    nothing has changed are not run again, and focus nodes that no change can touch are not judged
    again. ``force`` builds all from nothing, even if nothing has
    changed. Raises a ClusterkgError, and then the last release is untouched.
    """
    allowed = publish_violations or project.settings.on_violation == "warn"
    with building(project.build):
        clean_up(project)
        progress("looking for changes", 0, 0)
        inputs = fingerprint(project)
        manifest = None if force else _unchanged(project, inputs, allowed=allowed)
        if manifest is not None:
            return from_manifest(project, manifest)
        if force:
            for name in (_KEPT, _JUDGED):
                shutil.rmtree(project.build / name, ignore_errors=True)
        return _build(project, inputs, progress, allowed=allowed)


def _unchanged(project: Project, inputs: str, *, allowed: bool) -> Manifest | None:
    """The manifest of the release in place, if it was made of these inputs and is intact."""
    from clusterkg.graph.store import is_store

    manifest = read_manifest(project.release)
    if manifest is None or manifest.inputs != inputs:
        return None
    if manifest.findings["violation"] and not allowed:
        return None
    whole = is_store(store_of(project, manifest)) and is_intact(project.release)
    return manifest if whole and (project.report / "report.json").is_file() else None


def _build(project: Project, inputs: str, progress: Progress, *, allowed: bool) -> Summary:
    from clusterkg.publication.making import Ingredients, count_findings, make_release, write_report
    from clusterkg.publication.release import replace_folder

    watch = _Watch()
    with staging(project) as folders:
        graph = open_graph(
            project, progress=progress, temporary=folders.work, watch=watch, keep=True
        )
        shapes = tuple(project.files("shapes", "*.ttl").values())
        judged = _judged(project, writes=True)
        with watch.station("validation"):
            report = _validated(graph, shapes, progress, kept=judged)
        with watch.station("report"):
            write_report(report, folders.work / "report", project.settings.languages[0])
            replace_folder(folders.work / "report", project.report)
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
            mapped=sum(len(names) for names in graph.mapped.values()),
            triples_maps=graph.triples_maps,
            judged=judged.judged,
            focus_nodes=judged.focus_nodes,
        )
        if not publish:
            return summary
        given = Ingredients(
            sources=graph.sources,
            relations=graph.relations,
            uses=graph.uses,
            findings=graph.findings,
            report=report,
            shapes=shapes,
            inputs=inputs,
        )
        with watch.station("publication"):
            manifest = make_release(graph.connection, project, given, folders, progress=progress)
            place(project, folders.release)
        return replace(summary, release_id=manifest.id, version=manifest.version)


def open_graph(
    project: Project,
    *,
    progress: Progress = silent,
    temporary: Path | None = None,
    watch: _Watch | None = None,
    keep: bool = False,
) -> Graph:
    """Read the project's tables, map them, add the ontology: all that is judged and released.

    ``temporary`` is where the database spills to. What an earlier build has mapped is taken from
    its ``build/mapped``; ``keep`` puts there what this one maps, for which the caller holds the
    lock. Raises SourceError, MappingError, GraphError.
    """
    from clusterkg.engines.duckdb import connect
    from clusterkg.graph.quads import add_rdf_files, create_quads
    from clusterkg.sources.description import read_descriptions
    from clusterkg.sources.tables import load_tables

    watch = watch or _Watch()
    connection = connect(temporary=temporary)
    create_quads(connection)
    with watch.station("sources"):
        sources = read_descriptions(project.data)
        _check_names(sources)
        relations, found = load_tables(connection, sources, progress=progress, temporary=temporary)
    with watch.station("mapping"):
        made = _mapped(connection, project, sources, relations, keep, progress)
    with watch.station("ontology"):
        add_rdf_files(
            connection,
            tuple(project.files("ontology", "*.ttl").values()),
            f"{project.settings.base_iri}graph/{ONTOLOGY_PART}",
        )
    misspelt = _unknown_terms(connection, project, sources)
    findings: dict[str, tuple[Finding, ...]] = dict.fromkeys((s.key for s in sources), ())
    for finding in (*found, *_untold(made.findings, found), *misspelt):
        # findings name files relative to the data folder, so the first part is the source
        key = finding.place.file.split("/", 1)[0] if finding.place else ""
        findings[key] = (*findings.get(key, ()), finding)
    return Graph(
        connection,
        sources,
        relations,
        made.uses,
        made.triples,
        findings,
        mapped=made.run,
        triples_maps=made.all,
        mappings=made.mappings,
    )


def _untold(mapped: Sequence[Finding], found: Sequence[Finding]) -> Iterator[Finding]:
    """The mapping's findings, without those that tell no worse of a cell already told."""
    told = {finding.place: finding.severity for finding in found if finding.place is not None}
    for finding in mapped:
        if finding.place is None or told.get(finding.place, 0) < finding.severity:
            yield finding


def _unknown_terms(
    connection: Connection, project: Project, sources: Sequence[SourceDescription]
) -> Iterator[Finding]:
    """Classes and properties of our namespace that a mapping uses and no ontology declares."""
    from clusterkg.findings import Finding, Place, Severity, words
    from clusterkg.graph.vocabulary import declared_terms, undeclared_terms
    from clusterkg.namespaces import CLK

    graphs = f"{project.settings.base_iri}graph/"
    files = {f"{graphs}{source.key}": source.mapping for source in sources}
    ontology = f"{graphs}{ONTOLOGY_PART}"
    for found in undeclared_terms(connection, ontology, CLK):
        mapping = files.get(found.graph)
        known = [
            f"clk:{term.removeprefix(CLK)}" for term in declared_terms(connection, ontology, CLK)
        ]
        name = f"clk:{found.term.removeprefix(CLK)}"
        near = nearest(name, known)
        repair = (
            words("near-term", term=near)
            if near
            else words("known-terms", terms=", ".join(sorted(known)))
        )
        yield Finding(
            Severity.VIOLATION,
            "unknown-term",
            f"'{name}' is a term of no ontology ({found.triples} triples)",
            Place(f"{mapping.parent.name}/{mapping.name}") if mapping else None,
            hint=did_you_mean(name, known),
            said=words("unknown-term", term=name, n=str(found.triples), repair=repair),
        )


def _check_names(sources: Sequence[SourceDescription]) -> None:
    for source in sources:
        if source.key in RESERVED:
            raise SourceError(
                f"'{source.key}' cannot be a source: its graph's name is taken",
                at=str(source.folder),
                hint="Give its folder another name.",
            )


@dataclass
class _Made:
    """What the mappings of all sources have made; ``all`` counts their triples maps."""

    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    triples: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    run: dict[str, tuple[str, ...]] = field(default_factory=dict)
    all: int = 0
    mappings: dict[str, MappingDocument] = field(default_factory=dict)


def _mapped(  # noqa: PLR0913, PLR0917
    connection: Connection,
    project: Project,
    sources: Sequence[SourceDescription],
    relations: Sequence[Relation],
    keep: bool,  # noqa: FBT001
    progress: Progress,
) -> _Made:
    """Every mapping is read before the first is run; in the end no column may be left over."""
    from clusterkg.mapping.checking import check_all_used, used_columns
    from clusterkg.mapping.findings import refuse
    from clusterkg.mapping.kept import Kept
    from clusterkg.mapping.reading import read_mapping
    from clusterkg.mapping.running import map_source
    from clusterkg.sources.tables import table_checksums

    used: set[tuple[str, str, str]] = set()
    made = _Made(triples=dict.fromkeys((source.key for source in sources), 0))
    for source in sources:
        if source.mapping is None:
            continue
        name = f"{source.folder.parent.name}/{source.key}/{source.mapping.name}"
        mapping = read_mapping(source.mapping, base_iri=project.settings.base_iri, name=name)
        columns = used_columns(mapping, relations, source.key)
        made.mappings[source.key] = mapping
        made.uses[source.key] = tuple(sorted({key for key, _, _ in columns} - {source.key}))
        used |= columns
    checksums = table_checksums(sources)
    tables = {relation: checksums[relation.source, relation.table] for relation in relations}
    kept = Kept(project.build / _KEPT, mapping_programme(), tables, writes=keep)
    for key, mapping in made.mappings.items():
        found = map_source(connection, key, relations, mapping, kept=kept, progress=progress)
        if mapping.on_data_error == "fail":
            refuse(found.findings, mapping.shown)
        made.triples[key], made.run[key] = found.quads, found.run
        made.all += len(found.triples_maps)
        made.findings += found.findings
    check_all_used(sources, relations, used)
    kept.sweep()
    return made


def _rows(graph: Graph, source: str) -> int:
    return sum(relation.rows for relation in graph.relations if relation.source == source)


def _validated(
    graph: Graph,
    shapes: Sequence[Path],
    progress: Progress,
    engine: str = "auto",
    kept: Kept | None = None,
) -> Report:
    from clusterkg.mapping.tracing import Tables
    from clusterkg.validation.shacl import validate_quads
    from clusterkg.validation.tracing import traced

    progress("validating", 0, 0)
    report = validate_quads(graph.connection, shapes, engine=engine, kept=kept)
    progress("tracing", 0, 0)
    tables = Tables(graph.connection, graph.sources, graph.relations, graph.mappings)
    return traced(report, tables, shapes).with_findings(graph.all_findings)


def _judged(project: Project, *, writes: bool) -> Kept:
    """What an earlier build found."""
    from clusterkg.validation.kept import Kept

    return Kept(project.build / _JUDGED, validation_programme(), writes=writes)


def validate_project(
    project: Project,
    shapes: Sequence[Path] = (),
    *,
    engine: str = "auto",
    progress: Progress = silent,
) -> Report:
    """Judge the project's tables and graph, by its own shapes or by those of the files named.

    ``engine`` is one of ``validation.shacl.ENGINES``.
    """
    return validate_tables(project, shapes, engine=engine, progress=progress)[0]


def validate_tables(
    project: Project,
    shapes: Sequence[Path] = (),
    *,
    engine: str = "auto",
    progress: Progress = silent,
    copies: bool = False,
) -> tuple[Report, Tables | None]:
    """The same; with ``copies`` also the rows of the tables that the report is about."""
    from clusterkg.engines.duckdb import within_limits
    from clusterkg.validation.rendering.table_rows import rows_of_tables

    with within_limits(str(project.folder)):
        graph = open_graph(project, progress=progress)
        own = tuple(project.files("shapes", "*.ttl").values())
        kept = _judged(project, writes=False)
        report = _validated(graph, tuple(shapes) or own, progress, engine, kept)
        if not copies:
            return report, None
        base = project.settings.data
        return report, rows_of_tables(graph.connection, graph.relations, report, base)


def validate_files(
    data: Sequence[Path],
    shapes: Sequence[Path],
    *,
    engine: str = "auto",
    project: Project | None = None,
    content: bytes | None = None,
) -> Report:
    """Judge RDF files by shapes, outside any project; ``engine`` as for ``validate_project``.

    Folders stand for the RDF files in them, ``-`` for ``content``. Where no shapes are named,
    they are those that the data name or hold, else those of the ``project``.
    """
    from clusterkg.engines.duckdb import within_limits
    from clusterkg.validation.inputs import files_in, shapes_in, with_standard_input
    from clusterkg.validation.shacl import validate_files as validate

    with (
        within_limits(", ".join(map(str, data))),
        with_standard_input((*data, *shapes), content) as named,
    ):
        files, own = files_in(named[: len(data)]), named[len(data) :]
        own = own or shapes_in(files)
        if not own and project is not None:
            own = tuple(project.files("shapes", "*.ttl").values())
        return validate(files, own, engine=engine)


def lint_shapes(
    shapes: Sequence[Path], data: Sequence[Path] = (), ontology: Sequence[Path] = ()
) -> tuple[Finding, ...]:
    """The defects of shape files by themselves, or compared with RDF files and ontologies."""
    from clusterkg.validation.lint import lint_files

    return lint_files(shapes, data, ontology)


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
            tell_all(connect(), error)
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


def _write_mapped(
    connection: Connection,
    mapping: MappingDocument,
    found: Mapping[LogicalTarget | None, Place],
    options: MapOptions,
    progress: Progress,
) -> tuple[Finding, ...]:
    from clusterkg.graph.targets import packed, write_mapped
    from clusterkg.sources.databases import given_address

    if options.master is None:
        address = None if options.database is None else given_address(options.database)
        return write_mapped(connection, mapping, found, database=address, progress=progress)
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

    from clusterkg.engines.spark import LOCAL
    from clusterkg.graph.output import write_graph
    from clusterkg.graph.quads import create_quads
    from clusterkg.mapping import spark_running
    from clusterkg.sources.databases import given_address

    address = None if options.database is None else given_address(options.database)
    lines = options.form in ("nq", "nt") and not options.sort
    with spark_running.spark_run(output, options.master or LOCAL) as run:
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


def render_findings(findings: Sequence[Finding], form: str, *, language: str = "en") -> bytes:
    """All findings, and nothing else, as a report in ``form`` (``validation.rendering.FORMS``)."""
    from clusterkg.validation.rendering import render
    from clusterkg.validation.report import Report

    return render(Report(()).with_findings(findings), form, language=language, limit=0)


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
