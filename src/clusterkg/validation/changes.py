"""What has changed since an earlier validation: the triples that came and those that went.

Triples are told apart by their 64-bit hashes, as ``t(s, p, o, mark)`` has them: of a million
triples and a million changes two would have one hash in one of ten million builds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection

__all__ = [
    "ADDED",
    "BEFORE",
    "BOTH",
    "REMOVED",
    "SINCE",
    "Changes",
    "Earlier",
    "changes_since",
    "checksum",
    "make_since",
]

ADDED: Final = "shacl_added"
"""The triples of ``t`` that were not there before: s, p, o."""
REMOVED: Final = "shacl_removed"
"""The triples that are no longer in ``t``: s, p, o."""
BOTH: Final = "shacl_both"
"""The triples of ``t`` and those that went."""
BEFORE: Final = "shacl_before"
"""The triples as they were before."""

SINCE: Final = "shacl_since"
"""What has changed since the table of an earlier validation was written: s, p, o, mark, come."""

_PARTS: Final = 4096
"""Into so many parts the triples are divided, so that only those are compared that differ."""


@dataclass(frozen=True)
class Changes:
    """How many triples are new or gone, and their predicates as far as shapes need them.

    ``others`` says whether there are some among them whose predicate no shape needs.
    """

    triples: int
    predicates: frozenset[str]
    others: bool


@dataclass(frozen=True)
class Earlier:
    """The triples of an earlier validation: two Parquet files, of ``t`` and of what SINCE says."""

    table: Path
    since: Path

    def triples(self) -> str:
        """A query in parentheses with the columns of ``t``."""
        since = _read(self.since)
        return (
            f"(SELECT s, p, o, mark FROM {_read(self.table)} WHERE mark NOT IN "
            f"(SELECT mark FROM {since} WHERE NOT come) "
            f"UNION ALL SELECT s, p, o, mark FROM {since} WHERE come)"
        )


def _read(file: Path) -> str:
    return f"read_parquet({literal(str(file))})"


def changes_since(connection: Connection, earlier: Earlier) -> Changes:
    """Compare ``t`` with what it was; makes ADDED, REMOVED, BOTH and BEFORE.

    Triples whose predicate is not needed are counted, but are in none of the four.
    """
    old = earlier.triples()
    parts = _changed_parts(connection, old)
    connection.execute(
        f"CREATE OR REPLACE TABLE shacl_gone AS SELECT mark FROM {old} WHERE {parts} "
        f"AND mark NOT IN (SELECT mark FROM t WHERE {parts})"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE shacl_come AS SELECT s, p, o, mark FROM t WHERE {parts} "
        f"AND mark NOT IN (SELECT mark FROM {old} WHERE {parts})"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE {ADDED} AS SELECT s, p, o FROM shacl_come WHERE p IS NOT NULL"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE {REMOVED} AS SELECT s, p, o FROM t WHERE false; "
        f"INSERT INTO {REMOVED} SELECT s, p, o FROM {old} WHERE p IS NOT NULL "
        "AND mark IN (SELECT mark FROM shacl_gone)"
    )
    connection.execute(
        f"CREATE OR REPLACE VIEW {BOTH} AS SELECT s, p, o FROM t "
        f"UNION ALL SELECT s, p, o FROM {REMOVED}; "
        f"CREATE OR REPLACE VIEW {BEFORE} AS SELECT s, p, o FROM t ANTI JOIN shacl_come "
        f"USING (mark) UNION ALL SELECT s, p, o FROM {REMOVED}"
    )
    both = f"SELECT p FROM {ADDED} UNION ALL SELECT p FROM {REMOVED}"
    counted = connection.execute(
        "SELECT (SELECT count(*) FROM shacl_gone) + (SELECT count(*) FROM shacl_come), "
        f"(SELECT count(*) FROM ({both}))"
    ).fetchone()
    triples, needed = counted if counted else (0, 0)
    predicates = connection.execute(f"SELECT DISTINCT CAST(p AS VARCHAR) FROM ({both})").fetchall()
    return Changes(triples, frozenset(name for (name,) in predicates), triples != needed)


def make_since(connection: Connection, earlier: Earlier | None) -> float:
    """Make SINCE of the changes that were looked for; returns their share of the earlier table.

    Without an earlier table there are none.
    """
    if earlier is None:
        connection.execute(
            f"CREATE OR REPLACE TABLE {SINCE} AS SELECT *, true AS come FROM t WHERE false"
        )
        return 0.0
    since = _read(earlier.since)
    connection.execute(
        f"CREATE OR REPLACE TABLE {SINCE} AS SELECT s, p, o, mark, true AS come FROM ("
        f"SELECT s, p, o, mark FROM {since} WHERE come AND mark NOT IN (FROM shacl_gone) "
        "UNION ALL SELECT s, p, o, mark FROM shacl_come "
        f"WHERE mark NOT IN (SELECT mark FROM {since} WHERE NOT come)) "
        "UNION ALL SELECT NULL, NULL, NULL, mark, false FROM ("
        f"SELECT mark FROM {since} WHERE NOT come AND mark NOT IN (SELECT mark FROM shacl_come) "
        "UNION ALL SELECT mark FROM shacl_gone "
        f"WHERE mark NOT IN (SELECT mark FROM {since} WHERE come))"
    )
    counted = connection.execute(
        f"SELECT (SELECT count(*) FROM {SINCE}), (SELECT count(*) FROM {_read(earlier.table)})"
    ).fetchone()
    changed, whole = counted or (0, 0)
    return float(changed / max(whole, 1))


def _changed_parts(connection: Connection, old: str) -> str:
    """The condition for marks of those parts, of many, in which the triples are not the same."""
    for name, triples in (("shacl_parts", "t"), ("shacl_parts_before", old)):
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT mark & {_PARTS - 1} AS part, count(*) "
            f"AS n, sum(CAST(hash(mark) AS HUGEINT)) AS v FROM {triples} GROUP BY part"
        )
    rows = connection.execute(
        "SELECT DISTINCT part FROM ((FROM shacl_parts EXCEPT FROM shacl_parts_before) "
        "UNION ALL (FROM shacl_parts_before EXCEPT FROM shacl_parts))"
    ).fetchall()
    if len(rows) > _PARTS // 8:
        return "true"
    return f"mark & {_PARTS - 1} IN ({', '.join(str(part) for (part,) in rows) or 'NULL'})"


def checksum(connection: Connection, quads: str) -> str:
    """A text that says the same of the same rows of a query with the columns s, p, o and g.

    Their order does not matter. It is made of hashes of the rows, hashed once more, as hashes of
    rows that have values in common are not independent of each other.
    """
    row = connection.execute(
        "SELECT count(*), coalesce(sum(CAST(mark AS HUGEINT)), 0), coalesce(bit_xor(mark), 0) "
        f"FROM (SELECT hash(hash(s, p, o, g)) AS mark FROM ({quads}))"
    ).fetchone()
    return " ".join(map(str, row or ()))
