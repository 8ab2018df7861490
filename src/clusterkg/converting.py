"""One mapping on its own, outside any release: files and databases → a file of quads."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import connect, within_limits
from clusterkg.errors import MappingError
from clusterkg.graph.output import form_of
from clusterkg.graph.targets import packed, places, write_mapped
from clusterkg.mapping.findings import refuse
from clusterkg.mapping.incomplete import IncompleteMappingError, tell_all
from clusterkg.mapping.reading import read_mapping
from clusterkg.progress import silent
from clusterkg.sources.databases import given_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.graph.targets import Place
    from clusterkg.mapping.triples_map import LogicalTarget
    from clusterkg.mapping.triples_map import Mapping as MappingDocument
    from clusterkg.progress import Progress
    from clusterkg.sources.databases import Address

__all__ = ["MapOptions", "map_document"]

_MEMORY = "600MB"
"""Beyond this a mapping spills to disk; Python and the engine itself come on top."""


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
    return None if options.database is None else given_address(options.database)


def _write_mapped(
    connection: Connection,
    mapping: MappingDocument,
    found: Mapping[LogicalTarget | None, Place],
    options: MapOptions,
    progress: Progress,
) -> tuple[Finding, ...]:
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
