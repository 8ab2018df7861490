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
from clusterkg.validation.terms import encode, quiet_rdflib, short, term_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.validation.constraints import Shape

__all__ = ["Linted", "finding", "read_linted"]

Triple = tuple["Node", "Node", "Node"]


@dataclass(frozen=True)
class Linted:
    """A shapes graph, its shapes by their nodes, and where each triple stands.

    ``shapes`` has those that are well-formed; ``ill_formed`` what is wrong with the others.
    """

    graph: Graph
    nodes: frozenset[Node]
    shapes: Mapping[Node, Shape]
    ill_formed: Mapping[Node, str]
    places: Mapping[Triple, Place]
    prefixes: Mapping[str, str]
    _first: dict[Node, Place] = field(default_factory=dict)

    def place(self, node: Node, word: str = "") -> Place | None:
        """Where a node is described, or where it has a value for ``sh:word``."""
        from rdflib import URIRef

        if word:
            for triple in sorted(self.graph.triples((node, URIRef(SH + word), None)), key=str):
                if triple in self.places:
                    return self.places[triple]
        if not self._first:
            for (subject, _, _), place in self.places.items():
                self._first.setdefault(subject, place)
        return self._first.get(node)

    def name(self, term: Node | str) -> str:
        """A term as the file writes it: ``:Catalog_Shape``, ``dct:title``, ``"text"@de``."""
        from rdflib.term import Node

        text = encode(term) if isinstance(term, Node) else term
        if not text.startswith("<"):
            return short(text)
        iri = text[1:-1]
        known = [
            (space, prefix)
            for prefix, space in self.prefixes.items()
            if space and iri.startswith(space) and _is_local(iri[len(space) :])
        ]
        if not known:
            return short(text)
        space, prefix = max(known)
        return f"{prefix}:{iri[len(space) :]}"

    def shape_name(self, node: Node) -> str:
        """The name of a shape; one without an IRI is called after what it belongs to."""
        from rdflib import BNode

        if not isinstance(node, BNode):
            return self.name(node)
        return ", ".join(part for part in (self._owner(node), self._path(node)) if part)

    def _owner(self, node: Node) -> str:
        """The nearest node above that has an IRI."""
        from rdflib import BNode

        seen, waiting = {node}, [node]
        for one in waiting:
            above = sorted(set(self.graph.subjects(None, one)) - seen, key=encode)
            named = [other for other in above if not isinstance(other, BNode)]
            if named:
                return self.name(named[0])
            seen.update(above)
            waiting += above
        return "[]"

    def _path(self, node: Node) -> str:
        from rdflib import URIRef

        path = self.graph.value(node, URIRef(SH + "path"))
        try:
            found = None if path is None else read_path(self.graph, path)
        except ValidationError:
            return ""
        return "" if found is None else path_sparql(found, prefixes=self.prefixes)

    def words(self, node: Node) -> set[str]:
        """The words of SHACL that a node has, without prefix."""
        return {
            str(predicate).removeprefix(SH)
            for predicate in self.graph.predicates(node)
            if str(predicate).startswith(SH)
        }


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
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    read = term_reader()
    places: dict[Triple, Place] = {}
    prefixes: dict[str, str] = {}
    with quiet_rdflib():
        for file, line, (s, p, o) in located_triples(
            single_files(files), prefixes, error=ValidationError
        ):
            triple = (read(s), read(p), read(o))
            graph.add(triple)
            places.setdefault(triple, Place(str(file), line=line))
    nodes = frozenset((*shape_nodes(graph), *_with_parameters(graph)))
    shapes, ill_formed = _read_shapes(graph, nodes)
    return Linted(graph, nodes, shapes, ill_formed, places, prefixes)


def _with_parameters(graph: Graph) -> Iterator[Node]:
    """What is a shape because it has a path or a constraint."""
    for subject, predicate in graph.subject_predicates():
        if str(predicate).removeprefix(SH) in PARAMETERS and str(predicate).startswith(SH):
            yield subject


def _read_shapes(graph: Graph, nodes: frozenset[Node]) -> tuple[dict[Node, Shape], dict[Node, str]]:
    shapes, wrong = {}, {}
    for node in sorted(nodes, key=encode):
        try:
            shapes[node] = read_constraints(graph, frozenset((node,)), "")[encode(node)]
        except ValidationError as error:
            wrong[node] = error.what
    return shapes, wrong
