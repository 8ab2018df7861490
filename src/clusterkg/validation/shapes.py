"""Shape files → a shapes graph, with what people call each shape and what it says.

A shape's own ``sh:message`` is what a report shows; a shape without one gets the sentence of
:mod:`clusterkg.validation.wording`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import SH
from clusterkg.validation.loading import graph_of_files
from clusterkg.validation.report import Rule
from clusterkg.validation.terms import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Shapes", "read_shapes", "shape_files", "texts"]

_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")


@dataclass(frozen=True)
class Shapes:
    """A shapes graph: its triples, its shapes (nodes), and the files it comes from."""

    graph: Graph
    nodes: frozenset[Node]
    files: tuple[Path, ...]

    def rules(self) -> dict[str, Rule]:
        """Each shape with its name, description and order, by the N-Triples text of its node."""
        return {encode(node): _rule(self.graph, node) for node in self.nodes}


def shape_files(folder: Path) -> tuple[Path, ...]:
    """The shape files of a folder, sorted by name."""
    return tuple(sorted(folder.glob("*.ttl")))


def read_shapes(files: Sequence[Path]) -> Shapes:
    """The union of the files as one shapes graph; a folder stands for its ``*.ttl`` files.

    Raises ValidationError for a missing or unreadable file (with its line), and if there is no
    shape in any of them.
    """
    single = [file for path in files for file in (shape_files(path) if path.is_dir() else (path,))]
    if not single:
        at = ", ".join(str(path) for path in files) or None
        raise ValidationError(
            "no shapes were given", at=at, hint="Name a file with SHACL shapes: --shapes FILE"
        )
    graph = graph_of_files(single, error=ValidationError)
    nodes = frozenset(_shape_nodes(graph))
    if not nodes:
        raise ValidationError(
            "no SHACL shape in it",
            at=", ".join(str(file) for file in single),
            hint="A shape has a type sh:NodeShape or sh:PropertyShape, a target or constraints; "
            f"check that the prefix sh: is <{SH}>.",
        )
    return Shapes(graph, nodes, tuple(single))


def texts(graph: Graph, node: Node, word: str) -> dict[str, str]:
    """The values of ``sh:word`` by language ("" for none); several of one language are joined."""
    from rdflib import Literal, URIRef

    found: dict[str, list[str]] = {}
    for value in graph.objects(node, URIRef(SH + word)):
        if isinstance(value, Literal):
            found.setdefault((value.language or "").lower(), []).append(str(value))
    return {language: " ".join(sorted(found[language])) for language in sorted(found)}


def _shape_nodes(graph: Graph) -> Iterable[Node]:
    from rdflib import RDF, URIRef

    for word in ("NodeShape", "PropertyShape"):
        yield from graph.subjects(RDF.type, URIRef(SH + word))
    for word in _TARGETS:
        yield from graph.subjects(URIRef(SH + word))
    for word in ("property", "node", "not", "qualifiedValueShape"):
        yield from graph.objects(None, URIRef(SH + word))
        yield from graph.subjects(URIRef(SH + word))
    for word in ("and", "or", "xone"):
        yield from graph.subjects(URIRef(SH + word))
        for members in graph.objects(None, URIRef(SH + word)):
            yield from graph.items(members)


def _rule(graph: Graph, node: Node) -> Rule:
    from rdflib import Literal, URIRef

    order = graph.value(node, URIRef(SH + "order"))
    value = order.toPython() if isinstance(order, Literal) else 0
    return Rule(
        shape=encode(node),
        names=texts(graph, node, "name"),
        descriptions=texts(graph, node, "description"),
        order=float(value) if isinstance(value, (int, float)) or hasattr(value, "real") else 0.0,
    )
