"""Shape files → a shapes graph, with what people call each shape and what it says.

A shape's own ``sh:message`` is what a report shows; a shape without one gets the sentence of
:mod:`clusterkg.validation.wording`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.namespaces import PREFIXES, RDFS, SH, XSD
from clusterkg.validation.loading import is_rdf, triples_of_files
from clusterkg.validation.path import read_path
from clusterkg.validation.rule import Rule
from clusterkg.validation.shapes_graph import IMPORTS, TARGETS, TYPE, ShapesGraph, sh
from clusterkg.validation.terms import is_blank, is_iri, is_literal, parse_term, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


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

_INTEGERS: Final = frozenset(
    (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"),
        *("unsignedShort", "unsignedByte"),
    )
)
_NUMBERS: Final = _INTEGERS | {"decimal", "double", "float"}
_PATH: Final = re.compile(r"[$?]PATH\b")
_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'|<[^>]*>|#[^\n]*')
_SERVICE: Final = re.compile(r"\bSERVICE\b", re.IGNORECASE)


@dataclass(frozen=True)
class Shapes:
    """A shapes graph: its triples, its shapes (nodes), and the files it comes from.

    ``whole`` is the graph that queries know as ``$shapesGraph``, where it is not ``graph``.
    """

    graph: ShapesGraph
    nodes: frozenset[str]
    files: tuple[Path, ...]
    whole: ShapesGraph | None = None

    def rules(self) -> dict[str, Rule]:
        """Each shape with its name, description and order, by the N-Triples text of its node."""
        return {node: _rule(self.graph, node) for node in self.nodes}


def prefixes_of(graph: ShapesGraph) -> dict[str, str]:
    """The prefixes that the files of a shapes graph declare and that are not the usual ones."""
    return {
        prefix: start
        for prefix, start in sorted(graph.prefixes.items())
        if prefix not in PREFIXES and start
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
    prefixes: dict[str, str] = {}
    triples = list(triples_of_files(single, prefixes, error=ValidationError))
    graph = _with_imported_prefixes(ShapesGraph(triples, prefixes))
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


def _with_imported_prefixes(graph: ShapesGraph) -> ShapesGraph:
    """Prefixes may be declared by what is imported (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
    declare = sh("declare")
    declared = [
        (node, declare, declaration)
        for node in graph.values(sh("prefixes"))
        for imported in _imported(graph, node)
        for declaration in graph.objects(imported, declare)
    ]
    return ShapesGraph((*graph, *declared), graph.prefixes) if declared else graph


def _imported(graph: ShapesGraph, node: str) -> list[str]:
    """A node and what it imports, over whatever number of steps."""
    reached = [node]
    for one in reached:
        reached += [other for other in graph.objects(one, IMPORTS) if other not in reached]
    return reached


def _check_queries(graph: ShapesGraph, at: str) -> None:
    """Every query of SHACL-SPARQL is SPARQL, knows its prefixes and stays on this machine."""
    import pyoxigraph as ox

    for word in ("select", "ask"):
        for node, value in sorted(graph.subject_objects(sh(word))):
            owner, query = next(iter(graph.above(node)), node), plain(value)
            if _SERVICE.search(_QUOTED.sub("", query)):
                raise ValidationError(
                    f"the query of {short(owner)} asks another service",
                    at=at,
                    hint="SHACL does not allow SERVICE in a constraint.",
                )
            text = _PATH.sub("<urn:x-path>", query)
            try:
                ox.Store().query(text, prefixes=query_prefixes(graph, node))
            except SyntaxError as error:
                raise ValidationError(
                    f"the query of {short(owner)} is not SPARQL: {error}",
                    at=at,
                    hint="Declare its prefixes with sh:prefixes and sh:declare.",
                ) from error


def query_prefixes(graph: ShapesGraph, node: str) -> dict[str, str]:
    """The prefixes that are declared for the query of a node: namespaces by prefix."""
    declarations = (
        (graph.value(declaration, sh("prefix")), graph.value(declaration, sh("namespace")))
        for declared in graph.objects(node, sh("prefixes"))
        for declaration in graph.objects(declared, sh("declare"))
    )
    return {plain(prefix): plain(start) for prefix, start in declarations if prefix and start}


def texts(graph: ShapesGraph, node: str, word: str) -> dict[str, str]:
    """The values of ``sh:word`` by language ("" for none); several of one language are joined."""
    return _texts(graph, node, sh(word))


def _texts(graph: ShapesGraph, node: str, predicate: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for value in graph.objects(node, predicate):
        if is_literal(value):
            text, language, _ = parse_term(value)
            found.setdefault((language or "").lower(), []).append(text)
    return {language: " ".join(sorted(found[language])) for language in sorted(found)}


def shape_nodes(graph: ShapesGraph) -> Iterable[str]:
    """What is a shape by its type, its targets or its parameters, or is referred to as one."""
    for word in ("NodeShape", "PropertyShape"):
        yield from graph.subjects_with(TYPE, sh(word))
    for word in (*TARGETS, "target"):
        yield from graph.subjects(sh(word))
    for word in ("property", "node", "not", "qualifiedValueShape"):
        yield from graph.values(sh(word))
        yield from graph.subjects(sh(word))
    for word in ("and", "or", "xone"):
        yield from graph.subjects(sh(word))
        for members in graph.values(sh(word)):
            yield from graph.items(members)


def _rule(graph: ShapesGraph, node: str) -> Rule:
    path = graph.value(node, sh("path"))
    return Rule(
        shape=node,
        names=texts(graph, node, "name") or _texts(graph, node, f"<{RDFS}label>"),
        descriptions=texts(graph, node, "description"),
        order=_number(graph.value(node, sh("order"))),
        path=None if path is None else read_path(graph, path),
        owner=_owner(graph, node) if is_blank(node) else None,
        # SPARQL constraints have messages of their own
        speaks=bool(texts(graph, node, "message") or graph.objects(node, sh("sparql"))),
    )


def _number(term: str | None) -> float:
    """The number that a literal is, 0 if it is none."""
    if term is None or not is_literal(term):
        return 0.0
    text, _, datatype = parse_term(term)
    kind = (datatype or "").removeprefix(XSD)
    try:
        return float(int(text) if kind in _INTEGERS else text) if kind in _NUMBERS else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _owner(graph: ShapesGraph, node: str) -> str | None:
    """The nearest shape with an IRI that a shape without one belongs to."""
    seen, reached = {node}, [node]
    for one in reached:
        if is_iri(one):
            return one
        above = sorted(set(graph.above(one)) - seen)
        seen.update(above)
        reached += above
    return None
