"""The document that is written straight from tables: each quad once, whatever the rows hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clusterkg.engines.duckdb import connect
from clusterkg.mapping.lines import line_queries
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.plan import Context, plan_mapping
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.profile import profile_rows
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document, write_document
from clusterkg.mapping.terms import prepare

HEAD = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <http://e/> .
@base <http://b/> .
"""


def triples_map(name: str, file: str, subject: str, *pairs: str, classes: str = "") -> str:
    poms = "".join(f" ; rr:predicateObjectMap [ {pair} ]" for pair in pairs)
    typed = f" ; rr:class {classes}" if classes else ""
    return (
        f'<#{name}> a rr:TriplesMap ; rml:logicalSource [ rml:source "{file}" ; '
        f"rml:referenceFormulation ql:CSV ] ; rr:subjectMap [ {subject}{typed} ]{poms} .\n"
    )


def column(predicate: str, name: str, more: str = "") -> str:
    return f'rr:predicate {predicate} ; rr:objectMap [ rml:reference "{name}"{more} ]'


def template(text: str) -> str:
    return f'rr:template "{text}"'


def join(predicate: str, parent: str, child_column: str, parent_column: str) -> str:
    return (
        f"rr:predicate {predicate} ; rr:objectMap [ rr:parentTriplesMap <#{parent}> ; "
        f'rr:joinCondition [ rr:child "{child_column}" ; rr:parent "{parent_column}" ] ]'
    )


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., list[str]]:
    """The lines that a mapping makes of tables: as many as quads, and the same quads."""

    def write(mapping: str, *, graphs: bool = True, **tables: str) -> list[str]:
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        file = tmp_path / "mapping.ttl"
        file.write_text(HEAD + mapping, encoding="utf-8")
        read = read_mapping(file, base_iri="http://b/")
        target = tmp_path / "out.nq"
        write_document(connect(), read, target, graphs=graphs)
        lines = target.read_text(encoding="utf-8").split("\n")
        assert lines.pop() == ""
        connection = connect()
        map_document(connection, read)
        named = "CASE WHEN g IS NULL THEN '' ELSE ' ' || g END" if graphs else "''"
        rows = connection.execute(
            f"SELECT DISTINCT s || ' ' || p || ' ' || o || {named} || ' .' FROM quads"
        ).fetchall()
        assert sorted(lines) == sorted(row[0] for row in rows)
        return sorted(lines)

    return write


