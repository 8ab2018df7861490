"""Media types, file suffixes and short names ↔ the syntaxes that can be written.

The aliases after the registered media type are what older clients ask for; they are answered
under the name they asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from clusterkg.namespaces import PREFIXES

__all__ = [
    "GRAPHS",
    "GRAPH_WRITERS",
    "RESULTS",
    "RESULT_WRITERS",
    "Format",
    "by_media_type",
    "by_name",
    "offers",
    "write_graph",
]


@dataclass(frozen=True)
class Format:
    """One syntax: its short name (also the suffix of its files) and its media types, best first."""

    name: str
    title: str
    media_types: tuple[str, ...]
    charset: bool = False
    """True for the text types whose media type allows the parameter."""

    def content_type(self, media_type: str | None = None) -> str:
        """The Content-Type of an answer, under the alias asked for if there is one."""
        chosen = media_type or self.media_types[0]
        return f"{chosen}; charset=utf-8" if self.charset else chosen


GRAPHS: Final = (
    Format(
        "ttl", "Turtle", ("text/turtle", "application/x-turtle", "application/turtle"), charset=True
    ),
    Format("jsonld", "JSON-LD", ("application/ld+json", "application/json")),
    Format("nt", "N-Triples", ("application/n-triples", "text/plain")),
    Format("rdf", "RDF/XML", ("application/rdf+xml", "application/xml", "text/xml")),
)
"""Syntaxes of a graph; the first is the server's own choice."""

RESULTS: Final = (
    Format("json", "JSON", ("application/sparql-results+json", "application/json")),
    Format("xml", "XML", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Format("csv", "CSV", ("text/csv",), charset=True),
    Format("tsv", "TSV", ("text/tab-separated-values",), charset=True),
)
"""Syntaxes of the results of SELECT and ASK; the first is the server's own choice."""

GRAPH_WRITERS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}

RESULT_WRITERS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


def offers(formats: tuple[Format, ...]) -> tuple[str, ...]:
    """All media types of the formats: first every registered one, then the aliases."""
    registered = [one.media_types[0] for one in formats]
    aliases = [alias for one in formats for alias in one.media_types[1:]]
    return tuple(dict.fromkeys([*registered, *aliases]))


def by_media_type(formats: tuple[Format, ...], media_type: str) -> Format:
    """The format that is written for a media type which :func:`offers` names."""
    return next(one for one in formats if media_type in one.media_types)


def by_name(formats: tuple[Format, ...], name: str) -> Format | None:
    """The format of a short name or suffix; None if there is none."""
    return next((one for one in formats if one.name == name), None)


def write_graph(triples: list[ox.Triple], form: Format) -> bytes:
    """The triples in the syntax ``form``, with the prefixes that they use."""
    prefixes = used_prefixes(triples) if form.name in ("ttl", "rdf", "jsonld") else None
    return ox.serialize(triples, format=GRAPH_WRITERS[form.name], prefixes=prefixes) or b""


def used_prefixes(triples: list[ox.Triple]) -> dict[str, str]:
    """The known prefixes whose namespace occurs; in their usual order."""
    iris: set[str] = set()
    for triple in triples:
        iris.add(triple.predicate.value)
        for term in (triple.subject, triple.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    namespaces = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    return {name: iri for name, iri in PREFIXES.items() if iri in namespaces}
