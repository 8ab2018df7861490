from __future__ import annotations

import pyoxigraph as ox
import pytest

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.graph.quads import create_quads
from clusterkg.graph.statistics import ClassCount, PropertyCount, count_graph
from clusterkg.namespaces import PREFIXES

TYPE = PREFIXES["rdf"] + "type"
DATA = f"""
    <http://e/a> <{TYPE}> <http://e/Cluster> <http://e/g1> .
    <http://e/a> <{TYPE}> <http://e/Network> <http://e/g1> .
    <http://e/a> <http://e/name> "A" <http://e/g1> .
    <http://e/a> <http://e/name> "A"@de <http://e/g1> .
    <http://e/b> <{TYPE}> <http://e/Cluster> <http://e/g1> .
    <http://e/b> <http://e/near> <http://e/a> <http://e/g1> .
    <http://e/a> <http://e/name> "A" <http://e/g2> .
    <http://e/c> <http://e/name> "A" <http://e/g2> .
"""


@pytest.fixture
def connection() -> Connection:
    opened = connect()
    create_quads(opened)
    for quad in ox.parse(DATA.encode(), format=ox.RdfFormat.N_QUADS):
        opened.execute(
            "INSERT INTO quads VALUES (?, ?, ?, ?)",
            [str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name)],
        )
    return opened


def test_one_graph(connection: Connection) -> None:
    counts = count_graph(connection, "http://e/g2")
    assert (counts.triples, counts.subjects, counts.objects) == (2, 2, 1)
    assert counts.classes == ()
    assert counts.properties == (PropertyCount("http://e/name", 2, 2, 1),)


def test_the_union_counts_a_triple_of_two_graphs_once(connection: Connection) -> None:
    counts = count_graph(connection)
    assert (counts.triples, counts.subjects, counts.objects) == (7, 3, 5)
    assert counts.properties == (
        PropertyCount("http://e/name", 3, 2, 2),
        PropertyCount("http://e/near", 1, 1, 1),
        PropertyCount(TYPE, 3, 2, 2),
    )


def test_classes_know_their_members_and_properties(connection: Connection) -> None:
    cluster, network = count_graph(connection).classes
    assert cluster == ClassCount(
        "http://e/Cluster",
        entities=2,
        triples=6,
        properties=(
            PropertyCount("http://e/name", 2, 1, 2),
            PropertyCount("http://e/near", 1, 1, 1),
            PropertyCount(TYPE, 3, 2, 2),
        ),
    )
    assert (network.cls, network.entities, network.triples) == ("http://e/Network", 1, 4)


def test_an_empty_graph_counts_nothing(connection: Connection) -> None:
    counts = count_graph(connection, "http://e/none")
    assert (counts.triples, counts.subjects, counts.objects) == (0, 0, 0)
    assert counts.classes == ()
    assert counts.properties == ()


def test_counting_twice_leaves_nothing_behind(connection: Connection) -> None:
    assert count_graph(connection) == count_graph(connection)
    names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
    assert names == ["quads"]
