"""A database or an endpoint that a mapping names → a temporary view in DuckDB.

Tables and queries are run by the database itself and streamed into a temporary table, of which
only the columns that the mapping uses are kept. Each row knows its key, or else its number.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier, literal
from clusterkg.errors import did_you_mean
from clusterkg.findings import Finding, Place, Severity, words
from clusterkg.mapping.rows import Rows
from clusterkg.mapping.triples_map import (
    LogicalDatabase,
    LogicalQuery,
    LogicalSparql,
    LogicalTable,
    LogicalView,
    RefObjectMap,
    references,
    source_terms,
)
from clusterkg.sources.databases import (
    QueryRefusedError,
    Selection,
    open_database,
    without_end,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.problems import Problems
    from clusterkg.mapping.triples_map import LogicalSource, Mapping, TermMap, TriplesMap
    from clusterkg.sources.databases import Address, Column, Database, TableName

    _Asked = tuple[Address, str | None, str | None]

__all__ = ["WHERE", "DatabaseRows", "on_database"]

WHERE = "_where"
"""The column of a view that tells a row's key or number."""

_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+))\s*(?:\.|\Z)')
_MEDIA = {"json": "application/sparql-results+json", "csv": "text/csv"}


@dataclass(frozen=True)
class _Staged:
    """A result that is there: all its columns, those that were kept, and what tells its rows."""

    table: str
    columns: tuple[Column, ...]
    kept: tuple[tuple[str, Column], ...]
    where: str


