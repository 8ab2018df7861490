"""A mapping run from the command line: on this machine, and on a master with two workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MAPPING = """
prefixes:
  ex: https://data.example.org/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  person:
    sources: [["people.csv~csv"]]
    s: https://data.example.org/person/$(id)
    po:
      - [ex:name, $(name)]
      - [ex:born, $(born), xsd:gYear]
      - p: ex:town
        o:
          - mapping: town
            condition:
              function: equal
              parameters: [[str1, $(town)], [str2, $(name)]]
  town:
    sources: [["towns.json~jsonpath", "$.towns[*]"]]
    s: https://data.example.org/town/$(name)
    po:
      - [ex:people, $(people)]
"""
PEOPLE = "id,name,born,town\n" + "".join(
    f'{number},"Anna ""{number % 7}""",{1900 + number % 99},{("Halle", "Köln")[number % 2]}\n'
    for number in range(3000)
)
TOWNS = '{"towns": [{"name": "Halle", "people": 242000}, {"name": "Köln", "people": 1.1e6}]}'
_RUN = "from clusterkg.cli import main; main()"
_HOST = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people")
    (made / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    (made / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (made / "towns.json").write_text(TOWNS, encoding="utf-8")
    return made


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
def started(words: Sequence[str], until: str, folder: Path) -> Iterator[str]:
    """A process of Spark, once its log says so; what the log says there is given."""
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
        assert process.stderr is not None
        found = next((match for line in process.stderr if (match := re.search(until, line))), None)
        assert found is not None, f"{words[0]} ended before it said {until!r}"
        yield found[0]
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture
def master(spark: SparkSession, tmp_path: Path) -> Iterator[str]:
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
        url = stack.enter_context(
            started((f"{deploy}.master.Master", *at), r"spark://127\.0\.0\.1:\d+", tmp_path)
        )
        for number in range(2):
            words = (f"{deploy}.worker.Worker", *at, "--cores", "1", "--memory", "1g")
            words += ("--work-dir", str(tmp_path / f"worker{number}"), url)
            stack.enter_context(started(words, "Successfully registered with master", tmp_path))
        yield url


def test_two_workers_of_a_cluster_make_the_same_quads(folder: Path, master: str) -> None:
    ours = clusterkg(folder)
    theirs = clusterkg(folder, "--engine", "spark", "--master", master)
    assert (ours.returncode, theirs.returncode) == (0, 0), theirs.stderr
    assert lines(theirs.stdout) == lines(ours.stdout)
    assert "https://data.example.org/town/K\u00f6ln" in theirs.stdout


@pytest.mark.parametrize("form", ["nt", "ttl"])
def test_this_machine_writes_every_format(spark: SparkSession, folder: Path, form: str) -> None:
    ours = clusterkg(folder, "--format", form)
    theirs = clusterkg(folder, "--format", form, "--engine", "spark", "--master", "local[2]")
    assert theirs.returncode == 0, theirs.stderr
    if form == "nt":
        assert lines(theirs.stdout) == lines(ours.stdout)
    else:
        assert theirs.stdout == ours.stdout
    assert not list(folder.glob(".*"))


def test_a_master_that_is_none_is_told(spark: SparkSession, folder: Path) -> None:
    told = clusterkg(folder, "--engine", "spark", "--master", "nowhere")
    assert told.returncode == 2
    assert "Spark does not start on the master 'nowhere'" in told.stderr
    assert "Traceback" not in told.stderr
    assert not told.stdout


def test_a_master_is_for_spark(folder: Path) -> None:
    told = clusterkg(folder, "--master", "local[2]")
    assert told.returncode == 2
    assert "--master is for --engine spark" in told.stderr
