"""Shape files → a shapes graph, with what people call each shape and what it says.

A shape's own ``sh:message`` is what a report shows; a shape without one gets the sentence of
:mod:`clusterkg.validation.wording`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import PREFIXES, RDFS, SH
from clusterkg.validation.loading import graph_of_files, is_rdf
from clusterkg.validation.path import read_path
from clusterkg.validation.report import Rule
from clusterkg.validation.terms import encode, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

__all__ = [
    "Shapes",
    "prefixes_of",
    "query_prefixes",
    "read_shapes",
    "shape_files",
    "shape_nodes",
    "single_files",
    "texts",
]

_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
_PATH: Final = re.compile(r"[$?]PATH\b")
_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'|<[^>]*>|#[^\n]*')
_SERVICE: Final = re.compile(r"\bSERVICE\b", re.IGNORECASE)


@dataclass(frozen=True)
class Shapes:
    """A shapes graph: its triples, its shapes (nodes), and the files it comes from.

    ``whole`` is the graph that queries know as ``$shapesGraph``, where it is not ``graph``.
    """

    graph: Graph
    nodes: frozenset[Node]
    files: tuple[Path, ...]
    whole: Graph | None = None

    def rules(self) -> dict[str, Rule]:
        """Each shape with its name, description and order, by the N-Triples text of its node."""
        return {encode(node): _rule(self.graph, node) for node in self.nodes}


def prefixes_of(graph: Graph) -> dict[str, str]:
    """The prefixes that the files of a shapes graph declare and that are not the usual ones."""
    return {
        prefix: str(start)
        for prefix, start in sorted(graph.namespaces())
        if prefix not in PREFIXES and str(start)
    }


def shape_files(folder: Path) -> tuple[Path, ...]:
    """The RDF files of a folder, sorted by name."""
    return tuple(sorted(filter(is_rdf, folder.iterdir())))


def single_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths with each folder replaced by its shape files."""
    return tuple(f for path in paths for f in (shape_files(path) if path.is_dir() else (path,)))


def read_shapes(files: Sequence[Path]) -> Shapes:
    """The union of the files as one shapes graph; a folder stands for the RDF files in it.

    Raises ValidationError for a missing or unreadable file (with its line), and if there is no
    shape in any of them.
    """
    single = single_files(files)
    if not single:
        at = ", ".join(str(path) for path in files) or None
        raise ValidationError(
            "no shapes were given", at=at, hint="Name a file with SHACL shapes: --shapes FILE"
        )
    graph = graph_of_files(single, error=ValidationError)
    _import_prefixes(graph)
    _check_queries(graph, ", ".join(file.name for file in single))
    nodes = frozenset(shape_nodes(graph))
    if not nodes:
        raise ValidationError(
            "no SHACL shape in it",
            at=", ".join(str(file) for file in single),
            hint="A shape has a type sh:NodeShape or sh:PropertyShape, a target or constraints; "
            f"check that the prefix sh: is <{SH}>.",
        )
    return Shapes(graph, nodes, single)


def _import_prefixes(graph: Graph) -> None:
    """Prefixes may be declared by what is imported (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
    from rdflib import OWL, URIRef

    declare = URIRef(SH + "declare")
    for node in set(graph.objects(None, URIRef(SH + "prefixes"))):
        for imported in set(graph.transitive_objects(node, OWL.imports)):
            for declaration in list(graph.objects(imported, declare)):
                graph.add((node, declare, declaration))


def _check_queries(graph: Graph, at: str) -> None:
    """Every query of SHACL-SPARQL is SPARQL, knows its prefixes and stays on this machine."""
    import pyoxigraph as ox
    from rdflib import URIRef

    for word in ("select", "ask"):
        for node, query in sorted(graph.subject_objects(URIRef(SH + word)), key=str):
            owner = next(graph.subjects(None, node), node)
            if _SERVICE.search(_QUOTED.sub("", str(query))):
                raise ValidationError(
                    f"the query of {short(encode(owner))} asks another service",
                    at=at,
                    hint="SHACL does not allow SERVICE in a constraint.",
                )
            text = _PATH.sub("<urn:x-path>", str(query))
            try:
                ox.Store().query(text, prefixes=query_prefixes(graph, node))
            except SyntaxError as error:
                raise ValidationError(
                    f"the query of {short(encode(owner))} is not SPARQL: {error}",
                    at=at,
                    hint="Declare its prefixes with sh:prefixes and sh:declare.",
                ) from error


def query_prefixes(graph: Graph, node: Node) -> dict[str, str]:
    """The prefixes that are declared for the query of a node: namespaces by prefix."""
    from rdflib import URIRef

    return {
        str(graph.value(declaration, URIRef(SH + "prefix"))): str(
            graph.value(declaration, URIRef(SH + "namespace"))
        )
        for declared in graph.objects(node, URIRef(SH + "prefixes"))
        for declaration in graph.objects(declared, URIRef(SH + "declare"))
    }


def texts(graph: Graph, node: Node, word: str) -> dict[str, str]:
    """The values of ``sh:word`` by language ("" for none); several of one language are joined."""
    from rdflib import URIRef

    return _texts(graph, node, URIRef(SH + word))


def _texts(graph: Graph, node: Node, predicate: Node) -> dict[str, str]:
    from rdflib import Literal

    found: dict[str, list[str]] = {}
    for value in graph.objects(node, predicate):
        if isinstance(value, Literal):
            found.setdefault((value.language or "").lower(), []).append(str(value))
    return {language: " ".join(sorted(found[language])) for language in sorted(found)}


def shape_nodes(graph: Graph) -> Iterable[Node]:
    """What is a shape by its type, its targets or its parameters, or is referred to as one."""
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
    from rdflib import BNode, Literal, URIRef

    order = graph.value(node, URIRef(SH + "order"))
    value = order.toPython() if isinstance(order, Literal) else 0
    path = graph.value(node, URIRef(SH + "path"))
    return Rule(
        shape=encode(node),
        names=texts(graph, node, "name") or _texts(graph, node, URIRef(RDFS + "label")),
        descriptions=texts(graph, node, "description"),
        order=float(value) if isinstance(value, (int, float)) or hasattr(value, "real") else 0.0,
        path=None if path is None else read_path(graph, path),
        owner=_owner(graph, node) if isinstance(node, BNode) else None,
        speaks=bool(texts(graph, node, "message")) or _asks_queries(graph, node),
    )


def _asks_queries(graph: Graph, node: Node) -> bool:
    """Whether the shape has SPARQL constraints, whose messages are their own."""
    from rdflib import URIRef

    return (node, URIRef(SH + "sparql"), None) in graph


def _owner(graph: Graph, node: Node) -> str | None:
    """The nearest shape with an IRI that a shape without one belongs to."""
    from rdflib import URIRef

    seen, reached = {node}, [node]
    for one in reached:
        if isinstance(one, URIRef):
            return encode(one)
        above = sorted(set(graph.subjects(None, one)) - seen, key=encode)
        seen.update(above)
        reached += above
    return None
