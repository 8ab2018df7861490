from __future__ import annotations

import pyoxigraph as ox
import pytest

from clusterkg.service.binding import bind

THIS = ox.NamedNode("a:this")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?a ?p ?o }", "ASK { <a:this> ?p ?o }"),
        ("ASK { $a ?ab ?o }", "ASK { <a:this> ?ab ?o }"),
        (
            "SELECT ?a ?o { ?a ?p ?o }",
            "SELECT (<a:this> AS ?a) ?o { <a:this> ?p ?o }",
        ),
        (
            "SELECT (?a AS ?s) { ?x ?p ?a }",
            "SELECT (<a:this> AS ?s) { ?x ?p <a:this> }",
        ),
        (
            "SELECT ?o { ?a ?p ?o } GROUP BY ?o ?a LIMIT 3",
            "SELECT ?o { <a:this> ?p ?o } GROUP BY ?o (<a:this>) LIMIT 3",
        ),
        ('ASK { ?a ?p "?a" } # ?a', 'ASK { <a:this> ?p "?a" } # ?a'),
        ("ASK { <a:?a> ?p ?a }", "ASK { <a:?a> ?p <a:this> }"),
        ("DESCRIBE ?a", "DESCRIBE <a:this>"),
    ],
)
def test_a_variable_becomes_its_term(query: str, expected: str) -> None:
    bound = bind(query, {"a": THIS})
    assert bound == expected
    ox.Store().query(bound)


def test_a_literal_is_escaped() -> None:
    bound = bind("ASK { ?x ?p ?a }", {"a": ox.Literal('x" . } ; DROP ALL #', language="de")})
    assert bound == 'ASK { ?x ?p "x\\" . } ; DROP ALL #"@de }'


def test_without_bindings_the_query_is_as_it_was() -> None:
    assert bind("ASK { ?a ?p ?o }", None) == "ASK { ?a ?p ?o }"
