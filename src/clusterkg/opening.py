"""A project's tables → its graph: read, mapped, the ontology added, and if need be made again.

Rows can be left out of the tables; what was made of them is then not in the graph.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clusterkg.errors import MappingError, SourceError, ValidationError, did_you_mean, nearest
from clusterkg.progress import silent
from clusterkg.publication.content import ONTOLOGY_PART, RESERVED
from clusterkg.publication.fingerprint import mapping_programme

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.mapping.kept import Kept
    from clusterkg.mapping.triples_map import Mapping as MappingDocument
    from clusterkg.progress import Progress
    from clusterkg.project import Project
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.quarantine import Row

__all__ = ["KEPT", "Graph", "Opened", "Watch", "make_graph", "open_graph", "open_tables"]

KEPT = "mapped"
"""The folder below ``build/`` with what triples maps made in an earlier build."""


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
class Watch:
    """Seconds per station, in the order in which they were met."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def station(self, name: str) -> Iterator[None]:
        """Whatever is done inside counts for a station."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started


@dataclass(frozen=True)
class Opened:
    """A project's tables in the database, what is wrong in them, and the mappings on them.

    ``columns`` are those that the mappings use, by source, table and name.
    """

    project: Project
    connection: Connection
    sources: tuple[SourceDescription, ...]
    relations: tuple[Relation, ...]
    found: tuple[Finding, ...]
    mappings: Mapping[str, MappingDocument]
    uses: Mapping[str, tuple[str, ...]]
    columns: frozenset[tuple[str, str, str]]
    kept: Kept


def open_graph(
    project: Project,
    *,
    progress: Progress = silent,
    temporary: Path | None = None,
    watch: Watch | None = None,
    keep: bool = False,
) -> Graph:
    """Read the project's tables, map them, add the ontology: all that is judged and released.

    ``temporary`` is where the database spills to. What an earlier build has mapped is taken from
    its ``build/mapped``; ``keep`` puts there what this one maps, for which the caller holds the
    lock. Raises SourceError, MappingError, GraphError.
    """
    watch = watch or Watch()
    opened = open_tables(project, progress=progress, temporary=temporary, watch=watch, keep=keep)
    graph = make_graph(opened, progress=progress, watch=watch)
    opened.kept.sweep()
    return graph


def open_tables(
    project: Project,
    *,
    progress: Progress,
    temporary: Path | None,
    watch: Watch,
    keep: bool,
) -> Opened:
    """Read the project's tables, and the mappings before the first of them is run."""
    from clusterkg.engines.duckdb import connect
    from clusterkg.mapping.checking import used_columns
    from clusterkg.mapping.incomplete import IncompleteMappingError, project_problems
    from clusterkg.mapping.kept import Kept
    from clusterkg.mapping.reading import read_mapping
    from clusterkg.sources.description import read_descriptions
    from clusterkg.sources.tables import load_tables, table_checksums

    connection = connect(temporary=temporary)
    with watch.station("sources"):
        sources = read_descriptions(project.data)
        _check_names(sources)
        relations, found = load_tables(connection, sources, progress=progress, temporary=temporary)
    mappings, uses = {}, {}
    read: dict[str, MappingDocument | IncompleteMappingError] = {}
    used: set[tuple[str, str, str]] = set()
    with watch.station("mapping"):
        for source in sources:
            if source.mapping is None:
                continue
            name = f"{source.folder.parent.name}/{source.key}/{source.mapping.name}"
            try:
                mapping = read_mapping(
                    source.mapping, base_iri=project.settings.base_iri, name=name
                )
            except IncompleteMappingError as error:
                read[source.key] = error
                continue
            read[source.key] = mapping
            columns = used_columns(mapping, relations, source.key)
            mappings[source.key] = mapping
            uses[source.key] = tuple(sorted({key for key, _, _ in columns} - {source.key}))
            used |= columns
        for one in read.values():
            if isinstance(one, IncompleteMappingError):
                raise project_problems(connection, read, relations) or one
        checksums = table_checksums(sources)
        tables = {relation: checksums[relation.source, relation.table] for relation in relations}
        kept = Kept(project.build / KEPT, mapping_programme(), tables, writes=keep)
    return Opened(
        project, connection, sources, relations, found, mappings, uses, frozenset(used), kept
    )


