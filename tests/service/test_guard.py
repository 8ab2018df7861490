from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.service.guard import (
    MalformedError,
    ServiceRefusedError,
    check_service,
    is_graph,
    states_dataset,
)

BASE = "http://base.example/"

CALLS = [
    "ASK { SERVICE <http://evil.example/> { ?s ?p ?o } }",
    "ASK { service <http://evil.example/> { ?s ?p ?o } }",
    "ASK { SeRvIcE SILENT <http://evil.example/> { ?s ?p ?o } }",
    "ASK{SERVICE<http://evil.example/>{}}",
    "ASK { SERVICE#>\n<http://evil.example/> { ?s ?p ?o } }",
    "ASK { SERVICE # a comment ' \" <\n SILENT\t<http://evil.example/> { ?s ?p ?o } }",
    "PREFIX e: <http://evil.example/> ASK { SERVICE e: { ?s ?p ?o } }",
    "PREFIX service: <http://evil.example/> ASK { SERVICE service: { ?s ?p ?o } }",
    "BASE <http://evil.example/> ASK { SERVICE <> { ?s ?p ?o } }",
    "ASK { VALUES ?x { <http://evil.example/> } SERVICE ?x { ?s ?p ?o } }",
    "ASK { BIND(IRI('http://evil.example/') AS ?x) SERVICE SILENT ?x { ?s ?p ?o } }",
    "ASK { FILTER(1<2)SERVICE#>\n<http://evil.example/>{} }",
    "SELECT * { FILTER EXISTS { SERVICE <http://evil.example/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <http://evil.example/> { ?s ?p ?o } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { OPTIONAL { SERVICE <http://evil.example/> { ?s ?p ?o } } }",
    "DESCRIBE ?s { SERVICE <http://evil.example/> { ?s ?p ?o } }",
    "ASK { ?s ?p 'SERVICE' . SERVICE <http://evil.example/> { ?s ?p ?o } }",
    'ASK { ?service ?p """ " \' # """ SERVICE <http://evil.example/> { ?s ?p ?o } }',
    "ASK { MINUS { GRAPH ?g { SERVICE <http://evil.example/> { ?s ?p ?o } } } }",
]

HARMLESS = [
    "ASK { ?s ?p 'SERVICE <http://x/>' }",
    'ASK { ?s ?p "a \\" SERVICE <http://x/> { }" }',
    "ASK { ?s ?p '''x ' SERVICE <http://x/> { } ''' }",
    "ASK { } # SERVICE <http://x/> {}",
    "ASK { <http://example.org/service> ?service _:service }",
    "PREFIX service: <http://x/Service#> SELECT ?serviceType { ?s service:SERVICE ?serviceType }",
    "ASK { ?s ?p 'x'@service }",
    "PREFIX clk: <https://w3id.org/clusterkg/ontology#> ASK { ?s a clk:ServiceProvider }",
]


@pytest.mark.parametrize("query", CALLS)
def test_service_is_refused_in_every_spelling(query: str) -> None:
    with pytest.raises(ServiceRefusedError):
        check_service(query, (), base_iri=BASE)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_harmless(query: str) -> None:
    check_service(query, (), base_iri=BASE)


@pytest.mark.parametrize("query", CALLS)
def test_an_allowed_host_allows_no_other(query: str) -> None:
    with pytest.raises(ServiceRefusedError):
        check_service(query, ("good.example",), base_iri=BASE)


def test_an_allowed_host() -> None:
    allowed = ("good.example",)
    check_service("ASK { SERVICE <http://good.example/q> {} }", allowed, base_iri=BASE)
    check_service("ASK { service silent <http://good.example/q> {} }", allowed, base_iri=BASE)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://good.example@evil.example/> {} }",
        "ASK { SERVICE <http://evil.example/good.example> {} }",
        "ASK { SERVICE <http://good.example.evil.example/> {} }",
        "ASK { SERVICE <http://good.example/> {} SERVICE <http://evil.example/> {} }",
        "ASK { SERVICE <http://good.example/> { SERVICE ?x {} } }",
        "ASK { ?s ?p 'SERVICE <http://good.example/>' SERVICE <http://evil.example/> {} }",
        "PREFIX g: <http://good.example/> ASK { SERVICE g: {} }",
    ],
)
def test_near_an_allowed_host(query: str) -> None:
    with pytest.raises(ServiceRefusedError):
        check_service(query, ("good.example",), base_iri=BASE)


def test_escaped_letters_make_no_keyword() -> None:
    with pytest.raises((MalformedError, ServiceRefusedError)):
        check_service("ASK { \\u0053ERVICE <http://evil.example/> {} }", (), base_iri=BASE)


@pytest.mark.parametrize("query", ["ASK {", "CLEAR ALL", "", "SELECT ?service {", "ASK {};ASK {}"])
def test_malformed(query: str) -> None:
    with pytest.raises(MalformedError):
        check_service(query, (), base_iri=BASE)


@given(st.text(alphabet="\"'#<>{}\\\n ?x:=", max_size=12))
def test_nothing_in_front_hides_a_call(noise: str) -> None:
    """Whatever stands before it: if the parser sees a SERVICE there, so does the guard."""
    query = f"ASK {{ {noise} SERVICE <http://127.0.0.1:1/> {{}} }}"
    try:
        check_service(query, (), base_iri=BASE)
    except (MalformedError, ServiceRefusedError):
        return
    # let through: then the word is part of a comment or a string, and removing it leaves SPARQL
    check_service(query.replace("SERVICE", "nothing"), (), base_iri=BASE)


@pytest.mark.parametrize(
    ("query", "stated"),
    [
        ("ASK { ?s ?p ?o }", False),
        ("ASK { ?from ?p 'FROM' } # from", False),
        ("ASK FROM <http://g/> { ?s ?p ?o }", True),
        ("SELECT * from named <http://g/> { ?s ?p ?o }", True),
        ("PREFIX from: <http://from/> ASK { ?s from:from ?o }", False),
    ],
)
def test_a_stated_dataset(query: str, stated: bool) -> None:
    assert states_dataset(query, base_iri=BASE) is stated


def test_the_message_tells_the_place() -> None:
    with pytest.raises(MalformedError, match=r"^line 2, column 9: expected ") as error:
        check_service("ASK {\n ?x ?y }", (), base_iri=BASE)
    with pytest.raises(MalformedError, match=r"^line 2, column 6: something else has to stand"):
        check_service("ASK {\n  x }", (), base_iri=BASE)
    assert len(str(error.value)) < 300


def test_kinds_of_answers() -> None:
    assert is_graph("CONSTRUCT WHERE { ?s ?p ?o }", base_iri=BASE)
    assert is_graph("DESCRIBE <x>", base_iri=BASE)
    assert not is_graph("ASK {}", base_iri=BASE)
    assert not is_graph("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", base_iri=BASE)
