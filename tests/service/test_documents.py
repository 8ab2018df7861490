from __future__ import annotations

import io
import re
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

BASE = "https://data.example.org/atlas/"
ENERGY = f"{BASE}id/cluster/energy"
FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
RDFLIB_NAMES = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}


def get(
    client: httpx.Client, path: str, accept: str | None = None, **headers: str
) -> httpx.Response:
    if accept:
        headers["Accept"] = accept
    return client.get(path, headers=headers)


def triples(response: httpx.Response) -> set[ox.Triple]:
    form = ox.RdfFormat.from_media_type(response.headers["content-type"])
    return {quad.triple for quad in ox.parse(response.content, form)}


@pytest.mark.parametrize("prefix", ["", "/atlas"])
def test_a_thing_redirects_to_its_document(client: httpx.Client, prefix: str) -> None:
    response = get(client, f"{prefix}/id/cluster/energy?lang=ru")
    assert response.status_code == 303
    assert response.headers["location"] == f"{prefix}/doc/cluster/energy?lang=ru"
    assert response.headers["vary"] == "Accept"
    assert f'<{prefix}/doc/cluster/energy>; rel="describedby"' in response.headers["link"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same(client: httpx.Client, suffix: str) -> None:
    negotiated = get(client, "/doc/cluster/energy", FORMATS[suffix])
    named = get(client, f"/doc/cluster/energy.{suffix}")
    assert negotiated.content == named.content
    assert negotiated.headers["content-type"].startswith(FORMATS[suffix])
    assert negotiated.headers["content-location"] == f"/doc/cluster/energy.{suffix}"
    assert "Accept" in negotiated.headers["vary"].split(", ")
    assert "Accept" not in named.headers.get("vary", "").split(", ")
    ours = rdflib.Graph().parse(data=named.text, format=RDFLIB_NAMES[suffix])
    turtle = rdflib.Graph().parse(data=get(client, "/doc/cluster/energy.ttl").text)
    assert isomorphic(ours, turtle)
    assert triples(named) == triples(get(client, "/doc/cluster/energy.nt"))


def test_what_a_document_says(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=get(client, "/doc/cluster/energy.ttl").text)
    thing, document = rdflib.URIRef(ENERGY), rdflib.URIRef(f"{BASE}doc/cluster/energy")
    names = rdflib.SKOS.prefLabel
    dbfz = rdflib.URIRef(f"{BASE}id/organisation/dbfz")
    clk = rdflib.Namespace("https://w3id.org/clusterkg/ontology#")
    assert len(set(graph.objects(thing, names))) == 2
    assert (dbfz, clk.actorIn, thing) in graph, "who points at it"
    assert (dbfz, names, rdflib.Literal("DBFZ", lang="de")) in graph, "name of what is mentioned"
    assert (document, rdflib.FOAF.primaryTopic, thing) in graph
    assert set(graph.objects(document, rdflib.DCTERMS.source)) == {
        rdflib.URIRef(f"{BASE}graph/pages"),
        rdflib.URIRef(f"{BASE}graph/numbers"),
    }
    licence = rdflib.URIRef("http://dcat-ap.de/def/licenses/cc-by/4.0")
    assert (document, rdflib.DCTERMS.license, licence) in graph


def test_html_comes_in_the_reader_s_language(client: httpx.Client) -> None:
    for headers, path, language in (
        ({}, "/doc/cluster/energy", "de"),
        ({"Accept-Language": "en-GB,en;q=0.8"}, "/doc/cluster/energy", "en"),
        ({"Accept-Language": "en", "Cookie": "lang=ru"}, "/doc/cluster/energy", "ru"),
        ({"Accept-Language": "en", "Cookie": "lang=ru"}, "/doc/cluster/energy.html?lang=de", "de"),
        ({"Accept-Language": "fr", "Cookie": "lang=fr"}, "/doc/cluster/energy?lang=fr", "de"),
    ):
        response = get(client, path, "text/html", **headers)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["content-language"] == language
        assert f'<html lang="{language}"' in response.text
    vary = get(client, "/doc/cluster/energy", "text/html").headers["vary"].split(", ")
    assert {"Accept", "Accept-Language", "Cookie"} <= set(vary)
    fixed = get(client, "/doc/cluster/energy.html?lang=de&size=large").headers.get("vary", "")
    assert fixed in ("", "Accept-Encoding")


def test_links_of_a_document(client: httpx.Client) -> None:
    link = get(client, "/atlas/doc/cluster/energy", "text/html").headers["link"]
    assert f'<{BASE}doc/cluster/energy>; rel="canonical"' in link
    assert f'<{ENERGY}>; rel="cite-as"' in link
    assert '</atlas/doc/cluster/energy.ttl>; rel="describedby"; type="text/turtle"' in link
    assert 'rel="license"' in link
    found = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', link)
    assert len(found) == 4
    for url, media_type in found:
        assert client.get(url).headers["content-type"].split(";")[0] == media_type


def test_nothing_fits(client: httpx.Client) -> None:
    response = get(client, "/doc/cluster/energy", "image/png")
    assert response.status_code == 406
    assert response.headers["link"].count('rel="alternate"') == 5
    assert response.headers["vary"] == "Accept"
    assert "text/turtle" in response.json()["detail"]


@pytest.mark.parametrize("accept", ["text/turtle", "text/html", None])
@pytest.mark.parametrize("path", ["/id/cluster/none", "/doc/cluster/none", "/none", "/doc/a b<>"])
def test_unknown_things(client: httpx.Client, path: str, accept: str | None) -> None:
    response = get(client, path, accept)
    assert response.status_code == 404
    expected = "text/html" if accept == "text/html" else "application/problem+json"
    assert response.headers["content-type"].split(";")[0] == expected
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "path",
    ["/doc/cluster/energy.ttl", "/doc/cluster/energy.html", "/ontology.nt", "/catalogue"],
)
def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, path: str) -> None:
    whole = get(client, path)
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert tag.startswith('"')
    for headers in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"other", W/{tag}'},
        {"If-Modified-Since": modified},
    ):
        same = client.get(path, headers=headers)
        assert same.status_code == 304
        assert same.content == b""
        assert same.headers["etag"] == tag
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(path, headers=headers).status_code == 200


