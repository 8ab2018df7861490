"""JSON or JSON Lines → DuckDB table with nested types; a record's number is its row.

Types follow the structure of all records: objects are structs, lists are lists, texts stay texts
(DuckDB's own guessing would turn ``"2018-11-14"`` into a date). Where records disagree, the value
is kept as text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import SourceError
from clusterkg.sources.relation import ROW
from clusterkg.sources.staging import cell_or_null, header_columns

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.sources.description import TableDescription
    from clusterkg.sources.staging import Columns

__all__ = ["load_json", "malformed"]

_KINDS = {"ARRAY": "a list", "VARCHAR": "a text", "BOOLEAN": "true or false", "NULL": "null"}
_ARRAY = "Expected top-level JSON array"
_DETAIL = re.compile(r"at byte \d+ in .*")


def load_json(connection: Connection, target: str, table: TableDescription) -> Columns:
    """Create ``target`` from a list of objects (json) or one object a line (jsonl).

    Top-level texts that are empty or in ``table.null`` become NULL. Raises SourceError for
    malformed JSON, naming the line, and for a record that is no object.
    """
    try:
        return _create(connection, target, table)
    except duckdb.InvalidInputException as error:
        lines = table.format == "jsonl"
        raise malformed(table.file, table.at, str(error), lines=lines) from error


def _create(connection: Connection, target: str, table: TableDescription) -> Columns:
    form = "array" if table.format == "json" else "newline_delimited"
    records = f"read_json_objects({literal(str(table.file))}, format = '{form}')"
    number = identifier(ROW)
    # the records are read once; structure and table are made from them
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE json_records AS "
        f"SELECT json, row_number() OVER () AS {number} FROM {records}"
    )
    try:
        _check_records(connection, table)
        structure = _structure(connection, table)
        names = header_columns(tuple(structure), table.at)
        cells = ", ".join(
            cell_or_null(_member(name), table.null) + f" AS {identifier(name)}"
            if structure[name] == "VARCHAR"
            else f"{_member(name)} AS {identifier(name)}"
            for name in structure
        )
        shape = literal(json.dumps(structure, ensure_ascii=False))
        connection.execute(
            f"CREATE OR REPLACE TABLE {target} AS SELECT {cells + ', ' if cells else ''}{number} "
            f"FROM (SELECT json_transform(json, {shape}) AS record, {number} "
            "FROM json_records)"
        )
    finally:
        connection.execute("DROP TABLE json_records")
    return names


def _check_records(connection: Connection, table: TableDescription) -> None:
    odd = connection.execute(
        f"SELECT {identifier(ROW)}, json_type(json) FROM json_records "
        "WHERE json_type(json) <> 'OBJECT' ORDER BY 1 LIMIT 1"
    ).fetchone()
    if odd:
        number, kind = odd
        whole = kind == "ARRAY" and table.format == "jsonl"
        raise SourceError(
            f"record {number} is {_KINDS.get(kind, 'a number')}, expected an object",
            at=table.at,
            hint='The file is one list: say format = "json".'
            if whole
            else 'A record looks like { "name": "…", "city": "…" }.',
        )


def _structure(connection: Connection, table: TableDescription) -> dict[str, Any]:
    """The structure of all records together, as json_transform takes it."""
    found = connection.execute("SELECT json_group_structure(json) FROM json_records").fetchone()
    if not found or found[0] is None:
        raise SourceError("the table is empty: no record", at=table.at, hint="Put the records in.")
    structure = _settled(json.loads(found[0]))
    if not isinstance(structure, dict):
        raise SourceError("no record holds anything", at=table.at, hint="Put the records' keys in.")
    _check_keys(structure, table, "")
    return structure


def _settled(structure: Any) -> Any:
    """Texts where records disagree or none has a value."""
    if isinstance(structure, dict):
        return {key: _settled(value) for key, value in structure.items()}
    if isinstance(structure, list):
        return [_settled(value) for value in structure]
    return "VARCHAR" if structure in ("JSON", "NULL") else structure


def _check_keys(structure: Any, table: TableDescription, path: str) -> None:
    """SQL needs names, and does not tell ``Name`` from ``name``."""
    if isinstance(structure, list):
        for value in structure:
            _check_keys(value, table, path)
    if not isinstance(structure, dict):
        return
    seen: dict[str, str] = {}
    for key, value in structure.items():
        at = f"{path}.{key}" if path else key
        other = seen.setdefault(key.lower(), key)
        if other != key or not key or (key.lower() == ROW and not path):
            what = (
                f"the keys '{other}' and '{key}' differ only in case"
                if other != key
                else f"a key is named '{key}'"
            )
            raise SourceError(
                what + (f", in '{path}'" if path else ""),
                at=table.at,
                hint="Give the key another name.",
            )
        _check_keys(value, table, at)


def malformed(path: Path, at: str, message: str, *, lines: bool) -> SourceError:
    """The fault with line and column, which Python's reader knows better than DuckDB's message."""
    hint = "Check brackets, commas and quotes there."
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        return SourceError(
            f"byte 0x{wrong.object[wrong.start]:02X} is not UTF-8",
            at=f"{at}, line {line}",
            hint="JSON is always UTF-8: save the file again with this encoding.",
        )
    parts = (
        [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if lines
        else [(1, text)]
    )
    for first, part in parts:
        try:
            value = json.loads(part)
        except json.JSONDecodeError as fault:
            return SourceError(
                f"malformed JSON: {fault.msg[:1].lower()}{fault.msg[1:]}",
                at=f"{at}, line {first + fault.lineno - 1}, character {fault.colno}",
                hint=hint,
            )
        if _ARRAY in message and not isinstance(value, list):
            kind = "one object" if isinstance(value, dict) else "one value"
            return SourceError(
                f"the file holds {kind}, expected a list of records",
                at=at,
                hint="Write the records as [ { … }, { … } ].",
            )
    detail = _DETAIL.search(message)
    return SourceError(f"malformed JSON{f' {detail[0]}' if detail else ''}", at=at, hint=hint)


def _member(name: str) -> str:
    return f"record.{identifier(name)}"
