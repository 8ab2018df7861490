from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import GraphError
from clusterkg.graph.dumps import compress, write_nquads, write_ntriples, write_turtle
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.namespaces import PREFIXES

# characters that have broken writers: quotes, escapes, line ends of all kinds, control
# characters, combining marks, astral characters, what Turtle and CSV give a meaning to
NASTY = "\"\\'<>{}|^`,;.#@:%&*()[]$!?=+-_~/ \t\n\r\x00\x01\x0b\x0c\x85\u2028\u0301\u200bäßЖ中😀0aZ"

texts = st.text(st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=["Cs"])))
locals_ = st.text(st.sampled_from("aZ0_-.:%~/#?&=+,;()'*@!$äЖ中😀"), max_size=6)


def an_iri(namespace: str, local: str) -> ox.NamedNode:
    # a percent sign must start an escape, and there is one fragment at most
    start, *rest = (namespace + local.replace("%", "%41")).split("#")
    return ox.NamedNode(start + ("#" if rest else "") + "".join(rest))


iris = st.builds(
    an_iri, st.sampled_from(["http://example.org/", "urn:x:", *PREFIXES.values()]), locals_
)
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(["de", "en-gb", "zh-hant-tw", "x-y"]),
    ),
    st.builds(lambda text, datatype: ox.Literal(text, datatype=datatype), texts, iris),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + name)),
        st.sampled_from(
            [
                "1",
                "-3",
                "1.0",
                "0.0000001",
                "-0",
                "+007",
                "1.",
                ".5",
                "-1.50",
                "true",
                "TRUE",
                "1e3",
                "",
                " 1",
            ]
        ),
        st.sampled_from(["integer", "decimal", "boolean", "double", "date"]),
    ),
)
subjects = st.one_of(iris, st.sampled_from([ox.BlankNode("b1"), ox.BlankNode("b2")]))
quads = st.builds(
    ox.Quad,
    subjects,
    iris,
    st.one_of(subjects, literals),
    st.sampled_from([ox.NamedNode("http://example.org/g1"), ox.NamedNode("http://example.org/g2")]),
)


@pytest.fixture(scope="module")
def connection() -> Connection:
    return connect()


def fill(connection: Connection, data: list[ox.Quad]) -> None:
    create_quads(connection)
    add_quads(
        connection,
        [(str(q.subject), str(q.predicate), str(q.object), str(q.graph_name)) for q in data],
    )


def terms(*parts: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in parts)


def from_rdflib(term: Any) -> str:
    if isinstance(term, rdflib.URIRef):
        return str(ox.NamedNode(str(term)))
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    if term.datatype is not None:
        return str(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))))
    return str(ox.Literal(str(term)))


relaxed = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(data=st.lists(quads, max_size=12))
def test_nquads_come_back_from_pyoxigraph_as_the_same_set(
    connection: Connection, tmp_path: Path, data: list[ox.Quad]
) -> None:
    fill(connection, data)
    path = tmp_path / "graph.nq.gz"
    write_nquads(connection, path)
    read = ox.parse(gzip.decompress(path.read_bytes()), format=ox.RdfFormat.N_QUADS)
    assert set(read) == set(data)


@relaxed
@given(data=st.lists(quads, max_size=12))
def test_turtle_and_ntriples_come_back_from_pyoxigraph_as_the_same_set(
    connection: Connection, tmp_path: Path, data: list[ox.Quad]
) -> None:
    fill(connection, data)
    expected = {(q.subject, q.predicate, q.object) for q in data}
    for name, write, form in (
        ("graph.ttl", write_turtle, ox.RdfFormat.TURTLE),
        ("graph.nt", write_ntriples, ox.RdfFormat.N_TRIPLES),
    ):
        write(connection, tmp_path / name)
        read = list(ox.parse((tmp_path / name).read_bytes(), format=form))
        assert {(q.subject, q.predicate, q.object) for q in read} == expected
        assert len(read) == len(expected)


