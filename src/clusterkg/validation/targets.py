"""Which nodes the shapes of a graph are about, and the same targets where pySHACL is fast.

https://www.w3.org/TR/shacl/#targets
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import SH

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node

    from clusterkg.validation.shapes import Shapes

__all__ = ["focus_nodes", "with_targets_below"]

_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_HOLDING: Final = ("closed", "deactivated")


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


def with_targets_below(graph: Graph) -> Graph:
    """A copy of the shapes graph in which property shapes carry the targets of their node shape.

    The results are the same: a node conforms to a node shape if it conforms to its property
    shapes, and their results name them as the source. But pySHACL judges a property shape with
    targets for all nodes at once, one below a node shape again for each node, which takes three
    times as long. Shapes that are used in more than one place stay as they are.
    """
    from rdflib import Graph as NewGraph
    from rdflib import URIRef

    words = [URIRef(SH + word) for word in _TARGETS]
    below = URIRef(SH + "property")
    copy = NewGraph(bind_namespaces="none")
    for triple in graph:
        copy.add(triple)
    for node, shape in graph.subject_objects(below):
        targets = [(word, value) for word in words for value in graph.objects(node, word)]
        if targets and _can_move(graph, node, shape, words):
            copy.remove((node, below, shape))
            for word, value in targets:
                copy.add((shape, word, value))
    return copy


def _can_move(graph: Graph, node: Node, shape: Node, words: list[URIRef]) -> bool:
    """Whether the shape is only used here, and nothing depends on its place."""
    from rdflib import OWL, RDF, RDFS, URIRef

    below, siblings = URIRef(SH + "property"), URIRef(SH + "qualifiedValueShapesDisjoint")
    return (
        len(list(graph.triples((None, None, shape)))) == 1
        and (None, None, node) not in graph
        and not any((shape, word, None) in graph for word in words)
        and not any((node, URIRef(SH + word), None) in graph for word in _HOLDING)
        and (node, URIRef(SH + "target"), None) not in graph
        and not any((node, RDF.type, kind) in graph for kind in (RDFS.Class, OWL.Class))
        and not any((one, siblings, None) in graph for one in graph.objects(node, below))
    )
