"""A few rows of each shipped source, mapped → ``<source>/expected.nq``, compared as sorted N-Quads.

``<source>/cut.toml`` says which rows. After a change that is meant, look at the difference and
write the files again: ``python tests/golden/test_golden.py``.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clusterkg.engines.duckdb import connect, identifier
from clusterkg.graph.quads import create_quads
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_source
from clusterkg.progress import silent
from clusterkg.project import find_project
from clusterkg.sources.description import read_descriptions
from clusterkg.sources.tables import load_tables

if TYPE_CHECKING:
    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.relation import Relation

GOLDEN = Path(__file__).parent
PROJECT = find_project(GOLDEN)
SOURCES = {one.key: one for one in read_descriptions(PROJECT.data) if one.mapping is not None}
EXPECTED = {path.parent.name: path for path in sorted(GOLDEN.glob("*/expected.nq"))}


@lru_cache(maxsize=1)
def loaded() -> tuple[Connection, tuple[Relation, ...]]:
    """A database with the tables of all sources, and an empty quads relation."""
    connection = connect()
    create_quads(connection)
    relations, _ = load_tables(connection, tuple(SOURCES.values()), progress=silent)
    return connection, relations


def mapped(key: str) -> list[str]:
    """The quads of the cut of a source, a line each, sorted.

    The tables of other sources stay whole, so that joins find what they look for.
    """
    connection, relations = loaded()
    mapping = SOURCES[key].mapping
    assert mapping is not None
    connection.execute("BEGIN")
    try:
        cut(connection, key)
        made = map_source(
            connection, key, relations, read_mapping(mapping, base_iri=PROJECT.settings.base_iri)
        )
        assert made.findings == ()
        quads = connection.execute("SELECT s, p, o, g FROM quads").fetchall()
    finally:
        connection.execute("ROLLBACK")
    return sorted(f"{' '.join(quad)} ." for quad in quads)


def cut(connection: Connection, key: str) -> None:
    """Take every row out of the tables of a source that its cut does not name."""
    rows_of = tomllib.loads((GOLDEN / key / "cut.toml").read_text(encoding="utf-8"))["rows"]
    for table, rows in rows_of.items():
        place = f"{identifier(key)}.{identifier(table)}"
        numbers = ", ".join(str(int(row)) for row in rows)
        connection.execute(f"DELETE FROM {place} WHERE _row NOT IN ({numbers})")
        left = connection.execute(f"SELECT count(*) FROM {place}").fetchone()
        assert left == (len(rows),), f"{key}.{table}: rows of cut.toml that are not there"


def test_every_source_has_a_golden_file() -> None:
    assert sorted(EXPECTED) == sorted(SOURCES)


@pytest.mark.parametrize("key", EXPECTED)
def test_a_cut_of_the_source_gives_the_golden_quads(key: str) -> None:
    found, expected = mapped(key), EXPECTED[key].read_text(encoding="utf-8").splitlines()
    assert sorted(set(expected) - set(found)) == []
    assert sorted(set(found) - set(expected)) == []
    assert found == expected


if __name__ == "__main__":
    for one in SOURCES:
        text = "".join(f"{line}\n" for line in mapped(one))
        (GOLDEN / one / "expected.nq").write_text(text, encoding="utf-8")
