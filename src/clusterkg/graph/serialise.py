"""A few triples → bytes in any RDF syntax, for a small description.

The large dumps of a release are written by :mod:`clusterkg.graph.dumps`, the result of a mapping
by :mod:`clusterkg.graph.output`; here the terms pass through memory.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from clusterkg.engines.duckdb import connect
from clusterkg.graph.dumps import write_turtle
from clusterkg.graph.quads import add_quads, create_quads
from clusterkg.graph.streaming import SYNTAX, checked_xml
from clusterkg.namespaces import PREFIXES, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["triples_bytes"]


def triples_bytes(triples: Iterable[tuple[str, str, str]], form: str) -> bytes:
    """A few N-Triples-encoded triples as a sorted document: nt, ttl, rdfxml or jsonld."""
    if form == "ttl":
        return _turtle(triples)
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in set(triples))
    parsed = ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    items = sorted((_triple(quad) for quad in parsed), key=_order)
    prefixes = _prefixes(items) if form == "rdfxml" else {}
    checked = checked_xml(items) if form == "rdfxml" else items
    return ox.serialize(checked, format=SYNTAX[form], prefixes=prefixes) or b""


def _turtle(triples: Iterable[tuple[str, str, str]]) -> bytes:
    connection = connect()
    create_quads(connection)
    add_quads(connection, ((s, p, o, "") for s, p, o in triples))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.ttl"
        write_turtle(connection, path)
        return path.read_bytes()


def _triple(quad: ox.Quad) -> ox.Triple:
    return ox.Triple(quad.subject, quad.predicate, quad.object)


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != expand("rdf:type"), predicate, str(triple.object)


def _prefixes(items: Sequence[ox.Triple]) -> dict[str, str]:
    used = set()
    for item in items:
        for term in (item.subject, item.predicate, item.object):
            datatype = term.datatype if isinstance(term, ox.Literal) else term
            if isinstance(datatype, ox.NamedNode):
                used.add(re.sub(r"[^/#]*$", "", datatype.value))
    return {name: iri for name, iri in sorted(PREFIXES.items()) if iri in used}
