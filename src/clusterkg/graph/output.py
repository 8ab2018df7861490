"""Quads → files in any RDF syntax or Parquet, packed or not, all of them there whole or none.

What has to be sorted is sorted by DuckDB, on disk if it is large; the syntaxes that need more than
a line a quad are written by :mod:`clusterkg.graph.streaming` from the sorted lines. No format
needs memory for the whole graph.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal, write_lines
from clusterkg.errors import GraphError, did_you_mean
from clusterkg.graph.dumps import used_prefixes
from clusterkg.namespaces import PREFIXES, expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = [
    "FORMATS",
    "TRIPLES",
    "Quads",
    "form_of",
    "write_graph",
    "write_quads",
    "written_together",
    "written_whole",
]

FORMATS: Final = ("nq", "nt", "ttl", "trig", "rdfxml", "jsonld", "rdfjson", "parquet")
TRIPLES: Final = frozenset(["nt", "ttl", "rdfxml", "rdfjson"])
"""These know no named graphs: they hold the triples of all graphs."""
_SUFFIXES: Final = {
    ".nq": "nq",
    ".nt": "nt",
    ".ttl": "ttl",
    ".n3": "ttl",
    ".trig": "trig",
    ".rdf": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
    ".parquet": "parquet",
}
_TYPE: Final = f"<{expand('rdf:type')}>"
_LINE: Final = (
    "s || ' ' || p || ' ' || o || CASE WHEN coalesce(g, '') = '' THEN '' ELSE ' ' || g END || ' .'"
)


class Quads(Protocol):
    """Queries that give quads: as lines of N-Quads, and as the columns s, p, o, g.

    Neither gives a quad twice; without ``graphs`` neither gives a triple twice, and g is NULL.
    """

    def lines(self, *, graphs: bool = True) -> str:
        """A query with the column ``line``: one or several lines, parted by line feeds."""

    def quads(self, *, graphs: bool = True) -> str:
        """A query with the columns s, p, o, g."""


@dataclass(frozen=True)
class _Relation:
    """The quads relation itself."""

    def lines(self, *, graphs: bool = True) -> str:
        return f"SELECT {_LINE} AS line FROM ({self.quads(graphs=graphs)})"

    def quads(self, *, graphs: bool = True) -> str:
        if graphs:
            return "SELECT s, p, o, g FROM quads"
        return "SELECT DISTINCT s, p, o, CAST(NULL AS VARCHAR) AS g FROM quads"


def form_of(path: Path) -> str | None:
    """The format that the suffix of a file names, before ``.gz``; None if it names none."""
    name = path.with_suffix("") if path.suffix == ".gz" else path
    return _SUFFIXES.get(name.suffix.lower())


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write to, which takes its place if nothing goes wrong.

    Raises GraphError if it cannot be written.
    """
    with written_together([path]) as (staged,):
        yield staged


@contextmanager
def written_together(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The same for several files: all take their places at the end, or none does."""
    for path in paths:
        if not path.parent.is_dir():
            raise _unwritable(path, "there is no such folder")
        if path.is_dir():
            raise _unwritable(path, "it is a folder")
    with ExitStack() as opened:
        staged = [_staged(path, opened) for path in paths]
        path = paths[0]
        try:
            yield staged
            for part, path in zip(staged, paths, strict=True):
                _put(part, path)
        except OSError as error:
            raise _unwritable(path, error.strerror or str(error)) from error
        finally:
            for part in staged:
                part.unlink(missing_ok=True)


def _staged(path: Path, opened: ExitStack) -> Path:
    """Where a file is written first: beside it, or beside what a link points to."""
    if _is_special(path):
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="clusterkg-"))
        return Path(folder) / path.name
    real = path.resolve()
    return real.with_name(f".{real.name}.part")


def _put(part: Path, path: Path) -> None:
    if not _is_special(path):
        part.replace(path.resolve())
        return
    with part.open("rb") as content, path.open("wb") as target:
        shutil.copyfileobj(content, target, 1 << 20)


def _is_special(path: Path) -> bool:
    """Whether a path names a device or a pipe, which is written to and never replaced."""
    return path.exists() and not path.is_file()


def _unwritable(path: Path, why: str) -> GraphError:
    return GraphError(
        f"cannot be written: {why}",
        at=str(path),
        hint="Check that the folder is there, that you may write to it, and that the disk "
        "has room.",
    )


def write_graph(connection: Connection, path: Path, form: str) -> None:
    """The whole quads relation, sorted, in ``form``, one of :data:`FORMATS`.

    Raises GraphError if the syntax cannot express a term, OSError if the disk is full.
    """
    write_quads(connection, _Relation(), path, form, sort=True)


def write_quads(
    connection: Connection, quads: Quads, path: Path, form: str, *, sort: bool = False
) -> None:
    """The quads in ``form``; N-Quads and N-Triples are only sorted if ``sort`` asks for it.

    Sorted is by the bytes of the lines, elsewhere by graph, subject, ``rdf:type``, predicate and
    object. Raises as ``write_graph``.
    """
    if form not in FORMATS:
        raise GraphError(f"unknown format '{form}'", hint=did_you_mean(form, FORMATS))
    graphs = form not in TRIPLES
    if form in ("nq", "nt") and not sort:
        write_lines(connection, quads.lines(graphs=graphs), path)
        return
    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        # making quads and sorting them in one query would need the memory of both
        table = Path(folder) / "quads.parquet"
        _copy(connection, quads.quads(graphs=graphs), table)
        _write_sorted(connection, f"read_parquet({literal(str(table))})", path, form)


def _write_sorted(connection: Connection, relation: str, path: Path, form: str) -> None:
    from clusterkg.graph.streaming import write_syntax

    order = f"ORDER BY coalesce(g, ''), s, p <> {literal(_TYPE)}, p, o"
    if form in ("nq", "nt"):
        write_lines(connection, f"SELECT {_LINE} AS line FROM {relation} ORDER BY line", path)
    elif form == "parquet":
        _copy(connection, f"SELECT s, p, o, nullif(g, '') AS g FROM {relation} {order}", path)
    else:
        # RDF/JSON writes every IRI in full, and no context is needed to read JSON-LD
        short = form in ("ttl", "trig", "rdfxml")
        names = used_prefixes(connection, relation) if short else []
        with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
            lines = Path(folder) / "quads.nq"
            write_lines(connection, f"SELECT {_LINE} AS line FROM {relation} {order}", lines)
            write_syntax(lines, path, form, {name: PREFIXES[name] for name in names})


def _copy(connection: Connection, query: str, path: Path) -> None:
    """Write a query as Parquet. Raises OSError as ``write_lines`` does."""
    target = f"TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    try:
        connection.execute(f"COPY ({query}) {target}")
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from error
