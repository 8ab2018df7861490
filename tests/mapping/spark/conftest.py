"""One Spark session for all tests; without Spark or Java they are skipped, but fail in CI."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clusterkg.engines.spark import spark_session
from clusterkg.mapping import spark_running
from clusterkg.mapping.spark_running import SparkRun

from .comparing import Outcome, outcome

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# a Java that starts fast and never gets fast: a test is over before it would
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# a few rows are interpreted sooner than code for them is compiled
_INTERPRETED = {
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
}

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


def missing() -> str | None:
    """What Spark needs and is not here."""
    if importlib.util.find_spec("pyspark") is None:
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
def run(interpreted: SparkSession, tmp_path: Path) -> SparkRun:
    return SparkRun(interpreted, tmp_path)


@pytest.fixture
def started(interpreted: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for a session of its own gets the one that runs, which goes on running."""

    @contextmanager
    def running(temporary: Path, master: str) -> Iterator[SparkSession]:
        assert temporary.is_dir()
        assert master == "local[2]"
        yield interpreted

    monkeypatch.setattr(spark_running, "spark_session", running)


@pytest.fixture
def same_on_both(run: SparkRun) -> Callable[..., Outcome]:
    """Run a mapping on DuckDB and on Spark: what both make, after it was compared."""

    def compare(file: Path, **options: object) -> Outcome:
        ours = outcome(None, file, **options)
        assert outcome(run, file, **options) == ours
        return ours

    return compare


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people")
    (made / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    (made / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (made / "towns.json").write_text(TOWNS, encoding="utf-8")
    return made
