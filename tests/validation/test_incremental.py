"""After a change only what it can touch is judged again, and the report is that of a full run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg.engines.duckdb import Connection, connect
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.validation.kept import Kept
from clusterkg.validation.plan import planned
from clusterkg.validation.reads import read_by
from clusterkg.validation.report import Report
from clusterkg.validation.shacl import validate_quads
from clusterkg.validation.shapes import read_shapes

from .random_shapes import PREFIXES, graphs, shapes

EXAMPLES = int(os.environ.get("CLUSTERKG_EXAMPLES", "1")) * 25
LABELS = ("skos:prefLabel", "rdfs:label")
SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"


def fill(connection: Connection, turtle: str, graph: str = "graph/data") -> None:
    parsed = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    add_quads(
        connection,
        [
            (str(one.subject), str(one.predicate), str(one.object), f"<http://example.org/{graph}>")
            for one in parsed
        ],
    )


def judged(turtle: str, shape_file: Path, kept: Kept | None) -> Report:
    connection = connect()
    create_quads(connection)
    fill(connection, turtle)
    return validate_quads(connection, [shape_file], kept=kept)


def kept_in(folder: Path, **more: object) -> Kept:
    return Kept(folder / "validated", "programme", **more)  # type: ignore[arg-type]


@st.composite
def changed(draw: st.DrawFn) -> list[str]:
    """A graph as Turtle, and what it became: some triples gone, some new, names among them."""
    first = draw(graphs()).splitlines()[len(PREFIXES.splitlines()) :]
    found = [first]
    for _ in range(draw(st.integers(1, 2))):
        some = draw(st.lists(st.sampled_from(found[-1]), max_size=3)) if found[-1] else []
        other = draw(graphs()).splitlines()[len(PREFIXES.splitlines()) :]
        new = draw(st.lists(st.sampled_from(other), max_size=3)) if other else []
        if draw(st.booleans()):
            label = draw(st.sampled_from(LABELS))
            new.append(f'ex:{draw(st.sampled_from("abcd"))} {label} "{draw(st.integers(1, 3))}" .')
        found.append([line for line in found[-1] if line not in some] + new)
    return [SKOS + PREFIXES + "\n".join(lines) for lines in found]


def same(again: Report, full: Report) -> None:
    assert again.results == full.results
    assert again == full


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="CLUSTERKG_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(states=changed(), shape=shapes(), share=st.sampled_from((0.0, 0.5, 9.0)))
def test_the_report_is_that_of_a_full_run(states: list[str], shape: str, share: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "shapes.ttl"
        file.write_text(shape, encoding="utf-8")
        for state in states:
            kept = kept_in(folder, share=share)
            again, full = judged(state, file, kept), judged(state, file, None)
            same(again, full)
            repeated = kept_in(folder)
            same(judged(state, file, repeated), full)
            assert repeated.judged == 0


# -- what is judged again --------------------------------------------------------------------------

GRAPH = """
ex:a a ex:C ; ex:p "1" ; ex:q ex:b . ex:b a ex:C ; ex:q ex:c . ex:c a ex:D ; ex:p "1" , "2" .
ex:d a ex:E ; rdfs:label "d" . ex:e a ex:C ; ex:p "1" . ex:D rdfs:subClassOf ex:C .
"""
BY_CLASS = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path {} ."


@pytest.mark.parametrize(
    ("shape", "change", "came", "went"),
    [
        # a property: its subject; another property, or another class: nobody
        (BY_CLASS.format("ex:p ; sh:maxCount 1"), 'ex:a ex:p "3" .', 1, 1),
        (BY_CLASS.format("ex:p ; sh:maxCount 1"), 'ex:d ex:p "3" .', 0, 0),
        (BY_CLASS.format("ex:p ; sh:maxCount 1"), 'ex:a ex:r "3" .', 0, 0),
        # who comes in is judged, by a class below too; who was there is not
        (BY_CLASS.format("ex:p ; sh:minCount 1"), "ex:f a ex:D .", 1, 0),
        (BY_CLASS.format("ex:p ; sh:minCount 1"), "ex:f a ex:E .", 0, 0),
        (BY_CLASS.format("ex:p ; sh:minCount 1"), "ex:E rdfs:subClassOf ex:D .", 5, 4),
        # whatever a path leads to
        (BY_CLASS.format("( ex:q ex:p ) ; sh:minCount 1"), 'ex:c ex:p "3" .', 1, 1),
        (BY_CLASS.format("[ sh:oneOrMorePath ex:q ] ; sh:minCount 9"), "ex:c ex:q ex:e .", 3, 3),
        (BY_CLASS.format("[ sh:inversePath ex:q ] ; sh:minCount 1"), "ex:x ex:q ex:b .", 1, 1),
        # the class, and the shape, of a value
        (BY_CLASS.format("ex:q ; sh:class ex:E"), "ex:b a ex:E .", 1, 1),
        (BY_CLASS.format("ex:q ; sh:node [ sh:property [ sh:path ex:p ; sh:minCount 3 ] ]"),
         'ex:c ex:p "3" .', 1, 1),
        # another property of the focus node; any of a closed shape
        (BY_CLASS.format("ex:p ; sh:equals ex:r"), 'ex:e ex:r "1" .', 1, 1),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed true .", "ex:e ex:r 1 .", 1, 1),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:e ; sh:nodeKind sh:IRI .", "ex:e ex:r 1 .", 0, 0),
        ("ex:S a sh:NodeShape ; sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI .",
         "ex:e ex:q 1 .", 1, 0),
    ],
)  # fmt: skip
def test_only_what_a_change_can_touch_is_judged_again(
    tmp_path: Path, shape: str, change: str, came: int, went: int
) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + shape, encoding="utf-8")
    without, with_it = PREFIXES + GRAPH, PREFIXES + GRAPH + change
    for number, before, after in ((came, without, with_it), (went, with_it, without)):
        folder = tmp_path / ("went" if after == without else "came")
        first, second = kept_in(folder), kept_in(folder)
        judged(before, file, first)
        same(judged(after, file, second), judged(after, file, None))
        assert first.judged == first.focus_nodes > 0
        assert second.judged == number


def test_a_new_name_shows_where_nothing_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:minCount 1"), encoding="utf-8")
    judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    again = kept_in(tmp_path)
    found = judged(PREFIXES + GRAPH + 'ex:b rdfs:label "Bee" .', file, again)
    assert again.judged == 0
    assert [one.focus_label for one in found.results] == [{"": "Bee"}]


SPARQL = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select \"\"\"
  SELECT $this ?value WHERE { $this <http://example.org/p> ?value .
    FILTER NOT EXISTS { ?value %s ?other } }\"\"\" ; sh:message "{?value}"@en ] .
ex:T a sh:NodeShape ; sh:targetClass ex:E ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .
"""


