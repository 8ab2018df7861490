"""How much of a full run a validation costs after a change: on the shipped data, on a large graph.

The shipped data is built, one cell is changed, and the build after that is compared with a build
from nothing: processor seconds of its validation, and the bytes of release and report. The large
graph is made of organisations and judged by the 13 property shapes below: in full, in full with the
results kept, unchanged, and after one organisation has lost its name and another has got a second.
The reports have to be equal.

    python benchmarks/incremental.py [--organisations 200000] [--only large|shipped]

Ends with exit code 1 if an outcome differs from that of the full run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from build import copy_project, measured
from clusterkg.engines.duckdb import Connection, connect
from clusterkg.graph.quads import create_quads
from clusterkg.validation.kept import Kept
from clusterkg.validation.shacl import validate_quads

if TYPE_CHECKING:
    from clusterkg.validation.report import Report

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <http://example.org/> .
e:Org a sh:NodeShape ; sh:targetClass e:Organisation ; sh:property
  [ sh:path e:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
  [ sh:path e:name ; sh:minLength 3 ] , [ sh:path e:name ; sh:pattern "^[A-Z]" ] ,
  [ sh:path e:founded ; sh:maxCount 1 ; sh:datatype xsd:gYear ] ,
  [ sh:path e:employees ; sh:datatype xsd:integer ; sh:minInclusive 1 ] ,
  [ sh:path e:postcode ; sh:minCount 1 ; sh:pattern "^[0-9]{5}$" ] ,
  [ sh:path e:site ; sh:minCount 1 ; sh:class e:Site ] ,
  [ sh:path ( e:site e:region ) ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
  [ sh:path e:actorIn ; sh:class e:Cluster ] , [ sh:path e:actorIn ; sh:minCount 1 ] .
e:Sited a sh:NodeShape ; sh:targetClass e:Site ; sh:property
  [ sh:path e:region ; sh:minCount 1 ; sh:class e:Region ] ,
  [ sh:path [ sh:inversePath e:site ] ; sh:minCount 1 ] .
e:Clusters a sh:NodeShape ; sh:targetClass e:Cluster ; sh:property
  [ sh:path [ sh:inversePath e:actorIn ] ; sh:minCount 3 ] .
"""


def fill(connection: Connection, organisations: int) -> None:
    """About ten triples an organisation; one in a thousand breaks a shape."""
    create_quads(connection)
    connection.execute(f"CREATE TEMP TABLE n AS SELECT i FROM range({organisations}) AS r(i)")
    org, site = "'<http://example.org/org/' || i || '>'", "'<http://example.org/site/' || i || '>'"
    typed = '"^^<http://www.w3.org/2001/XMLSchema#'
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    rows = [
        (org, rdf_type, "'<http://example.org/Organisation>'", "true"),
        (org, "name", "'\"Organisation ' || i || '\"'", "i % 1000 <> 7"),
        (org, "founded", f"'\"' || (1900 + i % 120) || '{typed}gYear>'", "true"),
        (org, "employees", f"'\"' || (i % 500) || '{typed}integer>'", "i % 2 = 1"),
        (org, "postcode", "'\"' || lpad((i % 99999)::VARCHAR, 5, '0') || '\"'", "true"),
        (org, "site", site, "true"),
        (org, "actorIn", "'<http://example.org/cluster/' || (i % 500) || '>'", "true"),
        (site, rdf_type, "'<http://example.org/Site>'", "true"),
        (site, "region", "'<http://example.org/region/' || (i % 400) || '>'", "i % 1000 <> 9"),
        ("'<http://example.org/cluster/' || i || '>'", rdf_type,
         "'<http://example.org/Cluster>'", "i < 500"),
        ("'<http://example.org/region/' || i || '>'", rdf_type,
         "'<http://example.org/Region>'", "i < 400"),
    ]  # fmt: skip
    for subject, predicate, value, condition in rows:
        named = predicate if predicate.startswith("<") else f"<http://example.org/{predicate}>"
        connection.execute(
            f"INSERT INTO quads SELECT {subject}, '{named}', {value}, "
            f"'<http://example.org/graph/x>' FROM n WHERE {condition}"
        )


