"""Quads or files, and shapes → a Report, by the engine that is asked for.

Subclasses count for ``sh:targetClass`` and ``sh:class`` where the data holds their
``rdfs:subClassOf`` (https://www.w3.org/TR/shacl/#terminology); nothing else is inferred.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SettingsError
from clusterkg.validation.judging import judged
from clusterkg.validation.notices import notices
from clusterkg.validation.report import Report, merged
from clusterkg.validation.running import OnDuckDB
from clusterkg.validation.shapes import read_shapes, single_files
from clusterkg.validation.triples import is_described, load_files, load_quads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.kept import Kept
    from clusterkg.validation.shapes import Shapes

__all__ = ["ENGINES", "validate_files", "validate_quads"]

AUTO, PYSHACL = "auto", "pyshacl"
ENGINES: Final = (AUTO, PYSHACL)
"""Plans where they know all constraints, else pySHACL; or pySHACL alone."""
_ONTOLOGY: Final = "ontology.ttl"
_MEMORY: Final = "1500MB"
"""For triples of files; what does not fit is kept in a temporary folder. Python comes on top."""


def validate_quads(
    connection: Connection,
    shape_files: Sequence[Path],
    *,
    engine: str = AUTO,
    kept: Kept | None = None,
    run: SparkRun | None = None,
) -> Report:
    """Judge the union of all graphs of the quads relation, ontology included.

    A file ``ontology.ttl`` holds what the ontology demands of itself, and is judged on the named
    graph of the ontology alone: concepts that sources bring along follow other rules. ``engine``
    is one of ENGINES. With ``kept`` only what has changed since is judged; the report is the same.
    With ``run`` plans run on Spark. Raises ValidationError if the shapes cannot be used.
    """
    how = _How(engine, kept, run)
    files = single_files(shape_files)
    own = [file for file in files if file.name == _ONTOLOGY]
    others = [file for file in files if file.name != _ONTOLOGY]
    reports = []
    if others or not own:
        reports.append(_of_quads(connection, others, "", how))
    if own:
        reports.append(_of_quads(connection, own, "graph/ontology", how))
    if kept is not None:
        kept.sweep()
    return merged(reports)


@dataclass(frozen=True)
class _How:
    """By which engine, from what is kept, and where."""

    engine: str
    kept: Kept | None
    run: SparkRun | None


def _of_quads(connection: Connection, files: Sequence[Path], name: str, how: _How) -> Report:
    shapes = read_shapes(files)

    def other(shapes: Shapes) -> Report:
        from clusterkg.validation.by_pyshacl import validate
        from clusterkg.validation.rdflib_graphs import graph_of_quads

        return validate(graph_of_quads(connection, name=name), shapes)

    described = partial(is_described, connection, relation="quads")
    if how.engine == PYSHACL:
        report = other(shapes)
    elif how.run is not None:
        from clusterkg.validation.spark_judging import judged_on_spark, spark_engine, spark_quads

        with spark_engine(how.run, connection) as spark:
            report = judged_on_spark(spark, shapes, partial(spark_quads, spark, name), other)
    elif how.kept is not None:
        from clusterkg.validation.incremental import judged_again

        with OnDuckDB(connection) as duckdb:
            report = judged_again(duckdb, shapes, name, other, how.kept)
    else:
        load = partial(load_quads, connection, name=name)
        with OnDuckDB(connection) as duckdb:
            report = judged(duckdb, shapes, load, other)
    return report.with_findings(notices(shapes, described))


def validate_files(
    data_files: Sequence[Path],
    shape_files: Sequence[Path],
    *,
    engine: str = AUTO,
    run: SparkRun | None = None,
) -> Report:
    """Judge RDF files on their own, outside any project; the syntax goes by the suffix.

    ``engine`` is one of ENGINES; with ``run`` plans run on Spark. Raises SettingsError if no data
    or no shapes are named, GraphError for data and ValidationError for shapes that cannot be read,
    with file and line.
    """
    if not data_files:
        raise SettingsError("no data was given", hint="clusterkg validate DATA --shapes FILE")
    if not shape_files:
        raise SettingsError(
            "no shapes were given",
            hint=f"clusterkg validate {data_files[0]} --shapes FILE",
        )
    shapes = read_shapes(shape_files)

    def other(shapes: Shapes) -> Report:
        from clusterkg.validation.by_pyshacl import validate
        from clusterkg.validation.rdflib_graphs import graph_of_files

        return validate(graph_of_files(data_files), shapes)

    if engine == PYSHACL:
        return other(shapes).with_findings(notices(shapes, partial(is_described, None)))
    with (
        tempfile.TemporaryDirectory(prefix="clusterkg-") as folder,
        closing(_database(Path(folder))) as connection,
    ):
        if run is not None:
            from clusterkg.validation.spark_judging import (
                judged_on_spark,
                spark_engine,
                spark_files,
            )

            with spark_engine(run, connection) as spark:
                load = partial(spark_files, spark, data_files)
                report = judged_on_spark(spark, shapes, load, other)
                return report.with_findings(notices(shapes, spark.is_described))
        load = partial(load_files, connection, data_files)
        with OnDuckDB(connection) as duckdb:
            report = judged(duckdb, shapes, load, other)
        return report.with_findings(notices(shapes, partial(is_described, connection)))


def _database(folder: Path) -> Connection:
    """A database for files, outside any project: all of this machine's processors are for them."""
    threads = os.cpu_count() or 1
    return connect(temporary=folder, memory=_MEMORY, threads=threads, macros=False)
