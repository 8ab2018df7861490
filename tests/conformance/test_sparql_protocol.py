"""The W3C's tests of the SPARQL 1.1 Protocol and Service Description, over HTTP.

A real client asks a real server on loopback. The suites lie beside the repository
(``../shared/conformance``) or where the variable CLUSTERKG_CONFORMANCE says. What deviates stands
with its reason in ``deviations-sparql-protocol.toml``: an unlisted failure fails, and so does a
listed case that passes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import threading
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import uvicorn
from rdflib.collection import Collection

from clusterkg.project import Project, Settings
from clusterkg.service.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
SUITES = Path(os.environ.get("CLUSTERKG_CONFORMANCE", HERE.parents[2] / "shared" / "conformance"))
DEVIATIONS = tomllib.loads((HERE / "deviations-sparql-protocol.toml").read_text(encoding="utf-8"))
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DESCRIPTIONS = ("returns-rdf", "has-endpoint-triple", "conforms-to-schema")


@dataclass(frozen=True)
class Exchange:
    """One ht:Request, and what its ht:resp expects."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: frozenset[str]
    """First digits of the status."""
    boolean: bool | None
    form: str | None


@dataclass(frozen=True)
class Case:
    name: str
    exchanges: tuple[Exchange, ...]
    data: tuple[tuple[Path, str], ...]


def manifest() -> rdflib.Graph | None:
    file = SUITES / "sparql-protocol" / "manifest.ttl"
    return rdflib.Graph().parse(file) if file.is_file() else None


def protocol_cases() -> list[Case]:
    graph = manifest()
    if graph is None:
        return []
    entries = next(graph.objects(None, MF.entries))
    return [case(graph, node) for node in Collection(graph, entries)]


def case(graph: rdflib.Graph, node: rdflib.term.Node) -> Case:
    requests = graph.value(graph.value(node, MF.action), HT.requests)
    folder = SUITES / "sparql-protocol"
    data = [
        (
            folder / Path(str(graph.value(one, UT.graph))).name,
            str(graph.value(one, rdflib.RDFS.label)),
        )
        for one in graph.objects(node, UT.graphData)
    ]
    return Case(
        str(node).rpartition("#")[2],
        tuple(exchange(graph, one) for one in Collection(graph, requests)),
        tuple(sorted(data)),
    )


def label(graph: rdflib.Graph, node: rdflib.term.Node) -> str:
    return str(graph.value(node, rdflib.RDFS.label))


def exchange(graph: rdflib.Graph, request: rdflib.term.Node) -> Exchange:
    response = graph.value(request, HT.resp)
    body = graph.value(request, HT.body)
    headers = graph.value(request, HT.headers)
    boolean, form = (
        graph.value(response, MF.expectedBoolean),
        graph.value(response, MF.expectedFormat),
    )
    content = None
    if body is not None:
        encoding = str(graph.value(body, CNT.characterEncoding))
        content = str(graph.value(body, CNT.chars)).encode(encoding)
    return Exchange(
        method=str(graph.value(request, HT.methodName)),
        path=str(graph.value(request, HT.absolutePath)),
        headers=tuple(
            (str(graph.value(one, HT.fieldName)), str(graph.value(one, HT.fieldValue)))
            for one in (Collection(graph, headers) if headers is not None else ())
        ),
        body=content,
        statuses=frozenset(
            str(status).rpartition("StatusCode")[2][0]
            for status in graph.objects(response, MF.expectedStatus)
        ),
        boolean=None if boolean is None else bool(boolean.toPython()),
        form=None if form is None else str(form),
    )


