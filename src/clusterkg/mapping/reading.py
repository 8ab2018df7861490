"""A mapping document (R2RML, RML old or new, YARRRML) → a Mapping; all problems in one error.

A problem has the line on which the value stands, else that of the node that is at fault.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clusterkg.errors import MappingError, did_you_mean
from clusterkg.mapping.database_reading import DatabaseReader
from clusterkg.mapping.function_reading import read_condition
from clusterkg.mapping.gather_reading import check_circles
from clusterkg.mapping.incomplete import IncompleteMappingError
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.rdf_terms import TermReader
from clusterkg.mapping.source_reading import FileReader
from clusterkg.mapping.target_reading import read_targets
from clusterkg.mapping.triples_map import (
    POLICIES,
    Constant,
    Join,
    LogicalFile,
    LogicalQuery,
    LogicalTable,
    Mapping,
    PredicateObjectMap,
    RefObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from clusterkg.mapping.turtle_places import NO_BASE, parse_turtle
from clusterkg.mapping.view_reading import ViewReader
from clusterkg.mapping.vocabulary import (
    NOT_SUPPORTED,
    ON_DATA_ERROR,
    namespace_of,
    word_of,
    words_of,
)
from clusterkg.mapping.yarrrml import Tokens, translate_yarrrml
from clusterkg.namespaces import RML

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.mapping.triples_map import LogicalSource
    from clusterkg.mapping.turtle_places import Graph, Node, Places

__all__ = ["read_mapping"]


def read_mapping(path: Path, *, base_iri: str, name: str | None = None) -> Mapping:
    """The mapping of ``path``: YARRRML by the suffix yml or yaml, else Turtle.

    ``base_iri`` is put before relative IRIs ("": there is none, and they are a problem);
    ``name`` is how messages call the file. Raises MappingError that lists everything that is
    wrong with the document itself.
    """
    shown = name or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        near = (
            did_you_mean(path.name, [p.name for p in path.parent.glob("*.*")])
            if path.parent.is_dir()
            else None
        )
        raise MappingError("no such file", at=shown, hint=near) from error
    except UnicodeDecodeError as error:
        raise MappingError(
            "the file is not UTF-8", at=shown, hint="Save it with the encoding UTF-8."
        ) from error
    except OSError as error:
        raise MappingError(f"cannot be read: {error.strerror}", at=shown) from error
    problems = Problems(shown)
    tokens: Tokens | None = None
    turtle = text
    if path.suffix in (".yml", ".yaml"):
        turtle, tokens, base = translate_yarrrml(text, problems)
        base_iri = base or base_iri
        if not turtle:
            problems.stop()
    further = Problems(shown)
    graph, places = parse_turtle(turtle, base_iri, further, placed=tokens is None)
    reader = _Reader(graph, places, further, tokens)
    reader.base_iri = base_iri or NO_BASE
    triples_maps = reader.triples_maps()
    policy = _policy(graph, text, further)
    if problems.found:
        problems.add_others(further)
    else:
        problems = further
    mapping = Mapping(path, shown, base_iri, triples_maps, policy)
    if problems.found:
        raise IncompleteMappingError(problems.error(), problems, mapping)
    return mapping


def _policy(graph: Graph, text: str, problems: Problems) -> str:
    """What the document wants of values that cannot become a term."""
    values = [node for words in list(graph.values()) for node in words.get(ON_DATA_ERROR, [])]
    wanted = sorted({str(getattr(node, "value", node)) for node in values})
    for value in wanted:
        if value not in POLICIES:
            at = re.search(rf"(?i)on_?data_?error.*{re.escape(value)}", text)
            line = text.count("\n", 0, at.start()) + 1 if at else None
            hint = did_you_mean(value, POLICIES)
            problems.add(f"unknown policy for data errors '{value}'", line=line, hint=hint)
    return "fail" if "fail" in wanted else "report"


class _Reader:
    """Walks the graph of a mapping from its triples maps."""

    def __init__(
        self, graph: Graph, places: Places, problems: Problems, tokens: Tokens | None
    ) -> None:
        self.graph = graph
        self.places = places
        self.problems = problems
        self.tokens = tokens
        self.base_iri = NO_BASE
        self.terms = TermReader(self.properties, problems, tokens.terms if tokens else {})
        self.terms.graph = graph
        self.views = ViewReader(graph, self.terms, self._source, self._join, self._line)

    def triples_maps(self) -> tuple[TriplesMap, ...]:
        """All triples maps in the order of their names; unknown terms are problems."""
        called = {node for one in list(self.graph) for node in self._function_values(one)}
        nodes = [n for n in self.graph if n not in called and self._is_triples_map(n)]
        self.known = dict(zip(nodes, self._names(nodes), strict=True))
        for node in list(self.graph):
            self._check_terms(node)
        if not nodes and not self.problems.found:
            self.problems.add("the document holds no triples map")
        found = [self._triples_map(node) for node in nodes]
        check_circles([one for one in found if one], self.problems)
        for node in [node for node in self.graph if "viewOn" in self.properties(node)]:
            self.views.view(node)
        return tuple(
            sorted((one for one in found if one), key=lambda one: (one.line or 0, one.name))
        )

    # -- names, lines, properties ------------------------------------------------------------

    def _is_triples_map(self, node: Node) -> bool:
        words = self.properties(node)
        types = [word_of(getattr(kind, "value", "")) for kind in self._types(node)]
        return "TriplesMap" in types or bool(
            {"source of rows", "subjectMap", "subject"} & set(words)
        )

    def _function_values(self, node: Node) -> list[Node]:
        """Nodes of the older FNML that look like triples maps."""
        return self.properties(node).get("functionValue", [])

    def _types(self, node: Node) -> list[Node]:
        from clusterkg.namespaces import RDF

        return self.graph[node][f"{RDF}type"]

    def properties(self, node: Node) -> dict[str, list[Node]]:
        """The values of a node by the words of the vocabulary."""
        found: dict[str, list[Node]] = {}
        for predicate, values in self.graph[node].items() if node in self.graph else ():
            word = word_of(predicate)
            if word:
                found.setdefault(word, []).extend(values)
        return found

    def _names(self, nodes: list[Node]) -> list[str]:
        """A short name for each triples map: the last part of its IRI where that is enough."""
        if self.tokens:
            return _yarrrml_names(nodes, self.tokens)
        full = [str(getattr(node, "value", node)) for node in nodes]
        short = [re.split(r"[/#]", name)[-1] for name in full]
        return [s if s and short.count(s) == 1 else f for s, f in zip(short, full, strict=True)]

    def _line(self, node: Node, inside: str | None = None) -> int | None:
        """The line on which the description of a node begins, or in it the one of a value."""
        if not self.tokens:
            return self.places.line(node, inside)
        key = _local_name(node).rpartition("_")[0]
        return self.tokens.names[key][1] if key in self.tokens.names else None

    def _place(self, triples_map: Node, node: Node, inside: str | None) -> int | None:
        """The line of a part of a triples map, or of a value in it; else its own."""
        own = None if self.tokens else self._line(node, inside)
        return own or self._line(triples_map, inside)

    def _check_terms(self, node: Node) -> None:
        for predicate, values in self.graph[node].items():
            for iri in (
                predicate,
                *(getattr(value, "value", "") for value in values if _is_iri(value)),
            ):
                namespace = namespace_of(iri)
                if not namespace or word_of(iri):
                    continue
                local = iri[len(namespace) :]
                line = None if self.tokens else self._line(node, iri)
                if local in NOT_SUPPORTED:
                    self.problems.add(f"'{local}' is not supported", line=line)
                elif iri not in self.known_iris:
                    hint = did_you_mean(local, words_of(namespace))
                    self.problems.add(
                        f"unknown term '{local}' of <{namespace}>", line=line, hint=hint
                    )

    @property
    def known_iris(self) -> set[str]:
        """The IRIs of the nodes that the document itself describes."""
        return {node.value for node in self.graph if _is_iri(node)}

    # -- values ------------------------------------------------------------------------------

    def _triples_map(self, node: Node) -> TriplesMap | None:
        words, name, line = self.properties(node), self.known[node], self._line(node)
        self.terms.place(name, partial(self._place, node))
        self.terms.object_of = lambda one: self._object(one, node)
        source = self._source(words.get("source of rows", []), name, node)
        subject, classes, graphs = self._subject(words, name, line)
        pairs = tuple(
            self._predicate_object(pom, node) for pom in words.get("predicateObjectMap", [])
        )
        if source is None:
            return None
        if subject is None:  # a problem: the mapping is not run, but its references are checked
            subject = TermMap(Constant("urn:undefined", TermType.IRI), TermType.IRI, line=line)
        base = words.get("baseIRI", [])
        return TriplesMap(
            name,
            source,
            subject,
            classes,
            graphs,
            pairs,
            base_iri=base[0].value if base else None,
            line=line,
        )

    def _subject(
        self, words: dict[str, list[Node]], name: str, line: int | None
    ) -> tuple[TermMap | None, tuple[str, ...], tuple[TermMap, ...]]:
        maps, constants = words.get("subjectMap", []), words.get("subject", [])
        if len(maps) + len(constants) != 1:
            count = "no subject map" if not maps and not constants else "several subject maps"
            self.problems.add(
                f"triples map '{name}' has {count}", line=line, hint="It needs exactly one."
            )
            return None, (), ()
        if constants:
            return self.terms.constant(constants[0], "subject"), (), ()
        inner = self.properties(maps[0])
        classes = tuple(sorted(node.value for node in inner.get("rdf class", [])))
        for node in inner.get("rdf class", []):
            if not _is_iri(node):
                at = (None if self.tokens else self._line(maps[0], node.value)) or line
                self.problems.add(f"the class '{node.value}' of '{name}' is no IRI", line=at)
        return self.terms.term_map(maps[0], "subject"), classes, self._graphs(inner)

    def _graphs(self, words: dict[str, list[Node]]) -> tuple[TermMap, ...]:
        found = [self.terms.term_map(node, "graph") for node in words.get("graphMap", [])]
        found += [self.terms.constant(node, "graph") for node in words.get("graph", [])]
        return tuple(term for term in found if term)

    def _predicate_object(self, node: Node, triples_map: Node) -> PredicateObjectMap:
        with self.terms.at(node):
            return self._pair(self.properties(node), triples_map)

    def _pair(self, words: dict[str, list[Node]], triples_map: Node) -> PredicateObjectMap:
        name, line = self.known[triples_map], self.terms.line_of(None)
        predicates = [
            self.terms.term_map(one, "predicate") for one in words.get("predicateMap", [])
        ]
        predicates += [self.terms.constant(one, "predicate") for one in words.get("predicate", [])]
        condition = read_condition(self.terms, words.get("condition", []))
        if condition is not None:
            predicates = [one and replace(one, condition=condition) for one in predicates]
        objects = [self._object(one, triples_map) for one in words.get("objectMap", [])]
        objects += [self.terms.constant(one, "object") for one in words.get("object", [])]
        for what in ("predicate", "object"):
            if not words.keys() & {what, f"{what}Map"}:
                self.problems.add(f"a predicate-object map of '{name}' has no {what}", line=line)
        return PredicateObjectMap(
            tuple(one for one in predicates if one),
            tuple(one for one in objects if one),
            self._graphs(words),
            line,
        )

    def _object(self, node: Node, triples_map: Node) -> TermMap | RefObjectMap | None:
        words = self.properties(node)
        if "parentTriplesMap" not in words:
            return self.terms.term_map(node, "object")
        parent = words["parentTriplesMap"][0]
        line = self._place(triples_map, node, getattr(parent, "value", None))
        if parent not in self.known:
            shown = str(getattr(parent, "value", parent))
            hint = did_you_mean(re.split(r"[/#]", shown)[-1], self.known.values())
            self.problems.add(f"parent triples map '{shown}' does not exist", line=line, hint=hint)
            return None
        if "condition" in words:
            self.problems.add(
                f"a condition on the reference to '{self.known[parent]}' is not supported",
                line=line,
                hint="Put it on the predicate-object map, or on the subject map there.",
            )
        joins = tuple(self._join(join) for join in words.get("joinCondition", []))
        targets = read_targets(self.terms, words.get("logicalTarget", []))
        return RefObjectMap(self.known[parent], tuple(j for j in joins if j), line, targets)

    def _join(self, node: Node) -> Join | None:
        with self.terms.at(node):
            return self._condition(self.properties(node))

    def _condition(self, words: dict[str, list[Node]]) -> Join | None:
        sides = []
        for side in ("child", "parent"):
            found = [self.terms.join_side(one) for one in words.get(side, [])]
            found += [self.terms.term_map(one, "join") for one in words.get(f"{side}Map", [])]
            if len(found) != 1 or found[0] is None:
                self.problems.add(
                    f"a join condition needs exactly one {side}", line=self.terms.line_of(None)
                )
                return None
            sides.append(found[0])
        return Join(*sides)

    def _source(self, nodes: list[Node], name: str, triples_map: Node) -> LogicalSource | None:
        line = self._line(triples_map)
        if len(nodes) != 1:
            what = "no logical source" if not nodes else "several logical sources"
            self.problems.add(
                f"triples map '{name}' has {what}",
                line=line,
                hint="It needs exactly one logical source or table.",
            )
            return None
        words = self.properties(nodes[0])
        if "viewOn" in words:
            return self.views.view(nodes[0])
        databases = DatabaseReader(self.graph, self.problems)
        if "source" in words and databases.owns(words["source"][0]):
            new = any(predicate.startswith(RML) for predicate in self.graph[nodes[0]])
            text = partial(self._text, owners=(words["source"][0], nodes[0], triples_map))
            return databases.read(words, name, line, text, new=new)
        if "source" in words and "tableName" not in words:
            return self._file(words, name, nodes[0], triples_map)
        for word, kind in (("tableName", LogicalTable), ("query", LogicalQuery)):
            for node in words.get(word, []):
                return kind(*self._text(node, (nodes[0], triples_map)))
        what = f"the logical source of '{name}' names no table, query or file"
        self.problems.add(what, line=line)
        return None

    def _file(
        self, words: dict[str, list[Node]], name: str, node: Node, triples_map: Node
    ) -> LogicalFile | None:
        if self.tokens:
            return self.tokens.files[str(getattr(words["source"][0], "value", ""))]
        reader = FileReader(self.graph, self.properties, self.problems, self.base_iri)
        text = partial(self._text, owners=(words["source"][0], node, triples_map))
        return reader.read(words, name, self._place(triples_map, node, None), text)

    def _text(self, node: Node, owners: tuple[Node, ...]) -> tuple[str, int | None]:
        """The text of a literal, or what its token stands for, and its line.

        It stands in the description of one of the ``owners``.
        """
        value = str(getattr(node, "value", ""))
        if self.tokens:
            return self.tokens.texts.get(value, (value, None))
        start = value.strip().splitlines()[0] if value.strip() else value
        lines = [self.places.line_of(start, owner) for owner in owners]
        lines += [self._line(owner) for owner in owners]
        return value, next((line for line in lines if line is not None), None)


def _yarrrml_names(nodes: list[Node], tokens: Tokens) -> list[str]:
    """The names of the YAML's keys; numbered where one key gives several triples maps."""
    keys = [_local_name(node).rpartition("_") for node in nodes]
    several = [sum(other == key for other, _, _ in keys) > 1 for key, _, _ in keys]
    return [
        f"{tokens.names[key][0]}_{number}" if many else tokens.names[key][0]
        for (key, _, number), many in zip(keys, several, strict=True)
    ]


def _local_name(node: Node) -> str:
    """What stands behind the last / or # of a node's IRI."""
    return re.split(r"[/#]", str(getattr(node, "value", node)))[-1]


def _is_iri(node: Node) -> bool:
    import pyoxigraph

    return isinstance(node, pyoxigraph.NamedNode)
