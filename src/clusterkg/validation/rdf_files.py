"""RDF files and shape files → a Report, by the engine that is asked for.

What is imported here is what is needed before the files are read; the rest is while they are.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import connect
from clusterkg.errors import SettingsError
from clusterkg.validation.ahead import importing
from clusterkg.validation.judges import AUTO, PYSHACL
from clusterkg.validation.plan import planned
from clusterkg.validation.shapes import read_shapes
from clusterkg.validation.triples import is_described, load_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.report import Report
    from clusterkg.validation.shapes import Shapes

__all__ = ["validate_files"]

_MEMORY: Final = "1500MB"
"""For triples of files; what does not fit is kept in a temporary folder. Python comes on top."""
_LATER: Final = tuple(f"clusterkg.validation.{name}" for name in ("judging", "running", "notices"))
"""Modules that are wanted once the triples are there."""


def validate_files(
    data_files: Sequence[Path],
    shape_files: Sequence[Path],
    *,
    engine: str = AUTO,
    run: SparkRun | None = None,
    later: Sequence[str] = (),
) -> Report:
    """Judge RDF files on their own, outside any project; the syntax goes by the suffix.

    ``engine`` is one of ENGINES; with ``run`` plans run on Spark. The modules that the caller wants
    ``later`` are imported while the files are read. Raises SettingsError if no data or no shapes
    are named, GraphError for data and ValidationError for shapes that cannot be read, with file and
    line.
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
        return _with_notices(other(shapes), shapes, partial(is_described, None))
    plan = planned(shapes)
    with (
        tempfile.TemporaryDirectory(prefix="clusterkg-") as folder,
        closing(_database(Path(folder))) as connection,
    ):
        if run is not None:
            from clusterkg.validation.spark_judging import judged_on_spark, spark_engine
            from clusterkg.validation.spark_judging import spark_files as load

            with spark_engine(run, connection) as spark:
                load(spark, data_files, plan.needed)
                report = judged_on_spark(spark, plan, other)
                return _with_notices(report, shapes, spark.is_described)
        with importing((*_LATER, *later)):
            load_files(connection, data_files, plan.needed)
        from clusterkg.validation.judging import judged
        from clusterkg.validation.running import OnDuckDB

        with OnDuckDB(connection) as duckdb:
            report = judged(duckdb, plan, other)
        return _with_notices(report, shapes, partial(is_described, connection))


def _with_notices(report: Report, shapes: Shapes, is_described: Callable[[str], bool]) -> Report:
    from clusterkg.validation.notices import notices

    return report.with_findings(notices(shapes, is_described))


def _database(folder: Path) -> Connection:
    """A database for files, outside any project: all of this machine's processors are for them."""
    threads = os.cpu_count() or 1
    return connect(temporary=folder, memory=_MEMORY, threads=threads, macros=False)
