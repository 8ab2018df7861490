"""Every statement about a thing, by property, each with the named graphs that make it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from clusterkg.service.pages import described, locale
from clusterkg.service.pages.facts import expand

if TYPE_CHECKING:
    from clusterkg.service.pages.facts import Facts
    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader

__all__ = ["Group", "Statement", "groups", "statements_of"]


@dataclass(frozen=True)
class Statement:
    """One statement and the named graphs that make it."""

    property: str
    label: Label
    value: described.Value
    graphs: tuple[tuple[str, Label], ...]


@dataclass(frozen=True)
class Group:
    """All values of one property."""

    property: str
    label: Label
    values: tuple[Statement, ...]


def statements_of(iri: str, facts: Facts, reader: Reader) -> list[Statement]:
    """Every statement about a thing with its source, by property."""
    found = [
        Statement(
            property_,
            described.property_label(property_, facts, reader),
            described.value_of(term, facts, reader),
            tuple(described.graph_names(reader, facts, graphs)),
        )
        for property_, term, graphs in facts.statements(iri)
    ]
    return sorted(
        found, key=lambda s: (locale.order(s.label.text), locale.order(s.value.label.text))
    )


def groups(iri: str, facts: Facts, reader: Reader) -> list[Group]:
    """The same grouped by property, without the class."""
    statements = [
        statement
        for statement in statements_of(iri, facts, reader)
        if statement.property != expand("rdf:type")
    ]
    return [
        Group(property_, among[0].label, tuple(among))
        for property_, each in groupby(statements, key=lambda s: s.property)
        if (among := list(each))
    ]
