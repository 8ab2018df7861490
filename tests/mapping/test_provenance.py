"""A query that says where its rows come from gives the rows that it gave, each with its origin."""

from __future__ import annotations

import pytest

from clusterkg.engines.duckdb import identifier
from clusterkg.mapping.logical_rows import table_names
from clusterkg.mapping.provenance import Explained, explain

from .conftest import Bench

QUERIES = [
    "SELECT city AS c FROM organisations",
    "SELECT * FROM organisations",
    "SELECT o.*, 1 AS c FROM organisations o",
    "SELECT DISTINCT upper(trim(city)) AS c FROM demo.organisations o",
    "SELECT DISTINCT * FROM (SELECT city, city AS c FROM organisations)",
    "SELECT x.* FROM (SELECT *, city AS c FROM organisations) x",
    "WITH w AS (SELECT city AS c FROM organisations) SELECT a.c FROM w a, w b WHERE a.c = b.c",
    "WITH w AS (SELECT city AS c FROM organisations), v AS (SELECT c FROM w) SELECT c FROM v",
    "SELECT p.name AS c FROM organisations o JOIN places.cities p ON p.name = o.city",
    "SELECT nuts3 AS c FROM organisations o LEFT JOIN places.cities p ON p.name = o.city",
    "SELECT name AS c FROM organisations JOIN places.cities USING (name)",
    "SELECT city AS c, count(*) AS n FROM organisations GROUP BY city",
    "SELECT max(city) AS c FROM organisations WHERE city IS NOT NULL",
    "SELECT city AS c FROM organisations UNION ALL SELECT organisation FROM members",
    "SELECT city AS c FROM organisations UNION SELECT organisation FROM members",
    "SELECT t.v AS c FROM organisations o, unnest(parts(o.city, ';')) AS t(v)",
    "SELECT unnest(parts(city, 'i')) AS c FROM organisations",
    "SELECT other AS c FROM organisations o, LATERAL (SELECT o.city || '!' AS other)",
    "SELECT row_number() OVER (PARTITION BY city ORDER BY name) || name AS c FROM organisations",
    "SELECT k || name AS c FROM organisations JOIN (VALUES ('Halle', 1)) v(city, k) USING (city)",
    "SELECT c FROM (SELECT * FROM organisations) UNPIVOT (c FOR of IN (city, website))",
    "SELECT name AS c FROM organisations WHERE name IN (SELECT organisation FROM members)",
    "SELECT upper(name) AS c, lower(c) AS d FROM organisations",
]


def explained(bench: Bench, sql: str, *, relaxed: bool = False) -> Explained:
    bench.connection.execute("SET search_path = 'demo,main'")
    found = explain(sql, table_names(bench.relations, "demo"), relaxed=relaxed)
    assert found is not None
    return found


@pytest.mark.parametrize("sql", QUERIES)
def test_the_rows_stay_the_same(bench: Bench, sql: str) -> None:
    found = explained(bench, sql)
    named = [row[0] for row in bench.connection.execute(f"DESCRIBE {sql}").fetchall()]
    columns = ", ".join(map(identifier, named))
    before = bench.connection.execute(f"SELECT {columns} FROM ({sql}) ORDER BY ALL").fetchall()
    after = bench.connection.execute(f"SELECT {columns} FROM ({found.sql}) ORDER BY ALL").fetchall()
    assert after == before
    relaxed = explained(bench, sql, relaxed=True)
    more = bench.connection.execute(f"SELECT {columns} FROM ({relaxed.sql})").fetchall()
    assert set(before) <= set(more)


def cells(bench: Bench, sql: str, output: str = "c") -> list[tuple[object, ...]]:
    """Value, table, row and column of every cell behind an output."""
    found = explained(bench, sql)
    rows = []
    for name in sorted(found.columns[output], key=repr):
        relation = found.readings[name.reading]
        where = f" WHERE {name.when[0]} = '{name.when[1]}'" if name.when else ""
        rows += bench.connection.execute(
            f"SELECT {output}, '{relation.table}', unnest(__r{name.reading}) AS at, "
            f"'{name.column}' FROM ({found.sql}){where}"
        ).fetchall()
    return sorted((row for row in rows if row[2] is not None), key=repr)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT max(city) AS c FROM organisations",
            [("Leipzig", "organisations", row, "city") for row in (2, 3, 4)],
        ),
        (
            "SELECT DISTINCT 'x' || city AS c FROM organisations WHERE name < 'C'",
            [("xHalle", "organisations", 3, "city")],
        ),
        (
            (
                "SELECT coalesce(p.nuts3, o.city) AS c FROM organisations o "
                "LEFT JOIN places.cities p ON p.name = o.city WHERE o.city IS NOT NULL"
            ),
            [
                ("DED51", "cities", 2, "nuts3"),
                ("DED51", "organisations", 2, "city"),
                ("Halle", "organisations", 3, "city"),
            ],
        ),
        (
            (
                "SELECT city AS c FROM organisations WHERE city = 'Halle' "
                "UNION SELECT cluster FROM members WHERE cluster = 'food'"
            ),
            [("Halle", "organisations", 3, "city"), ("food", "members", 3, "cluster")],
        ),
        (
            (
                "SELECT c FROM (SELECT name, city, website FROM organisations) "
                "UNPIVOT (c FOR field IN (city, website)) WHERE name = 'Bäckerei Süß'"
            ),
            [
                ("Halle", "organisations", 3, "city"),
                ("www.suess.de", "organisations", 3, "website"),
            ],
        ),
        (
            (
                "SELECT count(*) OVER (PARTITION BY city) || name AS c FROM organisations "
                "WHERE city = 'Halle'"
            ),
            [("1Bäckerei Süß", "organisations", 3, "name")],
        ),
    ],
)
def test_values_come_from_cells(bench: Bench, sql: str, expected: list[tuple[object, ...]]) -> None:
    assert cells(bench, sql) == sorted(expected, key=repr)


def test_a_joined_row_was_looked_up_by_columns(bench: Bench) -> None:
    found = explained(
        bench, "SELECT 1 FROM organisations o JOIN places.cities p ON p.name = trim(o.city)"
    )
    assert [(name.reading, name.column) for name in found.keys[1]] == [(0, "city")]


def test_a_relaxed_query_says_which_condition_does_not_hold(bench: Bench) -> None:
    sql = "SELECT name FROM organisations WHERE city IS NOT NULL AND founded < '2000'"
    found = explained(bench, sql, relaxed=True)
    assert [{name.column for name in names} for names in found.tests] == [{"city"}, {"founded"}]
    rows = bench.connection.execute(f"SELECT __r0, __t0, __t1 FROM ({found.sql}) ORDER BY 1")
    assert rows.fetchall() == [([2], True, True), ([3], True, False), ([4], False, False)]


@pytest.mark.parametrize(
    "sql",
    [
        "VALUES (1)",
        "SELECT FROM",
        "SELECT * FROM elsewhere",
        "SELECT DISTINCT ON (city) name FROM organisations",
        "SELECT name FROM organisations EXCEPT SELECT name FROM organisations",
        "SELECT name FROM organisations UNION ALL BY NAME SELECT organisation FROM members",
    ],
)
def test_what_cannot_be_followed_is_given_up(bench: Bench, sql: str) -> None:
    assert explain(sql, table_names(bench.relations, "demo")) is None
