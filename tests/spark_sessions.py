"""One Spark session for all tests; without Spark or Java they are skipped, but fail in CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clusterkg.engines import spark as engine
from clusterkg.engines.spark import SparkRun, spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["interpreted", "java", "master", "spark", "spark_run", "started"]

# a Java that starts fast and never gets fast: a test is over before it would
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# a few rows are interpreted sooner than code for them is compiled
_INTERPRETED = {
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
}


def missing() -> str | None:
    """What Spark needs and is not here."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (make spark)"
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if shutil.which("java") is None and not java.is_file():
        return "there is no Java (make tools)"
    return None


@pytest.fixture(scope="session")
def java() -> Iterator[None]:
    """Spark can be started, and every Java does so without delay."""
    reason = missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", _JAVA)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield


@pytest.fixture(scope="session")
def spark(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    with spark_session(tmp_path_factory.mktemp("spark"), "local[2]") as session:
        yield session


@pytest.fixture
def interpreted(spark: SparkSession) -> Iterator[SparkSession]:
    """The session while it compiles no expressions."""
    before = {name: spark.conf.get(name, None) for name in _INTERPRETED}
    for name, value in _INTERPRETED.items():
        spark.conf.set(name, value)
    yield spark
    for name, known in before.items():
        if known is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, known)


@pytest.fixture
def spark_run(interpreted: SparkSession, tmp_path: Path) -> SparkRun:
    return SparkRun(interpreted, tmp_path)


@pytest.fixture
def started(interpreted: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for a session of its own gets the one that runs, which goes on running."""

    @contextmanager
    def running(temporary: Path, master: str) -> Iterator[SparkSession]:
        assert temporary.is_dir()
        assert master == "local[2]"
        yield interpreted

    monkeypatch.setattr(engine, "spark_session", running)


# -- a cluster -----------------------------------------------------------------------------------


@contextmanager
def launched(words: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of Spark, ended with the block."""
    package = find_spec("pyspark")
    assert package is not None
    assert package.origin is not None
    home = Path(package.origin).parent
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOG_DIR": str(folder)}
    process = subprocess.Popen(
        [str(home / "bin" / "spark-class"), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment | {"SPARK_NO_DAEMONIZE": "1"},
        cwd=folder,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def said(process: subprocess.Popen[str], until: str) -> str:
    """What the log of a process says at last that looks like ``until``."""
    assert process.stderr is not None
    found = next((match for line in process.stderr if (match := re.search(until, line))), None)
    assert found is not None, f"{process.args} ended before it said {until!r}"
    return found[0]


@pytest.fixture
def master(java: None, tmp_path: Path) -> Iterator[str]:
    """The URL of a master on loopback at which two workers have registered."""
    properties = tmp_path / "log4j2.properties"
    properties.write_text(
        "rootLogger.level = info\nrootLogger.appenderRef.stderr.ref = console\n"
        "appender.console.type = Console\nappender.console.name = console\n"
        "appender.console.target = SYSTEM_ERR\nappender.console.layout.type = PatternLayout\n"
        "appender.console.layout.pattern = %m%n\n"
    )
    logging = f"-Dlog4j2.configurationFile={properties}"
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_DAEMON_JAVA_OPTS", logging)
        deploy = "org.apache.spark.deploy"
        at = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        leader = stack.enter_context(launched((f"{deploy}.master.Master", *at), tmp_path))
        url = said(leader, r"spark://127\.0\.0\.1:\d+")
        workers = []
        for number in range(2):
            words = (f"{deploy}.worker.Worker", *at, "--cores", "1", "--memory", "1g")
            words += ("--work-dir", str(tmp_path / f"worker{number}"), url)
            workers.append(stack.enter_context(launched(words, tmp_path)))
        for worker in workers:
            said(worker, "Successfully registered with master")
        yield url
