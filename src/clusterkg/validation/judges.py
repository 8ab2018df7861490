"""Who judges by shapes: an engine by its name, or plans that run on a Spark master."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.engines.spark import SparkRun

__all__ = ["AUTO", "ENGINES", "PYSHACL", "Judges"]

AUTO, PYSHACL = "auto", "pyshacl"
ENGINES: Final = (AUTO, PYSHACL)
"""Plans where they know all constraints, else pySHACL; or pySHACL alone."""


@dataclass(frozen=True)
class Judges:
    """``engine`` is one of ENGINES.

    With a Spark ``master`` plans run there; its machines share a folder beside ``output``, the
    report's file, or else among the temporary files of this machine.
    """

    engine: str = AUTO
    master: str | None = None
    output: Path | None = None

    @classmethod
    def on_spark(cls, master: str | None, output: Path | None) -> Judges:
        """Plans on that master, by default on all cores of this machine."""
        from clusterkg.engines.spark import LOCAL

        return cls(master=master or LOCAL, output=output)

    @contextmanager
    def running(self) -> Iterator[SparkRun | None]:
        """Where Spark runs plans, until the block ends; None if it does not.

        Raises SettingsError if the folder of the report does not exist, or Spark does not start.
        """
        if self.master is None:
            yield None
            return
        import tempfile

        from clusterkg.engines.spark import spark_run

        beside = Path(tempfile.gettempdir(), "report") if self.output is None else self.output
        if not beside.parent.is_dir():
            raise SettingsError("the folder of the report does not exist", at=str(beside.parent))
        with spark_run(beside, self.master) as run:
            yield run
