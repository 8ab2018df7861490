from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from clusterkg.service.site import Limits

_FORMATS = "http://www.w3.org/ns/formats"
BASE = "https://data.example.org/atlas/"
SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/clusterkg/ontology#Cluster> } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s a <https://w3id.org/clusterkg/ontology#Cluster> }"
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"
)


def get(client: httpx.Client, query: str, accept: str | None = None, **more: str) -> httpx.Response:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", params={"query": query, **more}, headers=headers)


def problem(response: httpx.Response, status: int) -> str:
    """The detail of a problem, after a check that it is one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    said = response.json()
    assert said["status"] == status
    assert said["title"]
    return str(said["detail"])


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_results_come_as_asked(client: httpx.Client, accept: str | None, content_type: str) -> None:
    response = get(client, SELECT, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == content_type
    assert response.headers["vary"].split(", ")[0] == "Accept"
    assert int(response.headers["content-length"]) == len(response.content)
    if "csv" in content_type:
        assert list(csv.reader(io.StringIO(response.text)))[1] == [f"{BASE}id/cluster/energy"]
        return
    form = ox.QueryResultsFormat.from_media_type(content_type)
    solutions = ox.parse_query_results(response.content, format=form)
    assert [s["s"].value for s in solutions] == [
        f"{BASE}id/cluster/energy",
        f"{BASE}id/cluster/Лейпциг",
    ]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/csv, application/rdf+xml;q=0.5", "application/rdf+xml"),
    ],
)
def test_graphs_come_as_asked(client: httpx.Client, accept: str | None, content_type: str) -> None:
    response = get(client, CONSTRUCT, accept)
    assert response.headers["content-type"] == content_type
    form = ox.RdfFormat.from_media_type(content_type)
    assert len(list(ox.parse(response.content, form))) == 2


def test_the_three_ways_to_ask_agree(client: httpx.Client) -> None:
    direct = {"Content-Type": "application/sparql-query"}
    answers = [
        get(client, SELECT).content,
        client.post("/sparql", data={"query": SELECT}).content,
        client.post("/sparql", content=SELECT, headers=direct).content,
        client.post("/atlas/sparql", data={"query": SELECT}).content,
        client.get("/sparql", params={"query": SELECT, "format": "json"}).content,
    ]
    assert len(set(answers)) == 1
    assert b"energy" in answers[0]


def test_a_form_is_decoded_once(client: httpx.Client) -> None:
    query = "SELECT (<http://e/a%20b> AS ?x) ('1+1 %2B' AS ?y) {}"
    for response in (get(client, query), client.post("/sparql", data={"query": query})):
        row = response.json()["results"]["bindings"][0]
        assert row["x"]["value"] == "http://e/a%20b"
        assert row["y"]["value"] == "1+1 %2B"


def count(response: httpx.Response) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def test_the_default_graph_is_the_union(client: httpx.Client) -> None:
    everything = "SELECT (COUNT(*) AS ?n) {dataset} {{ ?s ?p ?o }}"
    numbers = f"{BASE}graph/numbers"
    assert count(get(client, everything.format(dataset=""))) > 10
    assert count(get(client, everything.format(dataset=f"FROM <{numbers}>"))) == 1
    assert count(get(client, everything.format(dataset="FROM <http://e/none>"))) == 0
    named = get(client, everything.format(dataset=""), None, **{"default-graph-uri": numbers})
    assert count(named) == 1
    # the protocol overrides the query (SPARQL 1.1 Protocol, 2.1.4)
    other = {"default-graph-uri": f"{BASE}graph/catalogue"}
    assert count(get(client, everything.format(dataset=f"FROM <{numbers}>"), None, **other)) == 4


def test_named_graphs_of_the_protocol(client: httpx.Client) -> None:
    query = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(get(client, query)) == 4
    assert count(get(client, query, None, **{"named-graph-uri": f"{BASE}graph/pages"})) == 1
    assert count(get(client, query, None, **{"default-graph-uri": f"{BASE}graph/pages"})) == 0
    said = get(client, query, None, **{"named-graph-uri": "no iri"})
    assert "no absolute IRI" in problem(said, 400)


def test_malformed(client: httpx.Client) -> None:
    detail = problem(get(client, "SELECT ?x WHERE {"), 400)
    assert "line 1, column" in detail
    assert "2 queries" in problem(client.get("/sparql?query=ASK{}&query=ASK{}"), 400)
    assert "UTF-8" in problem(client.get("/sparql?query=%FF"), 400)
    assert "no query" in problem(client.post("/sparql", data={"a": "b"}), 400)
    both = client.post(
        "/sparql?query=ASK{}",
        content="ASK {}",
        headers={"Content-Type": "application/sparql-query"},
    )
    assert "2 queries" in problem(both, 400)
    wrong = get(client, "ASK {}", None, format="docx")
    assert "unknown format 'docx'" in problem(wrong, 400).lower()


def test_wrong_types(client: httpx.Client, limits: Limits) -> None:
    for headers in ({"Content-Type": "text/plain"}, {}):
        response = client.post("/sparql", content=b"ASK {}", headers=headers)
        problem(response, 415)
        assert "application/sparql-query" in response.headers["accept-post"]
    latin = {"Content-Type": "application/sparql-query; charset=iso-8859-1"}
    assert "UTF-8" in problem(client.post("/sparql", content="ASK {}", headers=latin), 415)
    assert "application/sparql-results+json" in problem(get(client, SELECT, "image/png"), 406)
    assert "text/turtle" in problem(get(client, CONSTRUCT, "text/csv"), 406)
    large = client.post("/sparql", data={"query": "ASK {}" + " " * limits.request})
    problem(large, 413)


def test_other_methods(client: httpx.Client) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        response = client.request(method, "/sparql?query=ASK{}")
        problem(response, 405)
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_updates_are_refused(client: httpx.Client) -> None:
    direct = {"Content-Type": "application/sparql-update"}
    for response in (
        client.post("/sparql", content="CLEAR ALL", headers=direct),
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.get("/sparql", params={"update": "CLEAR ALL"}),
    ):
        assert "read-only" in problem(response, 403)
    problem(get(client, "INSERT DATA { <a:s> <a:p> 1 }"), 400)


def test_head_and_preflight(client: httpx.Client) -> None:
    whole = get(client, SELECT)
    head = client.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == whole.headers[name]
    wish = {
        "Origin": "https://yasgui.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options("/sparql", headers=wish)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    assert "access-control-allow-credentials" not in preflight.headers


def test_etags(client: httpx.Client) -> None:
    tag = get(client, SELECT).headers["etag"]
    again = client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert get(client, SELECT, "text/csv").headers["etag"] != tag
    assert "etag" not in get(client, "SELECT (RAND() AS ?x) {}").headers
    assert "etag" not in client.post("/sparql", data={"query": SELECT}).headers


def test_the_service_description_is_true(client: httpx.Client) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    url = f"{client.base_url}/sparql".replace("//sparql", "/sparql")
    response = client.get("/sparql")
    store = ox.Store()
    store.load(response.content, ox.RdfFormat.TURTLE)

    def values(name: str) -> set[str]:
        pattern = store.quads_for_pattern(None, ox.NamedNode(sd + name), None)
        return {quad.object.value for quad in pattern}

    assert values("endpoint") == {url, f"{BASE}sparql"}
    assert values("feature") == {f"{sd}UnionDefaultGraph"}
    assert values("supportedLanguage") == {f"{sd}SPARQL11Query"}
    formats = values("resultFormat")
    assert len(formats) == 8
    for known, query in (
        (("JSON", "XML", "CSV", "TSV"), SELECT),
        (("TURTLE", "JSON_LD", "N_TRIPLES", "RDF_XML"), CONSTRUCT),
    ):
        kind = ox.QueryResultsFormat if query == SELECT else ox.RdfFormat
        for name in known:
            form = getattr(kind, name)
            # pyoxigraph's IRI for JSON-LD is not the one of https://www.w3.org/ns/formats/
            assert form.iri.replace("https://www.w3.org/ns/formats/data", _FORMATS) in formats
            assert get(client, query, form.media_type).status_code == 200
    graphs = {
        row["g"]["value"]
        for row in get(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json()["results"][
            "bindings"
        ]
    }
    assert values("name") == graphs


def test_the_service_description_is_negotiated(client: httpx.Client) -> None:
    for form in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
        response = client.get("/sparql", headers={"Accept": form.media_type})
        assert len(list(ox.parse(response.content, form))) > 10
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = client.get("/atlas/sparql", headers=browser)
    assert (response.status_code, response.headers["location"]) == (303, "/atlas/query")
    problem(client.get("/sparql", headers={"Accept": "image/png"}), 406)


def test_a_large_result_arrives_whole(client: httpx.Client) -> None:
    query = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g a ?i }"
    response = get(client, query, "text/csv")
    assert response.status_code == 200
    assert 65_536 < int(response.headers["content-length"]) == len(response.content)
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    zipped = client.get("/sparql", params={"query": query}, headers=headers)
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"].endswith('-gzip"')
    assert zipped.content == response.content