def test_each_representation_has_its_own_etag(client: httpx.Client) -> None:
    tags = [get(client, f"/doc/cluster/energy.{suffix}").headers["etag"] for suffix in FORMATS]
    tags += [
        get(client, f"/doc/cluster/energy.html?lang={language}").headers["etag"]
        for language in ("de", "en", "ru")
    ]
    tags.append(get(client, "/atlas/doc/cluster/energy.html?lang=de").headers["etag"])
    zipped = get(client, "/doc/cluster/energy.ttl", **{"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    tags.append(zipped.headers["etag"])
    assert len(set(tags)) == len(tags)
    again = get(
        client,
        "/doc/cluster/energy.ttl",
        **{"Accept-Encoding": "gzip", "If-None-Match": zipped.headers["etag"]},
    )
    assert again.status_code == 304
    assert again.headers["etag"] == zipped.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["/", "/id/cluster/energy", "/doc/cluster/energy", "/doc/cluster/energy.ttl", "/ontology",
     "/catalogue", "/dumps/all.nq.gz", "/sitemap.xml", "/robots.txt", "/.well-known/void"],
)  # fmt: skip
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    volatile = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in volatile} == {
        k: v for k, v in whole.headers.items() if k not in volatile
    }


def test_letters_beyond_ascii(client: httpx.Client) -> None:
    path = quote("/id/cluster/Лейпциг")
    response = client.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert response.status_code == 200
    assert f"<{BASE}id/cluster/Лейпциг>" in response.text
    html = client.get(path.replace("/id/", "/doc/"), headers={"Accept": "text/html"})
    assert html.status_code == 200


def test_vocabularies(client: httpx.Client) -> None:
    ontology = rdflib.Graph().parse(data=get(client, "/ontology", "text/turtle").text)
    subjects = {s for s in ontology.subjects() if isinstance(s, rdflib.URIRef)}
    assert subjects == {
        rdflib.URIRef("https://w3id.org/clusterkg/ontology"),
        rdflib.URIRef("https://w3id.org/clusterkg/ontology#Cluster"),
    }
    assert (None, rdflib.OWL.onProperty, None) in ontology, "blank nodes belong to it"
    scheme = get(client, "/scheme/role.nt").text
    assert "<https://w3id.org/clusterkg/scheme/role#partner>" in scheme
    assert "ontology#Cluster> <" not in scheme
    assert get(client, "/scheme/none", "text/turtle").status_code == 404
    assert get(client, "/ontology", "text/html").status_code == 200


def test_a_source(client: httpx.Client) -> None:
    text = get(client, "/graph/pages", "application/n-triples").text
    assert f'<{BASE}graph/pages> <http://purl.org/dc/terms/title> "Seiten"@de' in text
    assert f'<{BASE}graph/pages> <http://rdfs.org/ns/void#triples> "9"' in text
    assert get(client, "/graph/none", "text/turtle").status_code == 404


