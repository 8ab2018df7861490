"""The quads relation in every format: nothing lost, the same bytes, and what cannot be written."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pyarrow.parquet
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import GraphError
from clusterkg.graph.output import FORMATS, form_of, write_graph, written_together, written_whole
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.namespaces import PREFIXES

RDFLIB = {"nt": "nt", "ttl": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}
SYNTAX = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
QUADS = [
    ("<http://e/b>", "<http://e/name>", '"ü < & \\" x"@de', "<http://e/g2>"),
    ("<http://e/a>", f"<{PREFIXES['rdf']}type>", "<http://e/Cluster>", "<http://e/g1>"),
    ("<http://e/a>", "<http://e/name>", '"A"', "<http://e/g1>"),
    ("<http://e/a>", "<http://e/name>", '"A"', "<http://e/g2>"),
    ("<http://e/a>", "<http://e/size>", f'"5"^^<{PREFIXES["xsd"]}integer>', ""),
    ("_:x", "<http://e/knows>", "_:y", "_:g"),
]


def relation(quads: list[tuple[str, str, str, str]]) -> Connection:
    opened = connect()
    create_quads(opened)
    add_quads(opened, quads)
    return opened


@pytest.fixture
def connection() -> Connection:
    return relation(QUADS)


def lines(quads: list[tuple[str, str, str, str]], *, graphs: bool = True) -> bytes:
    return "".join(f"{s} {p} {o} {g if graphs else ''} .\n" for s, p, o, g in quads).encode()


def canonical(content: bytes, form: ox.RdfFormat) -> ox.Dataset:
    data = ox.Dataset(ox.parse(content, format=form))
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return data


@pytest.mark.parametrize("form", sorted(RDFLIB))
def test_triples_come_back_from_every_syntax(
    connection: Connection, form: str, tmp_path: Path
) -> None:
    write_graph(connection, tmp_path / "graph", form)
    content = (tmp_path / "graph").read_bytes()
    read = rdflib.Dataset(default_union=True).parse(data=content, format=RDFLIB[form])
    merged = rdflib.Graph()
    for triple in read.triples((None, None, None)):
        merged.add(triple)
    expected = rdflib.Graph().parse(data=lines(QUADS, graphs=False), format="nt")
    assert isomorphic(merged, expected)


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld"])
def test_quads_keep_their_graphs(connection: Connection, form: str, tmp_path: Path) -> None:
    write_graph(connection, tmp_path / "graph", form)
    read = canonical((tmp_path / "graph").read_bytes(), SYNTAX[form])
    assert read == canonical(lines(QUADS), ox.RdfFormat.N_QUADS)


@pytest.mark.parametrize("form", FORMATS)
def test_same_quads_in_another_order_give_the_same_bytes(form: str, tmp_path: Path) -> None:
    for name, quads in (("one", QUADS), ("other", QUADS[::-1])):
        write_graph(relation(quads), tmp_path / name, form)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


TERMS = st.one_of(
    st.sampled_from(["<http://e/a>", "<urn:x:b>", f"<{PREFIXES['skos']}Concept>", "_:b"]),
    st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: str(ox.Literal(text))),
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["<http://e/a>", "<http://e/b>", "_:b"]),
            st.sampled_from(["<http://e/p>", f"<{PREFIXES['rdf']}type>"]),
            TERMS,
            st.sampled_from(["", "<http://e/g>"]),
        ),
        unique=True,
        max_size=8,
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_comes_back(tmp_path: Path, quads: list[tuple[str, str, str, str]]) -> None:
    opened = relation(quads)
    for form in ("nq", "trig", "jsonld"):
        write_graph(opened, tmp_path / "graph", form)
        read = canonical((tmp_path / "graph").read_bytes(), SYNTAX[form])
        assert read == canonical(lines(quads), ox.RdfFormat.N_QUADS)


def test_turtle_groups_a_subject_and_declares_what_it_uses(tmp_path: Path) -> None:
    skos = PREFIXES["skos"]
    triples = [
        ("<http://e/b>", f"<{skos}prefLabel>", '"b"@en', ""),
        ("<http://e/b>", f"<{PREFIXES['rdf']}type>", f"<{skos}Concept>", ""),
        ("<http://e/a>", f"<{skos}broader>", "<http://e/b>", "<http://e/g>"),
    ]
    write_graph(relation(triples), tmp_path / "graph", "ttl")
    text = (tmp_path / "graph").read_text(encoding="utf-8")
    assert text.splitlines() == [
        f"@prefix skos: <{skos}> .",
        "<http://e/a> skos:broader <http://e/b> .",
        "<http://e/b> a skos:Concept ;",
        '\tskos:prefLabel "b"@en .',
    ]


def test_rdf_json_is_as_its_specification_says(connection: Connection, tmp_path: Path) -> None:
    write_graph(connection, tmp_path / "graph", "rdfjson")
    assert json.loads((tmp_path / "graph").read_bytes()) == {
        "http://e/a": {
            f"{PREFIXES['rdf']}type": [{"type": "uri", "value": "http://e/Cluster"}],
            "http://e/name": [{"type": "literal", "value": "A"}],
            "http://e/size": [
                {"type": "literal", "value": "5", "datatype": f"{PREFIXES['xsd']}integer"}
            ],
        },
        "http://e/b": {
            "http://e/name": [{"type": "literal", "value": 'ü < & " x', "lang": "de"}],
        },
        "_:x": {"http://e/knows": [{"type": "bnode", "value": "_:y"}]},
    }
    write_graph(relation([]), tmp_path / "empty", "rdfjson")
    assert json.loads((tmp_path / "empty").read_bytes()) == {}


def test_parquet_holds_the_terms_as_n_triples_writes_them(
    connection: Connection, tmp_path: Path
) -> None:
    write_graph(connection, tmp_path / "graph.parquet", "parquet")
    table = pyarrow.parquet.read_table(tmp_path / "graph.parquet")
    assert table.column_names == ["s", "p", "o", "g"]
    rows = [tuple(row.values()) for row in table.to_pylist()]
    assert sorted(rows, key=str) == sorted(((*q[:3], q[3] or None) for q in QUADS), key=str)
    with pyarrow.parquet.ParquetFile(tmp_path / "graph.parquet") as file:
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_an_unknown_format_is_an_error(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"unknown format 'tll'\n  Did you mean 'ttl'\?"):
        write_graph(connection, tmp_path / "graph", "tll")


def test_what_a_syntax_cannot_write_is_said(tmp_path: Path) -> None:
    control = relation([("<http://e/s>", "<http://e/p>", '"a\x01b"', "")])
    with pytest.raises(GraphError, match=r"control character, which a 'http://e/p' of <http://e/s"):
        write_graph(control, tmp_path / "graph", "rdfxml")
    nameless = relation([("<http://e/s>", "<http://e/1>", '"a"', "")])
    with pytest.raises(GraphError, match="cannot write the predicate 'http://e/1'"):
        write_graph(nameless, tmp_path / "graph", "rdfxml")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.nq", "nq"),
        ("a.nt.gz", "nt"),
        ("a.TTL", "ttl"),
        ("a.rdf", "rdfxml"),
        ("a.b.jsonld", "jsonld"),
        ("a.parquet", "parquet"),
        ("a.txt", None),
        ("ttl", None),
    ],
)
def test_a_suffix_names_a_format(name: str, form: str | None) -> None:
    assert form_of(Path("folder.trig") / name) == form


def write_and_fail(paths: list[Path]) -> None:
    for path in paths:
        path.write_text("new")
    raise ZeroDivisionError


def test_files_take_their_places_together_or_not_at_all(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    paths[0].write_text("old")
    with pytest.raises(ZeroDivisionError), written_together(paths) as staged:
        write_and_fail(staged)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert paths[0].read_text() == "old"
    with written_together(paths) as staged:
        for part in staged:
            part.write_text("new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "new", "b": "new"}


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with written_whole(tmp_path / "link") as staged:
        staged.write_text("new")
    assert (tmp_path / "link").readlink() == Path("real")
    assert (tmp_path / "real").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with written_whole(pipe) as staged:
        staged.write_text("text")
    reader.join(60)
    assert read == ["text"]
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    with (
        pytest.raises(GraphError, match="cannot be written: there is no such folder"),
        written_whole(tmp_path / "none" / "a.nq"),
    ):
        pytest.fail("the work began")
    with (
        pytest.raises(GraphError, match="cannot be written: it is a folder"),
        written_whole(tmp_path),
    ):
        pytest.fail("the work began")
