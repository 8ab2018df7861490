"""The quads relation → sorted N-Quads, N-Triples and Turtle, plain or gzip, made by SQL.

Same quads, same bytes: lines are sorted by their UTF-8 bytes, subjects, predicates and objects
likewise, and gzip gets neither time nor name. No triple becomes a Python object.
"""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING, Final

from clusterkg.engines.duckdb import literal, write_lines
from clusterkg.errors import GraphError
from clusterkg.graph.quads import in_graph
from clusterkg.namespaces import PREFIXES, expand

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection

__all__ = ["compress", "used_prefixes", "write_nquads", "write_ntriples", "write_turtle"]

_LEVEL: Final = 6
_TYPE: Final = f"<{expand('rdf:type')}>"


def write_nquads(connection: Connection, path: Path, *, graph: str | None = None) -> None:
    """One line a quad, sorted bytewise; gzip if the name of ``path`` ends with ``.gz``."""
    _write(
        connection,
        "SELECT s || ' ' || p || ' ' || o || CASE WHEN coalesce(g, '') = '' THEN '' "
        f"ELSE ' ' || g END || ' .' AS line FROM quads WHERE {in_graph(graph)} ORDER BY line",
        path,
    )


def write_ntriples(connection: Connection, path: Path, *, graph: str | None = None) -> None:
    """One line a distinct triple of one graph or of all, sorted bytewise."""
    _write(
        connection,
        "SELECT DISTINCT s || ' ' || p || ' ' || o || ' .' AS line FROM quads "
        f"WHERE {in_graph(graph)} ORDER BY line",
        path,
    )


def write_turtle(connection: Connection, path: Path, *, graph: str | None = None) -> None:
    """The distinct triples of one graph or of all, grouped and sorted by subject.

    ``a`` stands first, then the predicates by IRI. Only prefixes that are used are declared.
    """
    header = "".join(
        f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
        for prefix in used_prefixes(connection, f"(SELECT * FROM quads WHERE {in_graph(graph)})")
    )
    _write(connection, _turtle_rows(graph), path, header=f"{header}\n" if header else "")


def compress(plain: Path, target: Path) -> None:
    """Gzip ``plain`` into ``target``; the bytes depend on the content alone."""
    with (
        plain.open("rb") as content,
        target.open("wb") as file,
        gzip.GzipFile(
            filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0
        ) as packed,
    ):
        shutil.copyfileobj(content, packed, 1 << 20)


def _write(connection: Connection, rows: str, path: Path, *, header: str = "") -> None:
    plain = path.with_name(f".{path.name}.plain")
    try:
        write_lines(connection, rows, plain)
        if path.suffix != ".gz" and not header:
            plain.replace(path)
            return
        _with_header(plain, path, header.encode())
    except OSError as error:
        why = error.strerror or str(error)
        raise GraphError(f"cannot be written: {why}", at=str(path)) from error
    finally:
        plain.unlink(missing_ok=True)


def _with_header(plain: Path, path: Path, header: bytes) -> None:
    with plain.open("rb") as content, path.open("wb") as file:
        if path.suffix != ".gz":
            file.write(header)
            shutil.copyfileobj(content, file, 1 << 20)
            return
        with gzip.GzipFile(
            filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0
        ) as packed:
            packed.write(header)
            shutil.copyfileobj(content, packed, 1 << 20)


def _namespace(column: str) -> str:
    # every namespace of PREFIXES ends with / or #; what follows must be a plain local name
    pattern = literal("^<(.*[/#])[A-Za-z0-9_][A-Za-z0-9_-]*>$")
    return f"regexp_extract({column}, {pattern}, 1)"


def _prefix(column: str) -> str:
    known = ", ".join(f"{literal(iri)}: {literal(name)}" for name, iri in PREFIXES.items())
    return f"(MAP {{{known}}})[{_namespace(column)}]"


def _short_iri(column: str) -> str:
    local = f"regexp_extract({column}, '[^/#]*>$')"
    return f"coalesce({_prefix(column)} || ':' || trim({local}, '>'), {column})"


def _short_object(column: str) -> str:
    xsd = PREFIXES["xsd"]
    lexical = f"regexp_extract({column}, '(?s)^\"(.*)\"\\^\\^', 1)"
    datatype = f"regexp_extract({column}, '<[^<>\"]*>$')"
    # bare only in forms that also readers which turn them into numbers write back unchanged
    bare = " ".join(
        f"WHEN {datatype} = '<{xsd}{name}>' AND regexp_full_match({lexical}, '{pattern}') "
        f"THEN {lexical}"
        for name, pattern in (
            ("integer", "0|-?[1-9][0-9]*"),
            ("decimal", "-?(0|[1-9][0-9]{0,9})\\.[0-9]{1,6}"),
            ("boolean", "true|false"),
        )
    )
    return (
        f"CASE WHEN starts_with({column}, '<') THEN {_short_iri(column)} "
        f"WHEN starts_with({column}, '\"') AND ends_with({column}, '>') THEN CASE {bare} "
        f"ELSE '\"' || {lexical} || '\"^^' || {_short_iri(datatype)} END ELSE {column} END"
    )


def _turtle_rows(graph: str | None) -> str:
    return f"""
        WITH sorted AS (
            SELECT s, p, o,
                lag(s) OVER here IS NOT DISTINCT FROM s AS same_s,
                lag(s) OVER here IS NOT DISTINCT FROM s
                    AND lag(p) OVER here IS NOT DISTINCT FROM p AS same_p,
                lead(s) OVER here IS NOT DISTINCT FROM s AS more_s,
                lead(s) OVER here IS NOT DISTINCT FROM s
                    AND lead(p) OVER here IS NOT DISTINCT FROM p AS more_p
            FROM (SELECT DISTINCT s, p, o FROM quads WHERE {in_graph(graph)})
            WINDOW here AS (ORDER BY s, p <> {literal(_TYPE)}, p, o)
        )
        SELECT CASE WHEN same_p THEN '        '
                WHEN same_s THEN '    '
                ELSE {_short_iri("s")} || chr(10) || '    ' END
            || CASE WHEN same_p THEN ''
                WHEN p = {literal(_TYPE)} THEN 'a '
                ELSE {_short_iri("p")} || ' ' END
            || {_short_object("o")}
            || CASE WHEN more_p THEN ' ,' WHEN more_s THEN ' ;' ELSE ' .' || chr(10) END AS line
        FROM sorted
        ORDER BY s, p <> {literal(_TYPE)}, p, o"""


def used_prefixes(connection: Connection, relation: str) -> list[str]:
    """The names of those prefixes that the terms of a relation s, p, o begin with, sorted."""
    datatype = "CASE WHEN starts_with(o, '\"') THEN regexp_extract(o, '<[^<>\"]*>$') ELSE o END"
    rows = connection.execute(
        f"SELECT DISTINCT {_namespace('term')} FROM ("
        f"SELECT s AS term FROM {relation} UNION ALL "
        f"SELECT p FROM {relation} WHERE p <> {literal(_TYPE)} UNION ALL "
        f"SELECT {datatype} FROM {relation})"
    ).fetchall()
    used = {str(row[0]) for row in rows}
    return sorted(name for name, iri in PREFIXES.items() if iri in used)
