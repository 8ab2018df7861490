"""The quads relation and shapes → a Report, by the engine that is asked for.

Subclasses count for ``sh:targetClass`` and ``sh:class`` where the data holds their
``rdfs:subClassOf`` (https://www.w3.org/TR/shacl/#terminology); nothing else is inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from clusterkg.validation.judges import AUTO, PYSHACL
from clusterkg.validation.judging import judged
from clusterkg.validation.notices import notices
from clusterkg.validation.plan import planned
from clusterkg.validation.report import merged
from clusterkg.validation.running import OnDuckDB
from clusterkg.validation.shapes import read_shapes, single_files
from clusterkg.validation.triples import is_described, load_quads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.kept import Kept
    from clusterkg.validation.report import Report
    from clusterkg.validation.shapes import Shapes

__all__ = ["validate_quads"]

_ONTOLOGY: Final = "ontology.ttl"


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
        return other(shapes).with_findings(notices(shapes, described))
    plan = planned(shapes)
    if how.run is not None:
        from clusterkg.validation.spark_judging import judged_on_spark, spark_engine, spark_quads

        with spark_engine(how.run, connection) as spark:
            spark_quads(spark, name, plan.needed)
            report = judged_on_spark(spark, plan, other)
    elif how.kept is not None:
        from clusterkg.validation.incremental import judged_again

        with OnDuckDB(connection) as duckdb:
            report = judged_again(duckdb, plan, name, other, how.kept)
    else:
        load_quads(connection, plan.needed, name=name)
        with OnDuckDB(connection) as duckdb:
            report = judged(duckdb, plan, other)
    return report.with_findings(notices(shapes, described))
