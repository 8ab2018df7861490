"""A triples map → all that its quads and findings depend on, if that can be known.

These are the triples map itself, those that it refers to, and the tables and files that they
read. A database, an endpoint, or a query that this module cannot follow may give something else
every time: then the answer is None.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from clusterkg.mapping.logical_rows import table_names
from clusterkg.mapping.triples_map import (
    LogicalFile,
    LogicalQuery,
    LogicalTable,
    LogicalView,
    RefObjectMap,
    stated_terms,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary
    from collections.abc import Sequence
    from pathlib import Path

    from clusterkg.mapping.triples_map import LogicalSource, Mapping, TriplesMap
    from clusterkg.sources.relation import Relation

__all__ = ["read_by", "referred"]

_SAME_ROWS_EVERY_TIME = (exp.Unnest, exp.GenerateSeries)
_OTHER_EVERY_TIME = re.compile(
    "now|nextval|currval|setseed|transaction_timestamp|get_current_.*|getenv|getvariable|"
    "current_.*|read_.*"
)
_CHANCE = (
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.Localtime,
    exp.Localtimestamp,
    exp.Rand,
    exp.TableSample,
    exp.Uuid,
)


def referred(triples_map: TriplesMap, mapping: Mapping) -> tuple[TriplesMap, ...]:
    """The triples map and all those that it refers to, and so on, each once."""
    found = {triples_map.name: triples_map}
    waiting = [triples_map]
    while waiting:
        for target in stated_terms(waiting.pop()):
            if isinstance(target, RefObjectMap) and target.parent not in found:
                parent = mapping.triples_map(target.parent)
                found[parent.name] = parent
                waiting.append(parent)
    return tuple(found.values())


def read_by(
    triples_map: TriplesMap, mapping: Mapping, relations: Sequence[Relation], source: str
) -> frozenset[Relation | Path] | None:
    """The declared tables and other files that a triples map of ``source`` depends on.

    None if that is not known, or if the same tables may give other rows another time.
    """
    tables = table_names(relations, source)
    found: set[Relation | Path] = set()
    for one in referred(triples_map, mapping):
        read = _read(one.source, mapping, relations, tables)
        if read is None:
            return None
        found |= read
    return frozenset(found)


def _read(
    source: LogicalSource,
    mapping: Mapping,
    relations: Sequence[Relation],
    tables: Dictionary[str, Relation],
) -> set[Relation | Path] | None:
    match source:
        case LogicalTable():
            relation = tables.get(source.name.replace('"', ""))
            return None if relation is None else {relation}
        case LogicalQuery():
            return _queried(source.sql, tables)
        case LogicalView():
            found: set[Relation | Path] = set()
            for part in (source.on, *(join.parent for join in source.joins)):
                read = _read(part, mapping, relations, tables)
                if read is None:
                    return None
                found |= read
            return found
        case LogicalFile(root=None | "mapping"):
            file = (mapping.file.parent / source.path.partition("#")[0]).resolve()
            declared: set[Relation | Path] = {one for one in relations if one.file == file}
            return declared or ({file} if file.is_file() else None)
        case _:
            return None


def _queried(sql: str, tables: Dictionary[str, Relation]) -> set[Relation | Path] | None:
    """The tables that a query names; None if it reads anything else, or asks clock or chance."""
    try:
        query = sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError:
        return None
    named = {common.alias.lower() for common in query.find_all(exp.CTE)}
    found: set[Relation | Path] = set()
    for table in query.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier):
            full = f"{table.db}.{table.name}" if table.db else table.name
            relation = tables.get(full.lower())
            if relation is not None:
                found.add(relation)
            if relation is None and (table.db or table.name.lower() not in named):
                return None
        elif not isinstance(table.this, _SAME_ROWS_EVERY_TIME):
            return None
    called = (one.name.lower() for one in query.find_all(exp.Anonymous))
    if query.find(*_CHANCE) or any(_OTHER_EVERY_TIME.fullmatch(name) for name in called):
        return None
    return found
