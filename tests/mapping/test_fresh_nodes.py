"""Blank nodes without an expression: a new one for every row, the same in all its triples."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from clusterkg.cli import main

from .conftest import Bench

PREFIXES = "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://x.org/> .\n"
A, B = '[ rml:reference "a" ]', '[ rml:reference "b" ]'
OWN = "[ rml:parentTriplesMap <#node> ]"
JOINED = OWN[:-1] + '; rml:joinCondition [ rml:child "a" ; rml:parent "a" ] ]'
FRESH = "[ rml:termType rml:BlankNode ]"
ROWS = [("a", "1"), ("b", "2"), ("b", "2"), ("c", "")]


def source(file: str = "t.csv") -> str:
    return f'rml:logicalSource [ rml:source "{file}" ; rml:referenceFormulation rml:CSV ]'


def pair(predicate: str, target: str) -> str:
    return f"rml:predicateObjectMap [ rml:predicate ex:{predicate} ; rml:objectMap {target} ]"


def write(folder: Path, text: str) -> Path:
    table = "a,b\n" + "".join(f"{a},{b}\n" for a, b in ROWS)
    (folder / "t.csv").write_text(table, encoding="utf-8")
    (folder / "m.ttl").write_text(PREFIXES + text, encoding="utf-8")
    return folder / "m.ttl"


@pytest.fixture(params=["quads", "lines"])
def made(request: pytest.FixtureRequest, bench: Bench) -> object:
    """The quads of a mapping: of the quads relation, or of the lines that are written."""

    def run(text: str) -> list[ox.Quad]:
        file = write(bench.folder, text)
        if request.param == "quads":
            bench.document(file.read_text(encoding="utf-8"), "m.ttl")
            lines = "".join(f"{quad} .\n" for quad in bench.quads())
        else:
            result = CliRunner().invoke(main, ["map", str(file)])
            assert result.exit_code == 0, result.output
            lines = result.stdout
        quads = list(ox.parse(lines, ox.RdfFormat.N_QUADS))
        assert len(quads) == len(set(quads)) == lines.count("\n")
        return quads

    return run


def objects(quads: list[ox.Quad], predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for quad in quads:
        if quad.predicate.value == f"http://x.org/{predicate}":
            found.setdefault(str(quad.subject), []).append(str(quad.object))
    return found


def test_a_row_has_one_subject_and_another_triples_map_has_others(made) -> None:  # type: ignore[no-untyped-def]
    map_ = f"{source()} ; rml:subjectMap {FRESH} ; "
    reads = [pair("a", A), pair("b", B)]
    quads = made(f"<#m1> {map_} {' ; '.join(reads)} .\n<#m-2> {map_} {' ; '.join(reads)} .\n")
    a, b = objects(quads, "a"), objects(quads, "b")
    assert len(a) == 2 * len(ROWS)
    assert all(len(values) == 1 for values in (*a.values(), *b.values()))
    rows = sorted((one.strip('"'), b.get(s, [""])[0].strip('"')) for s, (one,) in a.items())
    assert rows == sorted(ROWS * 2)


def test_a_term_map_names_one_node_a_row_and_other_term_maps_name_others(made) -> None:  # type: ignore[no-untyped-def]
    """The node of a term map is the same for all its predicates and graphs."""
    text = (
        f'<#m> {source()} ; rml:subjectMap [ rml:template "http://x.org/{{a}}" ;\n'
        "    rml:graph ex:g , ex:h ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate ex:p , ex:q ; rml:objectMap {FRESH} ] ;\n"
        f"  {pair('r', FRESH)} ; {pair('s', '<#shared>')} ; {pair('t', '<#shared>')} .\n"
        "<#shared> rml:termType rml:BlankNode .\n"
    )
    quads = made(text)
    p, q, r, s, t = (
        {subject: sorted(set(nodes)) for subject, nodes in objects(quads, name).items()}
        for name in "pqrst"
    )
    assert p == q
    assert s == t
    assert len({node for many in (p, r, s) for nodes in many.values() for node in nodes}) == 12
    assert [len(p[f"<http://x.org/{name}>"]) for name in "abc"] == [1, 2, 1]


def test_the_node_of_a_row_is_the_same_from_other_triples_maps(made) -> None:  # type: ignore[no-untyped-def]
    """A reference to a triples map means its subjects, with and without a join."""
    text = (
        f"<#node> {source()} ; rml:subjectMap {FRESH} ;\n"
        f"  {pair('a', A)} .\n"
        f'<#m> {source()} ; rml:subjectMap [ rml:template "http://x.org/{{a}}" ] ;\n'
        f"  {pair('own', OWN)} ;\n"
        f"  {pair('joined', JOINED)} .\n"
    )
    quads = made(text)
    names = {subject: name.strip('"') for subject, (name,) in objects(quads, "a").items()}
    assert len(names) == 4
    for predicate in ("own", "joined"):
        found = objects(quads, predicate)
        assert {(subject, names[node]) for subject, nodes in found.items() for node in nodes} == {
            (f"<http://x.org/{name}>", name) for name in "abc"
        }
        assert sum(map(len, found.values())) == 4


def test_labels_say_which_triples_map_and_row(bench: Bench) -> None:
    text = f"<#my-map> {source()} ; rml:subjectMap {FRESH} ; {pair('a', A)} .\n"
    bench.document(write(bench.folder, text).read_text(encoding="utf-8"), "m.ttl")
    assert [quad.split()[0] for quad in bench.quads()] == [
        f"_:rmy_2d_map-0-{number}" for number in (1, 2, 3, 4)
    ]


def test_rows_of_a_query_in_no_order_keep_their_nodes(bench: Bench) -> None:
    """DuckDB may give the rows of a query in another order each time it runs."""
    text = """
prefixes:
  ex: https://data.example.org/terms#
mappings:
  node:
    sources:
      - query: |
          SELECT md5(i::VARCHAR) AS a, i % 7 AS b FROM range(2000) t(i) ORDER BY random()
    po:
      - [ex:a, $(a)]
      - [ex:b, $(b)]
  other:
    sources:
      - query: |
          SELECT md5(i::VARCHAR) AS a, i % 7 AS b FROM range(2000) t(i) ORDER BY random()
    s: id/$(a)
    po:
      - p: ex:node
        o:
          - mapping: node
            condition:
              function: equal
              parameters:
                - [str1, $(a), s]
                - [str2, $(a), o]
"""
    bench.map(text)
    counted = bench.connection.execute(
        "SELECT count(*), count(DISTINCT n.s) FROM quads AS n JOIN quads AS r ON r.o = n.s "
        "WHERE n.p LIKE '%#a>' AND r.s = '<https://data.example.org/id/' || n.o[2:-2] || '>'"
    ).fetchone()
    assert counted == (2000, 2000)
