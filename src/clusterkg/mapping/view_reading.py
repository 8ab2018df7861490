"""Logical views of a mapping's graph (RML-LV) → LogicalView, with the rules on their fields.

What is checked here is what the document alone tells: names that clash or are reserved, cycles,
which field may stand in which, joins without a condition, annotations of unknown fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterkg.errors import did_you_mean
from clusterkg.mapping.triples_map import Field, LogicalView, ViewJoin
from clusterkg.mapping.vocabulary import formulation_of
from clusterkg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clusterkg.mapping.rdf_terms import Graph, Node, TermReader
    from clusterkg.mapping.triples_map import Join, LogicalSource

__all__ = ["ViewReader", "field_names"]

_NAME = re.compile(r"[^\s.#<>{}]+")
_FORMULATIONS = ("csv", "json")
_EXPRESSIONS = {"constant", "reference", "template", "functionExecution", "functionValue"}


@dataclass
class ViewReader:
    """Reads each view of a document once; ``source`` and ``join`` are those of the reader."""

    graph: Graph
    terms: TermReader
    source: Callable[[list[Node], str, Node], LogicalSource | None]
    join: Callable[[Node], Join | None]
    line: Callable[[Node, str | None], int | None]
    read: dict[Node, LogicalView | None] = field(default_factory=dict)
    open: list[Node] = field(default_factory=list)

    def view(self, node: Node) -> LogicalView | None:
        """The view that a node describes; its problems are noted."""
        if node in self.open:
            names = " → ".join(_name(one) for one in [*self.open[self.open.index(node) :], node])
            self._problem(f"logical views depend on themselves: {names}", node)
            return None
        if node not in self.read:
            name, find = self.terms.name, self.terms.find
            self.open.append(node)
            self.terms.place(
                _name(node), lambda part, text: self.line(part, text) or self.line(node, text)
            )
            self.read[node] = self._view(node, _name(node))
            self.open.pop()
            self.terms.place(name, find)
        return self.read[node]

    def _view(self, node: Node, name: str) -> LogicalView | None:
        words = self.terms.properties(node)
        if len(words["viewOn"]) != 1:
            self._problem(f"logical view '{name}' is on several sources", node)
            return None
        for word in sorted({"referenceFormulation", "iterator"} & words.keys()):
            self._problem(f"logical view '{name}' has a {word}, which only its source has", node)
        on = self.source(words["viewOn"], name, node)
        fields = self._fields(words.get("field", []), (), node)
        if not words.get("field"):
            self._problem(f"logical view '{name}' has no field", node)
        joins = [
            self._join(join, node, inner=word == "innerJoin")
            for word in ("leftJoin", "innerJoin")
            for join in words.get(word, [])
        ]
        if on is None or any(join is None for join in joins):
            return None
        line = self.line(node, None)
        view = LogicalView(name, on, fields, tuple(join for join in joins if join), line)
        self._check_names(view, node)
        for annotation in words.get("structuralAnnotation", []):
            self._check_annotation(view, annotation, node)
        return view

    # -- fields ------------------------------------------------------------------------------

    def _fields(
        self, nodes: Sequence[Node], above: tuple[Node, ...], view: Node
    ) -> tuple[Field, ...]:
        found = []
        for node in nodes:
            if node in above:
                self._problem(f"a field of logical view '{_name(view)}' is nested in itself", view)
                continue
            made = self._field(node, above, view)
            if made is not None:
                found.append(made)
        return tuple(sorted(found, key=lambda one: one.name))

    def _field(self, node: Node, above: tuple[Node, ...], view: Node) -> Field | None:
        words = self.terms.properties(node)
        names = [str(getattr(one, "value", "")) for one in words.get("fieldName", [])]
        if len(names) != 1 or not _NAME.fullmatch(names[0]):
            shown = f"'{names[0]}'" if len(names) == 1 else "none" if not names else "several"
            self._problem(
                f"a field of logical view '{_name(view)}' needs one name, but has {shown}",
                view,
                hint="A name holds no blank, and none of . # < > { }.",
            )
            return None
        name, line = names[0], self.line(node, names[0]) or self.line(view, names[0])
        is_expression = bool(_EXPRESSIONS & words.keys())
        inner = words.get("field", [])
        nested = self._fields(inner, (*above, node), view)
        if is_expression:
            if any(one.expression is not None for one in nested):
                self._problem(
                    f"expression field '{name}' of '{_name(view)}' holds an expression field",
                    view,
                    hint="Put an iterable field between them, with a reference formulation.",
                )
            term = self.terms.term_map(node, "input")
            return Field(name, term, fields=nested, line=line) if term else None
        if not {"iterator", "referenceFormulation"} & words.keys():
            self._problem(
                f"field '{name}' of logical view '{_name(view)}' has no expression and no iterator",
                view,
                hint="Give it a rml:reference, or a rml:iterator and fields of its own.",
            )
            return None
        formulation, known = self._formulation(words.get("referenceFormulation", []), name, view)
        iterators = [str(getattr(one, "value", "")) for one in words.get("iterator", [])]
        iterator = iterators[0] if iterators else None
        return Field(name, None, formulation, iterator, nested, line) if known else None

    def _formulation(self, nodes: list[Node], name: str, view: Node) -> tuple[str | None, bool]:
        if not nodes:
            return None, True
        iri = str(getattr(nodes[0], "value", ""))
        formulation = formulation_of(iri)
        if formulation in _FORMULATIONS:
            return formulation, True
        self._problem(
            f"reference formulation <{iri}> of field '{name}' is not supported",
            view,
            hint="In a field it can be rml:JSONPath or rml:CSV.",
        )
        return None, False

    def _check_names(self, view: LogicalView, node: Node) -> None:
        names = list(field_names(view))
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._problem(
                f"logical view '{view.name}' has several fields '{name}'",
                node,
                hint="Give one of them another rml:fieldName.",
            )

    # -- joins and annotations ---------------------------------------------------------------

    def _join(self, node: Node, view: Node, *, inner: bool) -> ViewJoin | None:
        words = self.terms.properties(node)
        parents = words.get("parentLogicalView", [])
        conditions = [self.join(one) for one in words.get("joinCondition", [])]
        fields = self._fields(words.get("field", []), (), view)
        missing = [
            what
            for what, there in (
                ("parent logical view", len(parents) == 1),
                ("join condition", bool(conditions)),
                ("field", bool(words.get("field"))),
            )
            if not there
        ]
        for what in missing:
            self._problem(f"a join of logical view '{_name(view)}' has no {what}", view)
        for one in fields:
            if one.expression is None or one.fields:
                self._problem(
                    f"field '{one.name}' in a join of '{_name(view)}' is no plain expression", view
                )
        if parents and "viewOn" not in self.terms.properties(parents[0]):
            self._problem(
                f"a join of logical view '{_name(view)}' is with '{_name(parents[0])}', "
                "which is no logical view",
                view,
            )
            return None
        parent = self.view(parents[0]) if parents else None
        if parent is None or missing or any(condition is None for condition in conditions):
            return None
        joins = tuple(condition for condition in conditions if condition)
        return ViewJoin(parent, joins, fields, inner, self.line(view, None))

    def _check_annotation(self, view: LogicalView, node: Node, place: Node) -> None:
        """Annotations are hints about the data (RML-LV, structural annotations); unused."""
        words = self.terms.properties(node)
        self._check_listed(view, words.get("onFields", []), place)
        for target in words.get("targetView", []):
            other = self.view(target)
            if other is not None:
                self._check_listed(other, words.get("targetFields", []), place)

    def _check_listed(self, view: LogicalView, lists: list[Node], place: Node) -> None:
        known = set(field_names(view))
        for name in (name for one in lists for name in self._members(one)):
            if name not in known:
                self._problem(
                    f"an annotation names '{name}', which logical view '{view.name}' has not",
                    place,
                    hint=did_you_mean(name, known),
                )

    def _members(self, node: Node) -> Iterator[str]:
        while node in self.graph and self.graph[node].get(f"{RDF}first"):
            yield str(getattr(self.graph[node][f"{RDF}first"][0], "value", ""))
            node = self.graph[node][f"{RDF}rest"][0]

    def _problem(self, what: str, node: Node, hint: str | None = None) -> None:
        self.terms.problems.add(what, line=self.line(node, None), hint=hint)


def field_names(view: LogicalView) -> Iterator[str]:
    """The absolute names of all fields of a view (RML-LV, field names), those of joins too."""
    yield from _names(view.fields, "")
    for join in view.joins:
        yield from (one.name for one in join.fields)


def _names(fields: Sequence[Field], prefix: str) -> Iterator[str]:
    for one in fields:
        yield f"{prefix}{one.name}"
        yield from _names(one.fields, f"{prefix}{one.name}.")


def _name(node: Node) -> str:
    return re.split(r"[/#]", str(getattr(node, "value", node)))[-1]
