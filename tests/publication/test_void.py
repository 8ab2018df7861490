"""Every number of the VoID description is counted again, in the store that is served."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from clusterkg.namespaces import PREFIXES
from clusterkg.pipeline import released_store
from clusterkg.project import Project

BASE = "https://data.example.org/tiny/"
DATA = [f"{BASE}graph/{name}" for name in ("clusters", "members", "ontology")]


@pytest.fixture(scope="module")
def store(built: Project) -> ox.Store:
    return ox.Store.read_only(str(released_store(built)))


def ask(store: ox.Store, query: str, graphs: list[str]) -> list[tuple[str, ...]]:
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    answer = store.query(head + query, default_graph=[ox.NamedNode(graph) for graph in graphs])
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(tuple(row[name].value for name in answer.variables) for row in answer)


def number(store: ox.Store, query: str, graphs: list[str]) -> int:
    ((value,),) = ask(store, query, graphs)
    return int(value)


CATALOGUE = [f"{BASE}graph/catalogue"]


@pytest.mark.parametrize(
    ("node", "graphs"),
    [(f"{BASE}id/dataset/whole-graph", DATA), *((graph, [graph]) for graph in DATA)],
)
def test_totals(store: ox.Store, node: str, graphs: list[str]) -> None:
    for word, counted in {
        "triples": "COUNT(*) AS ?n) { ?s ?p ?o }",
        "distinctSubjects": "COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "distinctObjects": "COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "properties": "COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        "classes": "COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    }.items():
        said = number(store, f"SELECT ?n {{ <{node}> void:{word} ?n }}", CATALOGUE)
        assert said == number(store, f"SELECT ({counted}", graphs) > 0, word


@pytest.mark.parametrize(
    ("node", "graphs"),
    [(f"{BASE}id/dataset/whole-graph", DATA), *((graph, [graph]) for graph in DATA)],
)
def test_partitions(store: ox.Store, node: str, graphs: list[str]) -> None:
    said = ask(
        store,
        f"SELECT ?p ?t ?s ?o {{ <{node}> void:propertyPartition [ void:property ?p ; "
        "void:triples ?t ; void:distinctSubjects ?s ; void:distinctObjects ?o ] }",
        CATALOGUE,
    )
    assert said
    assert said == ask(
        store,
        "SELECT ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?x) AS ?s) (COUNT(DISTINCT ?y) AS ?o) "
        "{ ?x ?p ?y } GROUP BY ?p",
        graphs,
    )
    said = ask(
        store,
        f"SELECT ?c ?n ?t {{ <{node}> void:classPartition [ void:class ?c ; "
        "void:entities ?n ; void:triples ?t ] }",
        CATALOGUE,
    )
    assert said
    assert said == ask(
        store,
        "SELECT ?c (COUNT(DISTINCT ?x) AS ?n) (COUNT(*) AS ?t) { ?x a ?c . ?x ?p ?o } GROUP BY ?c",
        graphs,
    )


def test_the_whole_says_which_class_has_which_property(store: ox.Store) -> None:
    said = ask(
        store,
        f"SELECT ?c ?p ?t {{ <{BASE}id/dataset/whole-graph> void:classPartition [ void:class ?c ; "
        "void:propertyPartition [ void:property ?p ; void:triples ?t ] ] }",
        CATALOGUE,
    )
    assert len(said) > 4
    assert said == ask(
        store, "SELECT ?c ?p (COUNT(*) AS ?t) { ?x a ?c . ?x ?p ?o } GROUP BY ?c ?p", DATA
    )


def test_dumps_hold_what_is_counted(built: Project, store: ox.Store) -> None:
    dumps = ask(store, "SELECT ?d ?f { ?d void:dataDump ?f }", CATALOGUE)
    assert len(dumps) == 5
    for dataset, url in dumps:
        file = built.release / url.removeprefix(BASE)
        said = number(store, f"SELECT ?n {{ <{dataset}> void:triples ?n }}", CATALOGUE)
        assert len({quad.triple for quad in parsed(file)}) == said


def parsed(file: object) -> list[ox.Quad]:
    import gzip
    from pathlib import Path

    path = Path(str(file))
    content = path.read_bytes()
    if path.suffix == ".gz":
        content, path = gzip.decompress(content), path.with_suffix("")
    form = ox.RdfFormat.from_extension(path.suffix[1:])
    assert form is not None
    return list(ox.parse(content, format=form))


def test_every_graph_of_the_store_is_described(store: ox.Store) -> None:
    graphs = {str(graph.value) for graph in store.named_graphs()}
    assert graphs == {*DATA, f"{BASE}graph/catalogue", f"{BASE}graph/validation"}
    described = {row[0] for row in ask(store, "SELECT ?g { ?g a sd:Graph }", CATALOGUE)}
    assert described == graphs
