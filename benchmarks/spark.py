"""DuckDB and Spark map generated clusters and judge them by shapes; both make and find the same.

    python benchmarks/spark.py [ROWS] [MASTER]

Times are of the whole command, start-up included. On one machine DuckDB is faster; the script is
for finding out at which size, and on which cluster, that changes.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAPPING = """
prefixes:
  schema: http://schema.org/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  organisation:
    sources: [["organisations.csv~csv"]]
    s: https://data.example.org/organisation/$(id)
    po:
      - [a, schema:Organization]
      - [schema:name, $(name)]
      - [schema:foundingDate, $(founded), xsd:gYear]
      - [schema:numberOfEmployees, $(employees), xsd:integer]
      - p: schema:memberOf
        o:
          - mapping: cluster
            condition:
              function: equal
              parameters: [[str1, $(cluster)], [str2, $(id)]]
  cluster:
    sources: [["clusters.csv~csv"]]
    s: https://data.example.org/cluster/$(id)
    po:
      - [schema:name, $(name), de~lang]
"""
SHAPES = """
@prefix schema: <http://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://data.example.org/shape/> .
ex:Organisation a sh:NodeShape ; sh:targetClass schema:Organization ;
  sh:property ex:name , ex:founded , ex:employees , ex:member .
ex:name sh:path schema:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^Werk [0-9]+ GmbH$" .
ex:founded sh:path schema:foundingDate ; sh:datatype xsd:gYear ; sh:maxCount 1 .
ex:employees sh:path schema:numberOfEmployees ; sh:maxInclusive 4990 .
ex:member sh:path schema:memberOf ; sh:minCount 1 ; sh:nodeKind sh:IRI ;
  sh:node [ sh:property [ sh:path schema:name ; sh:languageIn ( "de" ) ; sh:minCount 1 ] ] .
"""


def write_tables(folder: Path, rows: int) -> None:
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    (folder / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    clusters = max(1, rows // 1000)
    with (folder / "clusters.csv").open("w", encoding="utf-8") as file:
        file.write("id,name\n")
        file.writelines(f"c{number},Cluster für Nr. {number}\n" for number in range(clusters))
    with (folder / "organisations.csv").open("w", encoding="utf-8") as file:
        file.write("id,name,founded,employees,cluster\n")
        file.writelines(
            f"o{number},Werk {number} GmbH,{1900 + number % 120},{number % 5000},"
            f"c{number % clusters}\n"
            for number in range(rows)
        )


def run(folder: Path, *words: str) -> float:
    """The seconds of a command, which may end with findings."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "from clusterkg.cli import main; main()", *words],
        cwd=folder,
        check=False,
        stderr=subprocess.DEVNULL,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}")
    return time.monotonic() - started


def mapped(folder: Path, *options: str) -> tuple[float, set[str]]:
    seconds = run(folder, "map", "mapping.yml", "-o", "out.nq", *options)
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    found = set(lines)
    if len(found) != len(lines):
        raise SystemExit("the same line stands twice")
    return seconds, found


def judged(folder: Path, *options: str) -> tuple[float, dict[str, object]]:
    words = ("validate", "out.nq", "--shapes", "shapes.ttl", "-o", "report.json")
    seconds = run(folder, *words, *options)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return seconds, {key: value for key, value in report.items() if key != "engine"}


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    master = sys.argv[2] if len(sys.argv) > 2 else "local[2]"
    if importlib.util.find_spec("pyspark") is None:
        print("Spark is not installed (make spark): nothing to compare")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, rows)
        on_spark = ("--engine", "spark", "--master", master)
        ours, lines = mapped(folder)
        theirs, same = mapped(folder, *on_spark)
        if lines != same:
            raise SystemExit(f"{len(lines ^ same)} lines differ")
        print(f"{rows:,} rows, {len(lines):,} triples, the same on both engines")
        print(f"DuckDB {ours:.1f} s, Spark on {master} {theirs:.1f} s: {theirs / ours:.1f} times")
        ours, report = judged(folder)
        theirs, other = judged(folder, *on_spark)
        if report != other:
            raise SystemExit("the reports differ")
        print("judged by five shapes, the same report from both engines")
        print(f"DuckDB {ours:.1f} s, Spark on {master} {theirs:.1f} s: {theirs / ours:.1f} times")


if __name__ == "__main__":
    main()