CASES = protocol_cases()
needs_suites = pytest.mark.skipif(not CASES, reason=f"no SPARQL protocol tests in {SUITES}")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service whose store holds the data of all cases, each file in its named graph."""
    project = Project(tmp_path_factory.mktemp("protocol"), Settings(base_iri="http://example.org/"))
    project.stores.mkdir(parents=True)
    store = ox.Store(str(project.stores / "r1"))
    for file, graph in sorted({data for one in CASES for data in one.data}):
        store.load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))
    store.flush()
    del store
    project.release.mkdir(parents=True)
    pointer = {"id": "r1", "version": "2026-01-01", "store": "store/r1"}
    (project.release / "manifest.json").write_text(json.dumps(pointer))
    server = uvicorn.Server(uvicorn.Config(create_app(project), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server does not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join(20)


def test_the_suites_are_here() -> None:
    if not CASES:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no SPARQL protocol tests in {SUITES}")
        pytest.skip(f"no SPARQL protocol tests in {SUITES}; set CLUSTERKG_CONFORMANCE")
    assert len(CASES) == 34
    assert DEVIATIONS.keys() <= {one.name for one in CASES}
    for name, entry in DEVIATIONS.items():
        assert entry.keys() == {"reason", "specification"}, name
    described = rdflib.Graph().parse(SUITES / "sparql-service-description" / "manifest.ttl")
    entries = Collection(described, next(described.objects(None, MF.entries)))
    assert {str(node).rpartition("#")[2] for node in entries} == set(DESCRIPTIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, client: httpx.Client, in_suite: Callable[..., None]) -> None:
    reason = DEVIATIONS.get(case.name, {}).get("reason")
    in_suite("sparql-protocol", case.name, deviates=reason)
    problem = next((p for one in case.exchanges if (p := run(client, one))), None)
    if case.name in DEVIATIONS:
        assert problem, f"{case.name} passes; take it out of deviations-sparql-protocol.toml"
    else:
        assert not problem, problem


def run(client: httpx.Client, one: Exchange) -> str | None:
    """What is wrong with the answer; None if it is as expected."""
    request = client.build_request(one.method, one.path, content=one.body, headers=one.headers)
    response = client.send(request)
    if str(response.status_code)[0] not in one.statuses:
        expected = ", ".join(f"{digit}xx" for digit in sorted(one.statuses))
        return f"{response.status_code} instead of {expected}: {response.text[:300]}"
    content_type = response.headers["content-type"]
    if one.form == "RDF":
        form = ox.RdfFormat.from_media_type(content_type)
        if form is None:
            return f"{content_type} is no RDF"
        list(ox.parse(response.content, form))
    if one.form in ("boolean", "tabular"):
        problem = results(response.content, content_type, one)
        if problem:
            return problem
    return None


def results(content: bytes, content_type: str, one: Exchange) -> str | None:
    form = ox.QueryResultsFormat.from_media_type(content_type)
    if form is None:
        return f"{content_type} holds no results"
    if form == ox.QueryResultsFormat.CSV:
        return None if list(csv.reader(io.StringIO(content.decode()))) else "no rows"
    answer = ox.parse_query_results(content, format=form)
    if isinstance(answer, ox.QueryBoolean) != (one.form == "boolean"):
        return f"{type(answer).__name__} where {one.form} is expected"
    if one.boolean is not None and bool(answer) != one.boolean:
        return f"{bool(answer)} instead of {one.boolean}"
    return None


def description(client: httpx.Client) -> tuple[str, rdflib.Graph]:
    url = str(client.base_url.join("/sparql"))
    response = client.get("/sparql")
    form = {"text/turtle": "turtle", "application/rdf+xml": "xml"}
    media_type = response.headers["content-type"].partition(";")[0]
    return url, rdflib.Graph().parse(data=response.text, format=form[media_type])


@needs_suites
def test_returns_rdf(client: httpx.Client, in_suite: Callable[..., None]) -> None:
    in_suite("sparql-service-description", "returns-rdf")
    _, graph = description(client)
    assert len(graph) > 0


@needs_suites
def test_has_endpoint_triple(client: httpx.Client, in_suite: Callable[..., None]) -> None:
    in_suite("sparql-service-description", "has-endpoint-triple")
    url, graph = description(client)
    assert (None, SD.endpoint, rdflib.URIRef(url)) in graph


@needs_suites
def test_conforms_to_schema(client: httpx.Client, in_suite: Callable[..., None]) -> None:
    """Domains, ranges and cardinalities of https://www.w3.org/TR/sparql11-service-description/."""
    in_suite("sparql-service-description", "conforms-to-schema")
    _, graph = description(client)
    service = graph.value(predicate=rdflib.RDF.type, object=SD.Service)
    assert service is not None
    dataset = graph.value(service, SD.defaultDataset)
    assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
    default = graph.value(dataset, SD.defaultGraph)
    assert (default, rdflib.RDF.type, SD.Graph) in graph
    entries = list(graph.objects(dataset, SD.namedGraph))
    assert len(entries) == 3
    for entry in entries:
        assert (entry, rdflib.RDF.type, SD.NamedGraph) in graph
        assert isinstance(graph.value(entry, SD.name), rdflib.URIRef)
        assert (graph.value(entry, SD.graph), rdflib.RDF.type, SD.Graph) in graph
    for name in ("supportedLanguage", "feature", "resultFormat"):
        values = list(graph.objects(service, SD[name]))
        assert values, name
        assert all(isinstance(value, rdflib.URIRef) for value in values)
    languages = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update}
    assert set(graph.objects(service, SD.supportedLanguage)) <= languages
    features = {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs,
                SD.BasicFederatedQuery}  # fmt: skip
    assert set(graph.objects(service, SD.feature)) <= features