class DatabaseRows:
    """The rows of databases and endpoints; each is asked once. ``close`` when all is mapped.

    ``no_rows``: databases are asked for the names of the columns only.
    """

    def __init__(
        self,
        connection: Connection,
        problems: Problems,
        folder: Path | None,
        *,
        no_rows: bool = False,
    ) -> None:
        self.connection, self.problems, self.folder = connection, problems, folder
        self.no_rows = no_rows
        self.opened: dict[Address, Database] = {}
        self.staged: dict[_Asked, _Staged] = {}
        self.wanted: dict[_Asked, set[str]] = {}
        self.numbers = count()
        self.files: TemporaryDirectory[str] | None = None
        self.findings: dict[str, Finding] = {}

    def want(self, triples_maps: Sequence[TriplesMap]) -> None:
        """Say beforehand which columns the triples maps use; without it all are kept."""
        by_name = {one.name: one.source for one in triples_maps}
        for owner, term in _terms(triples_maps):
            source = by_name.get(owner)
            if isinstance(source, LogicalDatabase):
                self.wanted.setdefault(_asked(source), set()).update(references(term))
        for view in by_name.values():
            for source, term in source_terms(view) if isinstance(view, LogicalView) else ():
                if isinstance(source, LogicalDatabase):
                    self.wanted.setdefault(_asked(source), set()).update(references(term))

    def rows(self, source: LogicalDatabase, name: str) -> Rows | None:
        """The view of a table or query; None after a problem. ``name`` is the triples map's."""
        asked = _asked(source)
        try:
            if asked not in self.staged:
                found = self._stage(source, name)
                if found is None:
                    return None
                self.staged[asked] = found
        except QueryRefusedError as error:
            self._refused(source, name, error)
            return None
        return self._view(source, self.staged[asked])

    def place(self, source: LogicalDatabase | LogicalSparql) -> str:
        """How findings call the table or query."""
        from clusterkg.sources.sparql import shown_endpoint

        line = f", line {source.line}" if source.line else ""
        query = f"query in {self.problems.file}{line}"
        if isinstance(source, LogicalSparql):
            return f"{shown_endpoint(source.endpoint)}, {query}"
        return f"{source.database}, {query if source.table is None else f'table {source.table}'}"

    def results(self, source: LogicalSparql, name: str) -> Path | None:
        """The file with the results of a query at an endpoint; None after a problem."""
        from clusterkg.sources.sparql import save_results

        if self.files is None:
            self.files = TemporaryDirectory(prefix="clusterkg-")
        path = Path(self.files.name) / f"results-{next(self.numbers)}.{source.formulation}"
        try:
            save_results(source.endpoint, source.query, _MEDIA[source.formulation], path)
        except QueryRefusedError as error:
            line = source.line + error.line - 1 if source.line and error.line else source.line
            self.problems.add(
                f"triples map '{name}': the query is refused: {error.message}", line=line
            )
            return None
        return path

    def close(self) -> None:
        """Drop the tables, let go of the databases, remove the files."""
        for staged in self.staged.values():
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{identifier(staged.table)}")
        for database in self.opened.values():
            database.close()
        self.opened, self.staged = {}, {}
        if self.files is not None:
            self.files.cleanup()
            self.files = None

    # -- asking ------------------------------------------------------------------------------

    def _stage(self, source: LogicalDatabase, name: str) -> _Staged | None:
        database = self._open(source.database)
        selection, key = Selection(source.query or ""), tuple[str, ...]()
        if source.table is not None:
            table = self._table(source, source.table, database, name)
            if table is None:
                return None
            quoted, key = database.table(table), database.key(table)
            selection = Selection(f"SELECT * FROM {quoted}", quoted)
        columns = database.columns(selection.query)
        names = [column.name for column in columns]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            self.problems.add(
                f"triples map '{name}': the query gives several columns '{twice}'",
                line=source.line,
                hint="Name them apart with AS.",
            )
            return None
        used = self.wanted.get(_asked(source))
        folded = None if used is None else {_bare(one).lower() for one in (*used, *key)}
        wanted = [n for n, one in enumerate(names) if folded is None or one.lower() in folded]
        if self.no_rows:
            plain = without_end(selection.query)
            selection = Selection(f"SELECT * FROM (\n{plain}\n) AS q WHERE 1 = 0")
        staged = f"database_{next(self.numbers)}"
        kept = database.stage(self.connection, selection, columns, wanted, staged)
        cells = tuple((f"c{position}", column) for position, column in enumerate(kept))
        return _Staged(staged, columns, cells, _where(key, cells))

    def _open(self, address: Address) -> Database:
        if address.told:
            self.findings.setdefault(str(address), _told(self.problems.file, address))
        if address not in self.opened:
            placed = address.below(self.folder) if self.folder else address
            self.opened[address] = open_database(placed, self.connection)
        return self.opened[address]

    def _table(
        self, source: LogicalDatabase, written: str, database: Database, name: str
    ) -> TableName | None:
        """The table of that name; what has no quotes may have other capitals."""
        parts, known = _parts(written), database.tables()
        for same in (_is_same, _is_folded):
            for table in known:
                if same(parts, table):
                    return table
        shown = [one.name if one.bare else f"{one.schema}.{one.name}" for one in known]
        self.problems.add(
            f"triples map '{name}': no table '{written}' in {source.database}",
            line=source.line,
            hint=did_you_mean(written, shown),
        )
        return None

    def _refused(self, source: LogicalDatabase, name: str, error: QueryRefusedError) -> None:
        """The database's message, with the line of the mapping and a Did you mean."""
        line, hint = source.line, None
        if source.query is not None and line is not None and error.line is not None:
            line += error.line - 1
        database = self.opened[source.database]
        if error.table is not None:
            hint = did_you_mean(error.table, [one.name for one in database.tables()])
        elif error.column is not None:
            hint = did_you_mean(error.column, _columns_of(source.query or "", database))
        self.problems.add(
            f"triples map '{name}': {source.database} refuses the query: {error.message}",
            line=line,
            hint=hint,
        )

    def _view(self, source: LogicalDatabase, staged: _Staged) -> Rows:
        view = f"rows_of_{staged.table}_{next(self.numbers)}"
        columns = {column.name: column.sql_type for column in staged.columns}
        shown, cells = {}, []
        for cell, column in staged.kept:
            # DuckDB does not tell names apart that differ in their capitals
            named = column.name if column.name.lower() not in shown else f"{column.name} {cell}"
            shown[named.lower()] = named
            columns[column.name] = column.sql_type
            cells.append((column.name, named, column.value.format(f"staged.{cell}")))
        aliases = {name: named for name, named, _ in cells if name != named}
        for reference in self.wanted.get(_asked(source), ()):
            found = _column(reference, list(columns))
            if found is not None and reference not in columns:
                aliases[reference] = aliases.get(found, found)
                columns[reference] = columns[found]
        selected = ", ".join(f"{value} AS {identifier(named)}" for _, named, value in cells)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {identifier(view)} AS "
            f"SELECT {selected}{', ' if selected else ''}{staged.where} AS {WHERE} "
            f"FROM temp.{identifier(staged.table)} AS staged"
        )
        return Rows(view, columns, aliases=aliases)


