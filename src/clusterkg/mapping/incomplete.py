"""A mapping document with problems: its references are checked too, to tell all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from clusterkg.errors import MappingError, SourceError
from clusterkg.mapping.checking import check_references
from clusterkg.mapping.database_rows import on_database
from clusterkg.mapping.logical_rows import RowFinder
from clusterkg.mapping.problems import Problems, joined
from clusterkg.mapping.running import search_path
from clusterkg.mapping.triples_map import (
    LogicalDatabase,
    LogicalFile,
    LogicalQuery,
    LogicalTable,
    RefObjectMap,
    TriplesMap,
    stated_terms,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary
    from collections.abc import Sequence

    from clusterkg.engines.duckdb import Connection
    from clusterkg.mapping.problems import Problem
    from clusterkg.mapping.triples_map import LogicalSource, Mapping
    from clusterkg.sources.databases import Address
    from clusterkg.sources.relation import Relation

__all__ = ["IncompleteMappingError", "project_problems", "tell_all"]


class IncompleteMappingError(MappingError):
    """A document with ``problems``; ``mapping`` is what could be read of it, not to be run."""

    def __init__(self, error: MappingError, problems: Problems, mapping: Mapping) -> None:
        super().__init__(error.what, at=error.at, hint=error.hint)
        self.problems, self.mapping = problems, mapping


def tell_all(
    connection: Connection, error: IncompleteMappingError, database: Address | None = None
) -> NoReturn:
    """Raise the MappingError of all problems, with those of references into files and databases.

    ``database`` is the one of tables and queries that name none. Databases tell the names of
    columns and no rows; one that cannot be reached tells nothing, and endpoints are not asked.
    """
    mapping = on_database(error.mapping, database)
    for kinds in ((LogicalFile, LogicalDatabase), (LogicalFile,)):
        try:
            further = _references(connection, error.problems.file, mapping, kinds)
        except SourceError:
            continue
        for problem in further:
            error.problems.add_problem(problem)
        break
    raise error.problems.error()


def project_problems(
    connection: Connection,
    read: Dictionary[str, Mapping | IncompleteMappingError],
    relations: Sequence[Relation],
) -> MappingError | None:
    """The problems of all mappings of a project, by the keys of their sources, as one error.

    ``relations`` are the loaded tables of all sources. None if there are no problems.
    """
    found = []
    for source, one in read.items():
        if isinstance(one, IncompleteMappingError):
            problems, mapping = one.problems, one.mapping
        else:
            problems, mapping = Problems(one.shown), one
        tables = (LogicalTable, LogicalQuery, LogicalFile)
        with search_path(connection, source):
            for problem in _references(
                connection, problems.file, mapping, tables, relations=relations, source=source
            ):
                problems.add_problem(problem)
        found.append(problems)
    return joined(found)


def _references(  # noqa: PLR0913
    connection: Connection,
    file: str,
    mapping: Mapping,
    kinds: tuple[type[LogicalSource], ...],
    *,
    relations: Sequence[Relation] = (),
    source: str | None = None,
) -> list[Problem]:
    """What is wrong with the references into sources of some kinds. Raises SourceError."""
    problems = Problems(file)
    readable = _readable([one for one in mapping.triples_maps if isinstance(one.source, kinds)])
    folder = mapping.file.parent
    finder = RowFinder(
        connection, problems, relations=relations, source=source, folder=folder, no_rows=True
    )
    try:
        rows = finder.rows(readable)
        check_references(connection, replace(mapping, triples_maps=readable), rows, problems)
    finally:
        finder.drop()
    return problems.found


def _readable(found: Sequence[TriplesMap]) -> tuple[TriplesMap, ...]:
    """Those that refer to no triples map that is not there; such references are taken out."""
    names = {one.name for one in found}
    kept = []
    for one in found:
        pairs = tuple(
            replace(
                pair,
                objects=tuple(
                    term
                    for term in pair.objects
                    if not isinstance(term, RefObjectMap) or term.parent in names
                ),
            )
            for pair in one.predicate_objects
        )
        made = replace(one, predicate_objects=pairs)
        parents = [term.parent for term in stated_terms(made) if isinstance(term, RefObjectMap)]
        if names.issuperset(parents):
            kept.append(made)
    return tuple(kept) if len(kept) == len(found) else _readable(kept)
