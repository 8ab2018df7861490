from __future__ import annotations

from pathlib import Path

import pytest

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import GraphError
from clusterkg.graph.quads import (
    add_quads,
    add_rdf_files,
    count_quads,
    create_quads,
    graph_counts,
    remove_duplicates,
    triples_of_files,
)

G = "http://example.org/graph/g"


@pytest.fixture
def connection() -> Connection:
    opened = connect()
    create_quads(opened)
    return opened


def rows(connection: Connection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT s, p, o, g FROM quads ORDER BY ALL").fetchall()


def test_a_quad_is_there_once(connection: Connection) -> None:
    quad = ("<http://e/s>", "<http://e/p>", '"o"', f"<{G}>")
    assert add_quads(connection, [quad, quad]) == 1
    assert add_quads(connection, [quad, (*quad[:3], "<http://e/other>")]) == 1
    assert count_quads(connection) == 2
    assert count_quads(connection, G) == 1


def test_the_default_graph_is_a_graph_like_any_other(connection: Connection) -> None:
    triple = ("<http://e/s>", "<http://e/p>", '"o"')
    connection.execute("INSERT INTO quads VALUES (?, ?, ?, NULL)", triple)
    assert add_quads(connection, [(*triple, "")]) == 0
    assert graph_counts(connection) == {"": 1}


def test_many_quads_go_in_in_chunks(connection: Connection) -> None:
    made = ((f"<http://e/{n}>", "<http://e/p>", f'"{n}"', "<http://e/g>") for n in range(120_001))
    assert add_quads(connection, made) == 120_001


def test_duplicates_are_removed(connection: Connection) -> None:
    connection.execute("INSERT INTO quads SELECT '<a:s>', '<a:p>', '<a:o>', '<a:g>' FROM range(5)")
    assert remove_duplicates(connection) == 4
    assert rows(connection) == [("<a:s>", "<a:p>", "<a:o>", "<a:g>")]


def test_rdf_files_become_quads_of_one_graph(connection: Connection, tmp_path: Path) -> None:
    turtle = tmp_path / "a.ttl"
    turtle.write_text('@prefix e: <http://e/> . e:s e:p "ü\\n"@de, 5 .', encoding="utf-8")
    other = tmp_path / "b.nt"
    other.write_text('<http://e/s> <http://e/p> "ü\\n"@de .\n', encoding="utf-8")
    assert add_rdf_files(connection, [turtle, other], G) == 2
    assert [row[2] for row in rows(connection)] == [
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"ü\\n"@de',
    ]
    assert graph_counts(connection) == {G: 2}


def test_blank_nodes_get_the_same_labels_every_time_and_never_meet(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<http://e/s> <http://e/p> [ <http://e/q> ( 1 2 ) ] .", encoding="utf-8")
    first, second = triples_of_files([file], G), triples_of_files([file], G)
    other = triples_of_files([file], G + "2")
    assert first == second
    labels = {term for triple in first for term in triple if term.startswith("_:")}
    others = {term for triple in other for term in triple if term.startswith("_:")}
    assert len(labels) == 3
    assert not labels & others


def test_a_malformed_file_is_named_with_its_line(connection: Connection, tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("<http://e/s> <http://e/p> 5 .\n<http://e/s> unknown:p 5 .\n", encoding="utf-8")
    with pytest.raises(GraphError, match=r"broken\.ttl, line 2: not Turtle: .*unknown"):
        add_rdf_files(connection, [file], G)


def test_an_unknown_suffix_and_a_missing_file_are_errors(
    connection: Connection, tmp_path: Path
) -> None:
    with pytest.raises(GraphError, match=r"the suffix '\.csv' names no RDF syntax"):
        add_rdf_files(connection, [tmp_path / "a.csv"], G)
    with pytest.raises(GraphError, match=r"gone\.ttl: cannot be read"):
        add_rdf_files(connection, [tmp_path / "gone.ttl"], G)
