from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from rdflib import BNode, Literal, URIRef

from clusterkg.engines.duckdb import connect
from clusterkg.errors import GraphError, ValidationError
from clusterkg.validation.rdflib_graphs import graph_of_files, graph_of_quads

if TYPE_CHECKING:
    from pathlib import Path

TURTLE = "@prefix ex: <https://example.org/> .\nex:a ex:b 'c'@de .\n"
TRIPLE = (
    URIRef("https://example.org/a"),
    URIRef("https://example.org/b"),
    Literal("c", lang="de"),
)
FORMS = {
    "a.ttl": TURTLE,
    "a.nt": '<https://example.org/a> <https://example.org/b> "c"@de .\n',
    "a.nq": '<https://example.org/a> <https://example.org/b> "c"@de <https://example.org/g> .\n',
    "a.trig": '<https://example.org/g> { <https://example.org/a> <https://example.org/b> "c"@de }',
    "a.jsonld": '{"@id": "https://example.org/a", "https://example.org/b":'
    ' {"@value": "c", "@language": "de"}}',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:ex="https://example.org/"><rdf:Description rdf:about="https://example.org/a">'
    '<ex:b xml:lang="de">c</ex:b></rdf:Description></rdf:RDF>',
}


@pytest.mark.parametrize("name", FORMS)
def test_the_suffix_says_the_syntax(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(FORMS[name], encoding="utf-8")
    assert list(graph_of_files([file])) == [TRIPLE]


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl.gz"
    file.write_bytes(gzip.compress(TURTLE.encode()))
    assert list(graph_of_files([file])) == [TRIPLE]


def test_blank_nodes_of_two_files_stay_apart_and_keep_their_names(tmp_path: Path) -> None:
    for name in ("a.nt", "b.nt"):
        (tmp_path / name).write_text('_:x <https://example.org/b> "c" .\n', encoding="utf-8")
    graph = graph_of_files([tmp_path / "a.nt", tmp_path / "b.nt"])
    assert set(graph.subjects()) == {BNode("f0b0"), BNode("f1b0")}


def test_a_broken_file_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text(TURTLE + "ex:a ex:b .\n", encoding="utf-8")
    with pytest.raises(GraphError) as caught:
        graph_of_files([file])
    assert caught.value.at == f"{file}, line 3"
    assert caught.value.what.startswith("not Turtle: ")
    assert "Correct the syntax" in str(caught.value)


def test_a_missing_file_names_the_near_one(tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text(TURTLE, encoding="utf-8")
    with pytest.raises(ValidationError) as caught:
        graph_of_files([tmp_path / "peple.ttl"], error=ValidationError)
    assert str(caught.value) == (
        f"{tmp_path / 'peple.ttl'}: no such file\n  Did you mean 'people.ttl'?"
    )


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(GraphError, match=r"unknown suffix '\.csv', expected one of: .*ttl"):
        graph_of_files([file])


def test_what_is_called_gzip_and_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl.gz"
    file.write_text(TURTLE, encoding="utf-8")
    with pytest.raises(GraphError, match="not gzip"):
        graph_of_files([file])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="cannot be read"):
        graph_of_files([tmp_path])


def test_quads_become_one_graph_or_a_named_part() -> None:
    connection = connect()
    connection.execute("CREATE TABLE quads (s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)")
    connection.execute(
        "INSERT INTO quads VALUES "
        "('<https://example.org/a>', '<https://example.org/b>', '\"c\"@de', '<https://x/graph/a>'),"
        "('<https://example.org/a>', '<https://example.org/b>', '\"c\"@de', '<https://x/graph/b>'),"
        "('<https://example.org/a>', '<https://example.org/b>', '_:d', '<https://x/graph/b>')"
    )
    assert len(graph_of_quads(connection)) == 2
    assert list(graph_of_quads(connection, name="graph/a")) == [TRIPLE]


def test_ill_typed_literals_are_read_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a.nt"
    file.write_text(
        "<https://example.org/a> <https://example.org/b> "
        '"many"^^<http://www.w3.org/2001/XMLSchema#integer> , '
        '"none"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n'.replace(" , ", " .\n<x:a> <x:b> "),
        encoding="utf-8",
    )
    assert len(graph_of_files([file])) == 2
    assert caplog.text == ""


def test_a_context_on_the_web_is_not_fetched(tmp_path: Path) -> None:
    file = tmp_path / "data.jsonld"
    file.write_text('{"@context": "https://example.org/context", "@id": "https://example.org/a"}')
    with pytest.raises(GraphError, match=r"data\.jsonld: the @context .* nothing is fetched"):
        graph_of_files([file])
