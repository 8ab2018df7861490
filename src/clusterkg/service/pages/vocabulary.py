"""The ontology and the concept schemes → a reference that people can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from clusterkg.namespaces import CLK, ONTOLOGY, SCHEMES
from clusterkg.service.pages import described, locale
from clusterkg.service.pages.facts import Facts, local_name
from clusterkg.service.pages.rendering import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.service.pages.labels import Label
    from clusterkg.service.pages.reader import Reader
    from clusterkg.service.pages.reading import Reading

__all__ = ["ontology_page", "scheme_page"]

_SECTIONS: Final = (
    ("classes", "owl:Class"),
    ("object-properties", "owl:ObjectProperty"),
    ("datatype-properties", "owl:DatatypeProperty"),
)
_CUBE: Final = ("qb:DimensionProperty", "qb:MeasureProperty", "qb:AttributeProperty")
_RELATIONS: Final = (
    ("above", "rdfs:subClassOf"),
    ("above", "rdfs:subPropertyOf"),
    ("domain", "rdfs:domain"),
    ("range", "rdfs:range"),
    ("inverse", "owl:inverseOf"),
    ("same", "owl:equivalentClass"),
    ("same", "owl:equivalentProperty"),
    ("near", "skos:closeMatch"),
    ("near", "skos:exactMatch"),
    ("broader", "skos:broadMatch"),
    ("related", "skos:relatedMatch"),
    ("see", "rdfs:seeAlso"),
)


@dataclass(frozen=True)
class Term:
    """One class or property."""

    iri: str
    anchor: str
    label: Label
    definition: Label | None
    notes: tuple[Label, ...]
    others: tuple[Label, ...]
    relations: tuple[tuple[str, tuple[tuple[str, Label], ...]], ...]
    depth: int


@dataclass(frozen=True)
class Section:
    """All terms of one kind; classes below those they belong to."""

    id: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Concept:
    """One concept of a scheme with those below it."""

    iri: str
    anchor: str
    """Local name; empty where the concept stands below a second broader one."""
    label: Label
    definition: Label | None
    others: tuple[Label, ...]
    activities: tuple[tuple[str, str, Label], ...]
    matches: tuple[tuple[str, Label], ...]
    used: int
    narrower: tuple[Concept, ...]


def ontology_page(reader: Reader, reading: Reading) -> str | None:
    """The reference of all terms; None if the graph holds no ontology."""
    facts = reading.facts("graph", graph=reader.site.iri("graph/ontology"))
    if not facts.subjects("owl:Class"):
        return None
    language = reader.language
    name = facts.name(ONTOLOGY, language)
    return render(
        "ontology.html",
        reader,
        title=name.text,
        name=name,
        description=facts.label(ONTOLOGY, "dct:description", language),
        namespace=CLK,
        version=facts.text(ONTOLOGY, "owl:versionInfo"),
        sections=_sections(facts, reader),
        schemes=_schemes(reading, language),
    )


def _sections(facts: Facts, reader: Reader) -> list[Section]:
    sections = []
    cube = {iri for kind in _CUBE for iri in facts.subjects(kind) if iri.startswith(CLK)}
    for name, kind in _SECTIONS:
        terms = [i for i in facts.subjects(kind) if i.startswith(CLK) and i not in cube]
        sections.append(Section(name, tuple(_in_order(terms, facts, reader))))
    sections.append(Section("cube", tuple(_in_order(sorted(cube), facts, reader))))
    return [section for section in sections if section.terms]


def _in_order(terms: list[str], facts: Facts, reader: Reader) -> list[Term]:
    """Each term after the one it is subordinate to, siblings by name."""
    known = set(terms)
    below: dict[str | None, list[str]] = {}
    for term in terms:
        above = [
            thing
            for name in ("rdfs:subClassOf", "rdfs:subPropertyOf")
            for thing in facts.things(term, name)
            if thing in known and thing != term
        ]
        below.setdefault(above[0] if above else None, []).append(term)
    found: list[Term] = []
    seen: set[str] = set()

    def by_name(term: str) -> tuple[str, str]:
        return locale.order(facts.name(term, reader.language).text)

    def walk(above: str | None, depth: int) -> None:
        for term in sorted(below.get(above, ()), key=by_name):
            if term not in seen:
                seen.add(term)
                found.append(_term(term, depth, facts, reader))
                walk(term, depth + 1)

    walk(None, 0)
    return found + [_term(term, 0, facts, reader) for term in terms if term not in seen]


def _term(iri: str, depth: int, facts: Facts, reader: Reader) -> Term:
    language = reader.language
    relations: dict[str, list[tuple[str, Label]]] = {}
    for key, name in _RELATIONS:
        for thing in facts.things(iri, name):
            if thing.startswith(("http://", "https://")):
                label = described.value_of(ox.NamedNode(thing), facts, reader).label
                relations.setdefault(key, []).append((thing, label))
    return Term(
        iri,
        local_name(iri),
        facts.name(iri, language),
        facts.label(iri, "skos:definition", language),
        tuple(
            label
            for name in ("skos:scopeNote", "rdfs:comment", "skos:example")
            for label in facts.labels(iri, name, language)
        ),
        tuple(facts.labels(iri, "skos:altLabel", language)),
        tuple((key, tuple(things)) for key, things in relations.items()),
        depth,
    )


def _schemes(reading: Reading, language: str) -> list[tuple[str, Label, int]]:
    rows = [row for row in reading.rows("schemes") if row["scheme"].value.startswith(SCHEMES)]
    names = Facts(reading.names(row["scheme"].value for row in rows))
    found = [
        (row["scheme"].value, names.name(row["scheme"].value, language), int(row["concepts"].value))
        for row in rows
    ]
    return sorted(found, key=lambda scheme: locale.order(scheme[1].text))


def scheme_page(reader: Reader, reading: Reading, iri: str) -> str | None:
    """A concept scheme as a tree; None if the graph holds none of that name."""
    facts = reading.facts("scheme", scheme=iri)
    concepts = [thing for thing in facts.subjects() if iri in facts.things(thing, "skos:inScheme")]
    if not concepts:
        return None
    uses = {
        row["concept"].value: int(row["uses"].value)
        for row in reading.rows("concept-uses", scheme=iri)
        if "concept" in row
    }
    around = [
        thing
        for concept in concepts
        for name in ("clk:coversActivity", *_MATCHES)
        for thing in facts.things(concept, name)
    ]
    facts.add(reading.names(around))
    name = facts.name(iri, reader.language)
    return render(
        "scheme.html",
        reader,
        title=name.text,
        name=name,
        description=facts.label(iri, "dct:description", reader.language)
        or facts.label(iri, "skos:definition", reader.language),
        namespace=f"{iri}#",
        count=len(concepts),
        concepts=_tree(concepts, facts, reader, uses),
    )


_MATCHES: Final = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:relatedMatch")


def _tree(
    concepts: list[str], facts: Facts, reader: Reader, uses: Mapping[str, int]
) -> tuple[Concept, ...]:
    known = set(concepts)
    above = {
        concept: [b for b in facts.things(concept, "skos:broader") if b in known and b != concept]
        for concept in concepts
    }
    for upper in concepts:
        for lower in facts.things(upper, "skos:narrower"):
            if lower in known and upper not in above[lower] and lower != upper:
                above[lower].append(upper)

    anchored: set[str] = set()

    def branch(parent: str | None, seen: frozenset[str]) -> tuple[Concept, ...]:
        children = sorted(
            (
                c
                for c in concepts
                if c not in seen and (parent in above[c] if parent else not above[c])
            ),
            key=lambda c: locale.order(facts.name(c, reader.language).text),
        )
        made = []
        for child in children:
            first = child not in anchored
            anchored.add(child)
            below = branch(child, seen | {child})
            made.append(_concept(child, facts, reader, uses.get(child, 0), below, anchored=first))
        return tuple(made)

    return branch(None, frozenset())


def _concept(  # noqa: PLR0913
    iri: str,
    facts: Facts,
    reader: Reader,
    used: int,
    narrower: tuple[Concept, ...],
    *,
    anchored: bool,
) -> Concept:
    language = reader.language
    activities = [
        (activity, facts.text(activity, "skos:notation") or "", facts.name(activity, language))
        for activity in facts.things(iri, "clk:coversActivity")
    ]
    matches = [thing for name in _MATCHES for thing in facts.things(iri, name)]
    return Concept(
        iri,
        local_name(iri) if anchored else "",
        facts.name(iri, language),
        facts.label(iri, "skos:definition", language),
        tuple(facts.labels(iri, "skos:altLabel", language)),
        tuple(sorted(activities, key=lambda a: (a[1], a[0]))),
        tuple(
            (thing, described.value_of(ox.NamedNode(thing), facts, reader).label)
            for thing in matches
        ),
        used,
        narrower,
    )
