"""Terms in use that no ontology declares."""

from __future__ import annotations

from clusterkg.engines.duckdb import connect
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.graph.vocabulary import Undeclared, declared_terms, undeclared_terms
from clusterkg.namespaces import RDF

NS = "https://e.org/o#"
ONTOLOGY = "https://e.org/graph/ontology"


def test_classes_and_properties_are_looked_up_concepts_are_not() -> None:
    connection = connect()
    create_quads(connection)
    here, data = f"<{ONTOLOGY}>", "<https://e.org/graph/data>"
    add_quads(
        connection,
        [
            (f"<{NS}Known>", f"<{RDF}type>", "<http://www.w3.org/2002/07/owl#Class>", here),
            ("<https://e.org/1>", f"<{RDF}type>", f"<{NS}Known>", data),
            ("<https://e.org/1>", f"<{RDF}type>", f"<{NS}Knwon>", data),
            ("<https://e.org/2>", f"<{RDF}type>", f"<{NS}Knwon>", data),
            ("<https://e.org/1>", f"<{NS}says>", f"<{NS}a-concept>", data),
            ("<https://e.org/1>", "<https://other.org/p>", '"x"', data),
        ],
    )
    assert declared_terms(connection, ONTOLOGY, NS) == {f"{NS}Known"}
    assert undeclared_terms(connection, ONTOLOGY, NS) == (
        Undeclared(f"{NS}Knwon", data[1:-1], 2),
        Undeclared(f"{NS}says", data[1:-1], 1),
    )
