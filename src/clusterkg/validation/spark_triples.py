"""RDF files, or the quads relation → the triples ``t(s, p, o)`` of plans that Spark runs.

Spark itself reads the lines of N-Triples and N-Quads, plain or gzip, and Parquet, with the SQL that
DuckDB has for it. Lines that are written in another way come to this process and are parsed; so
are files in other syntaxes. The files, and the folder of the run, are seen by all machines.
"""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Final, TextIO

from clusterkg.engines.duckdb import literal
from clusterkg.engines.spark import told
from clusterkg.errors import GraphError
from clusterkg.validation.line_sql import KINDS, is_usual, terms_of
from clusterkg.validation.loading import triples_of_file
from clusterkg.validation.parquet import LINE, PARQUET, checked_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pyspark.sql import DataFrame

    from clusterkg.engines.duckdb import Connection
    from clusterkg.validation.on_spark import OnSpark
    from clusterkg.validation.triples import Needed

__all__ = ["load_files", "load_quads"]

_HINT: Final = "All machines have to see the file under the same path. The log of Spark says more."
_CHUNK: Final = 10_000


def load_files(engine: OnSpark, files: Sequence[Path], needed: Needed = None) -> None:
    """Make ``t`` of all triples of the files, whatever graph of a file they are in.

    Raises GraphError for a missing file, an unknown suffix or broken syntax, with file and line.
    """
    parsed = engine.run.new_folder() / "parsed.nt"
    with told(GraphError, _HINT):
        with parsed.open("w", encoding="utf-8", newline="\n") as lines:
            queries = [
                query
                for number, file in enumerate(files)
                for query in _queries(engine, file, number, lines)
            ]
        if parsed.stat().st_size:
            _read(engine, parsed, "shacl_parsed")
            queries.append(terms_of("SELECT line FROM shacl_parsed", "nt", None))
        _load(engine, queries or ["SELECT '' AS s, '' AS p, '' AS o WHERE false"], needed)


def load_quads(
    engine: OnSpark, connection: Connection, needed: Needed = None, *, name: str = ""
) -> None:
    """Make ``t`` of the union of all graphs, or of those whose IRI ends with ``name``."""
    staged = engine.run.new_folder() / "quads"
    graph = literal(f"{name}>" if name else "")
    connection.execute(
        f"COPY (SELECT s, p, o FROM quads WHERE ends_with(coalesce(g, ''), {graph})) "
        f"TO {literal(str(staged))} (FORMAT parquet, PER_THREAD_OUTPUT true)"
    )
    with told(GraphError, _HINT):
        engine.run.session.read.parquet(str(staged)).createOrReplaceTempView("shacl_quads")
        _load(engine, ["SELECT s, p, o FROM shacl_quads"], needed)


def _load(engine: OnSpark, queries: Sequence[str], needed: Needed) -> None:
    """Make ``t``, each triple once and all of a subject on one machine, and count the triples."""
    union = " UNION ALL ".join(f"SELECT s, p, o FROM ({query})" for query in queries)
    # no column may be NULL: only then Spark joins where it is asked for what is not in a relation
    terms = "coalesce(s, '') AS s, coalesce(p, '') AS p, coalesce(o, '') AS o"
    wanted = "" if needed is None else f" WHERE p IN ({', '.join(map(literal, sorted(needed)))})"
    frame = engine.frame(f"SELECT {terms} FROM ({union}){wanted}")
    partitions = int(engine.run.session.conf.get("spark.sql.shuffle.partitions") or 1)
    distinct = frame.repartition(partitions, "s").distinct().sortWithinPartitions("p", "s")
    engine.named(distinct, "t")
    if needed is None:
        counted = engine.frame("SELECT count(*) FROM t")
    else:
        counted = engine.frame(f"SELECT s, p, o FROM ({union})").selectExpr(
            "count(DISTINCT xxhash64(s, p, o))"
        )
    engine.count = int(counted.collect()[0][0])


def _queries(engine: OnSpark, file: Path, number: int, parsed: TextIO) -> Iterator[str]:
    """The query for the triples of a file that Spark reads; others are written to ``parsed``."""
    kind = file.name.removesuffix(".gz").rpartition(".")[2].lower()
    lines = f"shacl_lines_{number}"
    if kind in KINDS and file.is_file():
        _read(engine, file, lines)
    elif kind == PARQUET and file.exists():
        checked_parquet(engine.connection, file)
        frame = engine.run.session.read.parquet(str(file))
        frame.selectExpr(f"{LINE} AS line").createOrReplaceTempView(lines)
        kind = "nt"
    else:
        _write(triples_of_file(file), number, parsed)
        return
    valid = f"is_valid_utf8(line) AND {is_usual(kind)}"
    other = engine.frame(f"SELECT line FROM {lines} WHERE line <> '' AND NOT ({valid})")
    others = other.selectExpr("CAST(line AS BINARY)").toLocalIterator()
    _write(_parsed((bytes(row[0]) for row in others), file, kind), number, parsed)
    yield terms_of(f"SELECT line FROM {lines} WHERE {valid}", kind, number)


def _write(triples: Iterable[tuple[str, str, str]], number: int, target: TextIO) -> None:
    """Write triples as lines, their blank nodes named as ``terms_of`` does."""
    for s, p, o in triples:
        one, other = (
            f"_:f{number}{term[2:]}" if term.startswith("_:") else term for term in (s, o)
        )
        target.write(f"{one} {p} {other} .\n")


def _read(engine: OnSpark, file: Path, name: str) -> None:
    """A view of the lines of a text file."""
    frame: DataFrame = engine.run.session.read.text(str(file), lineSep="\n")
    frame.withColumnRenamed("value", "line").createOrReplaceTempView(name)


# -- lines that are written in another way -----------------------------------------------------


def _parsed(lines: Iterable[bytes], file: Path, kind: str) -> Iterator[tuple[str, str, str]]:
    """What a parser reads in the lines; blank nodes keep their names."""
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == _CHUNK:
            yield from _triples(chunk, file, kind)
            chunk = []
    yield from _triples(chunk, file, kind)


def _triples(lines: list[bytes], file: Path, kind: str) -> list[tuple[str, str, str]]:
    import pyoxigraph as ox

    form = ox.RdfFormat.N_TRIPLES if kind == "nt" else ox.RdfFormat.N_QUADS
    text = b"".join(line + b"\n" for line in lines)
    try:
        return [
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in ox.parse(io.BytesIO(text), format=form)
        ]
    except SyntaxError as problem:
        bad = lines[(problem.lineno or 1) - 1]
        raise GraphError(
            f"not {form.name}: {problem.msg}",
            at=f"{file}{_line_number(file, bad)}",
            hint="Correct the syntax, or give the file the suffix of what it holds.",
        ) from problem


def _line_number(file: Path, wanted: bytes) -> str:
    """Where a line is in a file, in words."""
    if file.name.endswith(f".{PARQUET}"):
        return f", row '{wanted.decode('utf-8', 'replace')}'"
    with gzip.open(file) if file.name.endswith(".gz") else file.open("rb") as lines:
        number = next((n for n, line in enumerate(lines, 1) if line.rstrip(b"\n") == wanted), None)
    return "" if number is None else f", line {number}"
