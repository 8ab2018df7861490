"""A mapping as frozen values: triples maps, term maps, joins, and where each one was written.

The names are those of R2RML and RML; every form of mapping document (R2RML, RML old and new,
YARRRML) is read into these values and everything later works on them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.mapping.template import Template

__all__ = [
    "Constant",
    "FreshNode",
    "Join",
    "LogicalFile",
    "LogicalQuery",
    "LogicalSource",
    "LogicalTable",
    "Mapping",
    "PredicateObjectMap",
    "RefObjectMap",
    "Reference",
    "TermMap",
    "TermType",
    "TriplesMap",
    "references",
]


class TermType(StrEnum):
    """What a term map makes; the unsafe kinds leave the values of a template as they are."""

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"

    @property
    def is_iri(self) -> bool:
        """Whether the term is an IRI of some kind."""
        return self not in (TermType.BLANK_NODE, TermType.LITERAL)


@dataclass(frozen=True)
class Constant:
    """A term that is the same for every row."""

    value: str
    kind: TermType
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Reference:
    """The value of a column, or of a JSONPath below the record."""

    name: str


@dataclass(frozen=True)
class FreshNode:
    """A new blank node for every row."""


@dataclass(frozen=True)
class TermMap:
    """A function from a row to an RDF term. ``line`` is its line in the mapping document."""

    expression: Constant | Reference | Template | FreshNode
    term_type: TermType
    datatype: TermMap | None = None
    language: TermMap | None = None
    line: int | None = None


@dataclass(frozen=True)
class Join:
    """A pair of values that have to be equal in a row of the child and a row of the parent."""

    child: TermMap
    parent: TermMap


@dataclass(frozen=True)
class RefObjectMap:
    """The subjects of another triples map as objects; ``parent`` is the name of that map."""

    parent: str
    joins: tuple[Join, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class PredicateObjectMap:
    """Every predicate with every object, in every graph."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | RefObjectMap, ...]
    graphs: tuple[TermMap, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class LogicalTable:
    """A declared table by its name, ``table`` or ``source.table``."""

    name: str
    line: int | None = None


@dataclass(frozen=True)
class LogicalQuery:
    """An SQL query on the declared tables; ``line`` is the line of its first line of SQL."""

    sql: str
    line: int | None = None


@dataclass(frozen=True)
class LogicalFile:
    """A file beside the mapping: ``csv`` (with any suffix) or ``json`` with an iterator.

    ``typed`` says whether JSON's numbers and booleans make typed literals; in the older RML
    vocabulary they do not.
    """

    path: str
    formulation: str
    iterator: str | None = None
    typed: bool = True
    line: int | None = None


LogicalSource = LogicalTable | LogicalQuery | LogicalFile


@dataclass(frozen=True)
class TriplesMap:
    """How the rows of one logical source become triples.

    ``base_iri`` is the one of the triples map itself (``rml:baseIRI``); None: the mapping's.
    """

    name: str
    source: LogicalSource
    subject: TermMap
    classes: tuple[str, ...] = ()
    graphs: tuple[TermMap, ...] = ()
    predicate_objects: tuple[PredicateObjectMap, ...] = ()
    base_iri: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Mapping:
    """A whole mapping document; ``shown`` is how messages call its file."""

    file: Path
    shown: str
    base_iri: str
    triples_maps: tuple[TriplesMap, ...]

    def triples_map(self, name: str) -> TriplesMap:
        """The triples map of that name; reading made sure that it exists."""
        return next(found for found in self.triples_maps if found.name == name)


def references(term: TermMap) -> tuple[str, ...]:
    """The names that a term map refers to, also in its datatype and its language."""
    names: tuple[str, ...] = ()
    if isinstance(term.expression, Reference):
        names = (term.expression.name,)
    elif not isinstance(term.expression, Constant | FreshNode):
        names = term.expression.references
    for part in (term.datatype, term.language):
        if part is not None:
            names += references(part)
    return names
