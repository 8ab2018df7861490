"""Files, quads and shapes → rdflib graphs for pySHACL, and back: the one door to rdflib's terms.

Lexical forms are kept: ``"01"^^xsd:integer`` stays as it was written.
"""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from clusterkg.errors import GraphError
from clusterkg.validation.loading import triples_of_files
from clusterkg.validation.shapes_graph import ShapesGraph
from clusterkg.validation.terms import is_blank, is_iri, literal_text, parse_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rdflib import Graph
    from rdflib.term import Node

    from clusterkg.engines.duckdb import Connection
    from clusterkg.errors import ClusterkgError
    from clusterkg.validation.loading import Triple

__all__ = [
    "as_rdflib",
    "encode",
    "from_rdflib",
    "graph_of_files",
    "graph_of_quads",
    "quiet_rdflib",
    "term_reader",
]

_ROWS: Final = 50_000


def term_reader() -> Callable[[str], Node]:
    """A function from N-Triples text to rdflib terms that makes equal terms once."""
    from rdflib import BNode, Literal, URIRef

    known: dict[str, Node] = {}

    def read(text: str) -> Node:
        term = known.get(text)
        if term is None:
            value, language, datatype = parse_term(text)
            if is_iri(text):
                term = URIRef(value)
            elif is_blank(text):
                term = BNode(value)
            else:
                kind = URIRef(datatype) if datatype else None
                term = Literal(value, lang=language, datatype=kind, normalize=False)
            known[text] = term
        return term

    return read


def encode(term: Node) -> str:
    """An rdflib term as N-Triples text."""
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, BNode):
        return f"_:{term}"
    if not isinstance(term, Literal):
        raise GraphError(f"'{term}' is neither IRI, blank node nor literal")
    return literal_text(str(term), term.language, term.datatype)


@contextmanager
def quiet_rdflib() -> Iterator[None]:
    """Keep rdflib from logging each literal whose text is not of its datatype: shapes find them."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module="rdflib")
            yield
    finally:
        logger.setLevel(level)


def graph_of_quads(connection: Connection, *, name: str = "") -> Graph:
    """The union of all graphs of the quads relation, or of those whose IRI ends with ``name``."""
    cursor = connection.execute(
        "SELECT DISTINCT s, p, o FROM quads WHERE ends_with(g, ?)", [f"{name}>" if name else ""]
    )

    def rows() -> Iterator[Triple]:
        while some := cursor.fetchmany(_ROWS):
            yield from some

    return _graph(rows())


def graph_of_files(files: Sequence[Path], *, error: type[ClusterkgError] = GraphError) -> Graph:
    """All triples of the files, whatever graph of a file they are in.

    The syntax goes by the suffix; ``.gz`` is unpacked. Raises ``error`` with file and line for
    a missing file, an unknown suffix or broken syntax.
    """
    return _graph(triples_of_files(files, error=error))


def as_rdflib(shapes: ShapesGraph) -> Graph:
    """The same graph, with its prefixes."""
    graph = _graph(shapes)
    for prefix, start in shapes.prefixes.items():
        graph.bind(prefix, start)
    return graph


def from_rdflib(graph: Graph) -> ShapesGraph:
    """The triples of a graph, without prefixes."""
    return ShapesGraph(((encode(s), encode(p), encode(o)) for s, p, o in graph), {})


def _graph(triples: Iterable[Triple]) -> Graph:
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    read = term_reader()
    add = graph.store.add
    with quiet_rdflib():
        for s, p, o in triples:
            add((read(s), read(p), read(o)), graph)
    return graph