def test_every_resource_can_be_followed(client: httpx.Client) -> None:
    """Every subject under the base answers, in HTML and in Turtle."""
    query = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) }"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    mine = [row["s"]["value"] for row in rows if row["s"]["value"].startswith(BASE)]
    assert len(mine) >= 4
    for iri in mine:
        for accept in ("text/html", "text/turtle"):
            path = quote(iri.removeprefix("https://data.example.org"), safe="/")
            response = client.get(path, headers={"Accept": accept}, follow_redirects=True)
            assert response.status_code == 200, iri
            assert response.headers["content-type"].startswith(accept)


def test_dumps(client: httpx.Client) -> None:
    whole = get(client, "/dumps/all.nq.gz", **{"Accept-Encoding": "gzip"})
    assert whole.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in whole.headers
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    part = get(client, "/dumps/all.nq.gz", Range="bytes=10-19")
    assert part.status_code == 206
    assert part.content == whole.content[10:20]
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert get(client, "/dumps/all.nq.gz", Range="bytes=99999-").status_code == 416
    tag = whole.headers["etag"]
    assert get(client, "/dumps/all.nq.gz", **{"If-None-Match": tag}).status_code == 304
    turtle = get(client, "/dumps/ontology.ttl")
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    ["/dumps/none.gz", "/dumps/", "/dumps/../manifest.json", "/dumps/%2e%2e/manifest.json",
     "/release/..%2f..%2fstore/r1/CURRENT", "/release//etc/passwd", "/static/../app.py",
     "/static/%2e%2e/app.py"],
)  # fmt: skip
def test_no_file_outside_the_release(shared_url: str, path: str) -> None:
    import socket
    from urllib.parse import urlsplit

    with socket.create_connection(("127.0.0.1", urlsplit(shared_url).port)) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())  # a client library would tidy the path
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split()[1] == b"404"
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("name", ["catalogue", ".well-known/void"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_descriptions_are_negotiated(client: httpx.Client, name: str, suffix: str) -> None:
    response = get(client, f"/{name}", FORMATS[suffix])
    assert response.status_code == 200
    graph = rdflib.Graph().parse(io.BytesIO(response.content), format=RDFLIB_NAMES[suffix])
    assert len(graph) == 1
    assert get(client, f"/{name}", "image/png").status_code == 406


def test_the_catalogue_has_a_page(client: httpx.Client) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for path in ("/catalogue", "/catalogue.html"):
        response = get(client, path, browser)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert get(client, "/catalogue.docx").status_code == 404


def test_robots_and_sitemap(client: httpx.Client) -> None:
    robots = get(client, "/robots.txt").text
    assert f"Sitemap: {BASE}sitemap.xml" in robots
    sitemap = get(client, "/sitemap.xml")
    assert sitemap.headers["content-type"] == "application/xml"
    urls = re.findall("<loc>([^<]+)</loc>", sitemap.text)
    assert f"{BASE}doc/cluster/energy" in urls
    assert f"{BASE}doc/cluster/{quote('Лейпциг')}" in urls
    assert len(urls) == 4
    assert sitemap.text.count("<lastmod>2026-08-22</lastmod>") == len(urls)
    for url in urls[1:]:
        assert client.get(url.removeprefix("https://data.example.org")).status_code == 200
    assert get(client, "/sitemap-2.xml").status_code == 404


def test_headers_for_safety_are_on_every_answer(client: httpx.Client) -> None:
    for path in ("/doc/cluster/energy", "/doc/none", "/sparql?query=x", "/dumps/all.nq.gz"):
        headers = get(client, path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers


def test_preferences_are_kept_only_when_chosen(client: httpx.Client) -> None:
    assert "set-cookie" not in get(client, "/doc/cluster/energy?lang=ru", "text/html").headers
    response = get(client, "/preferences?lang=ru&size=larger&back=/doc/cluster/energy")
    assert (response.status_code, response.headers["location"]) == (303, "/doc/cluster/energy")
    cookies = response.headers.get_list("set-cookie")
    assert [cookie.split(";")[0] for cookie in cookies] == ["lang=ru", "size=larger"]
    assert response.headers["cache-control"] == "no-store"
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        response = client.get("/preferences", params={"back": back, "lang": "xx"})
        assert response.headers["location"] == "/"
        assert "set-cookie" not in response.headers


def test_other_methods(client: httpx.Client) -> None:
    response = client.put("/doc/cluster/energy")
    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"
