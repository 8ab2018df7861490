"""A JSON or JSON Lines file of a mapping → SQL that gives its records, with their number.

Iterators of names and ``[*]`` are left to DuckDB, which reads a large array record by record.
What its paths cannot express is evaluated in Python, and the result written as JSON Lines.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import literal
from clusterkg.errors import SourceError
from clusterkg.mapping.csv_rows import text_file
from clusterkg.mapping.jsonpath import JsonPathError, duckdb_path, parse_jsonpath
from clusterkg.mapping.rows import RECORD
from clusterkg.sources.encodings import as_utf8
from clusterkg.sources.json_paths import (
    JsonPathSyntaxError,
    array_start,
    find,
    found_records,
    is_path,
    is_singular,
)
from clusterkg.sources.json_tables import malformed
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.triples_map import LogicalFile

__all__ = ["JsonRows", "json_rows"]

_LINES = (".jsonl", ".ndjson")
_LARGE = 32 * 1024 * 1024
_BATCH = 10_000
_NEVER, _ALWAYS = "SELECT 1 WHERE false", "SELECT 1"
_Steps = tuple[str | int | None, ...]


@dataclass(frozen=True)
class JsonRows:
    """How records are read; ``aliases`` are the columns of references that were evaluated."""

    sql: str
    aliases: Mapping[str, str] = field(default_factory=dict)


def json_rows(
    connection: Connection, source: LogicalFile, path: Path, folder: Path, wanted: AbstractSet[str]
) -> JsonRows:
    """The records that the source's iterator finds in the file ``path``.

    Copies are written to ``folder``. Raises SourceError for malformed JSON, a path that is none,
    and an iterator that finds nothing.
    """
    utf8 = as_utf8(text_file(source, path), folder)
    lines = path.suffix.lower() in _LINES
    iterator = source.iterator or "$"
    try:
        steps = _steps(iterator)
        if steps is None:
            records, above = _evaluated(utf8, iterator, folder, source.path, lines=lines), _NEVER
        else:
            records, above = _records(connection, utf8, steps, folder, lines=lines)
        _check(connection, records, above, iterator, source.path)
        usable = frozenset(one for one in wanted if is_path(one))
        further = [reference for reference in sorted(usable) if _steps(reference) is None]
        made = JsonRows(records)
        if further:
            made = _with_references(connection, records, further, folder)
        return _without_nulls(made, usable, source.nulls) if source.nulls else made
    except JsonPathSyntaxError as error:
        raise SourceError(f"the iterator '{iterator}' {error}", at=source.path) from error
    except (duckdb.InvalidInputException, json.JSONDecodeError) as error:
        raise malformed(utf8, source.path, str(error), lines=lines) from error


def _steps(path: str) -> _Steps | None:
    """The steps of a path that DuckDB can express; None for another one."""
    try:
        return parse_jsonpath(path)
    except JsonPathError:
        is_singular(path)
        return None


def _path(steps: _Steps) -> str:
    """Steps as a path of DuckDB's."""
    parts = [
        "[*]" if step is None else f"[{step}]" if isinstance(step, int) else f"[{json.dumps(step)}]"
        for step in steps
    ]
    return duckdb_path("$" + "".join(parts))


def _records(
    connection: Connection, path: Path, steps: _Steps, folder: Path, *, lines: bool
) -> tuple[str, str]:
    """SQL of the records that steps find in a document, or in each of its lines.

    The second has a row if that what the last ``[*]`` goes through is there at all.
    """
    shown = literal(str(path))
    if lines:
        inner = () if steps == (None,) else steps
        return _below(
            f"read_json_objects({shown}, format = 'newline_delimited', compression = 'none')", inner
        )
    names = steps[: steps.index(None)] if None in steps else steps
    rest = steps[len(names) + 1 :]
    if None in steps and all(isinstance(name, str) for name in names):
        array = path if not names else None
        if names and path.stat().st_size > _LARGE:
            array = _sliced(connection, path, [str(name) for name in names], folder)
        if array is not None and (names or _begins_with_bracket(path)):
            records, above = _below(
                f"read_json_objects({literal(str(array))}, format = 'array', compression = 'none')",
                rest,
            )
            return records, above if rest else _ALWAYS
    size = path.stat().st_size + 1
    reading = (
        f"read_json_objects({shown}, format = 'unstructured', compression = 'none', "
        f"maximum_object_size = {size})"
    )
    return _below(reading, steps)


def _below(reading: str, steps: _Steps) -> tuple[str, str]:
    """The records that steps find below each object that is read, and the SQL of ``_records``."""
    if not steps:
        return f"SELECT json AS {RECORD}, row_number() OVER () AS {ROW} FROM {reading}", _NEVER
    found = f"json_extract(json, {literal(_path(steps))})"
    if None in steps:
        inner = f"SELECT unnest({found}) AS {RECORD} FROM {reading}"
    else:
        inner = f"SELECT {found} AS {RECORD} FROM {reading} WHERE {found} IS NOT NULL"
    above = _NEVER
    if steps[-1] is None:
        through = f"json_extract(json, {literal(_path(steps[:-1]))})"
        there = f"len({through}) > 0" if None in steps[:-1] else f"{through} IS NOT NULL"
        above = f"SELECT 1 FROM {reading} WHERE {there} LIMIT 1"
    return f"SELECT {RECORD}, row_number() OVER () AS {ROW} FROM ({inner})", above


