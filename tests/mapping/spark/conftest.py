"""Mappings on both engines, and one that many tests run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.engines.spark import SparkRun

from .comparing import Outcome, outcome

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


@pytest.fixture
def run(spark_run: SparkRun) -> SparkRun:
    return spark_run


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
