"""RDF files, or the quads relation → the triples that plans of shapes read: ``t(s, p, o)``.

``t`` is a set of N-Triples-encoded terms, each triple with its hash in the column ``mark``. Of
triples whose predicate no shape needs only the hash is kept, to count them: their s, p and o are
NULL. N-Triples and N-Quads as they are usually written
are read by the engine itself; what is written in another way, or in another syntax, is parsed
first.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal
from clusterkg.errors import GraphError
from clusterkg.validation.line_parts import MARK, ODD, OTHERWISE, insertion, unsound
from clusterkg.validation.line_sql import KINDS, is_usual, terms_of
from clusterkg.validation.loading import triples_of_file
from clusterkg.validation.parquet import LINE, PARQUET, checked_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = ["Needed", "is_described", "load_files", "load_quads", "load_some_quads", "quads_of"]

Needed = frozenset[str] | None
"""The predicates that shapes need, in N-Triples text; None: all."""

_LINES: Final = (
    "read_csv({file}, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', "
    "header = false, auto_detect = false, new_line = '\\n', max_line_size = {longest})"
)
_LONGEST: Final = 2_097_152
"""Bytes of a line, as far as the reader of the engine takes it without being told."""
_HASHES: Final = 4_000_000
"""So many hashes are told apart at a time: more of them would push triples out of the memory."""


def load_quads(connection: Connection, needed: Needed = None, *, name: str = "") -> None:
    """Make ``t`` of the union of all graphs, or of those whose IRI ends with ``name``."""
    _create(connection, needed)
    connection.execute(_insertion(needed, quads_of(name)))
    _make_distinct(connection)


def load_some_quads(connection: Connection, predicates: Iterable[str], *, name: str = "") -> None:
    """Make ``t`` of nothing but the triples with these predicates, which are not counted."""
    wanted = ", ".join(map(literal, predicates))
    connection.execute(
        "CREATE OR REPLACE TABLE t AS SELECT DISTINCT s, p, o, NULL AS mark "
        f"FROM ({quads_of(name)}) WHERE p IN ({wanted})"
    )


def quads_of(name: str) -> str:
    """A query for the quads of all graphs, or of those whose IRI ends with ``name``."""
    graph = literal(f"{name}>" if name else "")
    return f"SELECT s, p, o, g FROM quads WHERE ends_with(coalesce(g, ''), {graph})"


def load_files(connection: Connection, files: Sequence[Path], needed: Needed = None) -> None:
    """Make ``t`` of all triples of the files, whatever graph of a file they are in.

    The syntax goes by the suffix; ``.gz`` is unpacked. Blank nodes of different files differ.
    Raises GraphError with file and line for a missing file, an unknown suffix or broken syntax.
    """
    _create(connection, needed)
    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        for number, file in enumerate(files):
            _load(connection, file, number, Path(folder), needed)
    _make_distinct(connection)
    connection.execute("ALTER TABLE t DROP COLUMN mark")  # nothing asks for it any more


def is_described(connection: Connection | None, iri: str, *, relation: str = "t") -> bool:
    """Whether ``t``, or the quads, have triples about the IRI; without a connection: no."""
    if connection is None:
        return False
    asked = f"SELECT 1 FROM {relation} WHERE s = {literal(f'<{iri}>')} LIMIT 1"
    return connection.execute(asked).fetchone() is not None


def _create(connection: Connection, needed: Needed) -> None:
    kind = "VARCHAR" if needed is None else _choice(needed)
    connection.execute(f"CREATE OR REPLACE TABLE t(s VARCHAR, p {kind}, o VARCHAR, mark UBIGINT)")


def _choice(needed: frozenset[str]) -> str:
    return f"ENUM({', '.join(map(literal, sorted(needed)))})"


def _insertion(needed: Needed, source: str) -> str:
    """The statement that puts the rows of a query into ``t``."""
    if needed is None:
        return f"INSERT INTO t SELECT s, p, o, {MARK} FROM ({source})"
    names = ", ".join(map(literal, sorted(needed)))
    return (
        "INSERT INTO t SELECT CASE WHEN word IS NOT NULL THEN s END, word, "
        "CASE WHEN word IS NOT NULL THEN o END, mark FROM (SELECT s, o, "
        f"CASE WHEN p IN ({names}) THEN CAST(p AS {_choice(needed)}) END AS word, {MARK} AS mark "
        f"FROM ({source}))"
    )


def _load(connection: Connection, file: Path, number: int, folder: Path, needed: Needed) -> None:
    kind = file.name.removesuffix(".gz").rpartition(".")[2].lower()
    if kind in KINDS and file.is_file():
        plain = _unpacked(file, folder / f"{number}.{kind}")
        if kind == "nt" and _in_parts(connection, plain, number, needed):
            return
        if _in_lines(connection, plain, kind, number, needed):
            return
    elif kind == PARQUET and file.exists():
        lines = f"(SELECT {LINE} AS line FROM {checked_parquet(connection, file)})"
        if _done(connection, _insertion(needed, _terms(lines, "nt", number))):
            return
    parsed = folder / f"{number}.parsed"
    longest = _LONGEST
    with parsed.open("wb") as target:
        for s, p, o in triples_of_file(file):
            longest = max(longest, target.write(f"{s} {p} {o} .\n".encode()))
    lines = _LINES.format(file=literal(str(parsed)), longest=longest)
    connection.execute(_insertion(needed, _terms(lines, "nt", number, trusted=True)))


def _in_parts(connection: Connection, file: Path, number: int, needed: Needed) -> bool:
    """Whether the lines of a file, cut by the reader, are in ``t``; else nothing of it is."""
    first = _number(connection, "coalesce(max(rowid) + 1, 0)", "t") if number else 0
    sound = (
        _done(connection, insertion(file, number, needed))
        and _odd_lines(connection, number, needed)
        and connection.execute(unsound(needed, first)).fetchone() is None
    )
    if not sound:
        connection.execute(f"DELETE FROM t WHERE rowid >= {first}")
    return sound


def _odd_lines(connection: Connection, number: int, needed: Needed) -> bool:
    """Whether the lines in ``t`` could be read, in the place of which there are triples now."""
    if connection.execute(f"SELECT 1 FROM t WHERE {ODD} LIMIT 1").fetchone() is None:
        return True
    lines = f"(SELECT o AS line FROM t WHERE {ODD})"
    done = _done(connection, _insertion(needed, _terms(lines, "nt", number)))
    connection.execute(f"DELETE FROM t WHERE {ODD}")
    return done


def _in_lines(connection: Connection, file: Path, kind: str, number: int, needed: Needed) -> bool:
    lines = _LINES.format(file=literal(str(file)), longest=_LONGEST)
    return _done(connection, _insertion(needed, _terms(lines, kind, number)))


def _done(connection: Connection, statement: str) -> bool:
    """Whether a statement that fails for lines written in another way was carried out."""
    try:
        connection.execute(statement)
    except duckdb.InvalidInputException:
        return False
    return True


def _unpacked(file: Path, target: Path) -> Path:
    if not file.name.endswith(".gz"):
        return file
    try:
        with gzip.open(file) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (OSError, EOFError) as problem:
        raise GraphError(f"not gzip: {problem}", at=str(file)) from problem
    return target


def _terms(lines: str, kind: str, number: int, *, trusted: bool = False) -> str:
    """A query for the triples of lines; it fails for a line that is not written as usual.

    What is ``trusted`` was written by a parser, and is not looked at.
    """
    line = (
        "line" if trusted else f"CASE WHEN {is_usual(kind)} THEN line ELSE error('{OTHERWISE}') END"
    )
    return terms_of(f"SELECT {line} AS line FROM {lines} WHERE line <> ''", kind, number)


def _make_distinct(connection: Connection) -> None:
    """As many hashes as triples: each is there once. Else they are compared."""
    triples = _number(connection, "count(*)", "t")
    parts = 1 + triples // _HASHES
    different = sum(
        _number(connection, "count(DISTINCT mark)", f"t WHERE mark % {parts} = {part}")
        for part in range(parts)
    )
    if different != triples:
        connection.execute("CREATE OR REPLACE TABLE t AS SELECT DISTINCT s, p, o, mark FROM t")


def _number(connection: Connection, what: str, where: str) -> int:
    row = connection.execute(f"SELECT {what} FROM {where}").fetchone()
    return 0 if row is None else int(row[0])
