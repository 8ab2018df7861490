"""Quads or triples → bytes in any RDF syntax, for one mapping's result or a small description.

The large dumps of a release are written by :mod:`clusterkg.graph.dumps`; here the terms pass
through pyoxigraph. The order is that of the input, sorted by its caller or here.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from clusterkg.engines.duckdb import connect
from clusterkg.errors import GraphError, did_you_mean
from clusterkg.graph import dumps
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.namespaces import PREFIXES, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = ["FORMATS", "graph_bytes", "triples_bytes"]

FORMATS: Final = ("nq", "nt", "ttl", "trig", "rdfxml", "jsonld")

_SYNTAX: Final = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
# XML 1.0 has no way to write these, not even as character references
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# an XML element's name is the end of the predicate's IRI
_XML_NAME: Final = re.compile(r"[A-Za-z_\u00c0-\ufffd][\w.\u00b7-]*$")


def graph_bytes(connection: Connection, form: str) -> bytes:
    """The whole quads relation in ``form``, one of :data:`FORMATS`.

    Turtle, N-Triples and RDF/XML know no named graphs: they hold the triples of all of them.
    Raises GraphError if the syntax cannot express a term.
    """
    if form not in FORMATS:
        raise GraphError(f"unknown format '{form}'", hint=did_you_mean(form, FORMATS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        if form == "ttl":
            dumps.write_turtle(connection, path)
        elif form in ("nt", "rdfxml"):
            dumps.write_ntriples(connection, path)
        else:
            dumps.write_nquads(connection, path)
        if form in ("nq", "nt", "ttl"):
            return path.read_bytes()
        quads = list(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    if form == "rdfxml":
        return _written([_triple(quad) for quad in quads], form)
    by_graph = sorted(quads, key=lambda quad: (str(quad.graph_name), *_order(_triple(quad))))
    return _written(by_graph, form)


def triples_bytes(triples: Iterable[tuple[str, str, str]], form: str) -> bytes:
    """A few N-Triples-encoded triples as a sorted document: nt, ttl, rdfxml or jsonld."""
    if form == "ttl":
        connection = connect()
        create_quads(connection)
        add_quads(connection, ((s, p, o, "") for s, p, o in triples))
        return graph_bytes(connection, form)
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in set(triples))
    parsed = ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    return _written(sorted((_triple(quad) for quad in parsed), key=_order), form)


def _triple(quad: ox.Quad) -> ox.Triple:
    return ox.Triple(quad.subject, quad.predicate, quad.object)


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != expand("rdf:type"), predicate, str(triple.object)


def _written(items: Sequence[ox.Quad] | Sequence[ox.Triple], form: str) -> bytes:
    if form == "rdfxml":
        _check_xml(items)
    prefixes = {} if form in ("nt", "jsonld") else _prefixes(items)
    return ox.serialize(items, format=_SYNTAX[form], prefixes=prefixes) or b""


def _prefixes(items: Sequence[ox.Quad] | Sequence[ox.Triple]) -> dict[str, str]:
    used = set()
    for item in items:
        for term in (item.subject, item.predicate, item.object):
            datatype = term.datatype if isinstance(term, ox.Literal) else term
            if isinstance(datatype, ox.NamedNode):
                used.add(re.sub(r"[^/#]*$", "", datatype.value))
    return {name: iri for name, iri in sorted(PREFIXES.items()) if iri in used}


def _check_xml(items: Sequence[ox.Quad] | Sequence[ox.Triple]) -> None:
    for item in items:
        if not _XML_NAME.search(item.predicate.value):
            raise GraphError(
                f"RDF/XML cannot write the predicate '{item.predicate.value}': "
                "its end is no name of an XML element",
                hint="Choose another format: nq, nt, ttl, trig or jsonld.",
            )
        if isinstance(item.object, ox.Literal) and _NOT_XML.search(item.object.value):
            raise GraphError(
                f"RDF/XML cannot write a control character, which a '{item.predicate.value}' "
                f"of {item.subject} holds",
                hint="Choose another format: nq, nt, ttl, trig or jsonld.",
            )