def on_database(mapping: Mapping, given: Address | None) -> Mapping:
    """The mapping with every table and query that names no source in a database.

    It is the one that is given, or the only one that the mapping names: R2RML says nothing of
    where tables are.
    """
    sources = (one.source for one in mapping.triples_maps)
    named = {source.database for source in sources if isinstance(source, LogicalDatabase)}
    address = given or (named.pop() if len(named) == 1 else None)
    if address is None:
        return mapping
    return replace(
        mapping,
        triples_maps=tuple(
            replace(one, source=_in_database(one.source, address)) for one in mapping.triples_maps
        ),
    )


def _in_database(source: LogicalSource, address: Address) -> LogicalSource:
    if isinstance(source, LogicalTable):
        return LogicalDatabase(address, source.name, None, source.line)
    if isinstance(source, LogicalQuery):
        return LogicalDatabase(address, None, source.sql, source.line)
    return _view_in_database(source, address) if isinstance(source, LogicalView) else source


def _view_in_database(view: LogicalView, address: Address) -> LogicalView:
    joins = (replace(join, parent=_view_in_database(join.parent, address)) for join in view.joins)
    return replace(view, on=_in_database(view.on, address), joins=tuple(joins))


# -- names -------------------------------------------------------------------------------------


def _asked(source: LogicalDatabase) -> _Asked:
    return source.database, source.table, source.query


def _parts(written: str) -> list[tuple[str, bool]]:
    """The parts of a name between its dots, and whether each is delimited."""
    return [
        ((double or tick or "").replace('""', '"'), True)
        if double or tick
        else (bare.strip(), False)
        for double, tick, bare in _PART.findall(written)
    ]


def _bare(reference: str) -> str:
    """A column's name without the quotes of a delimited identifier."""
    parts = _parts(reference)
    return parts[0][0] if len(parts) == 1 and parts[0][1] else reference


def _is_same(parts: list[tuple[str, bool]], table: TableName) -> bool:
    named = [part for part, _ in parts]
    return named[-2:] == [table.schema, table.name] or (table.bare and named == [table.name])


def _is_folded(parts: list[tuple[str, bool]], table: TableName) -> bool:
    given = [table.schema, table.name][-len(parts) :] if parts else []
    return (table.bare or len(parts) > 1) and all(
        written == name if quoted else written.lower() == name.lower()
        for (written, quoted), name in zip(parts[-2:], given, strict=False)
    )


def _column(reference: str, known: Sequence[str]) -> str | None:
    """The column a reference means; what has no quotes may have other capitals."""
    bare = _bare(reference)
    if bare in known:
        return bare
    same = [one for one in known if bare == reference and one.lower() == bare.lower()]
    return same[0] if len(same) == 1 else None


def _columns_of(query: str, database: Database) -> list[str]:
    """The columns of the tables that a query mentions."""
    found: list[str] = []
    for table in database.tables():
        if re.search(rf"\b{re.escape(table.name)}\b", query, re.IGNORECASE):
            with suppress(QueryRefusedError):
                columns = database.columns(f"SELECT * FROM {database.table(table)}")
                found += [column.name for column in columns]
    return found


def _where(key: Sequence[str], cells: Sequence[tuple[str, Column]]) -> str:
    """SQL that tells a row of the staged table: its key, or its number in the result."""
    by_name = {column.name: cell for cell, column in cells}
    if not key or not by_name.keys() >= set(key):
        return "'row ' || (staged.rowid + 1)"
    parts = [f"{literal(name + ' ')} || CAST(staged.{by_name[name]} AS VARCHAR)" for name in key]
    return " || ', ' || ".join(parts)


def _terms(triples_maps: Sequence[TriplesMap]) -> Iterator[tuple[str, TermMap]]:
    """Every term map with the triples map on whose rows it is evaluated."""
    subjects = {one.name: one.subject for one in triples_maps}
    for triples_map in triples_maps:
        name = triples_map.name
        yield name, triples_map.subject
        for graph in triples_map.graphs:
            yield name, graph
        for pair in triples_map.predicate_objects:
            for term in (*pair.predicates, *pair.graphs):
                yield name, term
            for target in pair.objects:
                if not isinstance(target, RefObjectMap):
                    yield name, target
                    continue
                for join in target.joins:
                    yield name, join.child
                    yield target.parent, join.parent
                if not target.joins and target.parent in subjects:
                    yield name, subjects[target.parent]


def _told(file: str, address: Address) -> Finding:
    """The warning that a mapping holds a password."""
    return Finding(
        Severity.WARNING,
        "password-in-mapping",
        f"the mapping holds a password for {address}, which is not used",
        Place(file),
        hint="Remove it, and set the variable CLUSTERKG_DB_PASSWORD.",
        said=words("password-in-mapping", address=str(address)),
    )
