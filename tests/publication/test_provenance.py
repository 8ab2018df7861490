"""From a fact to the table, the mapping and the licence behind it, as a SPARQL user would ask."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox
import pytest

from clusterkg.namespaces import PREFIXES
from clusterkg.pipeline import released_store
from clusterkg.project import Project

BASE = "https://data.example.org/tiny/"
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def store(built: Project) -> ox.Store:
    return ox.Store.read_only(str(released_store(built)))


def ask(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    answer = store.query(HEAD + query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return {tuple(row[name].value for name in answer.variables) for row in answer}


def test_from_a_fact_to_its_licence_and_origin(store: ox.Store) -> None:
    found = ask(
        store,
        f"""SELECT ?licence ?origin ?date {{
            GRAPH ?graph {{ <{BASE}id/cluster/auto> skos:prefLabel ?name }}
            ?graph dct:license ?licence ; dct:source ?origin ; dct:issued ?date }}""",
    )
    assert found == {
        (
            "http://dcat-ap.de/def/licenses/cc-zero",
            "https://klein.example.org/clusters.csv",
            "2026-08-01",
        )
    }


def test_from_a_graph_to_its_data_set_and_its_version(store: ox.Store) -> None:
    found = ask(
        store,
        """SELECT ?graph ?dataset ?version {
            ?graph dct:isPartOf ?dataset . ?dataset a dcat:Dataset ; dcat:version ?version
            FILTER NOT EXISTS { ?dataset dct:hasPart ?part } }""",
    )
    assert found == {
        (f"{BASE}graph/clusters", f"{BASE}id/dataset/clusters", "7"),
        (f"{BASE}graph/members", f"{BASE}id/dataset/members", "2026-08-22"),
    }


def test_the_mapping_used_the_tables_that_lie_in_the_folder(
    built: Project, store: ox.Store
) -> None:
    found = ask(
        store,
        f"""SELECT ?file ?sha256 {{
            <{BASE}graph/members> prov:wasGeneratedBy ?mapping . ?mapping prov:used ?used .
            ?used dct:title ?file ; spdx:checksum/spdx:checksumValue ?sha256 }}""",
    )
    files = {path.name: path for path in built.data.rglob("*") if path.is_file()}
    expected = {
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (
            built.data / "members" / "members.csv",
            built.data / "members" / "mapping.r2rml.ttl",
            built.data / "clusters" / "clusters.csv",  # joined by the mapping's query
        )
    }
    assert set(files) >= {name for name, _ in expected}
    assert found == expected


def test_the_programme_and_the_publisher_are_named(store: ox.Store) -> None:
    from clusterkg import __version__

    found = ask(
        store,
        """SELECT ?name ?version {
            ?mapping prov:wasAssociatedWith ?agent . ?agent foaf:name ?name
            OPTIONAL { ?agent dcat:version ?v } BIND(COALESCE(?v, "") AS ?version) }""",
    )
    assert found == {("clusterkg", __version__), ("Kammer von Klein", "")}
