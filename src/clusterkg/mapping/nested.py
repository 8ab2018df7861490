"""References into columns of structs and lists → SQL: ``address.city``, ``items[*].name``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier
from clusterkg.mapping.jsonpath import JsonPathError, parse_jsonpath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterkg.engines.duckdb import Connection

__all__ = ["nested_columns"]


def nested_columns(
    connection: Connection, relation: str, columns: Mapping[str, str], references: Iterable[str]
) -> list[str]:
    """SQL for each reference that leads into a column; those that do not fit are left out."""
    found = []
    for reference in sorted(references):
        sql = None if reference in columns else _nested(reference, columns)
        if sql is None:
            continue
        try:
            connection.execute(f"DESCRIBE SELECT {sql} FROM {relation}")
        except duckdb.Error:
            continue
        found.append(f"{sql} AS {identifier(reference)}")
    return found


def _nested(reference: str, columns: Mapping[str, str]) -> str | None:
    try:
        first, *steps = parse_jsonpath(reference)
    except (JsonPathError, ValueError):
        return None
    if not isinstance(first, str) or first not in columns:
        return None
    sql, many = identifier(first), False
    for step in steps:
        if step is None:
            sql = f"flatten({sql})" if many else sql
            many = True
        else:
            inner = f"[{step + 1}]" if isinstance(step, int) else f".{identifier(step)}"
            sql = f"list_transform({sql}, lambda x: x{inner})" if many else f"({sql}){inner}"
    return sql
