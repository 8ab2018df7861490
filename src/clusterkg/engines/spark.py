"""A Spark session, ready for plans: on this machine, or on a cluster named by its master's URL."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ClusterkgError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

__all__ = ["LOCAL", "SparkRun", "spark_run", "spark_session", "told"]

LOCAL: Final = "local[*]"
"""The master that runs in this process, on all cores."""

_LOOPBACK: Final = re.compile(
    r"local(\[.*\])?|local-cluster\[.*\]|spark://(127\.|localhost|\[::1\]).*"
)
_LOGGING: Final = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = Spark: %p %c{1}: %m%n%ex{short}
"""
_INSTALL: Final = "Install it with: pip install 'clusterkg[spark]'"
_JAVA: Final = (
    "Install Java 17 or newer: on Debian and Ubuntu, apt install openjdk-17-jre-headless."
)


@dataclass(frozen=True)
class SparkRun:
    """Where plans are run: the session, and a folder that all its machines see.

    ``folder`` is for what is staged and for what Spark writes; it is emptied by its owner.
    """

    session: SparkSession
    folder: Path

    def new_folder(self) -> Path:
        """A new folder in the folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))


@contextmanager
def spark_run(beside: Path, master: str) -> Iterator[SparkRun]:
    """A session on the master, with a hidden folder beside a file, which need not be there."""
    with (
        tempfile.TemporaryDirectory(prefix=".clusterkg-", dir=beside.parent) as folder,
        spark_session(Path(folder), master) as session,
    ):
        yield SparkRun(session, Path(folder))


@contextmanager
def spark_session(temporary: Path, master: str = LOCAL) -> Iterator[SparkSession]:
    """A session of its own on the master; what Spark keeps beside its work goes to ``temporary``.

    What ``spark-defaults.conf`` or ``spark-submit`` settles stays, apart from what the plans need:
    times in UTC, ANSI semantics and texts with ``${`` as they are. Raises SettingsError if Spark
    is not installed or does not start.
    """
    session = _start(temporary, master)
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    finally:
        session.stop()


@contextmanager
def told(error: type[ClusterkgError], hint: str) -> Iterator[None]:
    """What Spark says about a job that failed, as ``error``, without the stack of its machines."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JJavaError, PySparkException) as problem:
        text = str(problem.java_exception if isinstance(problem, Py4JJavaError) else problem)
        causes = [line for line in text.splitlines() if line.startswith(("Caused by", "["))]
        reason = (causes or text.splitlines() or [""])[-1].removeprefix("Caused by: ").strip()
        raise error(f"Spark stopped: {reason}", hint=hint) from problem


def _start(temporary: Path, master: str) -> SparkSession:
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SettingsError("the engine 'spark' is not installed", hint=_INSTALL) from error
    _check_java()
    builder = SparkSession.builder.master(master).appName("clusterkg")
    for name, value in _settings(temporary, master).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise SettingsError(
            f"Spark does not start on the master '{master}': {reason}",
            hint="A master is written local[2], spark://host:7077 or yarn. " + _JAVA,
        ) from error


def _settings(temporary: Path, master: str) -> dict[str, str]:
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.variable.substitute": "false",
        "spark.sql.parser.escapedStringLiterals": "false",
        "spark.sql.warehouse.dir": (temporary.resolve() / "warehouse").as_uri(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if _LOOPBACK.fullmatch(master):
        logging = temporary.resolve() / "log4j2.properties"
        logging.write_text(_LOGGING, encoding="utf-8")
        settings |= {
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging.as_uri()}",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    return settings


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        where = f"in JAVA_HOME, which is '{home}'" if home else "on this machine"
        raise SettingsError(f"the engine 'spark' needs Java, and there is none {where}", hint=_JAVA)
