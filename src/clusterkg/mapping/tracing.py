"""Terms of quads → the cells of the tables that they came from, and the lines of the mapping.

The plans of those triples maps that may have made what is asked for run once more, for the nodes
asked for and with row numbers (:mod:`clusterkg.mapping.traced_rows`). Nothing here runs unless
there is something to trace, and a triples map runs once for all that is asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterkg.engines.duckdb import identifier
from clusterkg.findings import Origin, Place, Role
from clusterkg.mapping.asked import Asked, Missing, Quad, Question, may_make
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.problems import Problems
from clusterkg.mapping.rows import Kind, kind_of
from clusterkg.mapping.running import context_of_source, mapping_plans, search_path
from clusterkg.mapping.terms import prepare
from clusterkg.mapping.traced_plan import trace_plan
from clusterkg.sources.relation import ROW
from clusterkg.sources.tables import written_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.traced_plan import Answer
    from clusterkg.mapping.traced_rows import Hit, Reading
    from clusterkg.mapping.triples_map import Mapping as MappingDocument
    from clusterkg.mapping.triples_map import TriplesMap
    from clusterkg.sources.description import SourceDescription
    from clusterkg.sources.relation import Relation

__all__ = ["Asked", "Found", "Missing", "Tables", "trace"]


@dataclass(frozen=True)
class Found:
    """Where that comes from, sorted; what no triples map makes is not there."""

    quads: Mapping[Quad, tuple[Origin, ...]] = field(default_factory=dict)
    missing: Mapping[Missing, tuple[Origin, ...]] = field(default_factory=dict)
    nodes: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """The tables of a project in the database, and the mappings on them by source."""

    connection: Connection
    sources: Sequence[SourceDescription]
    relations: Sequence[Relation]
    mappings: Mapping[str, MappingDocument]


def trace(tables: Tables, asked: Asked) -> Found:
    """The cells that quads and nodes were made of, and those that would make what is missing."""
    answers: list[Answer] = []
    question = Question(asked)
    question.tables(tables.connection)
    prepare(tables.connection)
    for source, mapping in tables.mappings.items():
        chosen = [o for o in mapping.triples_maps if may_make(o, mapping.base_iri, question)]
        if chosen:
            answers += _of_source(tables, source, chosen, question)
    return _Telling(tables).told(answers)


def _of_source(
    tables: Tables, source: str, chosen: Sequence[TriplesMap], question: Question
) -> list[Answer]:
    mapping = tables.mappings[source]
    problems = Problems(mapping.shown)
    connection = tables.connection
    finder = RowFinder(
        connection,
        problems,
        relations=tables.relations,
        source=source,
        folder=mapping.file.parent,
    )
    names = {one.name for one in chosen}
    without = {one.name for one in mapping.triples_maps if one.name not in names}
    file = f"{source}/{mapping.file.name}"
    with search_path(connection, source):
        try:
            context = context_of_source(mapping.base_iri, source)
            plans = mapping_plans(mapping, context, finder, without=without)
            return [
                one for plan in plans for one in trace_plan(finder, plan, mapping, question, file)
            ]
        finally:
            finder.drop()


# -- telling -----------------------------------------------------------------------------------

_ORDER = {role: number for number, role in enumerate(Role)}


class _Telling:
    """Answers → origins, with the cells as they stand in the file."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.cells: dict[tuple[Reading, int, str], str | None] = {}
        self.written: dict[tuple[Reading, int, str], str] = {}
        self.nested: set[tuple[Reading, str]] = set()
        self.described = {
            (source.key, table.name): table for source in tables.sources for table in source.tables
        }

    def told(self, answers: Sequence[Answer]) -> Found:
        """The origins of all that was asked."""
        self._read({hit for answer in answers for hit, _ in answer.hits})
        about: dict[Quad | Missing | str, list[Answer]] = defaultdict(list)
        for answer in answers:
            about[answer.about].append(answer)
        quads, missing, nodes = {}, {}, {}
        for asked, some in about.items():
            least = min(answer.rank for answer in some)
            origins = self._origins([answer for answer in some if answer.rank == least])
            if isinstance(asked, Missing):
                missing[asked] = origins
            elif isinstance(asked, str):
                nodes[asked] = origins
            else:
                quads[asked] = origins
        return Found(quads, missing, nodes)

    def _origins(self, answers: Iterable[Answer]) -> tuple[Origin, ...]:
        found: set[Origin] = set()
        for answer in answers:
            line = f"{answer.file}, line {answer.line}" if answer.line else answer.file
            hits = self._telling(answer.hits)
            if not hits:
                found.add(Origin(Place(answer.file), None, line, Role.SUBJECT))
            for hit, role in hits:
                column = ".".join([hit.column, *hit.within])
                found.add(Origin(hit.reading.place(hit.row, column), self._shown(hit), line, role))
        return tuple(sorted(found, key=_rank))

    def _telling(self, hits: Sequence[tuple[Hit, Role]]) -> list[tuple[Hit, Role]]:
        """Without cells that say nothing; where a value is missing, the empty ones count most."""
        found: list[tuple[Hit, Role]] = []
        for role in Role:
            some = [hit for hit, of in hits if of is role]
            empty = [hit for hit in some if hit.row is not None and self._cell(hit) is None]
            full = [hit for hit in some if hit not in empty]
            if role is Role.MISSING:
                other = Role.SOURCE if empty else role
                found += [*((hit, role) for hit in empty), *((hit, other) for hit in full)]
            else:
                found += [(hit, role) for hit in full or some]
        return found

    def _shown(self, hit: Hit) -> str | None:
        """The cell; of one that holds several values, the value that was made of it."""
        nested = hit.within or (hit.reading, hit.column) in self.nested
        if nested or hit.row is None:
            return hit.text if nested else None
        return self._cell(hit) or self.written.get((hit.reading, hit.row, hit.column))

    def _cell(self, hit: Hit) -> str | None:
        return None if hit.row is None else self.cells.get((hit.reading, hit.row, hit.column))

    def _read(self, hits: Collection[Hit]) -> None:
        wanted: dict[Reading, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for hit in hits:
            if hit.row is not None and hit.reading.sql is not None:
                wanted[hit.reading][hit.column].add(hit.row)
        for reading, columns in wanted.items():
            rows = sorted(set().union(*columns.values()))
            self.nested |= {(reading, name) for name in self._nested(reading, list(columns))}
            empty: dict[int, set[str]] = defaultdict(set)
            for row, *cells in self._rows(reading, list(columns), rows):
                for column, cell in zip(columns, cells, strict=True):
                    self.cells[reading, row, column] = cell
                    if cell is None and row in columns[column]:
                        empty[row].add(column)
            self.written |= self._written(reading, empty)

    def _written(
        self, reading: Reading, empty: Mapping[int, Collection[str]]
    ) -> dict[tuple[Reading, int, str], str]:
        """What stands in cells that count as empty."""
        key = reading.relation and (reading.relation.source, reading.relation.table)
        table = self.described.get(key) if key else None
        if table is None or not table.null or not empty:
            return {}
        found = written_cells(self.tables.connection, table, empty)
        return {(reading, row, column): cell for (row, column), cell in found.items()}

    def _nested(self, reading: Reading, columns: Sequence[str]) -> Iterator[str]:
        """The columns whose cells hold several values, as those of JSON may."""
        listed = ", ".join(map(identifier, columns))
        described = self.tables.connection.execute(f"DESCRIBE SELECT {listed} FROM {reading.sql}")
        for name, kind, *_ in described.fetchall():
            if kind_of(kind)[0] is Kind.NESTED or kind_of(kind)[1]:
                yield name

    def _rows(
        self, reading: Reading, columns: list[str], rows: list[int]
    ) -> list[tuple[int, *tuple[str | None, ...]]]:
        listed = ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in columns)
        return self.tables.connection.execute(
            f"SELECT {ROW}, {listed} FROM {reading.sql} "
            f"WHERE {ROW} IN (SELECT unnest($1::BIGINT[]))",
            [rows],
        ).fetchall()


def _rank(origin: Origin) -> tuple[int, str, str, int, str, str]:
    place = origin.place
    return (
        _ORDER[origin.role],
        place.file,
        place.sheet or "",
        place.row or 0,
        place.column or "",
        origin.mapping or "",
    )
