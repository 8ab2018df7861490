"""A mapping as frozen values: triples maps, term maps, joins, and where each one was written.

The names are those of R2RML and RML; every form of mapping document (R2RML, RML old and new,
YARRRML) is read into these values and everything later works on them alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from clusterkg.sources.csv_form import CsvForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clusterkg.mapping.template import Template
    from clusterkg.sources.databases import Address

__all__ = [
    "POLICIES",
    "Constant",
    "Field",
    "FreshNode",
    "FunctionCall",
    "Gather",
    "Join",
    "LogicalDatabase",
    "LogicalFile",
    "LogicalQuery",
    "LogicalSource",
    "LogicalSparql",
    "LogicalTable",
    "LogicalTarget",
    "LogicalView",
    "Mapping",
    "PredicateObjectMap",
    "RefObjectMap",
    "Reference",
    "TermMap",
    "TermType",
    "TriplesMap",
    "ViewJoin",
    "all_terms",
    "column_of",
    "gathered",
    "is_of_record",
    "references",
    "source_terms",
    "stated_terms",
    "targets_of",
]


POLICIES: Final = ("report", "fail")
"""Report values that cannot become a term and leave them out, or write nothing at all."""


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
    """A new blank node for every row; those of one triples map are told apart by ``number``."""

    number: int = 0


@dataclass(frozen=True)
class FunctionCall:
    """What a function gives for its inputs (RML-FNML); ``returns`` is the IRI of the output.

    An input is the IRI of a parameter and a term map, of which the plain value is taken.
    """

    function: str
    inputs: tuple[tuple[str, TermMap], ...] = ()
    returns: str | None = None


@dataclass(frozen=True)
class LogicalTarget:
    """A file to which the quads with a term go (RML-IO), instead of the default output.

    ``form`` is one of nq, nt, ttl, trig, rdfxml, jsonld, rdfjson; ``root`` is where a relative
    path begins: ``mapping``, ``working`` (the current folder), or a folder; ``encoding`` is utf-8
    or utf-16, ``compression`` none, gzip, zip, targz or tarxz.
    """

    path: str
    form: str = "nq"
    root: str = "working"
    encoding: str = "utf-8"
    compression: str = "none"
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TermMap:
    """A function from a row to an RDF term. ``line`` is its line in the mapping document.

    Where the value of ``condition`` is not true, there is no term. Every quad with such a term
    goes to all ``targets``.
    """

    expression: Constant | Reference | Template | FreshNode | FunctionCall
    term_type: TermType
    datatype: TermMap | None = None
    language: TermMap | None = None
    line: int | None = None
    condition: TermMap | None = None
    targets: tuple[LogicalTarget, ...] = ()
    gather: Gather | None = None


@dataclass(frozen=True)
class Gather:
    """The members of a collection or container (RML-CC) whose node a term map makes.

    ``kind`` is List, Bag, Seq or Alt. The terms of all members are appended; with ``product``
    every combination of one term a member is a collection of its own.
    """

    members: tuple[TermMap | RefObjectMap, ...]
    kind: str
    allow_empty: bool = False
    product: bool = False


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
    targets: tuple[LogicalTarget, ...] = ()


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
    """A file: ``csv`` (any table), ``json`` or ``xml`` with an iterator, ``sparql`` with a query.

    ``typed`` says whether JSON's numbers and booleans make typed literals; in the older RML
    vocabulary they do not. ``root`` is where a relative path begins: ``mapping``, ``working`` (the
    current folder), or a folder; None: the mapping's folder, else the current one. ``encoding``
    None: UTF-8, or what the XML says; ``compression`` None: as the suffix says. ``nulls`` are the
    texts that are no value; None: in a table the empty one. ``namespaces`` are pairs of a prefix
    and an IRI for XPath. ``optional`` are references that no record need have.
    """

    path: str
    formulation: str
    iterator: str | None = None
    typed: bool = True
    line: int | None = field(default=None, compare=False)
    root: str | None = None
    encoding: str | None = None
    compression: str | None = None
    nulls: tuple[str, ...] | None = None
    form: CsvForm = field(default_factory=CsvForm)
    namespaces: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogicalDatabase:
    """A table or a query of a database that the mapping names; the query is in its own SQL."""

    database: Address
    table: str | None
    query: str | None
    line: int | None = None


@dataclass(frozen=True)
class LogicalSparql:
    """The results of a SELECT at an endpoint: ``json`` with an iterator, or ``csv``."""

    endpoint: str
    query: str
    formulation: str
    iterator: str
    typed: bool = False
    line: int | None = None


@dataclass(frozen=True)
class Field:
    """A field of a logical view: an expression, or an iteration of its parent's records.

    An iteration has a ``formulation`` (``csv``, ``json``; None: the parent's) and an iterator.
    """

    name: str
    expression: TermMap | None = None
    formulation: str | None = None
    iterator: str | None = None
    fields: tuple[Field, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class ViewJoin:
    """Fields of another view, where the conditions hold; an inner join keeps no other rows."""

    parent: LogicalView
    joins: tuple[Join, ...]
    fields: tuple[Field, ...]
    inner: bool = False
    line: int | None = None


@dataclass(frozen=True)
class LogicalView:
    """Named fields of the records of another source (RML-LV)."""

    name: str
    on: LogicalSource
    fields: tuple[Field, ...]
    joins: tuple[ViewJoin, ...] = ()
    line: int | None = None


LogicalSource = (
    LogicalTable | LogicalQuery | LogicalFile | LogicalDatabase | LogicalSparql | LogicalView
)


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
    """A whole mapping document; ``shown`` is how messages call its file.

    ``on_data_error`` is one of ``POLICIES``: what happens if a value cannot become a term.
    """

    file: Path
    shown: str
    base_iri: str
    triples_maps: tuple[TriplesMap, ...]
    on_data_error: str = "report"

    def triples_map(self, name: str) -> TriplesMap:
        """The triples map of that name; reading made sure that it exists."""
        return next(found for found in self.triples_maps if found.name == name)

    @property
    def targets(self) -> tuple[LogicalTarget, ...]:
        """The logical targets of all its terms, each once."""
        terms: list[TermMap | RefObjectMap] = []
        for one in self.triples_maps:
            terms += [one.subject, *one.graphs]
            for pair in one.predicate_objects:
                terms += [*pair.predicates, *pair.objects, *pair.graphs]
        return tuple(dict.fromkeys(target for term in terms for target in targets_of(term)))


def source_terms(view: LogicalView) -> Iterator[tuple[LogicalSource, TermMap]]:
    """The terms that a view, and every view it is made of, takes from sources that are none."""
    if isinstance(view.on, LogicalView):
        yield from source_terms(view.on)
    else:
        yield from ((view.on, one.expression) for one in view.fields if one.expression)
    for join in view.joins:
        yield from source_terms(join.parent)


def column_of(view: LogicalView, name: str | None) -> str | None:
    """The reference to the view's source behind a field, where the field is nothing else."""
    found = next((one for one in view.fields if one.name == name), None)
    term = found.expression if found else None
    if term is None or not isinstance(term.expression, Reference):
        return name
    inner = term.expression.name
    return column_of(view.on, inner) if isinstance(view.on, LogicalView) else inner


def is_of_record(source: LogicalSource, reference: str) -> bool:
    """Whether a reference is to the record of a source itself.

    In a view, what another view or a nested iteration brings may be missing by intention.
    """
    while isinstance(source, LogicalView):
        found = next((one for one in source.fields if one.name == reference), None)
        term = found.expression if found else None
        if term is None:
            return False
        if not isinstance(term.expression, Reference):
            return True
        source, reference = source.on, term.expression.name
    return True


def gathered(target: TermMap | RefObjectMap) -> Iterator[TermMap | RefObjectMap]:
    """What a term map gathers, at every depth, after the term map itself."""
    yield target
    if isinstance(target, TermMap) and target.gather is not None:
        for member in target.gather.members:
            yield from gathered(member)


def references(term: TermMap) -> tuple[str, ...]:
    """The names that a term map refers to, also in its datatype, language and condition."""
    names: tuple[str, ...] = ()
    if isinstance(term.expression, Reference):
        names = (term.expression.name,)
    elif isinstance(term.expression, FunctionCall):
        names = tuple(name for _, one in term.expression.inputs for name in references(one))
    elif not isinstance(term.expression, Constant | FreshNode):
        names = term.expression.references
    for part in (term.datatype, term.language, term.condition):
        if part is not None:
            names += references(part)
    return names


def targets_of(term: TermMap | RefObjectMap) -> tuple[LogicalTarget, ...]:
    """The targets of a term: its own, and those of the parts of which it is made.

    A term of another triples map (``RefObjectMap``) does not bring the targets it has there.
    """
    found = term.targets
    if isinstance(term, RefObjectMap):
        return found
    inputs = term.expression.inputs if isinstance(term.expression, FunctionCall) else ()
    for part in (term.datatype, term.language, *(one for _, one in inputs)):
        if part is not None:
            found += targets_of(part)
    return tuple(dict.fromkeys(found))


def stated_terms(triples_map: TriplesMap) -> Iterator[TermMap | RefObjectMap]:
    """Every term map of a triples map itself, also those that are gathered."""
    targets: list[TermMap | RefObjectMap] = [triples_map.subject, *triples_map.graphs]
    for pair in triples_map.predicate_objects:
        targets += [*pair.predicates, *pair.graphs, *pair.objects]
    for target in targets:
        yield from gathered(target)


def all_terms(triples_maps: Sequence[TriplesMap]) -> Iterator[tuple[str, TermMap]]:
    """Every term map with the name of the triples map on whose rows it is evaluated."""
    subjects = {one.name: one.subject for one in triples_maps}
    for triples_map in triples_maps:
        name = triples_map.name
        for target in stated_terms(triples_map):
            if isinstance(target, TermMap):
                yield name, target
                continue
            for join in target.joins:
                yield name, join.child
                yield target.parent, join.parent
            if not target.joins and target.parent in subjects:
                inner = gathered(subjects[target.parent])
                yield from ((name, one) for one in inner if isinstance(one, TermMap))
