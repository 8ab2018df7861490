"""Rows (?g ?s ?p ?o) of a page's queries → Facts: what is said of each thing, and by which graph.

Pages ask for the neighbourhood of a resource in a few bounded queries and put it together here.
That needs no OPTIONAL and no GROUP BY, and every value on a page still knows its source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clusterkg.namespaces import PREFIXES
from clusterkg.service.pages.labels import Label, choose, label_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Facts", "curie", "expand", "local_name"]

_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])|[-_]+")


def expand(name: str) -> str:
    """``clk:Cluster`` → its IRI; every vocabulary a page names is one of ``PREFIXES``."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def curie(iri: str) -> str:
    """The IRI shortened by the usual prefixes, or as it stands."""
    best = ""
    for name, start in PREFIXES.items():
        if iri.startswith(start) and len(start) > len(best) and "/" not in iri[len(start) :]:
            best, short = start, f"{name}:{iri[len(start) :]}"
    return short if best else iri


def local_name(iri: str) -> str:
    """The last part of an IRI after # or /."""
    return re.split(r"[#/]", iri.rstrip("/#"))[-1]


class Facts:
    """An index of statements: subject → predicate → objects, and the graphs of each statement."""

    def __init__(self, rows: Iterable[Mapping[str, object]] = ()) -> None:
        self._objects: dict[str, dict[str, dict[object, None]]] = defaultdict(dict)
        self._graphs: dict[tuple[str, str, object], dict[str, None]] = defaultdict(dict)
        self.add(rows)

    def add(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Take in rows of ?s ?p ?o and, where a query asks for it, ?g."""
        for row in rows:
            subject, predicate = _value(row["s"]), _value(row["p"])
            self._objects[subject].setdefault(predicate, {})[row["o"]] = None
            graph = row.get("g")
            if isinstance(graph, ox.NamedNode):
                self._graphs[subject, predicate, row["o"]][graph.value] = None

    def __contains__(self, iri: str) -> bool:
        """Whether anything is said of ``iri``."""
        return iri in self._objects

    def subjects(self, kind: str | None = None) -> list[str]:
        """Everything described, or everything of the class ``kind`` (a prefixed name), sorted."""
        if kind is None:
            return sorted(self._objects)
        return sorted(iri for iri in self._objects if self.is_a(iri, kind))

    def predicates(self, iri: str) -> list[str]:
        """The IRIs of the properties that ``iri`` has."""
        return list(self._objects.get(iri, {}))

    def objects(self, iri: str, name: str) -> list[object]:
        """The terms that ``iri`` has for ``name`` (``clk:inSector``), in a stable order."""
        found = self._objects.get(iri, {}).get(expand(name), {})
        return sorted(found, key=str)

    def statements(self, iri: str) -> list[tuple[str, object, tuple[str, ...]]]:
        """All (predicate, object, graphs) of ``iri``, sorted."""
        return sorted(
            (
                (predicate, term, tuple(sorted(self._graphs.get((iri, predicate, term), ()))))
                for predicate, terms in self._objects.get(iri, {}).items()
                for term in terms
            ),
            key=lambda statement: (statement[0], str(statement[1])),
        )

    def graphs(self, iri: str) -> list[str]:
        """The graphs that say anything of ``iri``."""
        return sorted({graph for _, _, graphs in self.statements(iri) for graph in graphs})

    def things(self, iri: str, name: str) -> list[str]:
        """The IRIs that ``iri`` has for ``name``, sorted."""
        return sorted(
            _value(term) for term in self.objects(iri, name) if not isinstance(term, ox.Literal)
        )

    def thing(self, iri: str, name: str) -> str | None:
        """The first of :meth:`things`."""
        return next(iter(self.things(iri, name)), None)

    def texts(self, iri: str, name: str) -> list[str]:
        """The literals that ``iri`` has for ``name``, without language or datatype, sorted."""
        return sorted(
            {term.value for term in self.objects(iri, name) if isinstance(term, ox.Literal)}
        )

    def text(self, iri: str, name: str) -> str | None:
        """The first of :meth:`texts`."""
        return next(iter(self.texts(iri, name)), None)

    def labels(self, iri: str, name: str, language: str) -> list[Label]:
        """Every literal for ``name`` in the reader's language, or those of the next best one."""
        found = choose(self.objects(iri, name), language)
        if found is None:
            return []
        return [
            label_of(term, language)
            for term in self.objects(iri, name)
            if isinstance(term, ox.Literal) and term.language == found.language
        ]

    def sayings(self, iri: str, name: str, language: str) -> list[Label]:
        """Every literal for ``name`` in whatever language: the words of sources."""
        terms = self.objects(iri, name)
        return [label_of(term, language) for term in terms if isinstance(term, ox.Literal)]

    def label(self, iri: str, name: str, language: str) -> Label | None:
        """One literal for ``name``, chosen for the reader."""
        return choose(self.objects(iri, name), language)

    def is_a(self, iri: str, kind: str) -> bool:
        """Whether ``iri`` is stated to be of the class ``kind`` (a prefixed name)."""
        return any(
            _value(term) == expand(kind) for term in self._objects.get(iri, {}).get(_TYPE, ())
        )

    def name(self, iri: str, language: str) -> Label:
        """What to call ``iri``: a label, a title, or in want of one its readable local name."""
        for prefixed in _NAMES:
            if found := choose(self._objects.get(iri, {}).get(expand(prefixed), ()), language):
                return found
        return plain(readable(iri))


def readable(iri: str) -> str:
    """A name made of an IRI: ``…/id/region/leipzig-halle`` → ``leipzig halle``."""
    short = local_name(iri)
    return " ".join(part for part in _CAMEL.split(short) if part) or iri


def _value(term: object) -> str:
    return term.value if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) else str(term)


_TYPE = expand("rdf:type")
_NAMES = (
    "skos:prefLabel",
    "rdfs:label",
    "dct:title",
    "foaf:name",
    "rov:legalName",
    "locn:fullAddress",
    "skos:notation",
)