@pytest.mark.parametrize(
    ("predicate", "change", "judged_again"),
    [
        ("<http://example.org/r>", 'ex:e ex:q "1" .', 0),
        ("<http://example.org/r>", 'ex:e rdfs:label "E" .', 0),
        ("<http://example.org/r>", 'ex:e ex:p "2" .', 4),
        ("<http://example.org/r>", "ex:d ex:q 1 .", 1),
        ("?any", 'ex:e ex:other "1" .', 4),
        # without a step it leads from ?value to itself; that this is bound is not seen from here
        ("<http://example.org/r>*", 'ex:e ex:other "1" .', 4),
    ],
)
def test_what_pyshacl_judges_is_judged_again_if_it_reads_a_change(
    tmp_path: Path, predicate: str, change: str, judged_again: int
) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + SPARQL % predicate, encoding="utf-8")
    judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    again = kept_in(tmp_path)
    report = judged(PREFIXES + GRAPH + change, file, again)
    same(report, judged(PREFIXES + GRAPH + change, file, None))
    assert "pySHACL" in report.engine
    assert (again.judged, again.focus_nodes) == (judged_again, 5)


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("$this ex:p ?value", "p"),
        ("$this ex:p/^ex:q|(ex:r+) ?value", "p q r"),
        ("$this ex:p ?value OPTIONAL { ?value ex:q/ex:r ?x }", "p q r"),
        ("$this ex:p ?value FILTER NOT EXISTS { ?value ex:q ?x }", "p q"),
        ("$this ex:p ?value { SELECT ?value { ?value ex:q 1 } }", "p q"),
        ("$this $PATH ?value . ?value ex:q* $this", "own q"),
        ("$this ex:p ?value . ?value ex:q* ?x", "p q"),
        ("$this ex:p ?value BIND(xsd:integer(?value) AS ?x)", "p"),
        ("$this ex:p ?value . ?x ex:q* ?y", None),
        ("$this !ex:p ?value", None),
        ("$this ?x ?value", None),
    ],
)
def test_the_predicates_that_a_query_reads(tmp_path: Path, query: str, read: str | None) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(
        f"""{PREFIXES} ex: sh:declare
        [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ,
        [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
        ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:own ; sh:sparql [
          sh:prefixes ex: ; sh:select "SELECT $this ?value WHERE {{ {query} }}" ] .""",
        encoding="utf-8",
    )
    plan = planned(read_shapes([file]))
    found = read_by(plan.values, plan.asked, plan.shapes.graph)
    start = "<http://example.org/"
    names = {one.removeprefix(start)[:-1] for one in found or () if one.startswith(start)}
    assert (found is None) == (read is None)
    assert names == (set() if read is None else {"own", *read.split()})


