"""Relations are made side by side, and whoever reads one waits for it."""

from __future__ import annotations

import pytest

from clusterkg.engines.duckdb import Error, connect
from clusterkg.validation.running import OnDuckDB

ENDLESS = "SELECT sum(a.range * b.range) AS node FROM range(10000000) AS a, range(10000000) AS b"


def test_a_relation_is_made_before_it_is_read() -> None:
    with OnDuckDB(connect()) as engine:
        numbers = engine.relation("SELECT range AS node FROM range(300000)")
        even = engine.relation(f"SELECT node FROM {numbers} WHERE node % 2 = 0")
        listed = engine.listed(["4", "7"])
        some = engine.asked(
            [
                f"SELECT count(*) FROM {even}",
                f"SELECT l.node FROM {listed} AS l JOIN {even} AS e ON e.node = l.node::BIGINT",
            ]
        )
        assert engine.rows(f"SELECT max(node) FROM {even}") == [(299998,)]
        assert some() == [[(150000,)], [("4",)]]


def test_what_cannot_be_made_is_an_error_where_it_is_read() -> None:
    with OnDuckDB(connect()) as engine:
        broken = engine.relation("SELECT error('no such luck') AS node")
        further = engine.relation(f"SELECT * FROM {broken}")
        for read in (lambda: engine.rows(f"FROM {further}"), engine.asked([f"FROM {broken}"])):
            with pytest.raises(Error, match="no such luck"):
                read()


def stopped(engine: OnDuckDB) -> None:
    with engine:
        for _ in range(5):
            engine.relation(ENDLESS)
        raise KeyboardInterrupt


def test_what_is_not_ready_at_the_end_is_stopped() -> None:
    with pytest.raises(KeyboardInterrupt):
        stopped(OnDuckDB(connect()))