def change(connection: Connection) -> None:
    """One organisation loses its name, another gets a second one."""
    connection.execute(
        "DELETE FROM quads WHERE s = '<http://example.org/org/100>' AND ends_with(p, '/name>')"
    )
    connection.execute(
        "INSERT INTO quads VALUES ('<http://example.org/org/200>', '<http://example.org/name>', "
        "'\"Another\"', '<http://example.org/graph/x>')"
    )


def judged(connection: Connection, shapes: Path, kept: Kept | None) -> tuple[Report, float]:
    """The report, and the processor seconds that it took."""
    started = time.process_time()
    report = validate_quads(connection, [shapes], kept=kept)
    return report, time.process_time() - started


def large(organisations: int) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shapes = folder / "shapes.ttl"
        shapes.write_text(SHAPES, encoding="utf-8")
        connection = connect(memory="2GB")
        fill(connection, organisations)
        judged(connection, shapes, None)  # libraries are loaded

        def kept() -> Kept:
            return Kept(folder / "kept", "benchmark")

        first, full = judged(connection, shapes, None)
        same, keeping = judged(connection, shapes, kept())
        unchanged, nothing = judged(connection, shapes, kept())
        change(connection)
        after, full_after = judged(connection, shapes, None)
        known = kept()
        again, incremental = judged(connection, shapes, known)
        size = sum(path.stat().st_size for path in (folder / "kept").iterdir()) / 1e6
    print(
        f"{first.checked.triples:,} triples, {first.checked.focus_nodes:,} focus nodes, "
        f"{len(first.results):,} results; {size:.0f} MB kept"
    )
    print(f"full {full:.2f} s processor, with the results kept {keeping:.2f} s")
    print(f"unchanged {nothing:.2f} s, {nothing / full:.0%} of full")
    print(
        f"after the change: full {full_after:.2f} s, incremental {incremental:.2f} s, "
        f"{incremental / full_after:.0%} of full; {known.judged} focus nodes judged"
    )
    return first == same == unchanged and again == after and again != first


def shipped() -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder, other = Path(name) / "one", Path(name) / "two"
        for target in (folder, other):
            target.mkdir()
            copy_project(target)
        measured(folder, "--publish-violations")
        for target in (folder, other):
            table = target / "data" / "pages" / "organisations.csv"
            text = table.read_text(encoding="utf-8")
            row = text.splitlines()[1]
            year = next(one for one in row.split(",") if re.fullmatch("[12][0-9]{3}", one))
            table.write_text(text.replace(row, row.replace(year, "1999")), encoding="utf-8")
        changed = measured(folder, "--publish-violations")
        fresh = measured(other, "--publish-violations")
        told = [json.loads((one / "build/report/report.json").read_text("utf-8"))
                for one in (folder, other)]  # fmt: skip
        sums = [(one / "build/release/SHA256SUMS").read_bytes() for one in (folder, other)]
    for label, run in (("from nothing", fresh), ("after the change", changed)):
        (station,) = re.findall(r"validation ([0-9.]+)", run[3])
        print(f"{label}: {run[1]:.1f} s processor, of the {run[0]:.1f} s wall {station} validating")
    print(next((line for line in changed[3].splitlines() if line.startswith("Judged")), ""))
    return told[0] == told[1] and sums[0] == sums[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organisations", type=int, default=200_000)
    parser.add_argument("--only", choices=["large", "shipped"])
    given = parser.parse_args()
    equal = True
    if given.only != "shipped":
        equal = large(given.organisations) and equal
    if given.only != "large":
        equal = shipped() and equal
    print("outcomes are equal" if equal else "OUTCOMES DIFFER")
    sys.exit(not equal)


if __name__ == "__main__":
    main()
