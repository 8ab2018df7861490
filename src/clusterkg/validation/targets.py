"""Which nodes the shapes of a graph are about.

https://www.w3.org/TR/shacl/#targets
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.validation.rdflib_graphs import term_reader
from clusterkg.validation.shapes_graph import CLASSES, TYPE, sh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.validation.shapes import Shapes

__all__ = ["focus_nodes"]


def focus_nodes(data: Graph, shapes: Shapes) -> set[Node]:
    """The nodes that the shapes' targets select; subclasses are those that the data states."""
    from rdflib import RDF, RDFS

    graph, read = shapes.graph, term_reader()

    def named(word: str) -> Iterator[Node]:
        return map(read, graph.values(sh(word)))

    found: set[Node] = set(named("targetNode"))
    classes = set(named("targetClass"))
    classes |= {
        read(node) for node in shapes.nodes for kind in CLASSES if (node, TYPE, kind) in graph
    }
    for one in classes:
        for kind in data.transitive_subjects(RDFS.subClassOf, one):
            found.update(data.subjects(RDF.type, kind))
    for prop in named("targetSubjectsOf"):
        found.update(data.subjects(prop))
    for prop in named("targetObjectsOf"):
        found.update(data.objects(None, prop))
    return found