def _begins_with_bracket(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["


def _sliced(connection: Connection, path: Path, names: Sequence[str], folder: Path) -> Path | None:
    """A copy that holds only the array under the keys; None where that cannot be told.

    The array has to be the last that the document holds, or DuckDB refuses the copy.
    """
    start = array_start(path, names)
    if start is None:
        return None
    copy = folder / "array.json"
    closing = b"]" + b"}" * len(names)
    with path.open("rb") as file, copy.open("wb") as target:
        file.seek(start)
        shutil.copyfileobj(file, target, 1 << 20)
    with copy.open("r+b") as target:
        tail = min(copy.stat().st_size, 1024)
        target.seek(-tail, 2)
        last = target.read()
        end = last.rfind(b"]")
        if end < 0 or b"".join(last[end:].split()) != closing:
            return None
        target.truncate(copy.stat().st_size - tail + end + 1)
    try:
        reading = f"read_json_objects({literal(str(copy))}, format = 'array', compression = 'none')"
        connection.execute(f"SELECT count(*) FROM {reading}")
    except duckdb.InvalidInputException:
        return None
    return copy


def _check(connection: Connection, records: str, above: str, iterator: str, at: str) -> None:
    """SourceError if there is no record, unless the iterator finds an empty list."""
    for sql in (f"SELECT 1 FROM ({records}) LIMIT 1", above):
        if connection.execute(sql).fetchone():
            return
    raise SourceError(
        f"the iterator '{iterator}' finds nothing",
        at=at,
        hint="Compare it with the keys of the document; [*] gives the members of a list.",
    )


def _without_nulls(made: JsonRows, wanted: AbstractSet[str], nulls: Sequence[str]) -> JsonRows:
    """The records with a column for each reference, in which some texts are no value."""
    listed = ", ".join(literal(json.dumps(null, ensure_ascii=False)) for null in nulls)
    aliases, cells = dict(made.aliases), []
    for number, reference in enumerate(sorted(wanted)):
        column = aliases.get(reference)
        many = not is_singular(reference)
        value = column or f"json_extract({RECORD}, {literal(duckdb_path(reference))})"
        kept = (
            f"list_filter({value}, lambda x: x NOT IN ({listed}))"
            if many
            else f"CASE WHEN {value} NOT IN ({listed}) THEN {value} END"
        )
        cells.append(f"{kept} AS n{number}")
        aliases[reference] = f"n{number}"
    return JsonRows(f"SELECT {', '.join([RECORD, ROW, *cells])} FROM ({made.sql})", aliases)


# -- in Python -----------------------------------------------------------------------------------


def _evaluated(path: Path, iterator: str, folder: Path, at: str, *, lines: bool) -> str:
    found = found_records(path, iterator, at, lines=lines)
    written = _written(
        ({ROW: number, RECORD: record} for number, record in enumerate(found, start=1)),
        folder / "records.jsonl",
    )
    columns = f"{ROW}: 'BIGINT', {RECORD}: 'JSON'"
    return f"SELECT {RECORD}, {ROW} FROM {_read_lines(written, columns)}"


def _with_references(
    connection: Connection, records: str, references: Sequence[str], folder: Path
) -> JsonRows:
    """The records with what each of the references finds in them."""
    written = _written(_found(connection, records, references), folder / "references.jsonl")
    held = "".join(f", r{number}: 'JSON[]'" for number in range(len(references)))
    cells = [
        f"r{number}{'[1]' if is_singular(reference) else ''} AS r{number}"
        for number, reference in enumerate(references)
    ]
    reading = _read_lines(written, f"{ROW}: 'BIGINT', {RECORD}: 'JSON'{held}")
    return JsonRows(
        f"SELECT {RECORD}, {ROW}, {', '.join(cells)} FROM {reading}",
        {reference: f"r{number}" for number, reference in enumerate(references)},
    )


def _found(
    connection: Connection, records: str, references: Sequence[str]
) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {RECORD}, {ROW} FROM ({records})")
        while batch := cursor.fetchmany(_BATCH):
            for record, row in batch:
                value = json.loads(record)
                found = {f"r{n}": find(one, value) for n, one in enumerate(references)}
                yield {ROW: row, RECORD: value, **found}


def _written(lines: Iterable[dict[str, Any]], path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def _read_lines(path: Path, columns: str) -> str:
    size = max(16 * 1024 * 1024, 1 << path.stat().st_size.bit_length())
    size = min(size, 1 << 30)
    return (
        f"read_json({literal(str(path))}, format = 'newline_delimited', columns = {{{columns}}}, "
        f"maximum_object_size = {size})"
    )
