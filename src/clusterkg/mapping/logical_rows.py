"""A logical source → a temporary view in DuckDB whose rows a plan reads.

Declared tables and queries see their own source's tables by their bare names and every other
one as ``source.table``. Files of a mapping on its own lie beside the mapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import did_you_mean
from clusterkg.mapping.jsonpath import JsonPathError, duckdb_path
from clusterkg.mapping.problems import Problem
from clusterkg.mapping.rows import RECORD, Rows
from clusterkg.mapping.triples_map import LogicalFile, LogicalQuery, LogicalTable

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
_LINE = re.compile(r"\n+LINE (\d+):.*", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where the rows of a view come from: a declared table, a file, or neither (a query)."""

    relation: Relation | None = None
    file: Path | None = None


def table_names(relations: Sequence[Relation], source: str | None) -> dict[str, Relation]:
    """Every table by the names a mapping may use: ``source.table``, the own ones also ``table``."""
    names = {f"{relation.source}.{relation.table}": relation for relation in relations}
    names |= {relation.table: relation for relation in relations if relation.source == source}
    return names


class RowFinder:
    """Makes one view a logical source, and tells what each offers. Problems are collected."""

    def __init__(
        self,
        connection: Connection,
        problems: Problems,
        *,
        relations: Sequence[Relation] = (),
        source: str | None = None,
        folder: Path | None = None,
    ) -> None:
        self.connection, self.problems, self.folder = connection, problems, folder
        self.tables = table_names(relations, source)
        self.relations = relations
        self.made: dict[LogicalSource, Rows] = {}
        self.places: dict[LogicalSource, Place] = {}

    def rows(self, triples_maps: Sequence[TriplesMap]) -> dict[str, Rows]:
        """The rows of each triples map by its name; those with a problem are left out."""
        found: dict[str, Rows] = {}
        for triples_map in triples_maps:
            source = triples_map.source
            if source not in self.made:
                made = self._rows(source, triples_map.name)
                if made is None:
                    continue
                self.made[source] = made
            found[triples_map.name] = self.made[source]
        return found

    def drop(self) -> None:
        """Remove the views."""
        for rows in self.made.values():
            self.connection.execute(f"DROP VIEW IF EXISTS temp.{identifier(rows.name)}")

    def _rows(self, source: LogicalSource, name: str) -> Rows | None:
        if isinstance(source, LogicalTable):
            return self._table(source, name)
        if isinstance(source, LogicalQuery):
            self.places[source] = Place()
            return self._view(source, source.sql.strip().rstrip(";"), name)
        return self._file(source, name)

    def _table(self, source: LogicalTable, name: str) -> Rows | None:
        relation = self.tables.get(source.name.replace('"', ""))
        if relation is None:
            hint = did_you_mean(source.name, self.tables)
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
        path = self.folder / source.path
        if not path.is_file():
            near = (
                did_you_mean(path.name, [p.name for p in path.parent.glob("*")])
                if path.parent.is_dir()
                else None
            )
            self.problems.add(
                f"triples map '{name}': no file '{source.path}'", line=source.line, hint=near
            )
            return None
        self.places[source] = Place(file=path)
        if source.formulation == "csv":
            return self._view(source, file_rows(path), name)
        return self._json(source, path, name)

    def _json(self, source: LogicalFile, path: Path, name: str) -> Rows | None:
        iterator = source.iterator or "$"
        try:
            sql = record_rows(path, duckdb_path(iterator))
        except JsonPathError as error:
            self.problems.add(
                f"triples map '{name}': iterator '{iterator}' {error}",
                line=source.line,
                hint="Known are $, .name, ['name'], [0] and [*].",
            )
            return None
        rows = self._view(source, sql, name)
        return rows and replace(rows, json=True, typed=source.typed)

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
    encoding = "not utf-8" in message
    return Problem(
        source.line,
        f"triples map '{name}': the file '{source.path}' cannot be read: "
        f"{'it is not UTF-8' if encoding else first_paragraph(message)}",
        "Save it as UTF-8, or declare its encoding in a source.toml." if encoding else None,
    )


def first_paragraph(message: str) -> str:
    """What DuckDB says before it shows its own SQL and settings, on one line, without carets."""
    lines = message.partition("\n\n")[0].splitlines()
    return " ".join(line.strip() for line in lines if line.strip(" ^"))


def file_rows(path: Path, *, numbered: bool = False) -> str:
    """SQL that reads a CSV or TSV file, every column as text; with ``_row`` if numbered."""
    delimiter = "\t" if path.suffix in (".tsv", ".tab") else ","
    number = ", row_number() OVER () + 1 AS _row" if numbered else ""
    order = ", parallel = false" if numbered else ""
    return (
        f"SELECT *{number} FROM read_csv({literal(str(path))}, header = true, all_varchar = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', comment = ''{order})"
    )


def record_rows(path: Path, iterator: str) -> str:
    """SQL that gives the records of a JSON document, with their number from 1 as ``_row``."""
    content = f"SELECT content::JSON AS document FROM read_text({literal(str(path))})"
    found = f"json_extract(document, {literal(iterator)})"
    if "[*]" not in iterator:
        return f"SELECT {found} AS {RECORD}, 1 AS _row FROM ({content}) WHERE {found} IS NOT NULL"
    number = f"generate_subscripts({found}, 1) AS _row"
    return f"SELECT unnest({found}) AS {RECORD}, {number} FROM ({content})"


def _qualified(relation: Relation) -> str:
    return f"{identifier(relation.source)}.{identifier(relation.table)}"


def _mentions(source: LogicalSource, relation: Relation) -> bool:
    text = source.sql if isinstance(source, LogicalQuery) else ""
    return not text or re.search(rf"\b{re.escape(relation.table)}\b", text) is not None
