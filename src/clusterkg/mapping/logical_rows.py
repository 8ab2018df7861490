"""A logical source → a temporary view in DuckDB whose rows a plan reads.

Declared tables and queries see their own source's tables by their bare names and every other
one as ``source.table``. Files of a mapping on its own lie beside the mapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterkg.engines import duckdb
from clusterkg.engines.duckdb import identifier
from clusterkg.errors import SourceError, did_you_mean
from clusterkg.mapping.database_rows import DatabaseRows
from clusterkg.mapping.file_rows import FileFinder
from clusterkg.mapping.problems import Problem
from clusterkg.mapping.rows import Rows
from clusterkg.mapping.triples_map import (
    LogicalDatabase,
    LogicalFile,
    LogicalQuery,
    LogicalSparql,
    LogicalTable,
    LogicalView,
)
from clusterkg.mapping.view_rows import view_query
from clusterkg.mapping.view_sql import index_keys
from clusterkg.sources.relation import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.triples_map import LogicalSource, TriplesMap
    from clusterkg.sources.relation import Relation

__all__ = ["Place", "RowFinder", "first_paragraph", "table_names", "unreadable"]

_UNKNOWN_COLUMN = re.compile(r'column "([^"]*)" not found|does not have a column named "([^"]*)"')
_UNKNOWN_TABLE = re.compile(r"Table with name (\S+) does not exist")
_NAME_A_DATABASE = (
    "Name the database: clusterkg map --database postgresql://host/name, "
    "or the variable CLUSTERKG_DATABASE."
)
_LINE = re.compile(r"\n+LINE (\d+):.*", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where the rows of a view come from: a declared table, a file, or neither (a query).

    ``shown`` is how findings call a database's table or query, or an endpoint's.
    """

    relation: Relation | None = None
    file: LogicalFile | None = None
    shown: str = ""
    sheet: str | None = None


def table_names(relations: Sequence[Relation], source: str | None) -> dict[str, Relation]:
    """Every table by the names a mapping may use: ``source.table``, the own ones also ``table``."""
    names = {f"{relation.source}.{relation.table}": relation for relation in relations}
    names |= {relation.table: relation for relation in relations if relation.source == source}
    return names


