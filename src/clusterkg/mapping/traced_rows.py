"""A logical source → a view with the same rows, each with the rows of tables it was made from.

What :mod:`clusterkg.mapping.provenance` says of a query is said here of any logical source; where
a query cannot be followed, of its columns it is still known which columns of tables it names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier
from clusterkg.findings import Place
from clusterkg.mapping.lineage import named_columns
from clusterkg.mapping.provenance import Explained, Named, explain
from clusterkg.mapping.triples_map import LogicalQuery, LogicalView, column_of
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.logical_rows import RowFinder
    from clusterkg.mapping.triples_map import LogicalSource
    from clusterkg.sources.relation import Relation

__all__ = ["Hit", "Part", "Reading", "TracedRows", "traced_rows"]


@dataclass(frozen=True)
class Reading:
    """Where a view reads rows with numbers: ``sql`` has them with ``_row``, None if none has.

    ``relation`` is there if it is a declared table.
    """

    shown: str
    sheet: str | None = None
    sql: str | None = None
    relation: Relation | None = None

    def place(self, row: int | None, column: str | None) -> Place:
        """Where a row or cell stands in the publisher's file."""
        return Place(self.shown, self.sheet, row, column)


class Part(IntEnum):
    """What a cell has to do with a value: the value itself, or what it was looked up by."""

    OWN = 0
    KEY = 1
    """A row of another table was found by it."""
    LOST = 2
    """A row of another table was looked for by it in vain."""


@dataclass(frozen=True)
class Hit:
    """A cell; ``row`` is None if only the column is known.

    ``within`` leads to the value in a cell that holds several; ``text`` is what was made of it.
    """

    reading: Reading
    row: int | None
    column: str
    part: Part = Part.OWN
    within: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True)
class TracedRows:
    """The view ``name`` of a logical source, with the ``hidden`` columns that say where from.

    ``columns``, ``keys`` and ``tests`` are as in ``provenance.Explained``; the names of the
    columns are in lower case.
    """

    name: str
    readings: tuple[Reading, ...]
    columns: Mapping[str, frozenset[Named]]
    keys: Mapping[int, frozenset[Named]] = field(default_factory=dict)
    tests: tuple[frozenset[Named], ...] = ()
    hidden: tuple[str, ...] = ()

    def names(self, references: Sequence[str]) -> frozenset[Named]:
        """The columns of readings behind columns of the view."""
        return frozenset(
            name for one in references for name in self.columns.get(one.lower(), frozenset())
        )

    def hits(self, names: frozenset[Named], row: Mapping[str, object]) -> Iterator[Hit]:
        """The cells behind a row of the view, for some columns of readings.

        Of a reading that had no row for it, the cells by which one was looked for in vain; of
        the others also those by which their rows were found.
        """
        seen: set[Named] = set()
        waiting = [(name, Part.OWN) for name in sorted(names, key=_order)]
        while waiting:
            name, part = waiting.pop(0)
            if name in seen or (name.when and not _is(row.get(name.when[0]), name.when[1])):
                continue
            seen.add(name)
            rows = self._rows(name.reading, row)
            reading = self.readings[name.reading]
            yield from (Hit(reading, at, name.column, part, name.within) for at in rows)
            by = sorted(self.keys.get(name.reading, ()), key=_order)
            waiting += [(one, part or (Part.KEY if rows else Part.LOST)) for one in by]

    def _rows(self, reading: int, row: Mapping[str, object]) -> list[int | None]:
        hidden = f"__r{reading}"
        if hidden not in self.hidden:
            return [None]
        found = row.get(hidden)
        return sorted(at for at in found if at is not None) if isinstance(found, list) else []

    def failed(self, row: Mapping[str, object]) -> frozenset[Named]:
        """The columns that the conditions are about that do not hold for a row."""
        return frozenset(
            name
            for number, names in enumerate(self.tests)
            if row.get(f"__t{number}") is False
            for name in names
        )

    def fails(self, row: Mapping[str, object]) -> bool:
        """Whether a condition does not hold for a row."""
        return any(row.get(f"__t{number}") is False for number in range(len(self.tests)))


