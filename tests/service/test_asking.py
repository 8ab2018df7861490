from __future__ import annotations

import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from clusterkg.errors import ServiceError
from clusterkg.service.asking import ask_endpoint, ask_store

if TYPE_CHECKING:
    from clusterkg.project import Project

BASE = "https://data.example.org/atlas/"


def count(project: Project, dataset: str) -> str:
    query = f"SELECT (COUNT(*) AS ?n) {dataset} {{ ?s ?p ?o }}"
    return ask_store(query, project.stores / "r1", base_iri=BASE, form="csv").split()[1].decode()


def test_without_from_all_graphs_are_asked(project: Project) -> None:
    assert int(count(project, "")) > 10


def test_from_names_the_graphs(project: Project) -> None:
    assert count(project, "FROM <graph/numbers>") == "1"
    assert count(project, "FROM <graph/none>") == "0"


def test_a_malformed_query(project: Project) -> None:
    with pytest.raises(ServiceError, match="the query is not SPARQL"):
        ask_store("SELECT FROM {", project.stores / "r1", base_iri=BASE, form="csv")


def test_a_prefix_that_is_not_declared_is_told_in_short(project: Project) -> None:
    with pytest.raises(ServiceError) as caught:
        ask_store("SELECT * { ?s foo:p ?o }", project.stores / "r1", base_iri=BASE, form="csv")
    assert caught.value.what == (
        "the query is not SPARQL 1.1: line 1, column 20: the prefix used here is not declared"
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "line 1, column 1: something else has to stand here"),
        ("ASK { ?s ?p", "a letter or digit"),
        ("SELCT {}", "expected one of DESCRIBE"),
    ],
)
def test_the_parser_s_own_names_are_not_told(project: Project, query: str, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        ask_store(query, project.stores / "r1", base_iri=BASE, form="csv")
    assert message in caught.value.what
    assert caught.value.what.count("a letter or digit") <= 1
    assert "[_]" not in caught.value.what


def test_an_endpoint_says_itself_why_it_refuses_a_query() -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(400)
            self.end_headers()
            self.wfile.write(b'{"status": 400, "detail": "No SPARQL: line 1"}')

        def log_message(self, *args: object) -> None:
            del args

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}/sparql"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ServiceError) as caught:
                ask_endpoint("SELCT *", endpoint, form="table")
    assert str(caught.value) == f"{endpoint}: the endpoint refused the query: No SPARQL: line 1"
