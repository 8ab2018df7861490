"""The quads relation and a report → a complete release in a staged folder, and its store."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from clusterkg import __version__
from clusterkg.errors import GraphError
from clusterkg.findings import Severity
from clusterkg.graph.dumps import compress, write_nquads, write_turtle
from clusterkg.graph.quads import add_quads, count_quads, graph_counts
from clusterkg.graph.serialise import triples_bytes
from clusterkg.graph.statistics import count_graph
from clusterkg.graph.store import is_store, load_store
from clusterkg.publication.catalogue import catalogue_triples
from clusterkg.publication.content import (
    CATALOGUE,
    ONTOLOGY_PART,
    Content,
    Names,
    Part,
    Table,
    dump_name,
    stamp,
    version_date,
)
from clusterkg.publication.manifest import Manifest, SourceCount, seal
from clusterkg.publication.provenance import provenance_triples
from clusterkg.publication.release import replace_folder, store_name
from clusterkg.publication.void import void_triples
from clusterkg.validation.rendering import render
from clusterkg.validation.statements import add_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.progress import Progress
    from clusterkg.project import Project
    from clusterkg.publication.content import FileStamp
    from clusterkg.publication.release import Staging
    from clusterkg.publication.statements import Triple
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation
    from clusterkg.validation.report import Report

__all__ = ["Ingredients", "count_findings", "make_release", "write_report"]

_REPORTS: Final = {"txt": "text", "json": "json", "html": "html", "ttl": "turtle"}


@dataclass(frozen=True)
class Ingredients:
    """What a release is made of, beside the quads: sources, tables, report, fingerprint.

    ``uses`` names, per source, the other sources whose tables its mapping reads; ``findings``
    are those of each source's tables and mapping. ``left_out`` counts rows in quarantine by source
    and table, ``quarantine`` is the checksum of the folder in which they are.
    """

    sources: tuple[SourceDescription, ...]
    relations: tuple[Relation, ...]
    uses: Mapping[str, tuple[str, ...]]
    findings: Mapping[str, tuple[Finding, ...]]
    report: Report
    shapes: tuple[Path, ...]
    inputs: str
    left_out: Mapping[tuple[str, str], int] = field(default_factory=dict)
    quarantine: str = ""


def make_release(
    connection: Connection,
    project: Project,
    given: Ingredients,
    into: Staging,
    *,
    progress: Progress,
) -> Manifest:
    """Write everything into ``into.release``, load the store, seal; returns the manifest.

    The quads relation holds the sources' graphs and the ontology's; afterwards also the
    descriptions and the report, as the store does. The report's files are in their place.
    """
    base = project.settings.base_iri
    progress("writing the dumps", 0, 0)
    content = _dumped(connection, project, given, into)
    progress("describing the release", 0, 0)
    described = _described(content, into.release)
    graph = f"<{Names(base).graph(CATALOGUE)}>"
    add_quads(connection, ((s, p, o, graph) for s, p, o in described))
    add_report(connection, given.report, given.shapes, base_iri=base)
    shutil.copytree(project.report, into.release / "report")
    progress("loading the store", 0, 0)
    everything = into.work / "everything.nq"
    write_nquads(connection, everything)
    release_id = stamp(everything, "").sha256
    _store(project, everything, release_id, count_quads(connection))
    manifest = Manifest(
        id=release_id,
        version=content.version,
        base_iri=base,
        title=dict(project.settings.title),
        licence=project.settings.licence,
        software=__version__,
        inputs=given.inputs,
        store=f"{project.stores.name}/{store_name(release_id)}",
        quads=count_quads(connection),
        graphs=graph_counts(connection),
        sources={part.source.key: _source_count(part, given) for part in content.parts},
        findings={severity.word: n for severity, n in given.report.counts.items()},
        quarantine=given.quarantine,
    )
    return seal(into.release, manifest)


def count_findings(findings: Sequence[Finding]) -> dict[str, int]:
    """Findings per severity word, worst first; each severity is there."""
    counts = {severity.word: 0 for severity in sorted(Severity, reverse=True)}
    for finding in findings:
        counts[finding.severity.word] += 1
    return counts


def write_report(report: Report, folder: Path, language: str) -> None:
    """``report.txt``, ``.json``, ``.html`` and ``.ttl`` in a new folder."""
    folder.mkdir(parents=True)
    for suffix, form in _REPORTS.items():
        (folder / f"report.{suffix}").write_bytes(render(report, form, language=language))


def _source_count(part: Part, given: Ingredients) -> SourceCount:
    return SourceCount(
        rows=part.rows,
        triples=part.statistics.triples,
        findings=count_findings(given.findings.get(part.source.key, ())),
        retrieved=part.source.retrieved.isoformat(),
        version=part.source.version,
        licence=part.source.licence,
        left_out=part.left_out,
    )


def _dumped(connection: Connection, project: Project, given: Ingredients, into: Staging) -> Content:
    names = Names(project.settings.base_iri)
    dumps = into.release / "dumps"
    dumps.mkdir()
    name = dump_name(names.base, tuple(source.key for source in given.sources))
    plain = into.work / "graph.nq"
    write_nquads(connection, plain)
    compress(plain, dumps / f"{name}.nq.gz")
    plain.unlink()
    write_turtle(connection, dumps / f"{name}.ttl.gz")
    ontology = names.graph(ONTOLOGY_PART)
    write_turtle(connection, dumps / "ontology.ttl", graph=ontology)
    return Content(
        settings=project.settings,
        version=version_date(project.settings, given.sources),
        software=__version__,
        parts=tuple(_part(connection, source, given, names, dumps) for source in given.sources),
        whole=count_graph(connection),
        ontology=count_graph(connection, ontology),
        nquads=_dump(dumps / f"{name}.nq.gz"),
        turtle=_dump(dumps / f"{name}.ttl.gz"),
        ontology_dump=_dump(dumps / "ontology.ttl"),
    )


def _dump(file: Path) -> FileStamp:
    return stamp(file, f"dumps/{file.name}")


def _part(
    connection: Connection, source: SourceDescription, given: Ingredients, names: Names, dumps: Path
) -> Part:
    graph = names.graph(source.key)
    dump = None
    if count_quads(connection, graph):
        file = dumps / f"{source.key}.ttl.gz"
        write_turtle(connection, file, graph=graph)
        dump = _dump(file)
    rows = {
        relation.table: relation.rows
        for relation in given.relations
        if relation.source == source.key
    }
    return Part(
        source=source,
        tables=tuple(
            Table(
                table,
                rows[table.name],
                stamp(table.file, table.file.name),
                given.left_out.get((source.key, table.name), 0),
            )
            for table in source.tables
        ),
        mapping=stamp(source.mapping, source.mapping.name) if source.mapping else None,
        statistics=count_graph(connection, graph),
        dump=dump,
        uses=given.uses.get(source.key, ()),
    )


def _described(content: Content, staged: Path) -> list[Triple]:
    catalogue, void = catalogue_triples(content), void_triples(content)
    provenance = provenance_triples(content)
    for form, suffix in (("ttl", "ttl"), ("rdfxml", "rdf"), ("jsonld", "jsonld")):
        (staged / f"catalogue.{suffix}").write_bytes(triples_bytes(catalogue, form))
    (staged / "void.ttl").write_bytes(triples_bytes(void, "ttl"))
    (staged / "prov.ttl").write_bytes(triples_bytes(provenance, "ttl"))
    return [*catalogue, *void, *provenance]


def _store(project: Project, nquads: Path, release_id: str, quads: int) -> None:
    """Load the store of a release beside its place, then move it there.

    A store of the same id has the same quads and may be in use: it stays.
    """
    target = project.stores / store_name(release_id)
    if is_store(target):
        return
    part = target.with_name(f"{target.name}.part")
    loaded = load_store([nquads], part)
    if loaded != quads:
        raise GraphError(
            f"the store holds {loaded} quads, the dump {quads}",
            hint="Two spellings of the same term are in the graph; this is a fault of clusterkg.",
        )
    replace_folder(part, target)
