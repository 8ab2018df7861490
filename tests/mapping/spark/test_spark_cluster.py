"""A mapping run from the command line on a master with two workers; masters that are none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

_RUN = "from clusterkg.cli import main; main()"
_HOST = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}


def clusterkg(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _RUN, "map", "mapping.yml", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | _HOST,
    )


def lines(text: str) -> set[str]:
    found = text.splitlines()
    assert len(found) == len(set(found))
    return set(found)


@contextmanager
def launched(words: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of Spark, ended with the block."""
    package = find_spec("pyspark")
    assert package is not None
    assert package.origin is not None
    home = Path(package.origin).parent
    environment = os.environ | _HOST | {"SPARK_HOME": str(home), "SPARK_LOG_DIR": str(folder)}
    process = subprocess.Popen(
        [str(home / "bin" / "spark-class"), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
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


def test_two_workers_of_a_cluster_make_the_same_quads(people: Path, master: str) -> None:
    ours = clusterkg(people)
    theirs = clusterkg(people, "--engine", "spark", "--master", master)
    assert (ours.returncode, theirs.returncode) == (0, 0), theirs.stderr
    assert lines(theirs.stdout) == lines(ours.stdout)
    assert "https://data.example.org/town/K\u00f6ln" in theirs.stdout
    assert not list(people.glob(".*"))


def test_a_master_that_is_none_is_told(java: None, people: Path) -> None:
    told = clusterkg(people, "--engine", "spark", "--master", "nowhere")
    assert told.returncode == 2
    assert "Spark does not start on the master 'nowhere'" in told.stderr
    assert "Traceback" not in told.stderr
    assert not told.stdout


def test_a_master_is_for_spark(people: Path) -> None:
    told = clusterkg(people, "--master", "local[2]")
    assert told.returncode == 2
    assert "--master is for --engine spark" in told.stderr
