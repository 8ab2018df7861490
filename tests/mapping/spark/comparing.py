"""A mapping run on one of the engines: its quads up to the names of blank nodes, its findings."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph

from clusterkg.engines.duckdb import connect
from clusterkg.engines.spark import SparkRun
from clusterkg.errors import MappingError
from clusterkg.mapping.reading import read_mapping
from clusterkg.mapping.running import map_document
from clusterkg.mapping.spark_running import load_quads
from clusterkg.mapping.spark_running import map_document as map_on_spark
from clusterkg.sources.databases import given_address

Outcome = tuple[set[str], list[str]] | str
"""The canonical quads and the findings, or the error."""


def outcome(run: SparkRun | None, file: Path, database: str | None = None) -> Outcome:
    connection = connect()
    address = None if database is None else given_address(database)
    try:
        mapping = read_mapping(file, base_iri="http://example.com/base/")
        if run is None:
            findings = map_document(connection, mapping, database=address).findings
        else:
            connection.execute("CREATE TABLE quads(s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)")
            findings = map_on_spark(
                run,
                connection,
                mapping,
                lambda frame: load_quads(run, connection, frame),
                database=address,
            )
    except MappingError as error:
        return str(error)
    rows = connection.execute("SELECT s, p, o, g FROM quads").fetchall()
    text = "".join(f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in rows)
    data = pyoxigraph.Dataset(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    assert len(data) == len(rows)
    data.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}, sorted(map(str, findings))