@pytest.mark.parametrize(("share", "rewritten"), [(1.0, False), (0.01, True)])
def test_the_table_is_written_again_when_much_has_changed(
    tmp_path: Path, share: float, rewritten: bool
) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:minCount 1"), encoding="utf-8")
    judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    (table,) = (tmp_path / "validated").glob("*.triples.parquet")
    before = table.read_bytes()
    for change in ('ex:b ex:p "9" .', "", 'ex:b ex:p "8" . ex:a ex:p "7" .'):
        data = PREFIXES + GRAPH + change
        same(judged(data, file, kept_in(tmp_path, share=share)), judged(data, file, None))
    assert (table.read_bytes() != before) == rewritten


def test_other_shapes_are_judged_from_nothing(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:minCount 1"), encoding="utf-8")
    judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    before = set((tmp_path / "validated").iterdir())
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:minCount 2"), encoding="utf-8")
    for again in (kept_in(tmp_path, writes=False), kept_in(tmp_path)):
        same(judged(PREFIXES + GRAPH, file, again), judged(PREFIXES + GRAPH, file, None))
        assert again.judged == 4
    after = set((tmp_path / "validated").iterdir())
    assert len(after) == len(before) == 4
    assert not after & before


@pytest.mark.parametrize("suffix", [".triples.parquet", ".results.parquet", ".json"])
@pytest.mark.parametrize("damage", ["cut", "other", "gone"])
def test_what_is_damaged_counts_as_none(tmp_path: Path, suffix: str, damage: str) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:maxCount 1"), encoding="utf-8")
    full = judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    (kept,) = (tmp_path / "validated").glob(f"*{suffix}")
    if damage == "cut":
        kept.write_bytes(kept.read_bytes()[:-5])
    elif damage == "other":
        kept.write_bytes(kept.read_bytes().replace(b"ex", b"xe").replace(b"4", b"5"))
    else:
        kept.unlink()
    again = kept_in(tmp_path)
    same(judged(PREFIXES + GRAPH, file, again), full)
    assert again.judged == 4


def test_the_same_triples_in_other_graphs_are_no_change(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format("ex:p ; sh:maxCount 1"), encoding="utf-8")
    full = judged(PREFIXES + GRAPH, file, kept_in(tmp_path))
    for _ in range(2):
        connection = connect()
        create_quads(connection)
        fill(connection, PREFIXES + GRAPH)
        fill(connection, PREFIXES + GRAPH, "graph/other")
        again = kept_in(tmp_path)
        same(validate_quads(connection, [file], kept=again), full)
        assert again.judged == 0


def test_values_that_change_places_are_a_change(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format('ex:p ; sh:in ( "1" )'), encoding="utf-8")
    first = PREFIXES + 'ex:a a ex:C ; ex:p "1" . ex:b a ex:C ; ex:p "2" .'
    second = PREFIXES + 'ex:a a ex:C ; ex:p "2" . ex:b a ex:C ; ex:p "1" .'
    judged(first, file, kept_in(tmp_path))
    report = judged(second, file, kept_in(tmp_path))
    assert [one.focus_node for one in report.results] == ["<http://example.org/a>"]


def test_a_change_of_nearly_everything(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + BY_CLASS.format('ex:p ; sh:in ( "1" )'), encoding="utf-8")
    states = [
        PREFIXES + "".join(f'ex:n{n} a ex:C ; ex:p "{value(n)}" .\n' for n in range(1500))
        for value in (lambda n: n % 2, lambda n: 1 - n % 2)
    ]
    for state in states:
        again = kept_in(tmp_path)
        same(judged(state, file, again), judged(state, file, None))
        assert again.judged == 1500
