"""Plans run on Spark: the same quads as on DuckDB, made by as many machines as there are.

What a mapping reads and what is wrong with its values is found out as on DuckDB, by the same
views and checks. Spark then makes the terms, joins, and keeps each quad once.
"""

from __future__ import annotations

import shutil
from functools import partial, reduce
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.engines.spark import told
from clusterkg.errors import MappingError
from clusterkg.mapping.database_rows import on_database
from clusterkg.mapping.findings import find_offenders
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.plan import Context, quads
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.running import attempt, mapping_plans
from clusterkg.mapping.spark_plan import (
    NotOnSparkError,
    StagedCells,
    columns_read,
    spark_queries,
    staged_plan,
)
from clusterkg.mapping.spark_rows import native_file, read_native, stage_rows
from clusterkg.mapping.spark_terms import prepare as prepare_spark
from clusterkg.mapping.terms import prepare
from clusterkg.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyspark.sql import DataFrame

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.findings import Finding
    from clusterkg.mapping.plan import Plan
    from clusterkg.mapping.triples_map import Mapping
    from clusterkg.progress import Progress
    from clusterkg.sources.databases import Address

__all__ = ["load_quads", "map_document", "spark_quads", "write_lines"]

_HINT: Final = "Its log says more; --engine duckdb runs without it."


def map_document(  # noqa: PLR0913
    run: SparkRun,
    connection: Connection,
    mapping: Mapping,
    write: Callable[[DataFrame], None],
    *,
    folder: Path | None = None,
    database: Address | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Map the files and databases that a mapping names; ``write`` does what is to be done.

    It is given the quads s, p, o, g, a set in no order: ``write_lines`` and ``load_quads`` are
    meant for it. Returns what could not be mapped. Raises MappingError.
    """
    mapping = on_database(mapping, database)
    finder = RowFinder(connection, Problems(mapping.shown), folder=folder or mapping.file.parent)
    prepare(connection)
    try:
        progress("reading", 0, 0)
        plans = mapping_plans(mapping, Context(mapping.base_iri, tells_nulls=True), finder)
        progress("writing", 0, 0)
        _run(run, finder, plans, write)
        findings = find_offenders(connection, plans, finder, mapping.shown)
        findings += tuple(finder.databases.findings.values())
    finally:
        finder.drop()
    return findings


def _run(
    run: SparkRun, finder: RowFinder, plans: Sequence[Plan], write: Callable[[DataFrame], None]
) -> None:
    """Make the quads; where Spark fails at a file that it reads itself, DuckDB reads it."""
    try:
        with told(MappingError, _HINT):
            write(spark_quads(run, finder, plans))
    except MappingError:
        if not any(native_file(finder.connection, plan.cells.rows) for plan in plans):
            raise
        with told(MappingError, _HINT):
            write(spark_quads(run, finder, plans, native=False))


def spark_quads(
    run: SparkRun, finder: RowFinder, plans: Sequence[Plan], *, native: bool = True
) -> DataFrame:
    """The quads s, p, o, g of all plans, each once, to be made by Spark when they are asked for.

    Without ``native`` Spark reads no file itself. A cell with which DuckDB cannot compute is a
    problem of the mapping.
    """
    staging: dict[str, StagedCells] = {}
    staged: list[Plan] = []
    evaluated: list[Plan] = []
    for plan in plans:
        try:
            staged.append(staged_plan(plan, staging))
        except NotOnSparkError:
            evaluated.append(plan)
    _provide(run, finder, staged, staging, native=native)
    frames = []
    for plan in evaluated:
        frame = attempt(finder, plan, partial(_evaluated, run, finder.connection, plan))
        frames += [frame] if frame is not None else []
    finder.problems.stop()
    queries = [query for plan in staged for query in spark_queries(plan)]
    prepare_spark(run.session, queries)
    frames += [run.session.sql(query) for query in queries]
    if not frames:
        return run.session.createDataFrame([], "s STRING, p STRING, o STRING, g STRING")
    return reduce(lambda left, right: left.union(right), frames).distinct()


def _provide(
    run: SparkRun,
    finder: RowFinder,
    plans: Sequence[Plan],
    staging: dict[str, StagedCells],
    *,
    native: bool,
) -> None:
    """Make the rows of all plans views of the session, each relation once."""
    stage = run.new_folder()
    readers = {plan.cells.rows.name: plan for plan in plans}
    for name, columns in columns_read(plans).items():
        cells = staging[name]
        computed = cells.computed.keys() | cells.cells.computed.keys()
        itself = native and not computed & columns
        file = native_file(finder.connection, cells.cells.rows) if itself else None
        if file is not None:
            frame: DataFrame | None = read_native(run.session, file, cells, columns)
        else:
            act = partial(stage_rows, finder.connection, cells, columns, stage)
            target = attempt(finder, readers.get(name, plans[0]), act)
            frame = None if target is None else run.session.read.parquet(str(target))
        if frame is not None:
            frame.createOrReplaceTempView(name)
    finder.problems.stop()


def _evaluated(run: SparkRun, connection: Connection, plan: Plan) -> DataFrame:
    """The quads of a plan that only DuckDB can run."""
    target = run.new_folder() / "quads"
    sql = quads(plan).sql(dialect="duckdb")
    connection.execute(
        f"COPY ({sql}) TO {literal(str(target))} (FORMAT parquet, PER_THREAD_OUTPUT true)"
    )
    return run.session.read.parquet(str(target))


def write_lines(run: SparkRun, path: Path, frame: DataFrame, *, graphs: bool = True) -> None:
    """Write quads as the lines of an N-Quads file, in no order.

    Without ``graphs`` they are N-Triples, those of all graphs.
    """
    parts = run.new_folder() / "lines"
    if not graphs:
        frame = frame.select("s", "p", "o").distinct()
    terms = ", ".join(frame.columns)
    frame.selectExpr(f"concat_ws(' ', {terms}, '.') AS value").write.text(str(parts), lineSep="\n")
    with path.open("wb") as whole:
        for part in sorted(parts.glob("part-*")):
            with part.open("rb") as lines:
                shutil.copyfileobj(lines, whole, 1 << 22)


def load_quads(run: SparkRun, connection: Connection, frame: DataFrame) -> None:
    """Add quads to the quads relation, which stays a set."""
    parts = run.new_folder() / "quads"
    frame.write.parquet(str(parts))
    connection.execute(
        "INSERT INTO main.quads SELECT s, p, o, g FROM "
        f"read_parquet({literal(f'{parts}/*.parquet')}) EXCEPT SELECT s, p, o, g FROM main.quads"
    )
