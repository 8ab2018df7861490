"""Shapes that pySHACL judges → the predicates that they read, if these are all.

A change of other triples changes no result of such shapes. What cannot be followed (own
components, rules, functions, variables in the place of a predicate) reads whatever there is:
then the answer is None.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from clusterkg.namespaces import PREFIXES, RDF, XSD
from clusterkg.validation.constraints import OF_TWO_PROPERTIES
from clusterkg.validation.path import Repeated, predicates
from clusterkg.validation.shapes import query_prefixes
from clusterkg.validation.shapes_graph import sh
from clusterkg.validation.terms import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.path import Path
    from clusterkg.validation.shapes_graph import ShapesGraph

__all__ = ["read_by"]

_ALWAYS: Final = (f"<{RDF}type>", f"<{PREFIXES['rdfs']}subClassOf>")
_PLACEHOLDER: Final = re.compile(r"[$?]PATH\b")
_OWN_PATH: Final = "urn:x-path"
_EMPTY: Final = ("*", "?")


class _UnknownError(Exception):
    """It may read anything."""


def read_by(
    values: Mapping[str, Shape], nodes: Iterable[str], graph: ShapesGraph
) -> frozenset[str] | None:
    """The predicates that judging by these shapes reads, N-Triples-encoded; None: any.

    ``graph`` is the shapes graph of which ``values`` are the shapes.
    """
    found = set(_ALWAYS)
    try:
        for node in _referred(values, nodes):
            found |= _read(values[node], graph)
    except _UnknownError:
        return None
    return frozenset(found)


def _referred(values: Mapping[str, Shape], nodes: Iterable[str]) -> Iterator[str]:
    """The shapes and all those that they refer to, each once."""
    seen: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        waiting += values[node].refers_to()


def _read(shape: Shape, graph: ShapesGraph) -> set[str]:
    if set(shape.beyond) - {"sparql"}:
        raise _UnknownError
    found = set(predicates(shape.path)) if shape.path else set()
    found |= {one.term for one in shape.targets if one.kind in {"subjects", "objects"}}
    for constraint in shape.constraints:
        if constraint.component == "Closed":
            raise _UnknownError
        if constraint.component in OF_TWO_PROPERTIES:
            found.add(constraint.term)
    if graph.objects(shape.node, sh("target")):
        raise _UnknownError
    for one in graph.objects(shape.node, sh("sparql")):
        for query in graph.objects(one, sh("select")):
            found |= _queried(plain(query), query_prefixes(graph, one), shape.path)
    return found


def _queried(query: str, prefixes: Mapping[str, str], path: Path | None) -> set[str]:
    """The predicates in a query; ``$PATH`` stands for a path whose predicates are known."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql import prepareQuery

    own = f"<{_OWN_PATH}>*" if path is not None and _may_be_empty(path) else f"<{_OWN_PATH}>"
    try:
        prepared = prepareQuery(_PLACEHOLDER.sub(own, query), initNs=dict(prefixes))
    except (ParseException, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _UnknownError from error
    return {f"<{iri}>" for iri in _in_part(prepared.algebra)} - {f"<{_OWN_PATH}>"}


def _may_be_empty(path: Path) -> bool:
    """Whether a path, or a part of it, can lead from a node to itself without any triple."""
    if isinstance(path, Repeated):
        return path.sign in _EMPTY or _may_be_empty(path.path)
    parts = getattr(path, "steps", None) or getattr(path, "choices", None)
    if parts is None:
        inner = getattr(path, "path", None)
        return inner is not None and _may_be_empty(inner)
    return any(map(_may_be_empty, parts))


def _in_part(part: Any) -> Iterator[str]:
    """The predicates in a part of the algebra, and in all that is in it."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(part, CompValue):
        if part.name in {"ServiceGraphPattern", "Function"} and not _is_cast(part):
            raise _UnknownError
        for word, inner in part.items():
            if word == "triples":
                yield from _in_triples(inner)
            else:
                yield from _in_part(inner)
    elif isinstance(part, (list, tuple, set)):
        for inner in part:
            yield from _in_part(inner)


def _is_cast(part: Any) -> bool:
    return part.name == "Function" and str(part.iri).startswith(XSD)


def _in_triples(triples: Any) -> Iterator[str]:
    for triple in triples:
        subject, predicate, value = triple
        yield from _in_path(predicate)
        if _is_empty_path(predicate) and not any(
            _is_bound(end, triple, triples) for end in (subject, value)
        ):
            raise _UnknownError  # a path without a step leads from every node that there is


def _is_bound(end: object, own: object, triples: Any) -> bool:
    """Whether an end of a path is known by something else than the path."""
    from rdflib.term import BNode, Variable

    if not isinstance(end, (Variable, BNode)) or str(end) == "this":
        return True
    return any(
        end in (one[0], one[2]) for one in triples if one is not own and not _is_empty_path(one[1])
    )


def _in_path(predicate: Any) -> Iterator[str]:
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
    from rdflib.term import URIRef

    match predicate:
        case URIRef():
            yield str(predicate)
        case InvPath():
            yield from _in_path(predicate.arg)
        case MulPath():
            yield from _in_path(predicate.path)
        case SequencePath() | AlternativePath():
            for one in predicate.args:
                yield from _in_path(one)
        case _:
            raise _UnknownError


def _is_empty_path(predicate: Any) -> bool:
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    match predicate:
        case InvPath():
            return _is_empty_path(predicate.arg)
        case MulPath():
            return predicate.mod in _EMPTY or _is_empty_path(predicate.path)
        case SequencePath() | AlternativePath():
            return any(map(_is_empty_path, predicate.args))
        case _:
            return False