@relaxed
@given(data=st.lists(quads, max_size=8))
def test_turtle_comes_back_from_rdflib_as_the_same_set(
    connection: Connection, tmp_path: Path, data: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    # by default rdflib reads "+007"^^xsd:integer as "7"
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = [q for q in data if not isinstance(q.object, ox.BlankNode)]
    data = [q for q in data if not isinstance(q.subject, ox.BlankNode)]
    fill(connection, data)
    path = tmp_path / "graph.ttl"
    write_turtle(connection, path)
    graph = rdflib.Graph()
    graph.parse(data=path.read_bytes(), format="turtle")
    read = {tuple(from_rdflib(term) for term in triple) for triple in graph}
    assert read == {terms(q.subject, q.predicate, q.object) for q in data}


@relaxed
@given(data=st.lists(quads, max_size=8))
def test_nquads_come_back_from_rdflib_as_the_same_set(
    connection: Connection, tmp_path: Path, data: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    # by default rdflib reads "+007"^^xsd:integer as "7"
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = [q for q in data if not isinstance(q.object, ox.BlankNode)]
    data = [q for q in data if not isinstance(q.subject, ox.BlankNode)]
    fill(connection, data)
    path = tmp_path / "graph.nq"
    write_nquads(connection, path)
    dataset = rdflib.Dataset()
    dataset.parse(data=path.read_bytes(), format="nquads")
    read = {(*(from_rdflib(term) for term in quad[:3]), f"<{quad[3]}>") for quad in dataset.quads()}
    assert read == {terms(q.subject, q.predicate, q.object, q.graph_name) for q in data}


def test_lines_are_sorted_by_their_bytes(connection: Connection, tmp_path: Path) -> None:
    words = ["Z", "a", "ä", "é", "\U00010000", "\uffee", "10", "9", "B c", "B  c"]
    fill(
        connection,
        [
            ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(w), ox.NamedNode("a:g"))
            for w in words
        ],
    )
    write_nquads(connection, tmp_path / "graph.nq")
    lines = (tmp_path / "graph.nq").read_bytes().splitlines()
    assert len(lines) == len(words)
    assert lines == sorted(lines)


def test_order_holds_for_more_rows_than_one_batch(connection: Connection, tmp_path: Path) -> None:
    create_quads(connection)
    connection.execute(
        "INSERT INTO quads SELECT '<http://e/' || (i % 9973) || '>', '<http://e/p' || (i % 3) || "
        "'>', '\"' || i || '\"', '<http://e/g>' FROM range(300000) AS t(i)"
    )
    write_nquads(connection, tmp_path / "graph.nq")
    lines = (tmp_path / "graph.nq").read_bytes().splitlines()
    assert len(lines) == 300_000
    assert lines == sorted(lines)
    write_turtle(connection, tmp_path / "graph.ttl")
    assert len(ox.Dataset(ox.parse(path=tmp_path / "graph.ttl"))) == 300_000


def test_turtle_is_grouped_for_people(connection: Connection, tmp_path: Path) -> None:
    clk, skos, rdf = PREFIXES["clk"], PREFIXES["skos"], PREFIXES["rdf"]
    cluster = ox.NamedNode("http://example.org/id/cluster/acod")
    facts: list[tuple[ox.NamedNode, str, Any]] = [
        (cluster, skos + "prefLabel", ox.Literal("Automotive", language="en")),
        (cluster, skos + "prefLabel", ox.Literal("Automobil", language="de")),
        (cluster, rdf + "type", ox.NamedNode(clk + "Cluster")),
        (cluster, clk + "employees", ox.Literal(5)),
        (ox.NamedNode(clk + "x"), clk + "y", ox.NamedNode("http://example.org/a.b")),
    ]
    graph = ox.NamedNode("http://example.org/g")
    fill(connection, [ox.Quad(s, ox.NamedNode(p), o, graph) for s, p, o in facts])
    write_turtle(connection, tmp_path / "graph.ttl", graph="http://example.org/g")
    assert (tmp_path / "graph.ttl").read_text(encoding="utf-8") == (
        f"@prefix clk: <{clk}> .\n"
        f"@prefix skos: <{skos}> .\n"
        f"@prefix xsd: <{PREFIXES['xsd']}> .\n"
        "\n"
        "<http://example.org/id/cluster/acod>\n"
        "    a clk:Cluster ;\n"
        '    skos:prefLabel "Automobil"@de ,\n'
        '        "Automotive"@en ;\n'
        "    clk:employees 5 .\n"
        "\n"
        "clk:x\n"
        "    clk:y <http://example.org/a.b> .\n"
        "\n"
    )


def test_one_graph_can_be_written_alone(connection: Connection, tmp_path: Path) -> None:
    create_quads(connection)
    add_quads(
        connection,
        [("<a:s>", "<a:p>", '"1"', "<a:g1>"), ("<a:s>", "<a:p>", '"2"', "<a:g2>")],
    )
    write_ntriples(connection, tmp_path / "one.nt", graph="a:g2")
    assert (tmp_path / "one.nt").read_text() == '<a:s> <a:p> "2" .\n'
    write_nquads(connection, tmp_path / "one.nq", graph="a:g1")
    assert (tmp_path / "one.nq").read_text() == '<a:s> <a:p> "1" <a:g1> .\n'


def test_an_empty_graph_is_an_empty_document(connection: Connection, tmp_path: Path) -> None:
    create_quads(connection)
    write_turtle(connection, tmp_path / "empty.ttl")
    write_nquads(connection, tmp_path / "empty.nq")
    assert (tmp_path / "empty.ttl").read_bytes() == (tmp_path / "empty.nq").read_bytes() == b""


def test_gzip_carries_neither_time_nor_name(connection: Connection, tmp_path: Path) -> None:
    create_quads(connection)
    add_quads(connection, [("<a:s>", "<a:p>", '"1"', "<a:g1>")])
    write_nquads(connection, tmp_path / "first.nq.gz")
    write_nquads(connection, tmp_path / "second.nq.gz")
    first = (tmp_path / "first.nq.gz").read_bytes()
    assert first == (tmp_path / "second.nq.gz").read_bytes()
    assert first[4:8] == b"\0\0\0\0"
    (tmp_path / "plain").write_bytes(gzip.decompress(first))
    compress(tmp_path / "plain", tmp_path / "again.gz")
    assert (tmp_path / "again.gz").read_bytes() == first


def test_what_cannot_be_written_is_a_graph_error(connection: Connection, tmp_path: Path) -> None:
    create_quads(connection)
    gone = tmp_path / "gone"
    gone.mkdir()
    shutil.rmtree(gone)
    with pytest.raises(GraphError, match=r"x\.nq: cannot be written"):
        write_nquads(connection, gone / "x.nq")
