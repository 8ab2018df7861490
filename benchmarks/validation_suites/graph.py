"""The triples: the tables of the cluster suite, spoiled here and there, mapped to N-Triples.

About 19 triples an organisation. The tables have gaps and values out of range; what no table can
say (a second name, a date that is none, a member that is a person) is added as triples. So are
what paths are walked along: which organisation belongs to which, and what is broader than a sector.
Everything is computed from the number of the row: the same size makes the same bytes.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from mapping_suites import cluster
from mapping_suites.case import complete, prepared
from mapping_suites.cluster import BASE, PREFIXES, number, written
from mapping_suites.document import document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORG, SCHEMA, SKOS = PREFIXES["org"], PREFIXES["schema"], PREFIXES["skos"]
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
BELOW = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
SECTORS = 700
PART = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"


@dataclass(frozen=True)
class Data:
    """A file of N-Triples, each triple once, and how many there are."""

    file: Path
    triples: int

    @property
    def name(self) -> str:
        return f"{self.triples / 1e6:.1f} M triples"


def data(folder: Path, members: int, clusterkg: str) -> Data:
    """The triples of so many organisations; they are made when asked for the first time."""
    target, counted = folder / "data.nt", folder / "triples"
    if not prepared(folder):
        with duckdb.connect() as database:
            tables(database, folder, members)
            (folder / "mapping.ttl").write_text(document(cluster.TABLES, PREFIXES), "utf-8")
            words = ["map", str(folder / "mapping.ttl"), "-o", str(target)]
            subprocess.run([clusterkg, *words, "--format", "nt", "--sort"], check=True)
            lines = " UNION ALL ".join(triples(members))
            part = folder / "added.nt"
            database.execute(f"COPY (SELECT line FROM ({lines}) ORDER BY line) TO '{part}' {PART}")
        with target.open("ab") as whole:
            whole.write(part.read_bytes())
        with target.open("rb") as whole:
            blocks = iter(lambda: whole.read(1 << 24), b"")
            counted.write_text(str(sum(block.count(b"\n") for block in blocks)))
        complete(folder)
    return Data(target, int(counted.read_text()))


def tables(database: duckdb.DuckDBPyConnection, folder: Path, members: int) -> None:
    """The three tables, with gaps and values out of range."""
    groups = max(10, members // 1000)
    made = {
        "clusters": spoiled(cluster.clusters(groups), 2, {"name_de": (41, 40, "NULL")}),
        "organisations": spoiled(
            cluster.organisations(members),
            3,
            {
                "name": (42, 100, "NULL"),
                "postcode": (43, 50, "left(postcode, 4)"),
                "employees": (44, 60, "-employees"),
                "latitude": (45, 150, "'1' || latitude"),
                "email": (46, 30, "replace(email, '@', ' at ')"),
            },
        ),
        "memberships": spoiled(
            cluster.memberships(members * 5 // 4, members, groups),
            2,
            {
                "organisation": (47, 70, "'unknown'"),
                "role": (48, 40, "'guest'"),
                "since": (49, 100, "NULL"),
            },
        ),
    }
    for table in cluster.TABLES:
        written(database, folder, table, made[table.name])


def chance(salt: int, one_in: int, row: str = "i") -> str:
    """SQL: true for one row in so many."""
    return f"{number(salt, row)} % {one_in} = 0"


def spoiled(query: str, prefix: int, columns: dict[str, tuple[int, int, str]]) -> str:
    """The rows of a table, some of them with another value in a column: (salt, one in, value)."""
    row = f"CAST(substr(id, {prefix}) AS BIGINT)"
    changed = ", ".join(
        f"CASE WHEN {chance(salt, one_in, row)} THEN {value} ELSE {name} END AS {name}"
        for name, (salt, one_in, value) in columns.items()
    )
    return f"SELECT * REPLACE ({changed}) FROM ({query})"


def triples(members: int) -> Iterator[str]:
    """What the tables cannot say, as queries for lines."""
    for each in ("FormalOrganization", "OrganizationalCollaboration"):
        line = f"<{ORG}{each}> <{BELOW}> <{ORG}Organization> ."
        yield f"SELECT '{line}' AS line"
    yield lines(
        f"range({SECTORS})", thing("sector"), f"{SKOS}broader", thing("sector", "i // 10"), "i > 0"
    )
    yield lines("range(1)", thing("sector"), TYPE, f"'<{SKOS}Concept>'")
    rows = f"range({members})"
    other = thing("organisation", padded("i // 8"))
    own = thing("organisation", padded("i"))
    yield lines(rows, own, f"{ORG}subOrganizationOf", other, "i % 10 = 0 AND i > 0")
    broken = literal("'2019-02-30'", "date")
    yield lines(rows, own, f"{SCHEMA}foundingDate", broken, chance(61, 80))
    unknown = literal("'unbekannt'", "integer")
    yield lines(rows, own, f"{SCHEMA}numberOfEmployees", unknown, chance(62, 100))
    yield lines(rows, own, f"{SCHEMA}legalName", "'\"Zweiter Name ' || i || '\"'", chance(63, 70))
    membership = thing("membership", padded("i", "M"))
    memberships = f"range({members * 5 // 4})"
    yield lines(memberships, membership, f"{ORG}member", thing("person"), chance(64, 50))
    link = "'\"https://cluster.example/' || i || '\"'"
    groups = max(10, members // 1000)
    owner = thing("cluster", padded("i", "C", 6))
    yield lines(f"range({groups})", owner, f"{SCHEMA}url", link, chance(65, 10))


def padded(row: str, prefix: str = "DE", width: int = 9) -> str:
    return cluster.identifier(prefix, row, width)


def thing(kind: str, name: str = "i") -> str:
    """SQL: the IRI of a thing."""
    return f"'<{BASE}/{kind}/' || ({name}) || '>'"


def literal(text: str, datatype: str) -> str:
    return f"'\"' || {text} || '\"^^<{XSD}{datatype}>'"


def lines(rows: str, subject: str, predicate: str, value: str, condition: str = "true") -> str:
    """SQL: a triple for each row, a number ``i``, for which the condition holds."""
    return (
        f"SELECT {subject} || ' <{predicate}> ' || {value} || ' .' AS line "
        f"FROM {rows} AS rows(i) WHERE {condition}"
    )
