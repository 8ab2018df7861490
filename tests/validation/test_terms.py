from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef

from clusterkg.errors import GraphError
from clusterkg.validation.rdflib_graphs import encode, term_reader
from clusterkg.validation.terms import parse_term, plain, short

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("<https://example.org/a>", URIRef("https://example.org/a")),
        ("_:b1", BNode("b1")),
        ('"Straße"@de', Literal("Straße", lang="de")),
        ('"a \\"b\\"\\n\\\\c"', Literal('a "b"\n\\c')),
        ('"\\u00E4\\U0001F600"', Literal("ä😀")),
        (f'"01"^^<{XSD}integer>', Literal("01", datatype=URIRef(XSD + "integer"), normalize=False)),
    ],
)
def test_terms_are_read(text: str, term: object) -> None:
    assert term_reader()(text) == term


def test_lexical_forms_are_kept() -> None:
    term = term_reader()(f'"007"^^<{XSD}integer>')
    assert encode(term) == f'"007"^^<{XSD}integer>'


@given(st.text(), st.sampled_from(["", "de", "de-AT"]))
def test_literals_make_the_round_trip(text: str, language: str) -> None:
    term = Literal(text, lang=language or None)
    assert term_reader()(encode(term)) == term


def test_equal_terms_are_made_once() -> None:
    read = term_reader()
    assert read("<https://example.org/a>") is read("<https://example.org/a>")


def test_what_is_no_term_is_named() -> None:
    with pytest.raises(GraphError, match="'hello' is not a term in N-Triples"):
        parse_term("hello")


def test_terms_for_people() -> None:
    assert short("<https://w3id.org/clusterkg/shape/Cluster-name>") == "clk-shape:Cluster-name"
    assert short("<https://example.org/a>") == "<https://example.org/a>"
    assert short('"5"^^<http://www.w3.org/2001/XMLSchema#integer>') == '"5"^^xsd:integer'
    assert short('"Name"@de') == '"Name"@de'
    assert plain('"Name"@de') == "Name"
    assert plain("_:b") == "_:b"