CASES = {
    "rows of their own": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n"), classes="e:T"),
        {"t": "id,n\n1,x\n2,y\n"},
        4,
    ),
    "a row twice": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n"), classes="e:T"),
        {"t": "id,n\n1,x\n1,x\n2,x\n"},
        4,
    ),
    "a subject of several rows": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n"), classes="e:T"),
        {"t": "id,n\n1,x\n1,y\n1,\n2,\n"},
        4,
    ),
    "two columns, one predicate": (
        triples_map(
            "a", "t.csv", template("http://e/{id}"), column("e:n", "n"), column("e:n", "m")
        ),
        {"t": "id,n,m\n1,x,x\n2,x,y\n3,,\n"},
        3,
    ),
    "a template whose parts run together": (
        triples_map("a", "t.csv", template("http://e/{x}-{y}"), column("e:n", "n")),
        {"t": "x,y,n\na-b,c,1\na,b-c,1\na,b,1\n"},
        2,
    ),
    "a template whose parts cannot run together": (
        triples_map("a", "t.csv", template("http://e/{x}/{y}"), column("e:n", "n")),
        {"t": "x,y,n\na/b,c,1\na,b/c,1\na,b,1\n"},
        3,
    ),
    "two maps that state the same": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n"), classes="e:T")
        + triples_map("b", "u.csv", template("http://e/{id}"), column("e:m", "n"), classes="e:T"),
        {"t": "id,n\n1,x\n2,y\n", "u": "id,n\n2,y\n3,z\n"},
        7,
    ),
    "one template begins another": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n"))
        + triples_map("b", "u.csv", template("http://e/x{id}"), column("e:n", "n")),
        {"t": "id,n\nx1,q\n2,y\n", "u": "id,n\n1,q\n2,y\n"},
        3,
    ),
    "many join with many": (
        triples_map("a", "t.csv", template("http://e/{id}"), join("e:in", "b", "k", "k"))
        + triples_map("b", "u.csv", template("http://f/{id}")),
        {"t": "id,k\n1,p\n1,q\n2,p\n2,p\n", "u": "id,k\n7,p\n7,q\n8,p\n8,p\n9,\n"},
        4,
    ),
    "a join with itself": (
        triples_map("a", "t.csv", template("http://e/{k}"), join("e:has", "b", "k", "k"))
        + triples_map("b", "t.csv", template("http://f/{k}-{id}")),
        {"t": "k,id\na,1\na,2\nb,3\n,4\n"},
        3,
    ),
    "two joins that find the same": (
        triples_map(
            "a",
            "t.csv",
            template("http://e/{id}"),
            join("e:in", "b", "k", "k"),
            join("e:in", "c", "k", "k"),
        )
        + triples_map("b", "u.csv", template("http://f/{k}"))
        + triples_map("c", "v.csv", template("http://f/{k}")),
        {"t": "id,k\n1,p\n2,q\n", "u": "k\np\nq\n", "v": "k\nq\nr\n"},
        2,
    ),
    "no triple is sure": (
        triples_map(
            "a", "t.csv", template("http://e/{id}"), column("e:n", "n"), column("e:m", "m")
        ),
        {"t": "id,n,m\n1,,y\n2,x,\n3,,\n4,x,y\n"},
        4,
    ),
    "values that need escapes": (
        triples_map("a", "t.csv", template("http://e/{id}"), column("e:n", "n")),
        {"t": 'id,n\nä ö/1,"say ""x"" \\ and\ngo"\n2,plain\n'},
        2,
    ),
    "a new blank node for every row": (
        triples_map("a", "t.csv", "rr:termType rr:BlankNode", column("e:n", "n"), classes="e:T"),
        {"t": "id,n\n1,x\n"},
        2,
    ),
    "nothing at all": (
        triples_map("a", "t.csv", template("http://e/{id}")),
        {"t": "id\n1\n"},
        0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_quad_is_written_once(name: str, written: Callable[..., list[str]]) -> None:
    mapping, tables, quads = CASES[name]
    assert len(written(mapping, **tables)) == quads


def test_triples_of_several_graphs_are_written_once_without_their_graphs(
    written: Callable[..., list[str]],
) -> None:
    mapping = triples_map(
        "a", "t.csv", template("http://e/{id}") + " ; rr:graph e:g, e:h", column("e:n", "n")
    )
    table = "id,n\n1,x\n2,y\n"
    assert len(written(mapping, t=table)) == 4
    assert written(mapping, graphs=False, t=table) == [
        '<http://e/1> <http://e/n> "x" .',
        '<http://e/2> <http://e/n> "y" .',
    ]


def test_what_is_left_out_is_told_with_its_cell(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,n\n1,5\n2,five\n", encoding="utf-8")
    file = tmp_path / "mapping.ttl"
    pair = column("e:n", "n", " ; rr:datatype xsd:integer")
    file.write_text(HEAD + triples_map("a", "t.csv", template("http://e/{id}"), pair))
    target = tmp_path / "out.nq"
    (finding,) = write_document(connect(), read_mapping(file, base_iri=""), target)
    assert str(finding) == ("t.csv, row 3, column n: 'five' is not an xsd:integer (a whole number)")
    assert target.read_text(encoding="utf-8") == (
        '<http://e/1> <http://e/n> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )


def queries(folder: Path, mapping: str, **tables: str) -> list[str]:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    file = folder / "mapping.ttl"
    file.write_text(HEAD + mapping, encoding="utf-8")
    read = read_mapping(file, base_iri="")
    connection = connect()
    prepare(connection)
    finder = RowFinder(connection, Problems("mapping.ttl"), folder=folder)
    plans = plan_mapping(read, finder.rows(read.triples_maps), Context(""))
    profiles = {plan.cells.rows.name: profile_rows(connection, plan.cells, plans) for plan in plans}
    finder.drop()
    return [query.sql(dialect="duckdb") for query in line_queries(plans, profiles)]


def test_clean_rows_of_their_own_are_one_query_without_tests(tmp_path: Path) -> None:
    pair = column("e:n", "n", " ; rr:datatype xsd:integer")
    mapping = triples_map("a", "t.csv", template("http://e/{id}"), pair, column("e:m", "m"))
    (query,) = queries(tmp_path, mapping, t="id,n,m\n1,5,x\n2,6,y\n")
    assert "DISTINCT" not in query.upper()
    assert "TERM_" not in query.upper()
    (dirty,) = queries(tmp_path, mapping, t='id,n,m\n1,5,"say ""x"""\n2,six,y\n')
    assert "TERM_ESCAPED" in dirty.upper()
    assert "TERM_IS_INTEGER" in dirty.upper()
    assert "TERM_IRI_SAFE" not in dirty.upper()