def _order(name: Named) -> tuple[int, str, str]:
    return name.reading, name.column, name.when[1] if name.when else ""


def _is(value: object, expected: str) -> bool:
    return isinstance(value, str) and value.lower() == expected


def traced_rows(
    finder: RowFinder, source: LogicalSource, name: str, *, relaxed: bool = False
) -> TracedRows | None:
    """Make the view ``name`` of a source that the finder has made; ``relaxed``: of a query.

    None if a relaxed query cannot be had.
    """
    place = finder.places[source]
    if isinstance(source, LogicalQuery):
        sql = source.sql.strip().rstrip(";")
        made = _explained(finder, sql, name, relaxed=relaxed)
        return made or (None if relaxed else _named(finder, sql, source, name))
    if relaxed:
        return None
    if place.relation is not None and not isinstance(source, LogicalView):
        sql = f"SELECT * FROM {place.relation.sql}"
        found = _explained(finder, sql, name, relaxed=False)
        if found is not None:
            return found
    return _numbered(finder, source, name)


def _explained(finder: RowFinder, sql: str, name: str, *, relaxed: bool) -> TracedRows | None:
    explained = explain(sql, finder.tables, relaxed=relaxed)
    if explained is None:
        return None
    try:
        _view(finder.connection, name, explained.sql)
    except duckdb.Error:  # what sqlglot writes is not always what it has read
        return None
    return _of(name, explained)


def _of(name: str, explained: Explained) -> TracedRows:
    readings = tuple(_reading(relation) for relation in explained.readings)
    return TracedRows(
        name, readings, explained.columns, explained.keys, explained.tests, explained.hidden
    )


def _reading(relation: Relation) -> Reading:
    return Reading(relation.shown, relation.sheet, relation.sql, relation)


def _named(finder: RowFinder, sql: str, source: LogicalSource, name: str) -> TracedRows:
    """A query that cannot be followed: the columns of tables that it names, without rows."""
    rows = finder.made[source]
    _view(finder.connection, name, f"SELECT * FROM {identifier(rows.name)}")
    keys = sorted(named_columns(sql, finder.tables, set(rows.columns)))
    tables = {(one.source, one.table): one for one in finder.relations}
    chosen = sorted({(source, table) for source, table, _ in keys})
    numbers = {key: number for number, key in enumerate(chosen)}
    every = frozenset(Named(numbers[source, table], column) for source, table, column in keys)
    columns = {}
    for column in rows.columns:
        own = {one for one in every if one.column.lower() == column.lower()}
        columns[column.lower()] = frozenset(own) or every
    return TracedRows(name, tuple(_reading(tables[key]) for key in chosen), columns)


def _numbered(finder: RowFinder, source: LogicalSource, name: str) -> TracedRows:
    """A file or a view on one, whose records have numbers; or rows that have none."""
    place, rows = finder.places[source], finder.made[source]
    file = place.shown or str(getattr(source, "path", ""))
    relation = place.relation
    shown = relation.shown if relation else file
    sheet = relation.sheet if relation else place.sheet
    numbered = finder.numbered(source)
    hidden: tuple[str, ...] = ()
    sql = None
    if numbered is None:
        _view(finder.connection, name, f"SELECT * FROM {identifier(rows.name)}")
    else:
        sql, hidden = identifier(numbered.name), ("__r0",)
        _view(finder.connection, name, f"SELECT *, [{ROW}] AS __r0 FROM {sql}")
    reading = Reading(shown, sheet, relation.sql if relation else sql, relation)
    names = {*rows.columns, *rows.aliases}
    columns = {}
    for one in names:
        own = column_of(source, one) if isinstance(source, LogicalView) else one
        columns[one.lower()] = frozenset({Named(0, own or one)})
    return TracedRows(name, (reading,), columns, hidden=hidden)


def _view(connection: Connection, name: str, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(name)} AS\n{sql}")