def make_graph(
    opened: Opened,
    *,
    progress: Progress = silent,
    watch: Watch | None = None,
    without: Collection[Row] = (),
) -> Graph:
    """Make the quads of the tables, in place of those that are there.

    The rows ``without`` are taken out of the tables in the database, for this time and all times
    to come. In the end no column may be left over. Raises MappingError and GraphError, and
    ValidationError if no row of a table would remain.
    """
    from clusterkg.graph.quads import add_rdf_files, create_quads
    from clusterkg.mapping.checking import check_all_used
    from clusterkg.mapping.incomplete import project_problems

    watch = watch or Watch()
    connection, project = opened.connection, opened.project
    out = _by_table(without)
    relations = _without_rows(opened, out)
    create_quads(connection)
    with watch.station("mapping"):
        try:
            made = _mapped(opened, out, progress)
        except MappingError as error:
            # it is that of the first mapping that has any
            raise project_problems(connection, opened.mappings, relations) or error from error
        check_all_used(opened.sources, opened.relations, opened.columns)
    with watch.station("ontology"):
        add_rdf_files(
            connection,
            tuple(project.files("ontology", "*.ttl").values()),
            f"{project.settings.base_iri}graph/{ONTOLOGY_PART}",
        )
    places = {
        relation.place(row)
        for relation in relations
        for row in out.get((relation.source, relation.table), ())
    }
    found = [
        one
        for one in opened.found
        if one.place is None or replace(one.place, column=None) not in places
    ]
    misspelt = _unknown_terms(connection, project, opened.sources)
    findings: dict[str, tuple[Finding, ...]] = dict.fromkeys((s.key for s in opened.sources), ())
    for finding in (*found, *_untold(made.findings, found), *misspelt):
        # findings name files relative to the data folder, so the first part is the source
        key = finding.place.file.split("/", 1)[0] if finding.place else ""
        findings[key] = (*findings.get(key, ()), finding)
    return Graph(
        connection,
        opened.sources,
        relations,
        opened.uses,
        made.triples,
        findings,
        mapped=made.run,
        triples_maps=made.all,
        mappings=opened.mappings,
    )


def _by_table(rows: Collection[Row]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in sorted(rows):
        found[row.source, row.table].append(row.number)
    return found


def _without_rows(opened: Opened, out: Mapping[tuple[str, str], list[int]]) -> tuple[Relation, ...]:
    """Take rows out of the tables; the relations with the numbers of rows that remain."""
    from clusterkg.engines.duckdb import identifier
    from clusterkg.sources.relation import ROW

    relations = []
    for relation in opened.relations:
        rows = out.get((relation.source, relation.table), [])
        if rows:
            opened.connection.execute(
                f"DELETE FROM {relation.sql} WHERE {identifier(ROW)} IN "
                "(SELECT unnest($1::BIGINT[]))",
                [rows],
            )
        if rows and len(rows) >= relation.rows:
            raise ValidationError(
                "no row would remain: violations come from every one of them",
                at=str(relation.place()),
                hint="Nothing is put into quarantine, and the last release has not been touched. "
                "Look into the report for what the rows have in common.",
            )
        relations.append(replace(relation, rows=relation.rows - len(rows)))
    return tuple(relations)


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

    triples: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    run: dict[str, tuple[str, ...]] = field(default_factory=dict)
    all: int = 0


def _mapped(opened: Opened, out: Mapping[tuple[str, str], list[int]], progress: Progress) -> _Made:
    from clusterkg.mapping.findings import refuse
    from clusterkg.mapping.running import map_source

    made = _Made(dict.fromkeys((source.key for source in opened.sources), 0))
    tables = {
        relation: _without(checksum, out.get((relation.source, relation.table), ()))
        for relation, checksum in opened.kept.tables.items()
    }
    kept = replace(opened.kept, tables=tables)  # what is asked for is noted in the same set
    for key, mapping in opened.mappings.items():
        found = map_source(
            opened.connection, key, opened.relations, mapping, kept=kept, progress=progress
        )
        if mapping.on_data_error == "fail":
            refuse(found.findings, mapping.shown)
        made.triples[key], made.run[key] = found.quads, found.run
        made.all += len(found.triples_maps)
        made.findings += found.findings
    return made


def _without(checksum: str, rows: Sequence[int]) -> str:
    """The checksum of a table without some of its rows."""
    if not rows:
        return checksum
    return hashlib.sha256(f"{checksum} without {list(rows)}".encode()).hexdigest()
