from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterkg.errors import ServiceError
from clusterkg.service.asking import ask_store

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
