from __future__ import annotations

import json
import os
import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.errors import GraphError
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.graph.serialise import FORMATS, graph_bytes, triples_bytes
from clusterkg.namespaces import PREFIXES

RDFLIB = {"nt": "nt", "ttl": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}
QUADS = [
    ("<http://e/b>", "<http://e/name>", '"ü < & \\" x"@de', "<http://e/g2>"),
    ("<http://e/a>", f"<{PREFIXES['rdf']}type>", "<http://e/Cluster>", "<http://e/g1>"),
    ("<http://e/a>", "<http://e/name>", '"A"', "<http://e/g1>"),
    ("<http://e/a>", "<http://e/name>", '"A"', "<http://e/g2>"),
    ("<http://e/a>", "<http://e/size>", f'"5"^^<{PREFIXES["xsd"]}integer>', ""),
]


@pytest.fixture
def connection() -> Connection:
    opened = connect()
    create_quads(opened)
    add_quads(opened, QUADS)
    return opened


def expected_triples() -> rdflib.Graph:
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in QUADS)
    return rdflib.Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("form", sorted(RDFLIB))
def test_triples_come_back_from_every_syntax(connection: Connection, form: str) -> None:
    content = graph_bytes(connection, form)
    read = rdflib.Dataset(default_union=True).parse(data=content, format=RDFLIB[form])
    merged = rdflib.Graph()
    for triple in read.triples((None, None, None)):
        merged.add(triple)
    assert isomorphic(merged, expected_triples())


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld"])
def test_quads_keep_their_graphs(connection: Connection, form: str) -> None:
    syntax = {
        "nq": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
    }[form]
    read = ox.Dataset(ox.parse(graph_bytes(connection, form), format=syntax))
    lines = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in QUADS)
    assert read == ox.Dataset(ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("form", FORMATS)
def test_same_quads_in_another_order_give_the_same_bytes(connection: Connection, form: str) -> None:
    other = connect()
    create_quads(other)
    add_quads(other, QUADS[::-1])
    assert graph_bytes(other, form) == graph_bytes(connection, form)


def test_an_unknown_format_is_an_error(connection: Connection) -> None:
    with pytest.raises(GraphError, match=r"unknown format 'tll'\n  Did you mean 'ttl'\?"):
        graph_bytes(connection, "tll")


@pytest.mark.parametrize(
    ("predicate", "value", "message"),
    [
        ("http://e/1", '"x"', "cannot write the predicate 'http://e/1'"),
        ("http://e/", '"x"', "cannot write the predicate 'http://e/'"),
        ("http://e/p", '"a\x01b"', "cannot write a control character"),
    ],
)
def test_rdf_xml_says_what_it_cannot_write(predicate: str, value: str, message: str) -> None:
    triple = ("<http://e/s>", f"<{predicate}>", value)
    with pytest.raises(GraphError, match=message):
        triples_bytes([triple], "rdfxml")
    assert json.loads(triples_bytes([triple], "jsonld"))


def test_small_descriptions_are_sorted_and_declare_what_they_use() -> None:
    skos = PREFIXES["skos"]
    triples = [
        ("<http://e/b>", f"<{skos}prefLabel>", '"b"@en'),
        ("<http://e/b>", f"<{skos}prefLabel>", '"a"@de'),
        ("<http://e/b>", f"<{PREFIXES['rdf']}type>", f"<{skos}Concept>"),
        ("<http://e/a>", f"<{skos}broader>", "<http://e/b>"),
    ]
    text = triples_bytes([*triples, triples[0]], "ttl").decode()
    assert text == triples_bytes(triples[::-1], "ttl").decode()
    assert [line for line in text.splitlines() if line.startswith("@prefix")] == [
        f"@prefix skos: <{skos}> ."
    ]
    assert text.index("http://e/a") < text.index("skos:Concept") < text.index('"a"@de')


def test_the_bytes_do_not_hang_on_the_process() -> None:
    code = (
        "import sys\n"
        "from clusterkg.graph.serialise import triples_bytes\n"
        "from clusterkg.namespaces import PREFIXES\n"
        "triples = [(f'<{i}s>', f'<{i}p>', f'<{i}o>') for i in PREFIXES.values()]\n"
        "for form in ('ttl', 'rdfxml', 'jsonld'):\n"
        "    sys.stdout.buffer.write(triples_bytes(triples, form))\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
