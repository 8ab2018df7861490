"""RDF files, or the quads relation → the triples that plans of shapes read: ``t(s, p, o)``.

``t`` is a set of N-Triples-encoded terms. N-Triples and N-Quads as they are usually written are
read by the engine itself; what is written in another way, or in another syntax, is parsed first.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from clusterkg.engines.duckdb import literal
from clusterkg.errors import GraphError
from clusterkg.namespaces import XSD
from clusterkg.validation.loading import triples_of_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection

__all__ = ["load_files", "load_quads"]

_LINES: Final = (
    "read_csv({file}, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', "
    "header = false, auto_detect = false, max_line_size = 100000000, new_line = '\\n')"
)
_PLAIN: Final = ("nt", "nq")
# a subject, a predicate and the rest; each written as the canonical form writes it
_SUBJECT: Final = "split_part(line, ' ', 1)"
_PREDICATE: Final = "split_part(line, ' ', 2)"
_REST: Final = "substr(line, length(s) + length(p) + 3)"
_TYPED_TEXT: Final = f"^^<{XSD}string>"
_GRAPH: Final = r"' (<[^<>\" ]*>|_:[^ ]+) [.]$'"


def load_quads(connection: Connection, *, name: str = "") -> None:
    """Make ``t`` of the union of all graphs, or of those whose IRI ends with ``name``."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE t AS SELECT DISTINCT s, p, o FROM quads "
        f"WHERE ends_with(coalesce(g, ''), {literal(f'{name}>' if name else '')})"
    )


def load_files(connection: Connection, files: Sequence[Path]) -> None:
    """Make ``t`` of all triples of the files, whatever graph of a file they are in.

    The syntax goes by the suffix; ``.gz`` is unpacked. Blank nodes of different files differ.
    Raises GraphError with file and line for a missing file, an unknown suffix or broken syntax.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE t(s VARCHAR, p VARCHAR, o VARCHAR)")
    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        for number, file in enumerate(files):
            _load(connection, file, number, Path(folder))
    _make_distinct(connection, files)


def _load(connection: Connection, file: Path, number: int, folder: Path) -> None:
    kind = file.name.removesuffix(".gz").rpartition(".")[2].lower()
    if kind in _PLAIN and file.is_file():
        plain = _unpacked(file, folder / f"{number}.{kind}")
        if _read_lines(connection, plain, kind, number):
            return
    parsed = folder / f"{number}.parsed"
    with parsed.open("w", encoding="utf-8", newline="\n") as target:
        target.writelines(f"{s} {p} {o} .\n" for s, p, o in triples_of_file(file))
    _read_lines(connection, parsed, "nt", number, trusted=True)


def _unpacked(file: Path, target: Path) -> Path:
    if not file.name.endswith(".gz"):
        return file
    try:
        with gzip.open(file) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (OSError, EOFError) as problem:
        raise GraphError(f"not gzip: {problem}", at=str(file)) from problem
    return target


def _read_lines(
    connection: Connection, file: Path, kind: str, number: int, *, trusted: bool = False
) -> bool:
    """Whether every line is a triple as it is usually written; if so, they are in ``t`` now.

    A ``trusted`` file was written by a parser, and is not looked at.
    """
    ending = (
        "left(rest, length(rest) - 2)"
        if kind == "nt"
        else f"CASE WHEN regexp_matches(rest, {_GRAPH}) AND NOT starts_with(rest, '\"') OR "
        f'regexp_matches(rest, \'^"([^"\\\\]|\\\\.)*"[^ "]* (<[^<>" ]*>|_:[^ ]+) [.]$\') '
        f"THEN regexp_replace(rest, {_GRAPH}, '') ELSE left(rest, length(rest) - 2) END"
    )
    mark = f"f{number}"
    source = _LINES.format(file=literal(str(file)))
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE read_lines AS SELECT s, p, {ending} AS o, "
            f"ends_with(rest, ' .') AS ends FROM (SELECT s, p, {_REST} AS rest FROM (SELECT line, "
            f"{_SUBJECT} AS s, {_PREDICATE} AS p FROM {source} WHERE line <> ''))"
        )
    except duckdb.InvalidInputException:  # other line ends, or bytes that are not UTF-8
        return False
    query = (
        "SELECT 1 FROM read_lines WHERE NOT (ends AND starts_with(p, '<') AND ends_with(p, '>') "
        "AND (starts_with(s, '<') AND ends_with(s, '>') OR starts_with(s, '_:')) "
        "AND CASE left(o, 1) WHEN '<' THEN ends_with(o, '>') AND NOT contains(o, ' ') "
        "WHEN '_' THEN NOT contains(o, ' ') WHEN '\"' THEN length(o) > 1 AND NOT "
        "contains(o, '\\u') AND NOT contains(o, '\\U') AND regexp_matches(o, "
        "'\"(@[A-Za-z]+(-[A-Za-z0-9]+)*|\\^\\^<[^<>\" ]*>)?$') AND NOT ends_with(o, "
        f"{literal(_TYPED_TEXT)}) ELSE false END) LIMIT 1"
    )
    odd = None if trusted else connection.execute(query).fetchone()
    if odd is None:
        blank = (
            "CASE WHEN starts_with({0}, '_:') THEN '_:" + mark + "' || substr({0}, 3) ELSE {0} END"
        )
        connection.execute(
            f"INSERT INTO t SELECT {blank.format('s')}, p, {blank.format('o')} FROM read_lines"
        )
    connection.execute("DROP TABLE read_lines")
    return odd is None


def _make_distinct(connection: Connection, files: Sequence[Path]) -> None:
    """As many hashes as triples: each is there once. Else they are compared."""
    counted = connection.execute("SELECT count(*), count(DISTINCT hash(s, p, o)) FROM t").fetchone()
    if counted is not None and counted[0] != counted[1]:
        connection.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT DISTINCT s, p, o FROM t")
