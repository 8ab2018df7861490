"""Shape files → what the lint looks at: graph, shapes, the line of each triple, names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterkg.errors import ValidationError
from clusterkg.findings import Finding, Place, Severity, words
from clusterkg.namespaces import SH
from clusterkg.validation.constraints import PARAMETERS, read_constraints
from clusterkg.validation.lint_wording import LINT_SENTENCES
from clusterkg.validation.loading import located_triples
from clusterkg.validation.path import path_sparql, read_path
from clusterkg.validation.shapes import shape_nodes, single_files
from clusterkg.validation.shapes_graph import ShapesGraph, sh
from clusterkg.validation.terms import is_blank, is_iri, plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from clusterkg.validation.constraints import Shape
    from clusterkg.validation.loading import Triple

__all__ = ["Linted", "finding", "read_linted"]


@dataclass(frozen=True)
class Linted:
    """A shapes graph, its shapes by their nodes, and where each triple stands.

    ``shapes`` has those that are well-formed; ``ill_formed`` what is wrong with the others.
    """

    graph: ShapesGraph
    nodes: frozenset[str]
    shapes: Mapping[str, Shape]
    ill_formed: Mapping[str, str]
    places: Mapping[Triple, Place]
    prefixes: Mapping[str, str]
    _first: dict[str, Place] = field(default_factory=dict)

    def place(self, node: str, word: str = "") -> Place | None:
        """Where a node is described, or where it has a value for ``sh:word``."""
        if word:
            for value in sorted(self.graph.objects(node, sh(word)), key=_blank_first):
                if (node, sh(word), value) in self.places:
                    return self.places[node, sh(word), value]
        if not self._first:
            for (subject, _, _), place in self.places.items():
                self._first.setdefault(subject, place)
        return self._first.get(node)

    def name(self, term: str) -> str:
        """A term as the file writes it: ``:Catalog_Shape``, ``dct:title``, ``"text"@de``."""
        if not is_iri(term):
            return short(term)
        iri = term[1:-1]
        known = [
            (space, prefix)
            for prefix, space in self.prefixes.items()
            if space and iri.startswith(space) and _is_local(iri[len(space) :])
        ]
        if not known:
            return short(term)
        space, prefix = max(known)
        return f"{prefix}:{iri[len(space) :]}"

    def shape_name(self, node: str) -> str:
        """The name of a shape; one without an IRI is called after what it belongs to."""
        if not is_blank(node):
            return self.name(node)
        return ", ".join(part for part in (self._owner(node), self._path(node)) if part)

    def _owner(self, node: str) -> str:
        """The nearest node above that has an IRI."""
        seen, waiting = {node}, [node]
        for one in waiting:
            above = sorted(set(self.graph.above(one)) - seen)
            named = [other for other in above if not is_blank(other)]
            if named:
                return self.name(named[0])
            seen.update(above)
            waiting += above
        return "[]"

    def _path(self, node: str) -> str:
        path = self.graph.value(node, sh("path"))
        try:
            found = None if path is None else read_path(self.graph, path)
        except ValidationError:
            return ""
        return "" if found is None else path_sparql(found, prefixes=self.prefixes)

    def words(self, node: str) -> set[str]:
        """The words of SHACL that a node has, without prefix."""
        return {
            plain(predicate).removeprefix(SH)
            for predicate in self.graph.predicates(node)
            if plain(predicate).startswith(SH)
        }


def _blank_first(term: str) -> tuple[bool, bool, str]:
    return not is_blank(term), is_iri(term), term


def _is_local(text: str) -> bool:
    return bool(text) and text.replace("-", "_").replace(".", "_").isidentifier()


def finding(
    severity: Severity, rule: str, sentence: str, place: Place | None, **given: str
) -> Finding:
    """A finding that says ``sentence`` of the lint's wording in every language."""
    said = LINT_SENTENCES[sentence]
    return Finding(
        severity,
        rule,
        said.message[1].format(**given),
        place,
        hint=said.hint[1].format(**given) or None,
        said=words(sentence, **given),
    )


def read_linted(files: Sequence[Path]) -> Linted:
    """The shapes of the files; a folder stands for the shape files in it.

    Raises ValidationError for a missing or unreadable file (with its line).
    """
    places: dict[Triple, Place] = {}
    prefixes: dict[str, str] = {}
    for file, line, triple in located_triples(single_files(files), prefixes, error=ValidationError):
        places.setdefault(triple, Place(str(file), line=line))
    graph = ShapesGraph(places, prefixes)
    nodes = frozenset((*shape_nodes(graph), *_with_parameters(graph)))
    shapes, ill_formed = _read_shapes(graph, nodes)
    return Linted(graph, nodes, shapes, ill_formed, places, prefixes)


def _with_parameters(graph: ShapesGraph) -> Iterator[str]:
    """What is a shape because it has a path or a constraint."""
    for word in sorted(PARAMETERS):
        yield from graph.subjects(sh(word))


def _read_shapes(
    graph: ShapesGraph, nodes: frozenset[str]
) -> tuple[dict[str, Shape], dict[str, str]]:
    shapes, wrong = {}, {}
    for node in sorted(nodes):
        try:
            shapes[node] = read_constraints(graph, frozenset((node,)), "")[node]
        except ValidationError as error:
            wrong[node] = error.what
    return shapes, wrong
