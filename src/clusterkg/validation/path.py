"""SHACL property paths as values: read from a shapes graph, written as SPARQL or as Turtle.

https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.errors import ValidationError
from clusterkg.validation.shapes_graph import FIRST, sh
from clusterkg.validation.terms import is_iri, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.validation.shapes_graph import ShapesGraph


__all__ = [
    "PATH_WORDS",
    "Alternative",
    "Inverse",
    "Path",
    "Predicate",
    "Repeated",
    "Sequence",
    "is_simple",
    "path_sparql",
    "path_turtle",
    "predicates",
    "read_path",
]


@dataclass(frozen=True)
class Predicate:
    """One step along a property; ``iri`` in N-Triples text."""

    iri: str


@dataclass(frozen=True)
class Inverse:
    """One path walked backwards."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """Paths walked one after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Any of several paths."""

    choices: tuple[Path, ...]


@dataclass(frozen=True)
class Repeated:
    """A path walked ``*`` any number of times, ``+`` at least once, ``?`` at most once."""

    path: Path
    sign: str


Path = Predicate | Inverse | Sequence | Alternative | Repeated

_REPEATED: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
PATH_WORDS: Final = frozenset(("inversePath", "alternativePath", *_REPEATED))
"""The words of SHACL that stand in paths."""
_TERM: Final = {sign: name for name, sign in _REPEATED.items()}


def is_simple(path: Path) -> bool:
    """Whether it is one step along a property, or back."""
    return isinstance(path.path if isinstance(path, Inverse) else path, Predicate)


def predicates(path: Path) -> Iterator[str]:
    """The properties along a path, in N-Triples text."""
    if isinstance(path, Predicate):
        yield path.iri
    elif isinstance(path, Sequence):
        for step in path.steps:
            yield from predicates(step)
    elif isinstance(path, Alternative):
        for one in path.choices:
            yield from predicates(one)
    else:
        yield from predicates(path.path)


def read_path(graph: ShapesGraph, node: str) -> Path:
    """The path that starts at ``node``; raises ValidationError if it is ill-formed."""
    return _read(graph, node, ())


def _read(graph: ShapesGraph, node: str, above: tuple[str, ...]) -> Path:
    if is_iri(node):
        return Predicate(node)
    if node in above:
        raise ValidationError(f"the path {short(node)} contains itself")
    above = (*above, node)
    if graph.value(node, FIRST) is not None:
        return Sequence(tuple(_read(graph, step, above) for step in graph.items(node)))
    inner = graph.value(node, sh("inversePath"))
    if inner is not None:
        return Inverse(_read(graph, inner, above))
    inner = graph.value(node, sh("alternativePath"))
    if inner is not None:
        return Alternative(tuple(_read(graph, choice, above) for choice in graph.items(inner)))
    for word, sign in _REPEATED.items():
        inner = graph.value(node, sh(word))
        if inner is not None:
            return Repeated(_read(graph, inner, above), sign)
    raise ValidationError(
        f"'{short(node)}' is not a property path",
        hint="A path is a property, a list of paths, or one of sh:inversePath, "
        "sh:alternativePath, sh:zeroOrMorePath, sh:oneOrMorePath, sh:zeroOrOnePath.",
    )


def path_sparql(
    path: Path, *, inner: bool = False, prefixes: Mapping[str, str] | None = None
) -> str:
    """The path as SPARQL 1.1 writes it, with the usual prefixes: ``^org:hasSite/clk:inRegion``."""
    if isinstance(path, Predicate):
        return short(path.iri, prefixes or {})
    if isinstance(path, Inverse):
        return f"^{path_sparql(path.path, inner=True, prefixes=prefixes)}"
    if isinstance(path, Repeated):
        return f"{path_sparql(path.path, inner=True, prefixes=prefixes)}{path.sign}"
    parts = path.steps if isinstance(path, Sequence) else path.choices
    joined = ("/" if isinstance(path, Sequence) else "|").join(
        path_sparql(part, inner=True, prefixes=prefixes) for part in parts
    )
    return f"({joined})" if inner else joined


def path_turtle(path: Path) -> str:
    """The path in the RDF form of SHACL, with the prefix ``sh:`` and full IRIs elsewhere."""
    if isinstance(path, Predicate):
        return path.iri
    if isinstance(path, Inverse):
        return f"[ sh:inversePath {path_turtle(path.path)} ]"
    if isinstance(path, Repeated):
        return f"[ sh:{_TERM[path.sign]} {path_turtle(path.path)} ]"
    parts = path.steps if isinstance(path, Sequence) else path.choices
    members = f"( {' '.join(path_turtle(part) for part in parts)} )"
    return members if isinstance(path, Sequence) else f"[ sh:alternativePath {members} ]"
