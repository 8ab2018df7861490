"""Which nodes the shapes of a graph are about.

https://www.w3.org/TR/shacl/#targets
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.namespaces import SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.validation.shapes import Shapes

__all__ = ["focus_nodes"]


def focus_nodes(data: Graph, shapes: Shapes) -> set[Node]:
    """The nodes that the shapes' targets select; subclasses are those that the data states."""
    from rdflib import OWL, RDF, RDFS, URIRef

    graph = shapes.graph
    found: set[Node] = set(graph.objects(None, URIRef(SH + "targetNode")))
    classes = set(graph.objects(None, URIRef(SH + "targetClass")))
    classes |= {
        node
        for node in shapes.nodes
        if (node, RDF.type, RDFS.Class) in graph or (node, RDF.type, OWL.Class) in graph
    }
    for one in classes:
        for kind in data.transitive_subjects(RDFS.subClassOf, one):
            found.update(data.subjects(RDF.type, kind))
    for prop in graph.objects(None, URIRef(SH + "targetSubjectsOf")):
        found.update(data.subjects(prop))
    for prop in graph.objects(None, URIRef(SH + "targetObjectsOf")):
        found.update(data.objects(None, prop))
    return found
