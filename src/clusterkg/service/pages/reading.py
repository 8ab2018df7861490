"""The backend, asked with the queries of ``queries/pages``: names and bindings → rows or Facts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from clusterkg.service.pages.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.service.backend import Backend
    from clusterkg.service.site import Site

    Row = dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]

__all__ = ["Reading"]

_OF_ALL = frozenset(
    {
        "cluster-actors",
        "cluster-inside",
        "clusters",
        "designations",
        "fields",
        "findings",
        "gaps",
        "graph-sizes",
        "organisation-places",
        "organisations",
        "places",
        "points",
        "regions",
        "regions-contained",
        "schemes",
        "source-datasets",
        "thresholds",
        "verdicts",
    }
)
"""Queries about the whole graph. A release never changes, so their rows are kept as long as its
backend; behind a foreign endpoint they are asked anew."""

_KEPT: WeakKeyDictionary[Backend, dict[str, list[Row]]] = WeakKeyDictionary()


class Reading:
    """What one page asks. Terms reach a query as bindings or as a closing VALUES block."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def rows(self, name: str, **bindings: str) -> list[Row]:
        """The rows of ``queries/pages/<name>.rq``; each binding is the IRI of a variable."""
        terms = {variable: ox.NamedNode(iri) for variable, iri in bindings.items()}
        query = self.site.query(f"pages/{name}.rq")
        if name not in _OF_ALL or self.site.release.folder is None:
            return self.site.backend.select(query, terms)
        kept = _KEPT.setdefault(self.site.backend, {})
        if name not in kept:
            kept[name] = self.site.backend.select(query, terms)
        return kept[name]

    def facts(self, name: str, **bindings: str) -> Facts:
        """The same for a query that gives ?s ?p ?o and perhaps ?g."""
        return Facts(self.rows(name, **bindings))

    def statements(self, things: Iterable[str]) -> list[Row]:
        """Every statement about the given things, with its graph."""
        return self._among("statements", things)

    def names(self, things: Iterable[str]) -> list[Row]:
        """Labels and classes of the given things, as ?s ?p ?o; of a graph also its data set's."""
        wanted = set(things)
        start = self.site.iri("graph/")
        for thing in tuple(wanted):
            if thing.startswith(start):
                wanted.add(self.site.iri(f"id/dataset/{thing[len(start) :]}"))
        return self._among("names", wanted)

    def _among(self, name: str, things: Iterable[str]) -> list[Row]:
        wanted = sorted(set(things))
        if not wanted:
            return []
        block = " ".join(str(ox.NamedNode(iri)) for iri in wanted)
        query = self.site.query(f"pages/{name}.rq")
        return self.site.backend.select(f"{query}\nVALUES ?s {{ {block} }}\n")
