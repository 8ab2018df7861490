"""Properties and classes of shapes that no ontology declares, or that do not occur in the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.errors import nearest
from clusterkg.findings import Severity
from clusterkg.namespaces import PREFIXES, RDF, RDFS, SH
from clusterkg.validation.lint_reading import finding
from clusterkg.validation.lint_words import namespace_of, vocabulary_positions
from clusterkg.validation.shapes_graph import TYPE, sh
from clusterkg.validation.terms import is_iri, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.engines.duckdb import Connection
    from clusterkg.findings import Finding
    from clusterkg.validation.lint_reading import Linted
    from clusterkg.validation.loading import Triple

__all__ = ["Declared", "Used", "declared_terms", "not_in_data", "unknown_terms", "used_terms"]

_FINISHED: Final = ("RDF", "RDFS", "OWL", "XSD", "SKOS", "FOAF", "DCTERMS")
"""Vocabularies that do not grow any more: rdflib has the list of their terms."""
_KINDS: Final = (
    *(f"<{RDF}Property>", f"<{RDFS}Class>", f"<{RDFS}Datatype>"),
    *(
        f"<{PREFIXES['owl']}{kind}>"
        for kind in (
            *("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
            *("FunctionalProperty", "InverseFunctionalProperty", "SymmetricProperty"),
            *("TransitiveProperty", "OntologyProperty"),
        )
    ),
)
"""What an ontology says of its properties and classes."""


@dataclass(frozen=True)
class Declared:
    """The properties and classes of ontologies, by namespace."""

    terms: dict[str, frozenset[str]]

    def knows(self, iri: str) -> bool:
        """Whether an ontology declares the term, or its namespace has no ontology here."""
        return iri in self.terms.get(namespace_of(iri), (iri,))


@dataclass(frozen=True)
class Used:
    """What occurs in the data: IRIs of predicates, of classes with instances, of all nodes."""

    predicates: frozenset[str]
    classes: frozenset[str]
    namespaces: frozenset[str]


def declared_terms(ontology: Iterable[Triple]) -> Declared:
    """The terms that the ontologies declare, and those of vocabularies that are finished."""
    import rdflib

    found: dict[str, set[str]] = {}
    for term, predicate, kind in ontology:
        if predicate == TYPE and kind in _KINDS and is_iri(term):
            iri = plain(term)
            found.setdefault(namespace_of(iri), set()).add(iri)
    for name in _FINISHED:
        vocabulary = getattr(rdflib, name)
        found.setdefault(str(vocabulary), set()).update(map(str, dir(vocabulary)))
    return Declared({space: frozenset(terms) for space, terms in found.items()})


def used_terms(connection: Connection) -> Used:
    """What occurs in the triples ``t(s, p, o)`` of the connection."""
    rows = connection.execute("SELECT DISTINCT p FROM t WHERE p IS NOT NULL").fetchall()
    predicates = frozenset(row[0][1:-1] for row in rows)
    below = _pairs(connection, f"<{PREFIXES['rdfs']}subClassOf>")
    of = connection.execute(f"SELECT DISTINCT o FROM t WHERE p = {literal(f'<{RDF}type>')}")
    waiting = [row[0] for row in of.fetchall()]
    classes = set(waiting)
    while waiting:
        for above in below.get(waiting.pop(), ()):
            if above not in classes:
                classes.add(above)
                waiting.append(above)
    names = {one[1:-1] for one in classes if one.startswith("<")}
    spaces = {namespace_of(one) for one in predicates | names}
    return Used(predicates, frozenset(names), frozenset(spaces))


def _pairs(connection: Connection, predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = connection.execute(f"SELECT s, o FROM t WHERE p = {literal(predicate)}").fetchall()
    for subject, value in rows:
        found.setdefault(subject, set()).add(value)
    return found


def unknown_terms(linted: Linted, declared: Declared) -> Iterator[Finding]:
    """Terms in a namespace whose ontology is at hand and does not have them."""
    told = set()
    for node, word, term in sorted(
        vocabulary_positions(linted), key=lambda one: (one[0], one[1], one[2])
    ):
        iri = plain(term)
        if declared.knows(iri) or iri.startswith(SH) or (node, iri) in told:
            continue
        if linted.graph.describes(term):  # the shapes describe it themselves
            continue
        told.add((node, iri))
        space = namespace_of(iri)
        near = nearest(iri, declared.terms[space])
        given = {
            "shape": linted.shape_name(node),
            "term": linted.name(term),
            "namespace": space,
        }
        sentence = "lint-unknown-term"
        if near is not None:
            sentence, given["near"] = "lint-misspelt-term", linted.name(f"<{near}>")
        yield finding(Severity.WARNING, "unknown-term", sentence, linted.place(node, word), **given)


def not_in_data(linted: Linted, used: Used, declared: Declared) -> Iterator[Finding]:
    """Targets and paths that the data do not have; a target that no ontology knows is worse."""
    occurring = {"targetClass": used.classes}
    for word in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "path"):
        known = occurring.get(word, used.predicates)
        for node, term in sorted(linted.graph.subject_objects(sh(word))):
            iri = plain(term)
            if not is_iri(term) or iri in known:
                continue
            place = linted.place(node, word)
            shape, name = linted.shape_name(node), linted.name(term)
            if word == "path":
                yield finding(
                    *(Severity.INFO, "not-in-data", "lint-path-not-in-data", place),
                    shape=shape,
                    term=name,
                )
                continue
            is_declared = iri in declared.terms.get(namespace_of(iri), ())
            yield finding(
                *(Severity.INFO if is_declared else Severity.WARNING, "not-in-data"),
                *("lint-target-not-in-data", place),
                shape=shape,
                target=name,
            )
