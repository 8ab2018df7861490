"""DuckDB and Spark run one mapping of generated clusters; both make the same lines.

    python benchmarks/spark.py [ROWS] [MASTER]

Times are of the whole command, start-up included. On one machine DuckDB is faster; the script is
for finding out at which size, and on which cluster, that changes.
"""

from __future__ import annotations

import importlib.util
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


def write_tables(folder: Path, rows: int) -> None:
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")
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


def run(folder: Path, *options: str) -> tuple[float, set[str]]:
    command = [sys.executable, "-c", "from clusterkg.cli import main; main()", "map"]
    started = time.monotonic()
    subprocess.run(
        [*command, "mapping.yml", "-o", "out.nq", *options],
        cwd=folder,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - started
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    found = set(lines)
    if len(found) != len(lines):
        raise SystemExit("the same line stands twice")
    return seconds, found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    master = sys.argv[2] if len(sys.argv) > 2 else "local[2]"
    if importlib.util.find_spec("pyspark") is None:
        print("Spark is not installed (make spark): nothing to compare")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, rows)
        ours, lines = run(folder)
        theirs, same = run(folder, "--engine", "spark", "--master", master)
        if lines != same:
            raise SystemExit(f"{len(lines ^ same)} lines differ")
        print(f"{rows:,} rows, {len(lines):,} triples, the same on both engines")
        print(f"DuckDB {ours:.1f} s, Spark on {master} {theirs:.1f} s: {theirs / ours:.1f} times")


if __name__ == "__main__":
    main()
