"""A value of a query is traced to the table, the row and the column it was computed from."""

from __future__ import annotations

import pytest

from clusterkg.mapping.lineage import CELL, COLUMN, ROW, TABLE, traced_query
from clusterkg.mapping.logical_rows import table_names

from .conftest import Bench

ORG = "demo.organisations"


def traced(bench: Bench, sql: str, output: str) -> list[tuple[object, ...]] | None:
    query = traced_query(sql, output, table_names(bench.relations, "demo"))
    if query is None:
        return None
    bench.connection.execute("SET search_path = 'demo,main'")
    columns = ", ".join((TABLE, ROW, COLUMN, CELL))
    return bench.connection.execute(f"SELECT {columns} FROM ({query}) ORDER BY ALL").fetchall()


CITIES = [(ORG, 2, "city", "Leipzig"), (ORG, 3, "city", "Halle"), (ORG, 4, "city", None)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT city AS c FROM organisations", CITIES),
        ("SELECT DISTINCT upper(trim(city)) AS c FROM demo.organisations o", CITIES),
        ("SELECT c FROM (SELECT city AS c FROM organisations)", CITIES),
        ("SELECT x.* FROM (SELECT *, city AS c FROM organisations) x", CITIES),
        ("WITH w AS (SELECT city AS c FROM organisations) SELECT c FROM w", CITIES),
        (
            (
                "WITH w AS (SELECT city AS c FROM organisations), v AS (SELECT c FROM w) "
                "SELECT c FROM (SELECT * FROM v) x"
            ),
            CITIES,
        ),
        (
            "SELECT p.name AS c FROM organisations o JOIN places.cities p ON p.name = o.city",
            [("places.cities", 2, "name", "Leipzig")],
        ),
        (
            (
                "SELECT coalesce(p.nuts3, m.cluster) AS c FROM members m "
                "LEFT JOIN places.cities p ON m.cluster = 'auto'"
            ),
            [("demo.members", 3, "cluster", "food"), ("places.cities", 2, "nuts3", "DED51")],
        ),
        (
            "SELECT max(city) AS c FROM organisations WHERE city IS NOT NULL GROUP BY 1 = 1",
            [(ORG, 2, "city", "Halle")],
        ),
        (
            "SELECT city AS c FROM organisations UNION ALL SELECT organisation FROM members",
            [
                ("demo.members", 2, "organisation", 'Porsche "Leipzig"'),
                ("demo.members", 3, "organisation", "Bäckerei Süß"),
                *CITIES,
            ],
        ),
        (
            "SELECT t.v AS c FROM organisations o, unnest(parts(o.city, ';')) AS t(v)",
            CITIES[:2],
        ),
        ("SELECT count(*) OVER () || city AS c FROM organisations", CITIES),
    ],
)
def test_a_value_is_traced(bench: Bench, sql: str, expected: list[tuple[object, ...]]) -> None:
    found = traced(bench, sql, "c")
    assert found is not None
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("sql", ["SELECT 1 AS c", "VALUES (1)", "SELECT FROM", "PIVOT x ON y"])
def test_what_cannot_be_followed_is_given_up(bench: Bench, sql: str) -> None:
    assert traced(bench, sql, "c") is None
