from __future__ import annotations

import pytest

from clusterkg.service.formats import GRAPHS, RESULTS, offers
from clusterkg.service.negotiation import accepts_gzip, choose_language, choose_media_type

PAGE = ("text/html", *offers(GRAPHS))
TABLE = offers(RESULTS)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8, */*;q=0.1"
SPARQLWRAPPER_SELECT = (
    "application/sparql-results+xml,application/json,application/vnd.citationstyles.csl+json,"
    "text/javascript,application/javascript,application/rdf+xml"
)
SPARQLWRAPPER_CONSTRUCT = (
    "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3,"
    "application/rdf+xml"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
    "application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2"
)
COMUNICA_RESULTS = "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        (FIREFOX, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/rdf+xml;q=0.8, text/html;q=0.5", "application/rdf+xml"),
        ("application/rdf+xml;q=0.5, text/html;q=0.8", "text/html"),
        ("text/*", "text/html"),
        ("text/*;q=0.4, application/n-triples;q=0.5", "application/n-triples"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/html;q=0.0, text/*;q=0.3", "text/turtle"),
        ("*/*;q=0.1, application/ld+json;q=0.2", "application/ld+json"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened, x"',
            "application/ld+json",
        ),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        (RDFLIB, "text/turtle"),
        (COMUNICA, "application/ld+json"),
        ("image/png", None),
        ("*/*;q=0", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=nonsense", None),
        ("text/turtle;q=2", None),
        (", ,;q=1,text/turtle", "text/turtle"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
    ],
)
def test_the_best_offer_for_a_page(accept: str | None, expected: str | None) -> None:
    assert choose_media_type(accept, PAGE) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        (SPARQLWRAPPER_SELECT, "application/sparql-results+xml"),
        (COMUNICA_RESULTS, "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values"),
        ("application/json", "application/json"),
        ("text/turtle", None),
    ],
)
def test_the_best_offer_for_results(accept: str | None, expected: str | None) -> None:
    assert choose_media_type(accept, TABLE) == expected


def test_sparqlwrapper_gets_turtle_for_construct() -> None:
    assert choose_media_type(SPARQLWRAPPER_CONSTRUCT, offers(GRAPHS)) == "text/turtle"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "de"),
        ("en-GB,en;q=0.8", "en"),
        ("fr, ru;q=0.4, en;q=0.3", "ru"),
        ("fr", "de"),
        ("de;q=0, *;q=0.5", "en"),
        ("*", "de"),
    ],
)
def test_the_language_of_a_page(accept: str | None, expected: str) -> None:
    assert choose_language(accept, ("de", "en", "ru")) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [(None, False), ("gzip, br", True), ("gzip;q=0", False), ("br", False), ("*", True)],
)
def test_gzip(header: str | None, expected: bool) -> None:
    assert accepts_gzip(header) is expected
