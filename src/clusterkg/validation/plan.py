"""A shapes graph → the plan of what is asked: shapes as values, and the triples that they need.

It is made before the triples are read, so that only what is needed is kept of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from clusterkg.namespaces import PREFIXES
from clusterkg.validation.constraints import OF_TWO_PROPERTIES, read_constraints
from clusterkg.validation.path import predicates
from clusterkg.validation.shapes_graph import BELOW, CLASSES, TARGETS, TYPE, ShapesGraph, sh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.loading import Triple
    from clusterkg.validation.shapes import Shapes
    from clusterkg.validation.triples import Needed

__all__ = ["LABELS", "Plan", "planned"]

LABELS: Final = (
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["rdfs"] + "label",
    PREFIXES["rov"] + "legalName",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    PREFIXES["locn"] + "fullAddress",
)
"""What a node is called, the best first."""


@dataclass(frozen=True)
class Plan:
    """What the shapes of a graph ask for: their values, and the predicates they need.

    The shapes ``beyond`` are not for plans; those that pySHACL is ``asked`` for have targets.
    """

    shapes: Shapes
    values: Mapping[str, Shape]
    needed: Needed
    beyond: frozenset[str]
    asked: tuple[str, ...]

    @property
    def chosen(self) -> frozenset[str]:
        """The shapes that are judged by plans."""
        return frozenset(self.values) - self.beyond

    def others(self) -> Shapes:
        """The shapes graph for pySHACL."""
        return _only(self.shapes, self.values, self.beyond)


def planned(shapes: Shapes) -> Plan:
    """The plan of a shapes graph. Raises ValidationError if a shape is ill-formed."""
    files = ", ".join(file.name for file in shapes.files)
    values = read_constraints(shapes.graph, shapes.nodes, files)
    terms = _needed(values)
    beyond = _unsupported(values) | _with_other_targets(shapes)
    return Plan(
        shapes,
        values,
        None if terms is None else terms | {f"<{iri}>" for iri in LABELS},
        beyond,
        tuple(sorted(node for node in beyond if _is_judged(values, node, shapes))),
    )


def _is_judged(values: Mapping[str, Shape], node: str, shapes: Shapes) -> bool:
    shape = values[node]
    return bool(not shape.deactivated and (shape.targets or node in _with_other_targets(shapes)))


def _with_other_targets(shapes: Shapes) -> frozenset[str]:
    """The shapes with a target of SHACL-AF."""
    return frozenset(shapes.graph.subjects(sh("target")))


def _only(shapes: Shapes, values: Mapping[str, Shape], beyond: frozenset[str]) -> Shapes:
    """The same shapes, of which only those that are ``beyond`` have targets."""
    planned = shapes.nodes - beyond
    targets = frozenset(map(sh, TARGETS))

    def is_target(triple: Triple) -> bool:
        node, predicate, value = triple
        if node not in planned:
            return False
        return predicate in targets or (
            predicate == TYPE and value in CLASSES and bool(values[node].targets)
        )

    graph = ShapesGraph(
        (triple for triple in shapes.graph if not is_target(triple)), shapes.graph.prefixes
    )
    return replace(shapes, graph=graph, whole=shapes.whole or shapes.graph)


def _unsupported(shapes: Mapping[str, Shape]) -> frozenset[str]:
    """The shapes that are more than Core, or recursive, themselves or in what they refer to."""
    found: set[str] = {node for node, shape in shapes.items() if shape.beyond}
    found |= {node for node in shapes if _is_recursive(node, shapes)}
    while True:
        more = {
            node
            for node, shape in shapes.items()
            if node not in found and not found.isdisjoint(shape.refers_to())
        }
        if not more:
            return frozenset(found)
        found |= more


def _needed(shapes: Mapping[str, Shape]) -> Needed:
    """The predicates of the triples that the shapes ask for; closed shapes ask for all."""
    found = {TYPE, BELOW}
    for shape in shapes.values():
        found.update(predicates(shape.path) if shape.path else ())
        found.update(one.term for one in shape.targets if one.kind in {"subjects", "objects"})
        for constraint in shape.constraints:
            if constraint.component == "Closed":
                return None
            if constraint.component in OF_TWO_PROPERTIES:
                found.add(constraint.term)
    return frozenset(found)


def _is_recursive(node: str, shapes: Mapping[str, Shape]) -> bool:
    seen: set[str] = set()
    waiting = list(shapes[node].refers_to())
    while waiting:
        one = waiting.pop()
        if one == node:
            return True
        if one not in seen:
            seen.add(one)
            waiting += shapes[one].refers_to() if one in shapes else ()
    return False
