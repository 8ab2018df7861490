"""The quads relation: a DuckDB table quads(s, p, o, g) of N-Triples-encoded terms, a set.

An IRI stands as ``<iri>``, a literal as ``"text"@de`` or ``"1"^^<datatype>``, a blank node as
``_:label``. ``g`` is the named graph; NULL and the empty text mean the default graph.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal
from clusterkg.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

    from clusterkg.engines.duckdb import Connection

__all__ = [
    "Term4",
    "add_quads",
    "add_rdf_files",
    "count_quads",
    "create_quads",
    "graph_counts",
    "in_graph",
    "remove_duplicates",
    "triples_of_files",
]

Term4 = tuple[str, str, str, str]
"""Subject, predicate, object and graph, each N-Triples-encoded."""

_CHUNK: Final = 50_000
_CANONICAL: Final = re.compile(r"^_:c14n(\d+)$")


def create_quads(connection: Connection) -> None:
    """An empty quads relation; an old one of the connection is dropped."""
    connection.execute(
        "CREATE OR REPLACE TABLE quads (s VARCHAR NOT NULL, p VARCHAR NOT NULL, "
        "o VARCHAR NOT NULL, g VARCHAR)"
    )


def add_quads(connection: Connection, quads: Iterable[Term4]) -> int:
    """Insert the quads that are not there yet; returns how many were new."""
    before = count_quads(connection)
    for chunk in _chunks(quads):
        connection.execute(
            "INSERT INTO quads SELECT DISTINCT s, p, o, g FROM (SELECT unnest($1::VARCHAR[]) AS s, "
            "unnest($2::VARCHAR[]) AS p, unnest($3::VARCHAR[]) AS o, unnest($4::VARCHAR[]) AS g"
            ") AS new WHERE NOT EXISTS (SELECT 1 FROM quads AS old WHERE old.s = new.s "
            "AND old.p = new.p AND old.o = new.o AND coalesce(old.g, '') = new.g)",
            [list(column) for column in zip(*chunk, strict=True)],
        )
    return count_quads(connection) - before


def _chunks(quads: Iterable[Term4]) -> Iterator[list[Term4]]:
    chunk: list[Term4] = []
    for quad in quads:
        chunk.append(quad)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def add_rdf_files(connection: Connection, files: Iterable[Path], graph: str) -> int:
    """Insert the triples of RDF files into the graph of IRI ``graph``; returns how many were new.

    For files made by hand (an ontology, a report): their triples pass through memory. The syntax
    follows from the suffix. Named graphs inside the files are ignored. Raises GraphError with
    file and line if one is no RDF.
    """
    return add_quads(
        connection, ((s, p, o, f"<{graph}>") for s, p, o in triples_of_files(files, graph))
    )


def triples_of_files(files: Iterable[Path], graph: str) -> list[tuple[str, str, str]]:
    """The triples of RDF files, N-Triples-encoded and sorted.

    Blank nodes get labels by RDFC-1.0 over all files together, with a mark made from ``graph``,
    so that the same files always give the same labels and no two graphs share one.
    """
    import pyoxigraph as ox

    dataset = ox.Dataset()
    for file in files:
        for quad in _parsed(file):
            dataset.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    mark = hashlib.sha256(graph.encode()).hexdigest()[:6]
    return sorted(
        (_label(quad.subject, mark), str(quad.predicate), _label(quad.object, mark))
        for quad in dataset
    )


def _parsed(file: Path) -> list[ox.Quad]:
    import pyoxigraph as ox

    form = ox.RdfFormat.from_extension(file.suffix.lstrip("."))
    if form is None:
        raise GraphError(
            f"the suffix '{file.suffix}' names no RDF syntax",
            at=str(file),
            hint="Known are .ttl, .nt, .nq, .trig, .rdf, .jsonld and .n3.",
        )
    try:
        return list(ox.parse(path=str(file), format=form, base_iri=file.resolve().as_uri()))
    except SyntaxError as error:
        place = f"{file}, line {error.lineno}" if error.lineno else str(file)
        raise GraphError(f"not {form.name}: {error.msg}", at=place) from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror or error}", at=str(file)) from error


def _label(term: object, mark: str) -> str:
    text = str(term)
    match = _CANONICAL.match(text)
    return f"_:b{mark}n{match[1]}" if match else text


def remove_duplicates(connection: Connection) -> int:
    """Make the relation a set again; returns how many rows went."""
    before = count_quads(connection)
    connection.execute("CREATE OR REPLACE TABLE quads AS SELECT DISTINCT s, p, o, g FROM quads")
    return before - count_quads(connection)


def in_graph(graph: str | None) -> str:
    """The SQL condition that a quad lies in the graph of that IRI; None: in any graph."""
    return "true" if graph is None else f"g = {literal(f'<{graph}>')}"


def count_quads(connection: Connection, graph: str | None = None) -> int:
    """Number of quads, in one graph or in all."""
    row = connection.execute(f"SELECT count(*) FROM quads WHERE {in_graph(graph)}").fetchone()
    return int(row[0]) if row else 0


def graph_counts(connection: Connection) -> dict[str, int]:
    """Quads per graph IRI, sorted by IRI; the default graph is the empty text."""
    rows = connection.execute(
        "SELECT trim(coalesce(g, ''), '<>') AS graph, count(*) FROM quads GROUP BY graph "
        "ORDER BY graph"
    ).fetchall()
    return {str(graph): int(count) for graph, count in rows}
