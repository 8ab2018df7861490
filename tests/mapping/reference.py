"""A second mapping engine, small and slow, to hold the first one against.

It starts from the same frozen values as the engine and shares nothing else with it. A triples map
is evaluated row by row as R2RML (sections 6 to 11) and RML core say it, terms are objects of
pyoxigraph, and what cannot become a term is an ``Offender``.

Where the specifications leave a choice, the engine's documented one is taken: a value that may
not be a term leaves out its triple; an ``http`` address needs a host (RFC 9110, 4.2.1); the
primary language subtag has two or three letters.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyoxigraph as ox

from clusterkg.mapping import triples_map as tm
from clusterkg.mapping.template import Template

from .reference_terms import terms_of
from .reference_values import Made, Offender, Row, steps, texts_of

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DEFAULT_GRAPHS = ("http://www.w3.org/ns/r2rml#defaultGraph", "http://w3id.org/rml/defaultGraph")


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file, whose header is row 1; None stands for an empty cell."""

    rows: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True)
class Document:
    """A JSON document, its numbers as ``Number``."""

    value: Any


def map_tables(mapping: tm.Mapping, files: Mapping[str, Table | Document]) -> Made:
    """The quads of a mapping over ``files``, and what could not become a term."""
    made = Made()
    for triples_map in mapping.triples_maps:
        _map(triples_map, mapping, files, made)
    return made


def _rows(
    triples_map: tm.TriplesMap, mapping: tm.Mapping, files: Mapping[str, Table | Document]
) -> list[Row]:
    source = triples_map.source
    assert isinstance(source, tm.LogicalFile)
    data = files[source.path]
    base = triples_map.base_iri or mapping.base_iri
    if isinstance(data, Table):
        # RML-IO: a described source has the nulls it states, else the empty cell is one
        nulls = ("",) if source.nulls is None else source.nulls

        def cell(row: Mapping[str, str | None], name: str) -> list[str | None]:
            text = row[name] or ""
            return [None if text in nulls else text]

        return [
            Row(source.path, n, partial(cell, row), False, base, triples_map.name)
            for n, row in enumerate(data.rows, start=2)
        ]
    records = list(steps(data.value, source.iterator or "$"))
    return [
        Row(
            source.path,
            n,
            lambda path, record=record: list(steps(record, path)),
            source.typed,
            base,
            triples_map.name,
        )
        for n, record in enumerate(records, start=1)
    ]


def _map(
    triples_map: tm.TriplesMap,
    mapping: tm.Mapping,
    files: Mapping[str, Table | Document],
    made: Made,
) -> None:
    for row in _rows(triples_map, mapping, files):
        subjects = terms_of(triples_map.subject, row, made)
        own = [terms_of(graph, row, made) for graph in triples_map.graphs]
        pairs: list[tuple[list[Any], list[Any], list[list[Any]]]] = [
            ([RDF_TYPE], [ox.NamedNode(iri) for iri in triples_map.classes], own)
        ]
        for pair in triples_map.predicate_objects:
            graphs = own + [terms_of(graph, row, made) for graph in pair.graphs]
            predicates = [t for term in pair.predicates for t in terms_of(term, row, made)]
            objects: list[Any] = []
            for target in pair.objects:
                if isinstance(target, tm.TermMap):
                    objects += terms_of(target, row, made)
                else:
                    objects += _referred(target, row, mapping, files)
            pairs.append((predicates, objects, graphs))
        _tell_missing(triples_map, row, made)
        _tell_lonely(triples_map, row, mapping, files, made)
        for predicates, objects, graphs in pairs:
            # R2RML 11.1: without any graph map the default graph, else the generated graphs
            targets = [g for terms in graphs for g in terms] if graphs else [ox.DefaultGraph()]
            for s, p, o, g in itertools.product(subjects, predicates, objects, targets):
                graph = ox.DefaultGraph() if getattr(g, "value", "") in DEFAULT_GRAPHS else g
                made.quads.add(ox.Quad(s, p, o, graph))


def _referred(
    target: tm.RefObjectMap,
    row: Row,
    mapping: tm.Mapping,
    files: Mapping[str, Table | Document],
) -> list[Any]:
    """The subjects of the parent (R2RML, section 8). What is wrong is told by the parent."""
    parent = mapping.triples_map(target.parent)
    found: list[Any] = []
    for other in _rows(parent, mapping, files):
        if target.joins:
            joined = all(
                set(texts_of(join.child, row)) & set(texts_of(join.parent, other))
                for join in target.joins
            )
        else:
            joined = other.number == row.number  # the same rows: the logical sources are equal
        if joined:
            found += terms_of(parent.subject, other, Made())
    return found


# -- what is told, though nothing is wrong with a term -----------------------------------------


def _tell_missing(triples_map: tm.TriplesMap, row: Row, made: Made) -> None:
    """A template makes nothing (R2RML 7.3) where a value is missing that is one, not a list."""
    terms = [(triples_map.subject, "WARNING")]
    terms += [(graph, "INFO") for graph in triples_map.graphs]
    for pair in triples_map.predicate_objects:
        own = [target for target in pair.objects if isinstance(target, tm.TermMap)]
        terms += [(term, "INFO") for term in (*pair.predicates, *pair.graphs, *own)]
    terms += [(term.datatype, "INFO") for term, _ in terms if term.datatype is not None]
    for term, severity in terms:
        if not isinstance(term.expression, Template):
            continue
        for name in term.expression.references:
            values = row.values(name)
            if "*" not in name and (not values or values[0] is None):
                made.offenders.add(
                    Offender(
                        "template-on-null", row.file, row.number, frozenset([name]), "", severity
                    )
                )


def _tell_lonely(
    triples_map: tm.TriplesMap,
    row: Row,
    mapping: tm.Mapping,
    files: Mapping[str, Table | Document],
    made: Made,
) -> None:
    """A row that gives all the values of a join, which no row of the parent has."""
    for pair in triples_map.predicate_objects:
        for target in pair.objects:
            if not isinstance(target, tm.RefObjectMap) or not target.joins:
                continue
            parents = _rows(mapping.triples_map(target.parent), mapping, files)
            sides = [texts_of(join.child, row) for join in target.joins]
            columns = frozenset(n for join in target.joins for n in tm.references(join.child))
            for wanted in itertools.product(*sides):
                there = any(
                    all(
                        text in texts_of(join.parent, other)
                        for text, join in zip(wanted, target.joins, strict=True)
                    )
                    for other in parents
                )
                if not there:
                    value = ", ".join(wanted)
                    made.offenders.add(
                        Offender("empty-join", row.file, row.number, columns, value, "WARNING")
                    )
