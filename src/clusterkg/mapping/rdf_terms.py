"""The nodes of a mapping's graph → term maps, with every rule on term maps checked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clusterkg.errors import did_you_mean
from clusterkg.mapping.function_reading import (
    read_condition,
    read_execution,
    read_function_value,
)
from clusterkg.mapping.gather_reading import read_gather
from clusterkg.mapping.lexical import LANGUAGE_TAG
from clusterkg.mapping.target_reading import read_targets
from clusterkg.mapping.template import Template, TemplateError, parse_template
from clusterkg.mapping.triples_map import (
    Constant,
    FreshNode,
    FunctionCall,
    Reference,
    TermMap,
    TermType,
)
from clusterkg.mapping.turtle_places import NO_BASE, Graph, Node
from clusterkg.mapping.vocabulary import namespace_of, term_type_of, word_of
from clusterkg.namespaces import RML, RR, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.triples_map import RefObjectMap

__all__ = ["NO_BASE", "Graph", "Node", "TermReader"]

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7F-\x9F]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_EXPRESSIONS = ("constant", "reference", "template", "functionExecution", "functionValue")


class TermReader:
    """Reads term maps of one triples map after the other."""

    def __init__(
        self,
        properties: Callable[[Node], dict[str, list[Node]]],
        problems: Problems,
        tokens: Mapping[str, TermMap],
    ) -> None:
        self.properties = properties
        self.problems = problems
        self.tokens = tokens
        self.name = ""
        self.fresh: dict[Node, FreshNode] = {}
        self.node: Node = None
        self.find: Callable[[Node, str | None], int | None] = lambda _node, _text: None
        self.graph: Graph = {}
        self.object_of: Callable[[Node], TermMap | RefObjectMap | None] = lambda node: (
            self.term_map(node, "object")
        )

    def place(self, name: str, find: Callable[[Node, str | None], int | None]) -> None:
        """From here on terms belong to the triples map ``name``.

        ``find`` gives the line of a value in the description of a node, or that of the node.
        """
        self.name, self.find, self.fresh, self.node = name, find, {}, None

    def line_of(self, text: str | None) -> int | None:
        """The line of a value in the description of the node that is being read, or of it."""
        return self.find(self.node, text)

    @contextmanager
    def at(self, node: Node) -> Iterator[None]:
        """Read a node: lines are looked for in its description."""
        before, self.node = self.node, node
        try:
            yield
        finally:
            self.node = before

    def constant(self, node: Node, role: str) -> TermMap | None:
        """The term map of a constant (``rr:predicate``, ``rr:object``, …)."""
        constant = _constant(node)
        return self.checked(
            TermMap(constant, constant.kind, line=self.line_of(constant.value)), role
        )

    def join_side(self, node: Node) -> TermMap | None:
        """The term map of ``rr:child`` or ``rr:parent``, a reference."""
        text = str(getattr(node, "value", ""))
        return self.tokens.get(text) or TermMap(
            Reference(_column(text)), TermType.LITERAL, line=self.line_of(text)
        )

    def term_map(self, node: Node, role: str) -> TermMap | None:
        """The term map that a node describes, for the role subject, predicate, object, graph…"""
        with self.at(node):
            return self._term_map(node, role)

    def _term_map(self, node: Node, role: str) -> TermMap | None:
        words = self.properties(node)
        token = str(getattr(next(iter(words.get("reference", [])), None), "value", ""))
        if token in self.tokens:
            return self.checked(self.tokens[token], role)
        if not words.keys() & set(_EXPRESSIONS) and self._has_unknown_term(node):
            return None  # that is told, and may be the expression
        expression, line = self._expression(words)
        datatype = self._part(words, "datatype", line)
        language = self._part(words, "language", line)
        given = self._term_type(words, line)
        if expression is None:
            self._check_qualifiers(datatype, language)
            return None
        if isinstance(expression, FreshNode):
            expression = self.fresh.setdefault(node, FreshNode(len(self.fresh)))
        if given is None:
            kind = "subject" if "gather" in words and role == "object" else role
            given = _default_type(expression, kind, qualified=bool(datatype or language))
        condition = read_condition(self, words.get("condition", []))
        targets = read_targets(self, words.get("logicalTarget", []))
        made = TermMap(expression, given, datatype, language, line, condition, targets)
        if "gather" in words or "gatherAs" in words:
            return read_gather(self, words, made, role)
        return self.checked(made, role)

    def _has_unknown_term(self, node: Node) -> bool:
        stated = self.graph.get(node, {})
        return any(namespace_of(iri) and not word_of(iri) for iri in stated)

    def _expression(self, words: dict[str, list[Node]]) -> tuple[Any, int | None]:
        given = [(word, value) for word in _EXPRESSIONS for value in words.get(word, [])]
        blank = any(term_type_of(n.value) == "BlankNode" for n in words.get("termType", []))
        if not given and (blank or "gather" in words or "gatherAs" in words):
            return FreshNode(), self.line_of(None)
        if len(given) != 1:
            what = "without" if not given else "with several of"
            self.problems.add(
                f"a term map of '{self.name}' {what} a constant, a column or reference, a template",
                line=self.line_of(str(getattr(given[0][1], "value", "")) if given else None),
                hint="It needs exactly one of them.",
            )
            return None, None
        word, node = given[0]
        text = str(getattr(node, "value", ""))
        line = self.line_of(text.replace("\\", "\\\\"))
        if word == "template":
            return self._template(text, line), line
        if word == "functionExecution":
            returned = words.get("return", []) + words.get("returnMap", [])
            return read_execution(self, node, returned, line), line
        if word == "functionValue":
            return read_function_value(self, node, line), line
        return _constant(node) if word == "constant" else Reference(_column(text)), line

    def _template(self, text: str, line: int | None) -> Template | None:
        try:
            return parse_template(text)
        except TemplateError as error:
            self.problems.add(
                f"template '{text}' of '{self.name}' has {error}",
                line=line,
                hint="A name stands in {braces}; a brace that is meant as such is \\\\{ in Turtle.",
            )
            return None

    def _part(self, words: dict[str, list[Node]], word: str, line: int | None) -> TermMap | None:
        """The datatype or the language of a term map, as a term map of its own."""
        role = "datatype" if word == "datatype" else "language tag"
        for node in words.get(f"{word}Map", []):
            return self.term_map(node, role)
        for node in words.get(word, []):
            constant = _constant(node)
            at = self.line_of(constant.value) or line
            return self.checked(TermMap(constant, constant.kind, line=at), role)
        return None

    def _term_type(self, words: dict[str, list[Node]], line: int | None) -> TermType | None:
        for node in words.get("termType", []):
            name = term_type_of(getattr(node, "value", ""))
            if name in set(TermType):
                return TermType(name)
            shown = str(getattr(node, "value", node))
            if namespace_of(shown) and not word_of(shown):
                continue  # that is told as an unknown term
            hint = did_you_mean(
                shown.removeprefix(RR).removeprefix(RML), [t.value for t in TermType]
            )
            at = self.line_of(shown) or line
            self.problems.add(f"unknown term type '{shown}'", line=at, hint=hint)
        return None

    def checked(self, term: TermMap, role: str) -> TermMap | None:
        """The term map; if its kind does not fit its role that is a problem.

        So it is if the mapping cannot be run, for its references are checked all the same.
        """
        wrong = _wrong_kind(term, role)
        if wrong:
            both = term.language if term.datatype and term.language else None
            self.problems.add(f"{wrong} in '{self.name}'", line=(both or term).line)
            return term
        constant = term.expression if isinstance(term.expression, Constant) else None
        if constant and constant.kind is not term.term_type:
            if (
                constant.kind is TermType.LITERAL
                and term.term_type.is_iri
                and _ABSOLUTE.fullmatch(constant.value)
            ):
                return replace(term, expression=Constant(constant.value, TermType.IRI))
            if not (constant.kind is TermType.IRI and term.term_type.is_iri):
                self.problems.add(
                    f"constant '{constant.value}' of '{self.name}' has the term type "
                    f"{term.term_type}, but is of the kind {constant.kind}",
                    line=term.line,
                    hint="Leave out the term type of a constant.",
                )
                return term
        if isinstance(term.expression, Template) and term.term_type.is_iri:
            self._check_template(term.expression, term.line)
        self._check_qualifiers(term.datatype, term.language)
        return term

    def _check_qualifiers(self, datatype: TermMap | None, language: TermMap | None) -> None:
        """A constant datatype of XML Schema has to be one, a constant language a tag."""
        from clusterkg.mapping.lexical import DATATYPES

        tag = language.expression if language else None
        if language and isinstance(tag, Constant) and not re.fullmatch(LANGUAGE_TAG, tag.value):
            self.problems.add(
                f"'{tag.value}' is not a language tag",
                line=language.line,
                hint="Write a code such as de, en or en-GB.",
            )
        iri = datatype.expression if datatype else None
        name = iri.value.removeprefix(XSD) if isinstance(iri, Constant) else ""
        if datatype and isinstance(iri, Constant) and name not in (iri.value, *DATATYPES):
            self.problems.add(
                f"unknown datatype 'xsd:{name}'",
                line=datatype.line,
                hint=did_you_mean(name, DATATYPES),
            )

    def _check_template(self, template: Template, line: int | None) -> None:
        """The fixed text of a template of IRIs has to be text of an IRI (R2RML 7.3)."""
        fixed = "".join(part for part in template.parts if isinstance(part, str))
        wrong = _NOT_IN_IRI.search(fixed)
        if wrong:
            self.problems.add(
                f"a template of '{self.name}' makes IRIs with the character {wrong[0]!r}",
                line=line,
                hint=f"Write it as {quote(wrong[0])}, or make a literal: term type Literal.",
            )


_NO_LITERAL = ("subject", "graph")
_ONLY_IRI = ("predicate", "datatype")


def _wrong_kind(term: TermMap, role: str) -> str | None:
    """What does not fit, in words; R2RML 7.4 says which kinds of term a role allows."""
    literal = term.term_type is TermType.LITERAL
    wrong = {
        f"a {role} that is a literal": role in _NO_LITERAL and literal,
        f"a {role} that is no IRI": role in _ONLY_IRI and not term.term_type.is_iri,
        "a language tag that is no literal": role == "language tag" and not literal,
        "a datatype on a term that is no literal": bool(term.datatype) and not literal,
        "a language tag on a term that is no literal": bool(term.language) and not literal,
        "both a datatype and a language tag on one term": bool(term.datatype and term.language),
    }
    return next((what for what, so in wrong.items() if so), None)


def _default_type(expression: Any, role: str, *, qualified: bool) -> TermType:
    if isinstance(expression, Constant):
        return expression.kind
    if isinstance(expression, FreshNode):
        return TermType.BLANK_NODE
    if role in ("join", "language tag", "input"):
        return TermType.LITERAL
    if role == "object" and (qualified or isinstance(expression, Reference | FunctionCall)):
        return TermType.LITERAL
    return TermType.IRI


def _constant(node: Node) -> Constant:
    import pyoxigraph

    if isinstance(node, pyoxigraph.Literal):
        datatype = (
            None if node.datatype.value == f"{XSD}string" or node.language else node.datatype.value
        )
        return Constant(node.value, TermType.LITERAL, datatype, node.language)
    if isinstance(node, pyoxigraph.NamedNode):
        return Constant(node.value.removeprefix(NO_BASE), TermType.IRI)
    return Constant(node.value, TermType.BLANK_NODE)


def _column(text: str) -> str:
    """A column's name without the double quotes of SQL."""
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text