class RowFinder:
    """Makes one view a logical source, and tells what each offers. Problems are collected.

    ``no_rows``: databases are asked for the names of the columns only.
    """

    def __init__(  # noqa: PLR0913
        self,
        connection: Connection,
        problems: Problems,
        *,
        relations: Sequence[Relation] = (),
        source: str | None = None,
        folder: Path | None = None,
        no_rows: bool = False,
    ) -> None:
        self.connection, self.problems, self.folder = connection, problems, folder
        self.tables = table_names(relations, source)
        self.relations = relations
        self.databases = DatabaseRows(connection, problems, folder, no_rows=no_rows)
        self.files = FileFinder(connection, folder)
        self.made: dict[LogicalSource, Rows] = {}
        self.places: dict[LogicalSource, Place] = {}
        self.named: dict[str, LogicalSource] = {}
        self.indexed = False
        self.numbers: list[str] = []

    def rows(self, triples_maps: Sequence[TriplesMap]) -> dict[str, Rows]:
        """The rows of each triples map by its name; those with a problem are left out."""
        found: dict[str, Rows] = {}
        self.databases.want(triples_maps)
        self.files.want(triples_maps)
        self.indexed = index_keys(triples_maps)
        for triples_map in triples_maps:
            made = self._made(triples_map.source, triples_map.name)
            if made is not None:
                found[triples_map.name] = made
        return found

    def _made(self, source: LogicalSource, name: str) -> Rows | None:
        if source not in self.made:
            made = self._rows(source, name)
            if made is None:
                return None
            self.made[source] = made
            self.named.setdefault(name, source)
        return self.made[source]

    def drop(self) -> None:
        """Remove the views."""
        for name in [*self.numbers, *(rows.name for rows in self.made.values())]:
            self.connection.execute(f"DROP VIEW IF EXISTS temp.{identifier(name)}")
        self.databases.close()
        self.files.close()

    def _rows(self, source: LogicalSource, name: str) -> Rows | None:
        if isinstance(source, LogicalTable):
            return self._table(source, name)
        if isinstance(source, LogicalQuery):
            self.places[source] = Place()
            return self._view(source, source.sql.strip().rstrip(";"), name)
        if isinstance(source, LogicalDatabase):
            self.places[source] = Place(shown=self.databases.place(source))
            return self.databases.rows(source, name)
        if isinstance(source, LogicalSparql):
            return self._results(source, name)
        if isinstance(source, LogicalView):
            return self._logical_view(source, name)
        return self._file(source, name)

    def _logical_view(self, view: LogicalView, name: str) -> Rows | None:
        base = self._made(view.on, name)
        if base is None:
            return None
        from clusterkg.mapping.checking import check_fields

        if not check_fields(self.connection, view, base, self.problems):
            return None
        if self.indexed:
            base = self.numbered(view.on) or base
        query = view_query(
            view, base, lambda one: self._made(one, name), self.problems, indexed=self.indexed
        )
        described = self._view(view, query.sql, name) if query else None
        if query is None or described is None:
            return None
        self.places[view] = self.places[view.on]
        return query.rows(described)

    def numbered(self, source: LogicalSource) -> Rows | None:
        """The rows of a source with the column ``_row``; None if they have no numbers."""
        rows, file = self.made[source], self.places[source].file
        if ROW in rows.columns:
            return rows
        if isinstance(source, LogicalView):
            base = self.numbered(source.on)
            query = base and view_query(
                source, base, self.made.get, self.problems, indexed=self.indexed
            )
            sql = query.sql if query else None
        else:
            sql = self.files.numbered(file) if file else None
        if sql is None:
            return None
        view = f"{rows.name}_numbered"
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(view)} AS\n{sql}")
        self.numbers.append(view)
        return replace(rows, name=view, columns={**rows.columns, ROW: "BIGINT"})

    def _results(self, source: LogicalSparql, name: str) -> Rows | None:
        path = self.databases.results(source, name)
        if path is None:
            return None
        file = LogicalFile(str(path), source.formulation, source.iterator, source.typed)
        return self._opened(source, file, name)

    def _table(self, source: LogicalTable, name: str) -> Rows | None:
        relation = self.tables.get(source.name.replace('"', ""))
        if relation is None:
            hint = did_you_mean(source.name, self.tables) or _NAME_A_DATABASE
            self.problems.add(
                f"triples map '{name}': no table '{source.name}'", line=source.line, hint=hint
            )
            return None
        self.places[source] = Place(relation=relation)
        return self._view(source, f"SELECT * FROM {_qualified(relation)}", name)

    def _file(self, source: LogicalFile, name: str) -> Rows | None:
        declared = [
            r
            for r in self.relations
            if self.folder and r.file == (self.folder / source.path).resolve()
        ]
        if declared and source.formulation == "csv":
            self.places[source] = Place(relation=declared[0])
            return self._view(source, f"SELECT * FROM {_qualified(declared[0])}", name)
        if self.folder is None:
            return None
        return self._opened(source, source, name)

    def _opened(
        self, source: LogicalFile | LogicalSparql, file: LogicalFile, name: str
    ) -> Rows | None:
        """The view of a file, or of the file with an endpoint's results."""
        try:
            opened = self.files.open(file)
        except SourceError as error:
            self.problems.add_problem(told(error, source.line, name))
            return None
        shown = source.path.partition("#")[0] if isinstance(source, LogicalFile) else ""
        shown = self.databases.place(source) if isinstance(source, LogicalSparql) else shown
        self.places[source] = Place(file=file, shown=shown, sheet=opened.sheet)
        rows = self._view(source, opened.sql, name)
        if rows is None:
            return None
        if isinstance(source, LogicalFile):
            rows = replace(rows, optional=frozenset(source.optional))
        columns = {name: rows.columns[column] for name, column in opened.aliases.items()}
        if not opened.json:
            columns = {**rows.columns, **columns}
            return replace(rows, columns=columns, aliases=opened.aliases, names=opened.names)
        return replace(rows, json=True, typed=source.typed, aliases=opened.aliases)

    def repair(self) -> bool:
        """After a query stumbled over a row: read the CSV files with more care.

        Whether that changed anything; where a file is at fault, a problem names the row.
        """
        changed = False
        for source, rows in self.made.items():
            file = self.places[source].file
            if file is None or isinstance(source, LogicalView):
                continue
            try:
                repaired = self.files.repaired(file)
            except SourceError as error:
                name = next((one for one, made in self.named.items() if made is source), "")
                self.problems.add_problem(told(error, source.line, name))
                return False
            if repaired is not None:
                view = identifier(rows.name)
                self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS\n{repaired.sql}")
                changed = True
        return changed

    def _view(self, source: LogicalSource, sql: str, name: str) -> Rows | None:
        """The view of some SQL. The SQL starts on a line of its own, so that lines can be told."""
        view = f"rows_{len(self.made)}"
        try:
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(view)} AS\n{sql}")
            described = self.connection.execute(f"DESCRIBE {identifier(view)}").fetchall()
        except duckdb.Error as error:
            self._refused(source, name, str(error))
            return None
        return Rows(view, {row[0]: row[1] for row in described})

    def _refused(self, source: LogicalSource, name: str, message: str) -> None:
        """DuckDB's message about a query, with the line of the mapping and a Did you mean."""
        if isinstance(source, LogicalFile):
            self.problems.add_problem(unreadable(source, name, message))
            return
        line = source.line
        match = _LINE.search(message)
        if match and line is not None and isinstance(source, LogicalQuery):
            line += max(0, int(match[1]) - 2)
        short = _LINE.sub("", message).partition("\n")[0]
        hint = None
        column, table = _UNKNOWN_COLUMN.search(message), _UNKNOWN_TABLE.search(message)
        if column:
            known = {
                c
                for relation in self.relations
                for c in relation.columns
                if _mentions(source, relation)
            }
            hint = did_you_mean(column[1] or column[2], known)
        elif table:
            hint = did_you_mean(table[1].rstrip("!"), self.tables)
        self.problems.add(
            f"triples map '{name}': the query is refused: {short}", line=line, hint=hint
        )


def unreadable(source: LogicalFile, name: str, message: str) -> Problem:
    """DuckDB's message about a file that a mapping names."""
    return Problem(
        source.line,
        f"triples map '{name}': the file '{source.path}' cannot be read: "
        f"{first_paragraph(message)}",
    )


def told(error: SourceError, line: int | None, name: str) -> Problem:
    """What is wrong with a file, as a problem of the mapping that names it."""
    where = f"{error.at}: " if error.at else ""
    return Problem(line, f"triples map '{name}': {where}{error.what}", error.hint)


def first_paragraph(message: str) -> str:
    """What DuckDB says before it shows its own SQL and settings, on one line, without carets."""
    lines = message.partition("\n\n")[0].splitlines()
    return " ".join(line.strip() for line in lines if line.strip(" ^"))


def _qualified(relation: Relation) -> str:
    return f"{identifier(relation.source)}.{identifier(relation.table)}"


def _mentions(source: LogicalSource, relation: Relation) -> bool:
    text = source.sql if isinstance(source, LogicalQuery) else ""
    return not text or re.search(rf"\b{re.escape(relation.table)}\b", text) is not None
