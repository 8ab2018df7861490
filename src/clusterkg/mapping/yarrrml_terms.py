"""The texts of a YARRRML document → term maps: prefixes, ``$(names)``, ``~iri``, what is meant.

An object without ``~iri`` is a literal, but for a prefixed name, a web address, and what
follows ``a``. A template that starts with a prefix and does not say ``~iri`` is a problem:
a literal that looks like an IRI is hardly ever meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clusterkg.errors import did_you_mean
from clusterkg.mapping.template import Template, TemplateError, Variable, parse_yarrrml
from clusterkg.mapping.triples_map import Constant, Reference, TermMap, TermType
from clusterkg.namespaces import RDF, XSD

if TYPE_CHECKING:
    from clusterkg.mapping.problems import Problems

__all__ = ["Texts", "Wanted", "split_suffix"]

_TYPES = {"iri": TermType.IRI, "blank": TermType.BLANK_NODE, "literal": TermType.LITERAL}
_CURIE = re.compile(r"^([A-Za-z_][\w.-]*):(?!//)(\S*)$")
_IRI = re.compile(r"^(https?://|urn:|mailto:|tel:)[^\s<>\"{}|\\^`]+$")
_PREFIX_START = re.compile(r"^([A-Za-z_][\w.-]*):(?!//)")


@dataclass(frozen=True)
class Wanted:
    """What a document says about an object beside its text."""

    kind: str | None = None
    language: str | None = None
    datatype: str | None = None
    is_type: bool = False


@dataclass
class Texts:
    """Reads the texts of one document; what is wrong goes to ``problems``."""

    problems: Problems
    prefixes: dict[str, str] = field(default_factory=lambda: {"rdf": RDF, "xsd": XSD})

    def predicate(self, text: str, line: int | None) -> TermMap:
        """The term map of a predicate; ``a`` is rdf:type."""
        return self.iri("rdf:type" if text == "a" else text, line)

    def subject(self, text: str, line: int | None, kind: str | None) -> TermMap:
        """The term map of a subject: an IRI, or a blank node if its type says so."""
        bare, suffix = split_suffix(text)
        if (kind or suffix) == "blank":
            return self.expression(bare, line, TermType.BLANK_NODE)
        return self.iri(bare, line)

    def object(self, text: str, line: int | None, wanted: Wanted) -> TermMap:
        """The term map of an object, with its language or datatype."""
        text, suffix = split_suffix(text)
        if suffix == "lang":
            self.problems.add(
                f"'{text}~lang' does not name a language",
                line=line,
                hint="Write [predicate, $(text), de~lang].",
            )
            suffix = None
        given = self._given_type(wanted.kind or suffix, line)
        qualified = "language" if wanted.language else "datatype" if wanted.datatype else None
        if qualified and given not in (None, TermType.LITERAL):
            self.problems.add(
                f"a {qualified} on an object that is no literal: '{text}'",
                line=line,
                hint=f"Leave out either the {qualified} or ~{wanted.kind or suffix}.",
            )
        if given is None:
            is_iri = wanted.is_type or self._kind_of(text, line) is TermType.IRI
            given = TermType.IRI if is_iri and not qualified else TermType.LITERAL
        if given is TermType.IRI:
            return self.iri(text, line)
        language, datatype = wanted.language, wanted.datatype
        return replace(
            self.expression(text, line, given),
            datatype=self.iri(datatype, line) if datatype else None,
            language=self.expression(language, line, TermType.LITERAL) if language else None,
        )

    def _given_type(self, kind: str | None, line: int | None) -> TermType | None:
        if kind is None or kind in _TYPES:
            return _TYPES[kind] if kind else None
        hint = did_you_mean(kind, _TYPES)
        self.problems.add(f"unknown type '{kind}' of an object", line=line, hint=hint)
        return None

    def _kind_of(self, text: str, line: int | None) -> TermType:
        """IRI or literal for an object that does not say what it is."""
        start = _PREFIX_START.match(text)
        if "$(" in text:
            if start and start[1] in self.prefixes:
                self.problems.add(
                    f"object '{text}' starts with a prefix but would become a literal",
                    line=line,
                    hint=f"Write {text}~iri, or {{value: …, type: literal}} if a literal is meant.",
                )
            return TermType.LITERAL
        if _IRI.match(text):
            return TermType.IRI
        return TermType.IRI if _CURIE.match(text) else TermType.LITERAL

    def iri(self, text: str, line: int | None) -> TermMap:
        """A term map that makes an IRI: a prefix is replaced, an undefined one is a problem."""
        text, _ = split_suffix(text)
        start = _PREFIX_START.match(text)
        if start and not _IRI.match(text):
            if start[1] in self.prefixes:
                text = self.prefixes[start[1]] + text[start.end() :]
            else:
                self.problems.add(
                    f"undefined prefix '{start[1]}' in '{text}'",
                    line=line,
                    hint=did_you_mean(start[1], self.prefixes),
                )
        return self.expression(text, line, TermType.IRI)

    def expression(self, text: str, line: int | None, kind: TermType) -> TermMap:
        """The term map of a text without a prefix: a constant, a reference or a template."""
        try:
            template = parse_yarrrml(text)
        except TemplateError as error:
            self.problems.add(f"template '{text}' has {error}", line=line)
            return TermMap(Constant(text, TermType.LITERAL), kind, line=line)
        match template.parts:
            case ():
                return TermMap(Constant("", kind), kind, line=line)
            case (str(fixed),):
                return TermMap(Constant(fixed, kind), kind, line=line)
            case (Variable(name),):
                return TermMap(Reference(name), kind, line=line)
        return TermMap(Template(template.parts), kind, line=line)


def split_suffix(text: str) -> tuple[str, str | None]:
    """``$(x)~iri`` → (``$(x)``, ``iri``); any other tilde belongs to the text."""
    head, tilde, tail = text.rpartition("~")
    return (head, tail) if tilde and tail in (*_TYPES, "lang") else (text, None)
