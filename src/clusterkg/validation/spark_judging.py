"""Triples and shapes → a Report on Spark; what is beyond SHACL Core is judged in this process.

pySHACL holds a whole graph in memory. So it is not asked about one that is larger than that.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.validation.judging import judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.engines.spark import SparkRun
    from clusterkg.validation.on_spark import OnSpark
    from clusterkg.validation.plan import Plan
    from clusterkg.validation.report import Report
    from clusterkg.validation.shapes import Shapes
    from clusterkg.validation.triples import Needed

__all__ = ["MOST_TRIPLES", "judged_on_spark", "spark_engine", "spark_files", "spark_quads"]

MOST_TRIPLES: Final = 5_000_000
"""With more triples pySHACL is not asked."""


@contextmanager
def spark_engine(run: SparkRun, connection: Connection) -> Iterator[OnSpark]:
    """Spark as the engine of plans, until the block ends; ``connection`` has the quads relation."""
    from clusterkg.validation.on_spark import OnSpark

    engine = OnSpark(run, connection)
    try:
        yield engine
    finally:
        engine.close()


def judged_on_spark(
    engine: OnSpark,
    plan: Plan,
    other: Callable[[Shapes], Report],
) -> Report:
    """Judge as ``judged`` does, with plans on Spark.

    Raises ValidationError also if there are shapes beyond SHACL Core and more than MOST_TRIPLES.
    """

    def within_reach(shapes: Shapes) -> Report:
        if engine.triples() > MOST_TRIPLES:
            raise ValidationError(
                "some shapes are beyond SHACL Core, and pySHACL cannot hold the "
                f"{engine.triples():,} triples in memory (at most {MOST_TRIPLES:,})",
                at=", ".join(file.name for file in shapes.files),
                hint="Leave these shapes out, or write them in SHACL Core.",
            )
        return other(shapes)

    return judged(engine, plan, within_reach)


def spark_files(engine: OnSpark, files: Sequence[Path], needed: Needed) -> None:
    """The triples of files, made known to the engine."""
    from clusterkg.validation.spark_triples import load_files

    load_files(engine, files, needed)


def spark_quads(engine: OnSpark, name: str, needed: Needed) -> None:
    """The triples of the quads relation, made known to the engine."""
    from clusterkg.validation.spark_triples import load_quads

    load_quads(engine, engine.connection, needed, name=name)
