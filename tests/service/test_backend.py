from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from clusterkg.errors import ServiceError
from clusterkg.service.backend import Backend, EndpointBackend, OxigraphBackend

if TYPE_CHECKING:
    from clusterkg.project import Project

BASE = "https://data.example.org/atlas/"
ENERGY = ox.NamedNode(f"{BASE}id/cluster/energy")
LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label ?none { ?this skos:prefLabel ?label } ORDER BY ?label"""


@pytest.fixture(params=["store", "endpoint"])
def backend(request: pytest.FixtureRequest, project: Project) -> Backend:
    """Both ways to ask; the endpoint is a service of our own."""
    if request.param == "store":
        return OxigraphBackend(project.stores / "r1", base_iri=BASE)
    return EndpointBackend(f"{request.getfixturevalue('shared_url')}/sparql", base_iri=BASE)


def test_select(backend: Backend) -> None:
    rows = backend.select(LABELS, {"this": ENERGY})
    assert [row["label"] for row in rows] == [
        ox.Literal("Energie & Umwelt", language="de"),
        ox.Literal("Energy & Environment", language="en"),
    ]
    assert all("none" not in row for row in rows)


def test_construct_is_sorted(backend: Backend) -> None:
    triples = backend.construct("CONSTRUCT { ?this ?p ?o } { ?this ?p ?o }", {"this": ENERGY})
    assert len(triples) == 5
    assert triples == sorted(triples, key=str)


def test_ask(backend: Backend) -> None:
    assert backend.ask("ASK { ?this ?p ?o }", {"this": ENERGY})
    assert not backend.ask("ASK { ?this ?p ?o }", {"this": ox.NamedNode("http://e/none")})


def test_the_base_iri_is_that_of_the_project(backend: Backend) -> None:
    assert backend.ask("ASK { <id/cluster/energy> ?p ?o }")


def test_a_query_says_from(backend: Backend) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <graph/numbers> { ?s ?p ?o }"
    assert backend.select(query)[0]["n"].value == "1"


def test_a_wrong_kind_of_query(backend: Backend) -> None:
    with pytest.raises(ServiceError):
        backend.select("ASK {}")


def test_a_store_that_is_not_there(tmp_path: object) -> None:
    with pytest.raises(ServiceError, match="the store cannot be opened") as error:
        OxigraphBackend(tmp_path / "none", base_iri=BASE)  # type: ignore[operator]
    assert error.value.hint == "Run: clusterkg build"


def test_an_endpoint_that_is_not_there() -> None:
    with pytest.raises(ServiceError, match="the endpoint does not answer") as error:
        EndpointBackend("http://127.0.0.1:1/sparql", base_iri=BASE).ask("ASK {}")
    assert error.value.at == "http://127.0.0.1:1/sparql"
